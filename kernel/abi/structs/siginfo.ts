import type { IsaName } from '../../ports.ts';
import type { SigInfo } from '../../task.ts';
import {
  SI_KERNEL,
  SI_SIGIO,
  SI_TIMER,
  SI_USER,
  SIGBUS,
  SIGCHLD,
  SIGFPE,
  SIGILL,
  SIGSEGV,
  SIGTRAP,
} from '../signal.ts';
import { defineStruct } from '../struct.ts';

/** siginfo_t: the head, then what the kind of signal has. Linux: uapi/asm-generic/siginfo.h. */

export const SIGINFO_BYTES = 128;

const head = defineStruct('siginfo', { si_signo: 's32', si_errno: 's32', si_code: 's32' });

/** Members of the union behind the head, which is aligned to a pointer: at 12 on 32-bit ISAs, at 16 on x86_64. */
const sigval = defineStruct('sigval', { sival_ptr: 'ptr' });
const kill = defineStruct('_kill', { si_pid: 's32', si_uid: 'u32' });
const rt = defineStruct('_rt', { si_pid: 's32', si_uid: 'u32', si_value: sigval });
const timer = defineStruct('_timer', { si_tid: 's32', si_overrun: 's32', si_value: sigval });
const sigchld = defineStruct('_sigchld', {
  si_pid: 's32',
  si_uid: 'u32',
  si_status: 's32',
  si_utime: 'long',
  si_stime: 'long',
});
const sigfault = defineStruct('_sigfault', { si_addr: 'ptr' });
const sigpoll = defineStruct('_sigpoll', { si_band: 'long', si_fd: 's32' });

export type SiginfoLayout = 'kill' | 'rt' | 'timer' | 'chld' | 'fault' | 'poll';

const FAULTS = new Set([SIGILL, SIGFPE, SIGSEGV, SIGBUS, SIGTRAP]);

/** Which member of the union is valid. Linux: kernel/signal.c siginfo_layout(). */
export function siginfoLayout(signo: number, code: number): SiginfoLayout {
  if (code > SI_USER && code < SI_KERNEL) {
    if (FAULTS.has(signo)) return 'fault';
    return signo === SIGCHLD ? 'chld' : 'kill';
  }
  if (code === SI_TIMER) return 'timer';
  if (code === SI_SIGIO) return 'poll';
  return code < 0 ? 'rt' : 'kill';
}

function unionOffset(isa: IsaName): number {
  const word = sigval.align(isa);
  return Math.ceil(head.size(isa) / word) * word;
}

/** The 128 bytes of siginfo_t as user space sees them. */
export function encodeSiginfo(isa: IsaName, info: SigInfo): Uint8Array {
  const out = new Uint8Array(SIGINFO_BYTES);
  const at = unionOffset(isa);
  head.encodeInto(isa, out, 0, { si_signo: info.signo, si_errno: info.errno, si_code: info.code });
  const pid = { si_pid: info.pid ?? 0, si_uid: info.uid ?? 0 };
  const si_value = { sival_ptr: info.value ?? 0 };
  const writers: { readonly [layout in SiginfoLayout]: () => void } = {
    kill: () => kill.encodeInto(isa, out, at, pid),
    rt: () => rt.encodeInto(isa, out, at, { ...pid, si_value }),
    timer: () => timer.encodeInto(isa, out, at, { si_tid: info.timerId ?? 0, si_overrun: info.overrun ?? 0, si_value }),
    chld: () =>
      sigchld.encodeInto(isa, out, at, {
        ...pid,
        si_status: info.status ?? 0,
        si_utime: info.utime ?? 0,
        si_stime: info.stime ?? 0,
      }),
    fault: () => sigfault.encodeInto(isa, out, at, { si_addr: info.addr ?? 0 }),
    poll: () => sigpoll.encodeInto(isa, out, at, {}),
  };
  writers[siginfoLayout(info.signo, info.code)]();
  return out;
}

/** The way back, for rt_sigqueueinfo: only the fields that the layout has are set. */
export function decodeSiginfo(isa: IsaName, from: Uint8Array): SigInfo {
  const at = unionOffset(isa);
  const { si_signo: signo, si_errno: errno, si_code: code } = head.decode(isa, from);
  const info: SigInfo = { signo, errno, code };
  const layout = siginfoLayout(signo, code);
  if (layout === 'fault') return { ...info, addr: sigfault.decode(isa, from, at).si_addr };
  if (layout === 'timer') {
    const { si_tid, si_overrun, si_value } = timer.decode(isa, from, at);
    return { ...info, timerId: si_tid, overrun: si_overrun, value: si_value.sival_ptr };
  }
  if (layout === 'poll') return info;
  const { si_pid: pid, si_uid: uid } = kill.decode(isa, from, at);
  if (layout === 'rt') return { ...info, pid, uid, value: rt.decode(isa, from, at).si_value.sival_ptr };
  if (layout === 'kill') return { ...info, pid, uid };
  const child = sigchld.decode(isa, from, at);
  return { ...info, pid, uid, status: child.si_status, utime: child.si_utime, stime: child.si_stime };
}

/** Offsets of the fields for tests and views. */
export const siginfoMembers = { head, kill, rt, timer, sigchld, sigfault, sigpoll, unionOffset } as const;

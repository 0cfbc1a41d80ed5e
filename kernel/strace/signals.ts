import * as signal from '../abi/signal.ts';
import { siginfoLayout } from '../abi/structs/siginfo.ts';
import { oldSigaction, sigaction, sigset } from '../abi/structs/signal.ts';
import { wcoredump, wexitstatus, wifcontinued, wifexited, wifstopped, wstopsig, wtermsig } from '../abi/wait.ts';
import type { SigInfo, Sigset } from '../task.ts';
import { address, arg, type Call, clockTicks, type Formatter, hex, pointer } from './call.ts';
import { flags, withPrefix, type Xlat, xlat } from './xlat.ts';

function bare(signo: number): string {
  return signal.signalName(signo).replace(/^SIG/, '');
}

/** `[INT CHLD]`, or `~[RTMIN RT_1]` when at least two thirds are set. `bits` is 32 or 64. */
export function sigsetText(set: Sigset, bits = 64): string {
  const isSet = (signo: number): boolean => (((signo <= 32 ? set.lo : set.hi) >>> ((signo - 1) & 31)) & 1) === 1;
  const all = Array.from({ length: bits }, (_, i) => i + 1);
  const members = all.filter(isSet);
  const inverted = members.length >= Math.floor((bits * 2) / 3);
  const shown = inverted ? all.filter((signo) => !isSet(signo)) : members;
  return `${inverted ? '~' : ''}[${shown.map(bare).join(' ')}]`;
}

/** A set's length is the next `size` argument; without one it is the old call's, one word of 32 signals. */
export function showSigset(call: Call, addr: number, index: number): string | null {
  const sizeAt = call.kinds.indexOf('size', index + 1);
  const lenBytes = sizeAt < 0 ? 4 : arg(call, sizeAt);
  if (lenBytes !== 8 && lenBytes !== 4) return null;
  const bytes = call.memory.read(addr, lenBytes);
  if (!bytes) return null;
  const padded = new Uint8Array(8);
  padded.set(bytes);
  const [lo = 0, hi = 0] = sigset.decode(call.isa, padded).sig;
  return sigsetText({ lo, hi }, lenBytes * 8);
}

const { SA_RESTORER, SA_ONSTACK, SA_RESTART, SA_NODEFER, SA_RESETHAND, SA_SIGINFO, SA_NOCLDSTOP, SA_NOCLDWAIT } =
  signal;
const SA_FLAGS = xlat({
  SA_RESTORER,
  SA_ONSTACK,
  SA_RESTART,
  SA_INTERRUPT: 0x2000_0000,
  SA_NODEFER,
  SA_RESETHAND,
  SA_SIGINFO,
  SA_NOCLDSTOP,
  SA_NOCLDWAIT,
});

const HANDLERS: { readonly [handler: number]: string } = { 0: 'SIG_DFL', 1: 'SIG_IGN' };

export function handlerText(handler: number): string {
  return HANDLERS[handler] ?? hex(handler);
}

/** The newer structure where the call names the length of its mask, else the old one of i386 and ARM. */
export function showSigaction(call: Call, addr: number): string | null {
  const isOld = !call.kinds.includes('size');
  const bytes = call.memory.read(addr, (isOld ? oldSigaction : sigaction).size(call.isa));
  if (!bytes) return null;
  const action = isOld ? oldSigaction.decode(call.isa, bytes) : sigaction.decode(call.isa, bytes);
  const mask = typeof action.sa_mask === 'number' ? [action.sa_mask] : action.sa_mask;
  const set = sigsetText({ lo: mask[0] ?? 0, hi: mask[1] ?? 0 }, mask.length * 32);
  const restorer = action.sa_flags & SA_RESTORER ? `, sa_restorer=${address(action.sa_restorer)}` : '';
  const saFlags = flags(SA_FLAGS, action.sa_flags, 'SA_???');
  return `{sa_handler=${handlerText(action.sa_handler)}, sa_mask=${set}, sa_flags=${saFlags}${restorer}}`;
}

/** Wait status as the macros of wait(2) take it apart. */
export function statusText(status: number): string {
  if (wifexited(status)) return `{WIFEXITED(s) && WEXITSTATUS(s) == ${wexitstatus(status)}}`;
  if (wifcontinued(status)) return '{WIFCONTINUED(s)}';
  if (wifstopped(status)) return `{WIFSTOPPED(s) && WSTOPSIG(s) == ${signal.signalName(wstopsig(status))}}`;
  const core = wcoredump(status) ? ' && WCOREDUMP(s)' : '';
  return `{WIFSIGNALED(s) && WTERMSIG(s) == ${signal.signalName(wtermsig(status))}${core}}`;
}

export const signalNumber: Formatter = (call, index) => signal.signalName(arg(call, index));

const { SI_USER, SI_KERNEL, SI_QUEUE, SI_TIMER, SI_MESGQ, SI_ASYNCIO, SI_SIGIO, SI_TKILL } = signal;
const { SI_DETHREAD, SI_ASYNCNL } = signal;
const SI_CODES = xlat({
  ...{ SI_USER, SI_KERNEL, SI_QUEUE, SI_TIMER, SI_MESGQ, SI_ASYNCIO, SI_SIGIO, SI_TKILL },
  ...{ SI_DETHREAD, SI_ASYNCNL },
});

const CODES: { readonly [signo: number]: Xlat } = {
  [signal.SIGILL]: [...withPrefix(signal, /^ILL_/), ...SI_CODES],
  [signal.SIGFPE]: [...withPrefix(signal, /^FPE_/), ...SI_CODES],
  [signal.SIGSEGV]: [...withPrefix(signal, /^SEGV_/), ...SI_CODES],
  [signal.SIGBUS]: [...withPrefix(signal, /^BUS_/), ...SI_CODES],
  [signal.SIGTRAP]: [...withPrefix(signal, /^TRAP_/), ...SI_CODES],
  [signal.SIGCHLD]: [...withPrefix(signal, /^CLD_/), ...SI_CODES],
};

const FAULTS: readonly number[] = [signal.SIGILL, signal.SIGFPE, signal.SIGSEGV, signal.SIGBUS, signal.SIGTRAP];

/** What stands behind si_code. */
function details(info: SigInfo): string {
  const sender = `si_pid=${info.pid ?? 0}, si_uid=${info.uid ?? 0}`;
  const sigval = `si_int=${(info.value ?? 0) | 0}, si_ptr=${address(info.value ?? 0)}`;
  const layout = siginfoLayout(info.signo, info.code);
  if (layout === 'chld') {
    const byExit = info.code === signal.CLD_EXITED;
    const status = byExit ? String(info.status ?? 0) : signal.signalName(info.status ?? 0);
    return `, ${sender}, si_status=${status}, si_utime=${clockTicks(info.utime ?? 0)}, si_stime=${clockTicks(info.stime ?? 0)}`;
  }
  if (layout === 'timer') return `, si_timerid=${hex(info.timerId ?? 0)}, si_overrun=${info.overrun ?? 0}, ${sigval}`;
  if (layout === 'rt') return info.code === SI_TKILL || !info.value ? `, ${sender}` : `, ${sender}, ${sigval}`;
  if (layout === 'fault' || (info.code === SI_KERNEL && FAULTS.includes(info.signo)))
    return `, si_addr=${address(info.addr ?? 0)}`;
  if (info.code === SI_KERNEL && !info.pid && !info.uid) return '';
  return `, ${sender}`;
}

/** `{si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=…}`. */
export function siginfoText(info: SigInfo): string {
  const names = CODES[info.signo] ?? SI_CODES;
  const code = names.find(([known]) => known === info.code)?.[1] ?? hex(info.code >>> 0);
  return `{si_signo=${signal.signalName(info.signo)}, si_code=${code}${details(info)}}`;
}

export const inSigset: Formatter = pointer(showSigset);

import { describe, expect, it } from 'vitest';
import * as auxvec from '../../../kernel/abi/auxvec.ts';
import * as capability from '../../../kernel/abi/capability.ts';
import * as closeRange from '../../../kernel/abi/close_range.ts';
import * as elf from '../../../kernel/abi/elf.ts';
import * as errno from '../../../kernel/abi/errno.ts';
import * as eventpoll from '../../../kernel/abi/eventpoll.ts';
import * as fcntl from '../../../kernel/abi/fcntl.ts';
import * as fs from '../../../kernel/abi/fs.ts';
import * as futex from '../../../kernel/abi/futex.ts';
import * as ioctl from '../../../kernel/abi/ioctl.ts';
import * as ipc from '../../../kernel/abi/ipc.ts';
import * as limits from '../../../kernel/abi/limits.ts';
import * as membarrier from '../../../kernel/abi/membarrier.ts';
import * as memfd from '../../../kernel/abi/memfd.ts';
import * as mman from '../../../kernel/abi/mman.ts';
import * as msg from '../../../kernel/abi/msg.ts';
import * as personality from '../../../kernel/abi/personality.ts';
import * as pidfd from '../../../kernel/abi/pidfd.ts';
import * as poll from '../../../kernel/abi/poll.ts';
import * as prctl from '../../../kernel/abi/prctl.ts';
import * as ptrace from '../../../kernel/abi/ptrace.ts';
import * as random from '../../../kernel/abi/random.ts';
import * as resource from '../../../kernel/abi/resource.ts';
import * as sched from '../../../kernel/abi/sched.ts';
import * as securebits from '../../../kernel/abi/securebits.ts';
import * as sem from '../../../kernel/abi/sem.ts';
import * as shm from '../../../kernel/abi/shm.ts';
import * as signal from '../../../kernel/abi/signal.ts';
import * as signalfd from '../../../kernel/abi/signalfd.ts';
import * as stat from '../../../kernel/abi/stat.ts';
import * as statfs from '../../../kernel/abi/statfs.ts';
import * as termios from '../../../kernel/abi/termios.ts';
import * as time from '../../../kernel/abi/time.ts';
import * as timerfd from '../../../kernel/abi/timerfd.ts';
import * as timex from '../../../kernel/abi/timex.ts';
import * as utsname from '../../../kernel/abi/utsname.ts';
import * as wait from '../../../kernel/abi/wait.ts';
import type { IsaName } from '../../../kernel/ports.ts';
import { probe, whyNotHere } from './probe.ts';

/** Our module, the headers that say the same, and the names that are the kernel's own, in no header of user space. */
interface Header {
  readonly file: string;
  readonly module: { readonly [name: string]: unknown };
  readonly headers: readonly string[];
  /** Enumerators, not macros. */
  readonly isEnum?: true;
  readonly kernelOnly?: readonly string[];
  /** In no header of ARM. */
  readonly notArm?: readonly string[];
  /** In no header of x86_64. */
  readonly only32?: readonly string[];
}

const HEADERS: readonly Header[] = [
  {
    file: 'auxvec',
    module: auxvec,
    headers: ['linux/auxvec.h', 'asm/auxvec.h'],
    only32: ['AT_SYSINFO'],
    notArm: ['AT_SYSINFO'],
  },
  { file: 'capability', module: capability, headers: ['linux/capability.h'] },
  { file: 'close_range', module: closeRange, headers: ['linux/close_range.h'] },
  { file: 'eventpoll', module: eventpoll, headers: ['linux/fcntl.h', 'linux/eventpoll.h'] },
  { file: 'ipc', module: ipc, headers: ['linux/ipc.h'] },
  { file: 'pidfd', module: pidfd, headers: ['linux/fcntl.h', 'linux/pidfd.h'] },
  { file: 'msg', module: msg, headers: ['linux/msg.h'] },
  { file: 'securebits', module: securebits, headers: ['linux/securebits.h'] },
  { file: 'sem', module: sem, headers: ['linux/sem.h'] },
  { file: 'shm', module: shm, headers: ['linux/shm.h'] },
  { file: 'signalfd', module: signalfd, headers: ['linux/fcntl.h', 'linux/signalfd.h'] },
  { file: 'timerfd', module: timerfd, headers: ['linux/fcntl.h', 'linux/timerfd.h'] },
  { file: 'timex', module: timex, headers: ['linux/timex.h'] },
  { file: 'elf', module: elf, headers: ['elf.h'] },
  {
    file: 'errno',
    module: errno,
    headers: ['asm/errno.h'],
    kernelOnly: ['ERESTARTNOHAND', 'ERESTARTNOINTR', 'ERESTARTSYS', 'ERESTART_RESTARTBLOCK'],
  },
  {
    file: 'fcntl',
    module: fcntl,
    headers: ['linux/fcntl.h'],
    only32: ['F_GETLK64', 'F_SETLK64', 'F_SETLKW64'],
    kernelOnly: ['F_OK', 'R_OK', 'W_OK', 'X_OK'],
  },
  {
    file: 'unistd',
    module: { F_OK: fcntl.F_OK, R_OK: fcntl.R_OK, W_OK: fcntl.W_OK, X_OK: fcntl.X_OK },
    headers: ['unistd.h'],
  },
  { file: 'fs', module: fs, headers: ['linux/fs.h', 'dirent.h'] },
  { file: 'futex', module: futex, headers: ['linux/futex.h'] },
  { file: 'ioctl', module: ioctl, headers: ['asm/ioctls.h', 'asm/termbits.h'] },
  {
    file: 'limits',
    module: limits,
    headers: ['linux/limits.h'],
    kernelOnly: ['BINPRM_BUF_SIZE', 'MAXSYMLINKS', 'MAX_ARG_STRINGS', 'MAX_ARG_STRLEN'],
  },
  { file: 'membarrier', module: membarrier, headers: ['linux/membarrier.h'], isEnum: true },
  { file: 'memfd', module: memfd, headers: ['linux/memfd.h'] },
  { file: 'mman', module: mman, headers: ['linux/mman.h'], notArm: ['MAP_32BIT'] },
  { file: 'personality', module: personality, headers: ['linux/personality.h'], isEnum: true },
  { file: 'poll', module: poll, headers: ['asm/poll.h'] },
  { file: 'prctl', module: only(prctl, /^PR_/), headers: ['linux/prctl.h'] },
  {
    file: 'ptrace',
    module: ptrace,
    headers: ['linux/ptrace.h', 'asm/ptrace.h'],
    notArm: ['PTRACE_GETFPXREGS', 'PTRACE_SETFPXREGS', 'PTRACE_SYSEMU', 'PTRACE_SYSEMU_SINGLESTEP'],
  },
  { file: 'random', module: random, headers: ['linux/random.h'] },
  {
    file: 'resource',
    module: resource,
    headers: ['linux/resource.h'],
    kernelOnly: ['RLIM_INFINITY', 'RLIM_INFINITY32'],
  },
  { file: 'sched', module: sched, headers: ['linux/sched.h'] },
  {
    file: 'signal',
    module: signal,
    headers: ['linux/signal.h'],
    kernelOnly: ['SIGRTMAX', '_NSIG'],
  },
  { file: 'stat', module: stat, headers: ['linux/stat.h'] },
  { file: 'statfs', module: only(statfs, /_MAGIC$/), headers: ['linux/magic.h'] },
  { file: 'termios', module: termios, headers: ['asm/termbits.h'] },
  { file: 'time', module: time, headers: ['linux/time.h'] },
  { file: 'utsname', module: utsname, headers: ['linux/utsname.h'] },
  { file: 'wait', module: wait, headers: ['linux/wait.h'], kernelOnly: ['CONTINUED_STATUS'] },
];

function only(module: { readonly [name: string]: unknown }, pattern: RegExp): { readonly [name: string]: unknown } {
  return Object.fromEntries(Object.entries(module).filter(([name]) => pattern.test(name)));
}

/** The kernel's own are not asked for. */
function constants({ module, kernelOnly = [] }: Header): [string, number][] {
  return Object.entries(module).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number' && !kernelOnly.includes(entry[0]),
  );
}

const ISAS: readonly IsaName[] = ['x86_64', 'i386', 'arm'];

describe.each(ISAS)('constants on %s', (isa) => {
  const reason = whyNotHere(isa);

  it.skipIf(reason !== null)(`each has the value of Linux's own header${reason ? ` (${reason})` : ''}`, () => {
    const groups = HEADERS.map((header) => {
      const names = constants(header).map(([name]) => name);
      return header.isEnum
        ? { headers: header.headers, expressions: names }
        : { headers: header.headers, macros: names };
    });
    const found = probe(isa, groups);
    HEADERS.forEach((header, i) => {
      const values = found[i] ?? new Map<string, bigint>();
      const known = constants(header).filter(([name]) => values.has(name));
      const ours = known.map(([name, value]) => `${name} = ${value}`);
      expect(ours, header.file).toEqual(known.map(([name]) => `${name} = ${values.get(name)}`));
      const absent = constants(header).flatMap(([name]) => (values.has(name) ? [] : [name]));
      const { notArm = [], only32 = [] } = header;
      const expected = [...(isa === 'arm' ? notArm : []), ...(isa === 'x86_64' ? only32 : [])];
      expect(absent.toSorted(), header.file).toEqual(expected.toSorted());
    });
  });

  it.skipIf(reason !== null)(`the open flags that differ between ISAs are right${reason ? ` (${reason})` : ''}`, () => {
    const flags = fcntl.openFlags(isa);
    const [values] = probe(isa, [{ headers: ['asm/fcntl.h'], macros: Object.keys(flags) }]);
    expect(Object.entries(flags).map(([name, value]) => [name, BigInt(value)])).toEqual([...(values ?? [])]);
  });

  it.skipIf(reason !== null)(
    `the codes of arch_prctl are right, or ARM has none${reason ? ` (${reason})` : ''}`,
    () => {
      const codes = Object.entries(only(prctl, /^ARCH_/)) as [string, number][];
      if (isa === 'arm') {
        expect(() => probe(isa, [{ headers: ['asm/prctl.h'] }])).toThrow('asm/prctl.h');
        return;
      }
      const [values] = probe(isa, [{ headers: ['asm/prctl.h'], macros: codes.map(([name]) => name) }]);
      expect(codes.map(([name, value]) => [name, BigInt(value)])).toEqual([...(values ?? [])]);
    },
  );
});

describe('names of errno', () => {
  it("every errno has its name and glibc's text", () => {
    expect(errno.errnoName(errno.EWOULDBLOCK)).toBe('EAGAIN');
    expect(errno.errnoName(9999)).toBeUndefined();
    expect(errno.strerror(errno.EOPNOTSUPP)).toBe('Operation not supported');
    expect(errno.strerror(9999)).toBe('Unknown error 9999');
    const unnamed = Object.entries(errno).filter(
      ([, value]) => typeof value === 'number' && errno.errnoName(value) === undefined,
    );
    expect(unnamed).toEqual([]);
  });
});

describe('names of signals', () => {
  it('real-time signals are named as strace names them', () => {
    expect([11, 32, 33, 64, 65, 0].map(signal.signalName)).toEqual([
      'SIGSEGV',
      'SIGRTMIN',
      'SIGRT_1',
      'SIGRT_32',
      '65',
      '0',
    ]);
  });

  it('default actions are those of signal(7)', () => {
    const of = (action: string): number[] =>
      Array.from({ length: 64 }, (_, i) => i + 1).filter((signo) => signal.defaultAction(signo) === action);
    expect(of('core')).toEqual([3, 4, 5, 6, 7, 8, 11, 24, 25, 31]);
    expect(of('ignore')).toEqual([17, 23, 28]);
    expect(of('stop')).toEqual([19, 20, 21, 22]);
    expect(of('continue')).toEqual([18]);
  });
});

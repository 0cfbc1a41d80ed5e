/**
 * Every call of the table with arguments that no program should pass: each pointer wild in turn, each number huge or negative, and all at
 * once. The call has to come back with a result or an errno; an exception of our own fails the test.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { createMemoryConsole } from '../../emulator/machine/console.ts';
import { createMachine, type Machine } from '../../emulator/machine/machine.ts';
import { EFAULT } from '../../kernel/abi/errno.ts';
import { MAP_ANONYMOUS, MAP_FIXED, MAP_PRIVATE, PROT_READ, PROT_WRITE } from '../../kernel/abi/mman.ts';
import { archOf } from '../../kernel/arch/index.ts';
import { stringToBytes } from '../../kernel/bytes.ts';
import { prepareToRun } from '../../kernel/entry.ts';
import { doMmap } from '../../kernel/mm/mmap.ts';
import { copyToUser } from '../../kernel/mm/uaccess.ts';
import { type IsaName, TRAP } from '../../kernel/ports.ts';
import { getRegLow, setReg } from '../../kernel/ptregs.ts';
import type { Kernel } from '../../kernel/state.ts';
import { enterSyscall } from '../../kernel/syscalls/dispatch.ts';
import { type ArgKind, SLEEP, type SyscallRow } from '../../kernel/syscalls/row.ts';
import { SYSCALLS } from '../../kernel/syscalls/table.ts';
import type { Task } from '../../kernel/task.ts';
import { buildC } from '../oracle/build.ts';
import { machineOptions } from '../oracle/forkscope.ts';

const TRAPS: { readonly [isa in IsaName]: number } = { i386: TRAP.int80, x86_64: TRAP.syscall, arm: TRAP.svc };

/** Two pages: the first can be read and written, the second only read; nothing is mapped behind them. */
const GOOD = 0x3000_0000;
const READ_ONLY = GOOD + 0x1000;
const PATH = GOOD + 0x800;

const NUMBERS: ReadonlySet<ArgKind> = new Set<ArgKind>([
  'int',
  'fd',
  'dirfd',
  'pid',
  'uint',
  'mode',
  'uid',
  'signal',
  'openflags',
  'whence',
  'prot',
  'mapflags',
  'cloneflags',
  'waitoptions',
  'accessmode',
  'atflags',
  'fcntlcmd',
  'ioctlcmd',
  'resource',
  'clockid',
  'sighow',
  'futexop',
  'prctlop',
  'archprctlop',
  'madvice',
  'long',
  'ulong',
  'size',
  'off',
  'loff',
]);

/** What a careful program passes, by the kind of argument or its name. */
const PLAUSIBLE: { readonly [kindOrName: string]: number } = {
  dirfd: -100,
  path: PATH,
  size: 8,
  ulong: 1,
  fd: 0,
  signal: 10,
  iovcnt: 1,
  nfds: 1,
  maxevents: 1,
  gidsetsize: 1,
  sz: 88,
};

function plausible([name, kind]: SyscallRow['args'][number]): number {
  return PLAUSIBLE[name] ?? PLAUSIBLE[kind] ?? (NUMBERS.has(kind) ? 0 : GOOD);
}

function wildPointers(isa: IsaName): number[] {
  const kernelHalf =
    archOf(isa).wordBytes === 8 ? [-0x8000_0000_0000, 2 ** 47 - 4096, 2 ** 47] : [0xc000_0000, 0xffff_f000];
  return [0, 1, 4096, READ_ONLY, READ_ONLY + 0x1000, READ_ONLY + 0xfff, GOOD + 0x3fd, -1, -4096, -8, ...kernelHalf];
}

function wildNumbers(isa: IsaName): number[] {
  const wide = archOf(isa).wordBytes === 8 ? [2 ** 62, -(2 ** 62), 2 ** 47, 2 ** 32] : [];
  return [0, 3, 4096, 0x7fff_ffff, 0x8000_0000, -1, -4096, ...wide];
}

/** Arguments that are addresses or words which the call does not look behind, or not in this case. */
const NOT_LOOKED_BEHIND = words(`
  clone.stack clone.parent_tid clone.child_tid clone.tls set_tid_address.tidptr set_robust_list.head set_tls.tp
  cacheflush.start cacheflush.end brk.brk mmap.addr mmap.offset mmap2.addr mmap2.pgoffset munmap.addr mprotect.addr
  mremap.new_address madvise.addr mlock.start mlock2.start munlock.start mincore.start msync.start shmat.shmaddr
  shmdt.shmaddr signal.handler ssetmask.newmask sigsuspend.mask arch_prctl.addr nanosleep.rmtp clock_nanosleep.rmtp
  clock_nanosleep_time64.rmtp getcpu.unused ptrace.request
  getxattr.value lgetxattr.value fgetxattr.value listxattr.list llistxattr.list flistxattr.list
`);

/** Here another argument, or the state of the process, is refused before the pointer is looked at; tests/guests/wild-pointers.c gets behind that. */
const REFUSED_BEFORE = words(`
  clone3.cl_args wait4.wstatus wait4.rusage waitpid.wstatus waitid.infop waitid.rusage shmctl.buf ipc.ptr
  msgctl.buf msgrcv.msgp semctl.arg semop.sops semtimedop.sops semtimedop_time64.sops setdomainname.name
  futex_waitv.timeout futex_waitv.waiters
  process_vm_readv.lvec process_vm_readv.rvec process_vm_writev.lvec process_vm_writev.rvec sigaltstack.oss
  rt_sigtimedwait.uinfo rt_sigtimedwait_time64.uinfo read.buf write.buf pread64.buf pwrite64.buf _llseek.result
  sendfile.offset sendfile64.offset getdents.dirp getdents64.dirp readlink.pathname
  readlink.buf readlinkat.pathname readlinkat.buf epoll_wait.events epoll_pwait.events epoll_pwait2.events
  timerfd_settime.otmr timerfd_settime64.otmr timerfd_gettime.otmr timerfd_gettime64.otmr pidfd_send_signal.info
  ioctl.argp statfs64.buf fstatfs64.buf timer_create.created_timer_id timer_settime.old_setting
  timer_settime64.old_setting timer_gettime.setting timer_gettime64.setting capget.dataptr capset.data
  sethostname.name sched_getaffinity.mask sched_setaffinity.mask sched_getattr.uattr ptrace.addr ptrace.data
`);

function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

let machine: Machine | null = null;

afterEach(() => {
  machine?.close();
  machine = null;
});

async function start(isa: IsaName): Promise<{ machine: Machine; task: () => Task }> {
  const path = await buildC('pipe-ends', isa);
  const started = createMachine({
    ...machineOptions(path, [], {}),
    console: createMemoryConsole(new Uint8Array(0)),
    memoryBytes: 16 << 20,
  });
  machine = started;
  const { kernel: k } = started;
  const next = prepareToRun(k);
  if (next.kind !== 'run') throw new Error('nothing runs');
  const map = (addr: number, prot: number): void => {
    const flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
    doMmap(k, next.task, { addr, lenBytes: 4096, prot, flags, file: null, offset: 0 });
  };
  map(GOOD, PROT_READ | PROT_WRITE);
  map(READ_ONLY, PROT_READ);
  if (next.task.mm) copyToUser(k, next.task.mm, PATH, stringToBytes('/proc/self/stat\0'));
  const { pid } = next.task;
  const task = (): Task => {
    const found = k.state.tasks.get(pid);
    if (!found) throw new Error('no task');
    return found;
  };
  return { machine: started, task };
}

/** Make the call as the guest would; returns the result register, signed. */
function call(k: Kernel, task: Task, row: SyscallRow, args: readonly number[]): number {
  const { ptRegs, wordBytes, pairsAligned } = archOf(task.isa);
  const nr = row.nr[task.isa] ?? -1;
  let next = 0;
  const words: number[] = [];
  row.args.forEach(([, kind], i) => {
    const value = args[i] ?? 0;
    if (kind === 'loff' && wordBytes === 4) {
      if (pairsAligned && next % 2 === 1) next++;
      words[next++] = value;
      words[next++] = value < 0 ? -1 : Math.floor(value / 2 ** 32);
    } else {
      words[next++] = value;
    }
  });
  setReg(k, task, ptRegs.ret, nr);
  setReg(k, task, ptRegs.nr, nr);
  ptRegs.args.forEach((register, i) => {
    setReg(k, task, register, words[i] ?? 0);
  });
  enterSyscall(k, task, TRAPS[task.isa]);
  if (k.state.tasks.get(task.pid) !== task || task.state === 'zombie') return 0;
  if (task.inSyscall) return SLEEP;
  return getRegLow(k, task, ptRegs.ret) | 0;
}

function* attacks(isa: IsaName, row: SyscallRow): Generator<number[]> {
  const usual = row.args.map(plausible);
  for (let i = 0; i < usual.length; i++) {
    const kind = row.args[i]?.[1] ?? 'int';
    const values = NUMBERS.has(kind) ? wildNumbers(isa) : [...wildPointers(isa), ...wildNumbers(isa)];
    for (const value of values) yield usual.with(i, value);
  }
  for (const value of wildPointers(isa))
    yield usual.map((old, i) => (NUMBERS.has(row.args[i]?.[1] ?? 'int') ? old : value));
  for (const value of wildNumbers(isa)) yield usual.map(() => value);
}

/** Pointer arguments that are not EFAULT where nothing is mapped, all others being fine. */
async function notFaulting(isa: IsaName): Promise<string[]> {
  const { machine: started, task } = await start(isa);
  const before = started.snapshot();
  const found: string[] = [];
  for (const row of SYSCALLS.filter(({ nr }) => nr[isa] !== undefined)) {
    const usual = row.args.map(plausible);
    row.args.forEach(([name, kind], i) => {
      if (NUMBERS.has(kind)) return;
      const result = call(started.kernel, task(), row, usual.with(i, 4096));
      if (result !== -EFAULT) found.push(`${row.name}.${name}`);
      started.restore(before);
    });
  }
  started.close();
  return found;
}

describe('a pointer to where nothing is mapped', () => {
  it('is EFAULT in every call that looks behind it', async () => {
    const found = new Set<string>();
    for (const isa of ['x86_64', 'i386', 'arm'] as const) for (const name of await notFaulting(isa)) found.add(name);
    expect([...found].sort()).toEqual([...NOT_LOOKED_BEHIND, ...REFUSED_BEFORE].sort());
  }, 60_000);
});

describe.each<IsaName>(['x86_64', 'i386', 'arm'])('wild arguments on %s', (isa) => {
  it('no call of the table fails with an exception of ours', async () => {
    const { machine: started, task } = await start(isa);
    const k = started.kernel;
    const before = started.snapshot();
    const broken: string[] = [];
    let calls = 0;
    for (const row of SYSCALLS.filter(({ nr }) => nr[isa] !== undefined)) {
      for (const args of attacks(isa, row)) {
        calls++;
        try {
          call(k, task(), row, args);
          prepareToRun(k);
        } catch (error) {
          const where = (error as Error).stack?.split('\n').slice(0, 3).join(' ') ?? '';
          broken.push(`${row.name}(${args.map((arg) => arg.toString(16)).join(', ')}): ${where}`);
        }
        started.restore(before);
      }
    }
    expect(broken).toEqual([]);
    expect(calls).toBeGreaterThan(5000);
  }, 300_000);
});

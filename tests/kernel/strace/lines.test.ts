import { describe, expect, it } from 'vitest';
import { shmid64Ds } from '../../../kernel/abi/structs/ipc.ts';
import type { IsaName } from '../../../kernel/ports.ts';
import { createStraceFormatter } from '../../../kernel/strace/index.ts';
import type { SyscallRow } from '../../../kernel/syscalls/row.ts';
import type { Task } from '../../../kernel/task.ts';
import type { KernelEvent } from '../../../kernel/trace.ts';
import { fakeKernel, fakeTask } from './fake.ts';
import { rowOf } from './rows.ts';

/** Lines of several processes. Expected texts: strace 6.1 -f of native programs, with pids in the place of theirs. */

const EXIT_GROUP: SyscallRow = { ...rowOf('exit_group'), args: [['status', 'int']], ret: 'none' };
const VFORK: SyscallRow = { ...rowOf('vfork'), ret: 'pid' };
const PAUSE: SyscallRow = { ...rowOf('pause') };

function record(events: (parent: Task, child: Task) => KernelEvent[], column?: number): string[] {
  const lines: string[] = [];
  const options = { memoryOf: () => ({ read: () => null }), ...(column === undefined ? {} : { column }) };
  const formatter = createStraceFormatter(fakeKernel, (line) => lines.push(line), options);
  for (const event of events(fakeTask('x86_64', 1000), fakeTask('x86_64', 1001))) formatter.event(event);
  formatter.finish();
  return lines;
}

function enter(task: Task, row: SyscallRow, ...args: number[]): KernelEvent {
  return { kind: 'syscall-enter', task, row, args };
}

function exit(task: Task, row: SyscallRow, result: number | null, ...args: number[]): KernelEvent {
  return { kind: 'syscall-exit', task, row, args, result };
}

function sigchld(task: Task, status: number): KernelEvent {
  const info = { signo: 17, errno: 0, code: 1, pid: 1001, uid: 0, status, utime: 0, stime: 0 };
  return { kind: 'signal', task, info };
}

describe('calls of several processes', () => {
  it('a vfork that waits is cut, and resumed when the child has exited', () => {
    const lines = record((parent, child) => [
      enter(parent, VFORK),
      { kind: 'fork', parent, child, how: 'vfork' },
      { kind: 'vfork-wait', parent, child },
      { kind: 'syscall-sleep', task: parent, row: VFORK, args: [] },
      enter(child, EXIT_GROUP, 3),
      { kind: 'exit', task: child, code: 3 },
      { kind: 'vfork-done', parent, child },
      exit(parent, VFORK, 1001),
      sigchld(parent, 3),
      enter(parent, EXIT_GROUP, 0),
      { kind: 'exit', task: parent, code: 0 },
    ]);
    expect(lines).toEqual([
      'vfork( <unfinished ...>',
      'strace: Process 1001 attached',
      '[pid  1001] exit_group(3)               = ?',
      '[pid  1001] +++ exited with 3 +++',
      '<... vfork resumed>)                    = 1001',
      '--- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=1001, si_uid=0, si_status=3, si_utime=0, si_stime=0} ---',
      'exit_group(0)                           = ?',
      '+++ exited with 0 +++',
    ]);
  });

  it('a first thread that ends keeps its name until the last one has ended', () => {
    const lines = record((first, other) => [
      enter(first, EXIT_GROUP, 0),
      { kind: 'exiting', task: first },
      enter(other, EXIT_GROUP, 7),
      { kind: 'exiting', task: other },
      { kind: 'exit', task: other, code: 7 },
      { kind: 'exit', task: first, code: 7 },
    ]);
    expect(lines).toEqual([
      'exit_group(0)                           = ?',
      'strace: Process 1001 attached',
      '[pid  1001] exit_group(7)               = ?',
      '[pid  1001] +++ exited with 7 +++',
      '+++ exited with 7 +++',
    ]);
  });

  it("execve of another thread takes over the first one's number", () => {
    const lines = record((first, other) => [
      enter(first, PAUSE),
      enter(other, VFORK),
      { kind: 'exiting', task: first },
      { kind: 'thread-exec', task: { ...other, pid: 1000 }, oldPid: 1001 },
      exit({ ...other, pid: 1000 }, VFORK, 0),
    ]);
    expect(lines).toEqual([
      'pause( <unfinished ...>',
      'strace: Process 1001 attached',
      '[pid  1001] vfork( <unfinished ...>',
      '[pid  1000] <... pause resumed>)        = ?',
      '+++ superseded by execve in pid 1001 +++',
      '<... vfork resumed>)                    = 0',
    ]);
  });

  it('while two live, both are named, also where a line is resumed', () => {
    const lines = record((parent, child) => [
      enter(parent, VFORK),
      enter(child, rowOf('getpid')),
      exit(child, rowOf('getpid'), 1001),
      exit(parent, VFORK, 1001),
    ]);
    expect(lines.slice(2)).toEqual([
      '[pid  1001] getpid()                    = 1001',
      '[pid  1000] <... vfork resumed>)        = 1001',
    ]);
  });

  it('the comma stands before the cut of a call that shows more at its end, but not before that of clone', () => {
    const clone = rowOf('clone');
    const args = [0x0120_0000 | 17, 0, 0, 0x7f00, 0];
    const lines = record((parent, child) => [
      enter(parent, clone, ...args),
      enter(child, rowOf('wait4'), -1, 0, 0, 0),
      exit(parent, clone, 1001, ...args),
      exit(child, rowOf('wait4'), -10, -1, 0, 0, 0),
    ]);
    expect(lines).toEqual([
      'clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD <unfinished ...>',
      'strace: Process 1001 attached',
      '[pid  1001] wait4(-1,  <unfinished ...>',
      '[pid  1000] <... clone resumed>, child_tidptr=0x7f00) = 1001',
      '[pid  1001] <... wait4 resumed>NULL, 0, NULL) = -1 ECHILD (No child processes)',
    ]);
  });

  it('a process killed inside a call never shows what the call would have filled', () => {
    const read = rowOf('read');
    const lines = record((parent, child) => [
      enter(parent, rowOf('getpid')),
      exit(parent, rowOf('getpid'), 1000),
      enter(child, read, 3, 0x1000, 4),
      enter(parent, rowOf('kill'), 1001, 9),
      exit(parent, rowOf('kill'), 0, 1001, 9),
      { kind: 'killed', task: child, signal: 9, core: false },
    ]);
    expect(lines.slice(1)).toEqual([
      'strace: Process 1001 attached',
      '[pid  1001] read(3,  <unfinished ...>',
      '[pid  1000] kill(1001, SIGKILL)         = 0',
      '[pid  1001] <... read resumed> <unfinished ...>) = ?',
      '[pid  1001] +++ killed by SIGKILL +++',
    ]);
  });

  it('a call in which SIGKILL strikes has no result', () => {
    const kill = rowOf('kill');
    const lines = record((parent) => {
      parent.signal.groupExit = true;
      parent.signal.groupExitCode = 9;
      return [
        enter(parent, kill, 1000, 9),
        exit(parent, kill, 0, 1000, 9),
        { kind: 'killed', task: parent, signal: 9, core: false },
      ];
    });
    expect(lines).toEqual(['kill(1000, SIGKILL)                     = ?', '+++ killed by SIGKILL +++']);
  });

  it('a filtered call that ends without having begun shows nothing', () => {
    expect(record((parent) => [exit(parent, rowOf('getpid'), 1000)])).toEqual([]);
  });
});

describe('signals and ends', () => {
  it('a call that a signal interrupts tells how it goes on', () => {
    const info = { signo: 15, errno: 0, code: 0, pid: 1001, uid: 0 };
    const lines = record((parent) => [
      enter(parent, PAUSE),
      exit(parent, PAUSE, -514),
      { kind: 'signal', task: parent, info },
      { kind: 'killed', task: parent, signal: 15, core: false },
    ]);
    expect(lines).toEqual([
      'pause()                                 = ? ERESTARTNOHAND (To be restarted if no handler)',
      '--- SIGTERM {si_signo=SIGTERM, si_code=SI_USER, si_pid=1001, si_uid=0} ---',
      '+++ killed by SIGTERM +++',
    ]);
  });

  it.each([
    [{ signo: 11, errno: 0, code: 1, addr: 0 }, 'SIGSEGV', 'si_code=SEGV_MAPERR, si_addr=NULL'],
    [{ signo: 11, errno: 0, code: 2, addr: 0x5664131d }, 'SIGSEGV', 'si_code=SEGV_ACCERR, si_addr=0x5664131d'],
    [{ signo: 11, errno: 0, code: 128 }, 'SIGSEGV', 'si_code=SI_KERNEL, si_addr=NULL'],
    [{ signo: 7, errno: 0, code: 2, addr: 0xf7f1b000 }, 'SIGBUS', 'si_code=BUS_ADRERR, si_addr=0xf7f1b000'],
    [{ signo: 4, errno: 0, code: 2, addr: 0x56641f3b }, 'SIGILL', 'si_code=ILL_ILLOPN, si_addr=0x56641f3b'],
    [{ signo: 5, errno: 0, code: 128 }, 'SIGTRAP', 'si_code=SI_KERNEL, si_addr=NULL'],
    [{ signo: 10, errno: 0, code: -6, pid: 1000, uid: 0 }, 'SIGUSR1', 'si_code=SI_TKILL, si_pid=1000, si_uid=0'],
    [{ signo: 14, errno: 0, code: 128 }, 'SIGALRM', 'si_code=SI_KERNEL'],
    [
      { signo: 40, errno: 0, code: -1, pid: 1000, uid: 0, value: 42 },
      'SIGRT_8',
      'si_code=SI_QUEUE, si_pid=1000, si_uid=0, si_int=42, si_ptr=0x2a',
    ],
    [
      { signo: 17, errno: 0, code: 2, pid: 1001, uid: 0, status: 11, utime: 10, stime: 0 },
      'SIGCHLD',
      'si_code=CLD_KILLED, si_pid=1001, si_uid=0, si_status=SIGSEGV, si_utime=10 /* 0.10 s */, si_stime=0',
    ],
  ])('signal %j reads as strace prints it', (info, name, rest) => {
    const lines = record((parent) => [{ kind: 'signal', task: parent, info }]);
    expect(lines).toEqual([`--- ${name} {si_signo=${name}, ${rest}} ---`]);
  });

  it('a stop and a death with a core are told', () => {
    const lines = record((parent) => [
      { kind: 'stopped', task: parent, signal: 19 },
      { kind: 'killed', task: parent, signal: 11, core: true },
    ]);
    expect(lines).toEqual(['--- stopped by SIGSTOP ---', '+++ killed by SIGSEGV (core dumped) +++']);
  });

  it('the end of a trace leaves no call unsaid', () => {
    expect(record((parent) => [enter(parent, rowOf('read'), 0, 0x1000, 5)])).toEqual(['read(0,  <detached ...>']);
  });

  it('the equals sign stands in the column asked for', () => {
    const lines = record((parent) => [enter(parent, rowOf('getpid')), exit(parent, rowOf('getpid'), 1000)], 10);
    expect(lines).toEqual(['getpid()  = 1000']);
  });
});

describe('calls without a result of their own', () => {
  it('execve that has replaced the program returned 0', () => {
    const args = [0, 0, 0];
    const lines = record((parent) => [
      enter(parent, rowOf('execve'), ...args),
      exit(parent, rowOf('execve'), null, ...args),
    ]);
    expect(lines).toEqual(['execve(NULL, NULL, NULL)                = 0']);
  });
});

describe('results of wait', () => {
  const status = (value: number): string => {
    const lines: string[] = [];
    const bytes = Uint8Array.of(value & 0xff, value >> 8, 0, 0);
    const formatter = createStraceFormatter(fakeKernel, (line) => lines.push(line), {
      memoryOf: () => ({ read: () => bytes }),
    });
    const task = fakeTask('arm', 1000);
    formatter.event(enter(task, rowOf('wait4'), -1, 0x1000, 0, 0));
    formatter.event(exit(task, rowOf('wait4'), 1001, -1, 0x1000, 0, 0));
    return lines
      .join('\n')
      .replace(/^wait4\(-1, /, '')
      .replace(/, 0, NULL\) += 1001$/, '');
  };

  it.each([
    [0x300, '[{WIFEXITED(s) && WEXITSTATUS(s) == 3}]'],
    [11, '[{WIFSIGNALED(s) && WTERMSIG(s) == SIGSEGV}]'],
    [0x8b, '[{WIFSIGNALED(s) && WTERMSIG(s) == SIGSEGV && WCOREDUMP(s)}]'],
    [0x137f, '[{WIFSTOPPED(s) && WSTOPSIG(s) == SIGSTOP}]'],
    [0xffff, '[{WIFCONTINUED(s)}]'],
  ])('status %i is taken apart', (value, text) => {
    expect(status(value)).toBe(text);
  });
});

describe('structures of System V objects', () => {
  it('are shown when the call has filled them; the old ones of ARM stay addresses', () => {
    const shm_perm = { key: 0, uid: 0, gid: 0, mode: 0o600, cuid: 0, cgid: 0 };
    const values = { shm_perm, shm_segsz: 4096, shm_cpid: 2745, shm_ctime: 1700000000 };
    const stat = (isa: IsaName, command: number): string => {
      const lines: string[] = [];
      const read = (): Uint8Array => shmid64Ds.encode(isa, values);
      const formatter = createStraceFormatter(fakeKernel, (line) => lines.push(line), { memoryOf: () => ({ read }) });
      const task = fakeTask(isa, 1000);
      formatter.event(enter(task, rowOf('shmctl'), 5, command, 0x5000));
      formatter.event(exit(task, rowOf('shmctl'), 0, 5, command, 0x5000));
      return lines.join('');
    };
    const shown =
      '{shm_perm={uid=0, gid=0, mode=0600, key=0, cuid=0, cgid=0}, shm_segsz=4096, shm_cpid=2745, shm_lpid=0, ' +
      'shm_nattch=0, shm_atime=0, shm_dtime=0, shm_ctime=1700000000}';
    expect(stat('x86_64', 2)).toBe(`shmctl(5, IPC_STAT, ${shown}) = 0`);
    expect(stat('arm', 0x102)).toBe(`shmctl(5, IPC_64|IPC_STAT, ${shown}) = 0`);
    expect(stat('arm', 2)).toBe('shmctl(5, IPC_STAT, 0x5000)             = 0');
  });
});

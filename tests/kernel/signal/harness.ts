import { RLIMIT_CORE } from '../../../kernel/abi/resource.ts';
import { archOf } from '../../../kernel/arch/index.ts';
import { allocKernelStack } from '../../../kernel/mm/frames.ts';
import type { IsaName } from '../../../kernel/ports.ts';
import { setRlimit } from '../../../kernel/rlimit.ts';
import { setAction } from '../../../kernel/signal/sighand.ts';
import type { Kernel } from '../../../kernel/state.ts';
import type { SigInfo, Task } from '../../../kernel/task.ts';
import { taskPtRegs } from '../../../kernel/task-struct.ts';
import type { KernelEvent } from '../../../kernel/trace.ts';
import { bareTask } from '../fs/harness.ts';
import { testKernel } from '../support.ts';

export const ISAS: readonly IsaName[] = ['i386', 'x86_64', 'arm'];

/** In the mapped arena of `bareTask`. */
export const STACK_TOP = 0x1f_0000;
export const CODE = 0x10_1000;
export const HANDLER = 0x10_2000;
export const RESTORER = 0x10_3000;

/** A task with registers, as if it were in user space at CODE. */
export function userTask(k: Kernel, isa: IsaName = 'x86_64'): Task {
  const arch = archOf(isa);
  const stack = allocKernelStack(k);
  const task: Task = {
    ...bareTask(k, isa),
    stack,
    ptRegs: taskPtRegs(isa, stack),
    thread: new Uint8Array(arch.threadLenBytes),
    restartBlock: null,
    syscallResult: 0,
    clearChildTid: 0,
    vforkParent: 0,
    pdeathSignal: 0,
    robustList: 0,
    personality: 0,
    exitSignal: 17,
    ptrace: null,
    ptraced: [],
  };
  task.signal.itimers = null;
  setRlimit(task.signal, RLIMIT_CORE, [0, 0]);
  k.state.tasks.set(task.pid, task);
  arch.startThread(k, task, CODE, STACK_TOP);
  return task;
}

/** Another thread of the leader's group. */
export function threadOf(k: Kernel, leader: Task): Task {
  const thread = userTask(k, leader.isa);
  thread.tgid = leader.tgid;
  thread.signal = leader.signal;
  thread.sighand = leader.sighand;
  leader.signal.threads.push(thread.pid);
  return thread;
}

/** A child process. */
export function childOf(k: Kernel, parent: Task): Task {
  const child = userTask(k, parent.isa);
  child.realParent = parent.tgid;
  parent.children.push(child.pid);
  return child;
}

/** A kernel that writes down what happens. */
export function tracedKernel(): { k: Kernel; events: KernelEvent[] } {
  const events: KernelEvent[] = [];
  const k = testKernel(4 << 20, { trace: { event: (event) => events.push(event) } });
  return { k, events };
}

/** As kill(2) sends it. */
export function info(signo: number, extra: Partial<SigInfo> = {}): SigInfo {
  return { signo, errno: 0, code: 0, pid: 1, uid: 0, ...extra };
}

/** Set an action; the flags include SA_RESTORER. */
export function handle(task: Task, signo: number, handler: number, flags = 0, mask = { lo: 0, hi: 0 }): void {
  setAction(task.sighand, signo, { handler, flags: (flags | 0x0400_0000) >>> 0, restorer: RESTORER, mask });
}

/** Put the task to sleep as a system call does. */
export function sleeping(k: Kernel, task: Task, state: 'interruptible' | 'killable' | 'uninterruptible'): Task {
  task.state = state;
  task.waitingFor = { channels: [], deadlineNs: Infinity };
  k.state.runQueue = k.state.runQueue.filter((pid) => pid !== task.pid);
  return task;
}

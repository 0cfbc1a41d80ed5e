import { recordEvents } from '../../debugger/events.ts';
import type { Machine } from '../../emulator/machine/machine.ts';
import type { Kernel } from '../../kernel/state.ts';
import type { Task } from '../../kernel/task.ts';
import type { CallValue } from '../../kernel/trace.ts';
import type { Paint } from './color.ts';
import type { Watch } from './guest-run.ts';
import { isMm, isTask, kernelStack, LINUX_NAMES, ptRegsOf } from './kernel-calls.ts';
import { createKernelTree, type KernelListener } from './kernel-tree.ts';
import type { Roles } from './trace-text.ts';

export interface KernelTraceSetup {
  readonly from?: number;
  readonly to?: number;
  readonly pid?: number;
  readonly json?: boolean;
  /** Page faults too. */
  readonly faults: boolean;
  readonly roles: Roles;
  readonly paint: Paint;
}

/** What --no-faults leaves out. */
const FAULTS = /^do_(page_fault|fault|anonymous_page|wp_page)$/;

/** The kernel's own functions as a call tree, or as JSON Lines. The guest runs at full speed between them. */
export function kernelWatch(setup: KernelTraceSetup, write: (text: string) => void): Watch {
  let listener: KernelListener | null = null;
  return {
    start({ kernel: k }: Machine) {
      const { roles } = setup;
      const tell = setup.json ? createJson(k, roles, write) : createKernelTree(k, roles, setup.paint, write);
      const wants = (task: Task): boolean => {
        const { from = 0, to = Number.POSITIVE_INFINITY, pid } = setup;
        return k.state.t >= from && k.state.t < to && (pid === undefined || pid === task.pid);
      };
      const wantsCall = (task: Task, name: string): boolean => (setup.faults || !FAULTS.test(name)) && wants(task);
      k.calls = {
        enter: (task, name, args) => wantsCall(task, name) && tell.enter(task, name, args),
        leave: (task, name, result) => wantsCall(task, name) && tell.leave(task, name, result),
      };
      k.trace = recordEvents(k, roles.see, {
        event: (event) => 'task' in event && wants(event.task) && tell.event(event),
      });
      listener = tell;
    },
    end: () => listener?.finish(),
  };
}

/** One object a call entered or left; pt_regs of both sides come with copy_thread. */
function createJson(k: Kernel, roles: Roles, write: (text: string) => void): KernelListener {
  const line = (value: object): void => write(`${JSON.stringify(value)}\n`);
  const head = ({ pid }: Task): object => ({ t: k.state.t, pid, role: roles.isChild(pid) ? 'child' : 'parent' });
  const children = new Map<number, Task>();
  line({ schema: 'forkscope-trace-kernel', version: 1 });
  return {
    enter(task, name, args) {
      if (name === 'copy_thread' && args.p !== null && typeof args.p === 'object' && isTask(args.p)) {
        children.set(task.pid, args.p);
      }
      const named = Object.entries(args).map(([key, value]) => [LINUX_NAMES[key] ?? key, plain(k, value)]);
      line({ ...head(task), event: 'enter', name, args: Object.fromEntries(named) });
    },
    leave(task, name, result) {
      const child = name === 'copy_thread' ? children.get(task.pid) : undefined;
      const sides = child ? { pt_regs: { parent: registers(k, task), child: registers(k, child) } } : {};
      line({ ...head(task), event: 'leave', name, result: plain(k, result), ...sides });
    },
    event() {},
    finish() {},
  };
}

function registers(k: Kernel, task: Task): Record<string, string> {
  return Object.fromEntries(ptRegsOf(k, task).map(([name, value]) => [name, `0x${value}`]));
}

/** Tasks and address spaces by what there is to see of them. */
function plain(k: Kernel, value: CallValue): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (isMm(value)) return { mm: value.id, mm_users: value.users, mm_count: value.count };
  const { stack, threadInfo, ptRegs } = kernelStack(value, k);
  return { pid: value.pid, stack, thread_info: threadInfo, pt_regs: ptRegs };
}

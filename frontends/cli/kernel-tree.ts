import { signalName } from '../../kernel/abi/signal.ts';
import type { Kernel } from '../../kernel/state.ts';
import type { Task } from '../../kernel/task.ts';
import type { CallArgs, CallSink, KernelEvent } from '../../kernel/trace.ts';
import type { Paint } from './color.ts';
import { argsText, NAMES_NOW, resultText } from './kernel-calls.ts';
import { detailsOf } from './kernel-details.ts';
import type { Roles } from './trace-text.ts';

/** Hears the kernel's functions and the system calls and signals around them. */
export interface KernelListener extends CallSink {
  event(event: KernelEvent): void;
  /** At the end: whatever is still open has no more to say. */
  finish(): void;
}

const T_WIDTH = 7;
const INDENT = '  ';

interface Frame {
  readonly name: string;
  /** What stands behind its closing brace. */
  readonly label: string;
  readonly args: CallArgs;
  readonly text: string;
  readonly t: number;
  /** Printed, with a brace: something happened inside. */
  open: boolean;
  /** The one call inside a page fault, which is told on one line with it; '' when none or printed. */
  only: string;
}

/** The calls as a tree, one line each, in the manner of ftrace's function_graph: `name(arguments) {`, its calls, `} = result`. */
export function createKernelTree(k: Kernel, roles: Roles, paint: Paint, write: (text: string) => void): KernelListener {
  const stacks = new Map<number, Frame[]>();
  const explained = new Set<string>();
  let last = 0;

  function framesOf(pid: number): Frame[] {
    const frames = stacks.get(pid) ?? [];
    stacks.set(pid, frames);
    return frames;
  }

  function who(pid: number): string {
    return roles.isChild(pid) ? paint.child(`C${pid}`) : paint.parent(`P${pid}`);
  }

  function line(pid: number, depth: number, text: string, t: number = k.state.t): void {
    if (last !== 0 && last !== pid) write(paint.dim(`${'-'.repeat(T_WIDTH)} ${last} => ${pid}\n`));
    last = pid;
    write(`${String(t).padStart(T_WIDTH)} ${who(pid)} ${INDENT.repeat(depth)}${text}\n`);
  }

  /** Print what is open and not yet printed, outermost first. */
  function openAll(pid: number): void {
    for (const [depth, frame] of framesOf(pid).entries()) {
      if (frame.open) continue;
      frame.open = true;
      line(pid, depth, `${frame.text} {${note(frame.name)}`, frame.t);
      if (frame.only !== '') line(pid, depth + 1, frame.only, frame.t);
      frame.only = '';
    }
  }

  /** What later kernels call it, the first time. */
  function note(name: string): string {
    const now = NAMES_NOW[name];
    if (now === undefined || explained.has(name)) return '';
    explained.add(name);
    return paint.dim(`  /* ${now} */`);
  }

  function push(task: Task, name: string, text: string, args: CallArgs = {}): void {
    framesOf(task.pid).push({
      name,
      label: text.replace(/\(.*$/s, ''),
      args,
      text,
      t: k.state.t,
      open: false,
      only: '',
    });
  }

  /** Close `name` and what an error has left open inside it. */
  function pop(task: Task, name: string, result: string): CallArgs | null {
    const frames = framesOf(task.pid);
    if (!frames.some((frame) => frame.name === name)) return null;
    for (;;) {
      const frame = frames.pop();
      if (!frame) return null;
      const ends = frame.name === name;
      const tail = ends && result !== '' ? ` = ${paint.bold(result)}` : '';
      if (frame.open) line(task.pid, frames.length, `} ${paint.dim(`/* ${frame.label} */`)}${tail}`);
      else if (frame.name !== ROOT) printLeaf(task, frames, frame, tail);
      if (ends) return frame.args;
    }
  }

  function printLeaf(task: Task, frames: readonly Frame[], frame: Frame, tail: string): void {
    const text = `${frame.text}${frame.only === '' ? '' : ` { ${frame.only} }`}${tail}${note(frame.name)}`;
    const outer = frames.at(-1);
    if (outer?.name === 'do_page_fault' && !outer.open && outer.only === '') {
      outer.only = text;
      return;
    }
    openAll(task.pid);
    line(task.pid, frames.length, text, frame.t);
  }

  function detail(task: Task, text: string): void {
    openAll(task.pid);
    line(task.pid, framesOf(task.pid).length + 1, paint.dim(text));
  }

  return {
    enter(task, name, args) {
      const outer = framesOf(task.pid).at(-1);
      if (outer && outer.name !== 'do_page_fault') openAll(task.pid);
      push(task, name, `${name}(${argsText(args)})`, args);
    },
    leave(task, name, result) {
      const args = pop(task, name, resultText(name, result));
      if (name === 'do_exit') pop(task, ROOT, '');
      for (const text of detailsOf(k, task, name, args ?? {}, result)) detail(task, text);
    },
    event(event) {
      if (event.kind === 'syscall-enter') {
        stacks.delete(event.task.pid);
        push(event.task, ROOT, `sys_${event.row.name}()`);
      } else if (event.kind === 'syscall-sleep' && framesOf(event.task.pid).some(({ name }) => name !== ROOT)) {
        detail(event.task, '(sleeps)');
      } else if (event.kind === 'signal') {
        const signal = signalName(event.info.signo) ?? `signal ${event.info.signo}`;
        if (framesOf(event.task.pid).length === 0) line(event.task.pid, 0, `${signal} is ignored`);
        else detail(event.task, `get_signal() = ${signal}`);
      } else if (event.kind === 'syscall-exit') {
        pop(event.task, ROOT, event.result === null ? '' : resultText('', event.result));
        stacks.delete(event.task.pid);
      }
    },
    finish() {
      for (const pid of k.state.tasks.keys()) openAll(pid);
    },
  };
}

/** The system call itself: printed only when something inside it is told. */
const ROOT = 'syscall';

import { signalContextAt } from '../../asm/dwarf/signal-trampolines.ts';
import type { Mm } from '../../kernel/mm/types.ts';
import type { VirtAddr } from '../../kernel/ports.ts';
import type { Task } from '../../kernel/task.ts';
import { isCall, isReturn } from '../calls.ts';
import type { SourceLine } from '../lines.ts';
import { peek } from '../memory.ts';
import { type Executed, pathBack } from './path.ts';
import { pcOf } from './places.ts';
import type { Breathe } from './search.ts';
import type { Session } from './session.ts';
import { vforkParentOf } from './walk.ts';

/** A call that is gone over backwards: where it returned to, and the lowest stack pointer that its caller had. */
interface Skipped {
  readonly returnTo: VirtAddr | null;
  readonly sp: VirtAddr;
}

/**
 * The instant at which the line before began, or this one, if it is under way: gdb's reverse-step and reverse-next. Functions are gone over,
 * or with `into` entered at their end where they have lines. Null at the beginning of the process; 'interrupted' when the user
 * did not want to wait. The machine stands where it stood.
 */
export async function lineBack(
  session: Session,
  into: boolean,
  breathe: Breathe,
): Promise<number | null | 'interrupted'> {
  const { task } = session;
  if (!hasMemory(task)) return null;
  const pids = new Set<number>();
  for (let pid: number | null = task.pid; pid !== null && !pids.has(pid); pid = vforkParentOf(session, pid))
    pids.add(pid);
  const search = new LineSearch(session, task, into);
  for await (const executed of pathBack(session.history, pids, breathe)) {
    if (executed === 'interrupted') return executed;
    if (search.see(executed)) break;
  }
  return search.anchor;
}

class LineSearch {
  /** Where the line that was found begins, as far as is known. */
  anchor: number | null = null;
  private readonly session: Session;
  private readonly pid: number;
  private readonly into: boolean;
  private line: SourceLine | null = null;
  private skipped: Skipped | null = null;
  /** Of the instruction behind the one that is looked at. */
  private nextPc: VirtAddr;
  private lastMm: Mm;

  constructor(session: Session, task: Task & { readonly mm: Mm }, into: boolean) {
    const { kernel: k } = session;
    this.session = session;
    this.pid = task.pid;
    this.into = into;
    this.nextPc = pcOf(k, task);
    this.lastMm = task.mm;
  }

  /** The machine is at another instant each time, with other objects. */
  private get mm(): Mm {
    this.lastMm = this.session.kernel.state.tasks.get(this.pid)?.mm ?? this.lastMm;
    return this.lastMm;
  }

  /** The instruction before; true when the line has been found. */
  see(executed: Executed): boolean {
    const { pc, sp, flags } = executed;
    let { nextPc } = this;
    this.nextPc = pc;
    const { code } = this.session;
    const insn = code.at(this.mm, pc, flags);
    const behind = pc + insn.bytes.length;
    if (this.skipped) {
      const { returnTo, sp: lowest } = this.skipped;
      const isCaller = returnTo === null ? sp > lowest : sp >= lowest && behind === returnTo && isCall(insn);
      if (!isCaller) return false;
      this.skipped = null;
      nextPc = behind;
    } else if (nextPc !== behind && isReturn(insn) && !(this.into && code.lines.at(this.mm, pc))) {
      this.skipped = { returnTo: nextPc, sp };
      return false;
    } else if (this.isSignalReturn(pc)) {
      this.skipped = { returnTo: null, sp };
      return false;
    }
    // A callee's end, entered; or the call that led here.
    const isOther = nextPc !== behind && (isReturn(insn) || isCall(insn));
    return this.isFound(executed, isOther);
  }

  private isFound({ t, pc }: Executed, isOtherFunction: boolean): boolean {
    const { code } = this.session;
    const line = code.lines.at(this.mm, pc);
    const goesOn =
      this.anchor === null || line?.line === 0 || isSame(line, this.line) || (isOtherFunction && line !== null);
    if (!goesOn) return true;
    this.anchor = t;
    if (line?.line !== 0) this.line = line;
    // Without lines: an instruction.
    return this.line === null && line === null;
  }

  private isSignalReturn(pc: VirtAddr): boolean {
    const { kernel: k } = this.session;
    const { mm } = this;
    return signalContextAt(mm.isa, pc, (addr, lenBytes) => peek(k, mm, addr, lenBytes)) !== null;
  }
}

function isSame(a: SourceLine | null, b: SourceLine | null): boolean {
  return a !== null && b !== null && a.line === b.line && a.file.path === b.file.path;
}

function hasMemory(task: Task | null): task is Task & { mm: Mm } {
  return task?.mm != null;
}

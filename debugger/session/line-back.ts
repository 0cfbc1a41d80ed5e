import { signalContextAt } from '../../asm/dwarf/signal-trampolines.ts';
import type { Mm } from '../../kernel/mm/types.ts';
import type { VirtAddr } from '../../kernel/ports.ts';
import type { Task } from '../../kernel/task.ts';
import { isCall, isReturn } from '../calls.ts';
import { isSameLine, type SourceLine } from '../lines.ts';
import { peek } from '../memory.ts';
import { type Executed, pathBack } from './path.ts';
import { pcOf, spOf } from './places.ts';
import type { Breathe } from './search.ts';
import type { Session } from './session.ts';
import { vforkParentOf } from './walk.ts';

/** What has to be known of an instruction. */
interface Decoded {
  readonly behind: VirtAddr;
  readonly isCall: boolean;
  readonly isReturn: boolean;
  readonly isSignalReturn: boolean;
  readonly line: SourceLine | null;
}

/** What is gone over backwards, up to the instruction of which this is true. */
type SkippedUntil = (sp: VirtAddr, behind: VirtAddr, isCall: boolean) => boolean;

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
  /** At the anchor a row of the line table begins. */
  private isAtStatement = false;
  private skipped: SkippedUntil | null = null;
  private readonly decoded = new Map<number, Decoded>();
  /** Of the instruction behind the one that is looked at. */
  private nextPc: VirtAddr;
  private nextSp: VirtAddr;
  /** What comes behind the call that ends the skipping; null where that leads into the function that has been looked at. */
  private pcBehindSkipped: VirtAddr | null = null;
  private lastMm: Mm;

  constructor(session: Session, task: Task & { readonly mm: Mm }, into: boolean) {
    const { kernel: k } = session;
    this.session = session;
    this.pid = task.pid;
    this.into = into;
    this.nextPc = pcOf(k, task);
    this.nextSp = spOf(k, task);
    this.lastMm = task.mm;
  }

  /** The machine is at another instant each time, with other objects. */
  private get mm(): Mm {
    this.lastMm = this.session.kernel.state.tasks.get(this.pid)?.mm ?? this.lastMm;
    return this.lastMm;
  }

  /** The instruction before; true when the line has been found. */
  see(executed: Executed): boolean {
    const { pc, sp } = executed;
    const insn = this.decode(executed);
    const { behind } = insn;
    let { nextPc } = this;
    const nextSp = this.nextSp;
    this.nextPc = pc;
    this.nextSp = sp;
    if (this.skipped) {
      if (!this.skipped(sp, behind, insn.isCall)) return false;
      this.skipped = null;
      nextPc = this.pcBehindSkipped ?? nextPc;
    } else if (this.startSkipping(sp, insn, nextPc, nextSp)) return false;
    // A callee's end, entered; or the call that led here.
    const isOther = nextPc !== behind && (insn.isReturn || insn.isCall);
    if (isOther && insn.isReturn && this.isAtStatement) return true;
    return this.isFound(executed, insn.line, isOther);
  }

  /** Over a function that has returned, a signal's handler, or what lies between a call and the function: stubs of dynamic linking. */
  private startSkipping(sp: VirtAddr, insn: Decoded, nextPc: VirtAddr, nextSp: VirtAddr): boolean {
    const { images, code } = this.session;
    const hasLine = insn.line !== null;
    const isElsewhere = (): boolean => images.at(this.mm, this.nextPc)?.image !== images.at(this.mm, nextPc)?.image;
    // i386's resolver goes on to the function with a return; it may have lines of its own.
    const leads = !insn.isCall && this.line && code.symbols.place(this.mm, nextPc)?.offset === 0;
    if (leads && (!hasLine || isElsewhere())) {
      this.pcBehindSkipped = null;
      this.skipped = (at, _end, isCaller) => isCaller && at >= nextSp;
    } else if (nextPc !== insn.behind && insn.isReturn && !(this.into && hasLine)) {
      this.pcBehindSkipped = nextPc;
      this.skipped = (at, end, isCaller) => isCaller && end === nextPc && at >= sp;
    } else if (insn.isSignalReturn) {
      this.pcBehindSkipped = null;
      this.skipped = (at) => at > sp;
    } else return false;
    return true;
  }

  private isFound({ t, pc }: Executed, line: SourceLine | null, isOtherFunction: boolean): boolean {
    const goesOn =
      this.anchor === null || line?.line === 0 || isSameLine(line, this.line) || (isOtherFunction && line !== null);
    if (!goesOn) return true;
    this.anchor = t;
    this.isAtStatement = line?.start === pc && line.isStmt;
    if (line?.line !== 0) this.line = line;
    // Without lines: an instruction.
    return this.line === null && line === null;
  }

  /** Loops come here often: an instruction is decoded once. */
  private decode({ pc, flags }: Executed): Decoded {
    const key = pc * 2 + ((flags >> 5) & 1);
    let known = this.decoded.get(key);
    if (!known) {
      const { kernel: k, code } = this.session;
      const { mm } = this;
      const insn = code.at(mm, pc, flags);
      const signal = signalContextAt(mm.isa, pc, (addr, lenBytes) => peek(k, mm, addr, lenBytes));
      known = {
        behind: pc + insn.bytes.length,
        isCall: isCall(insn),
        isReturn: isReturn(insn),
        isSignalReturn: signal !== null,
        line: code.lines.at(mm, pc),
      };
      this.decoded.set(key, known);
    }
    return known;
  }
}

function hasMemory(task: Task | null): task is Task & { mm: Mm } {
  return task?.mm != null;
}

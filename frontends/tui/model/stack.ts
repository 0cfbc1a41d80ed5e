import { placeText } from '../../../debugger/code.ts';
import {
  flagsOf,
  lowestNear,
  type Mark,
  markOf,
  registerNamed,
  registerValue,
  type Session,
  type SharedWord,
  spOf,
  stackWords,
  telescope,
} from '../../../debugger/session/index.ts';
import { archOf } from '../../../kernel/arch/index.ts';
import type { VirtAddr } from '../../../kernel/ports.ts';
import type { Task } from '../../../kernel/task.ts';

export interface StackRow {
  readonly addr: VirtAddr;
  /** From the stack pointer of the process that the screen is about. */
  readonly offset: number;
  readonly hex: string;
  /** What the word points at: see debugger/session/telescope.ts. */
  readonly points: readonly string[];
  readonly isReturn: boolean;
  /** Whose stack pointers and frame pointers are here. */
  readonly sp: readonly Mark[];
  readonly fp: readonly Mark[];
  readonly writer: StackWriter | null;
}

export interface StackWriter {
  readonly pid: number;
  readonly mark: Mark;
  readonly at: number;
  /** `call exit`; what the kernel stored for it begins with `kernel:`. */
  readonly text: string;
  /** `main+46`, or the address. */
  readonly place: string;
  /** More than one store made the word. */
  readonly torn: boolean;
}

export interface StackView {
  /** Processes that have this stack in their memory. */
  readonly sharers: readonly { readonly pid: number; readonly mark: Mark; readonly sp: VirtAddr }[];
  /** From the highest address down. */
  readonly rows: readonly StackRow[];
}

/**
 * `count` words of the stack. The window moves in steps of a few words, so that words stand still while the stack pointer moves, and always
 * holds the word at `selected`.
 */
export async function stackView(
  session: Session,
  before: Task,
  { count, selected }: { readonly count: number; readonly selected: VirtAddr | null },
  breathe: () => Promise<boolean>,
): Promise<StackView> {
  const { kernel: k } = session;
  const { wordBytes } = archOf(before.isa);
  const lenBytes = count * wordBytes;
  const step = Math.max(1, Math.floor(count / 12)) * wordBytes;
  const lowest = Math.max(0, lowestNear(session, before, lenBytes - step) - wordBytes);
  let start = lowest - (lowest % step);
  if (selected !== null && selected < start) start = selected - (selected % step);
  if (selected !== null && selected >= start + lenBytes) start = selected - (selected % step) - lenBytes + step;
  const words = await stackWords(session, before, { start, count }, breathe);
  // Who looks for writers goes to and fro: the tasks are others now, though the same.
  const task = k.state.tasks.get(before.pid) ?? before;
  const sharers = [...k.state.tasks.values()].filter(({ mm }) => mm !== null && mm === task.mm);
  const frames = new Map(sharers.map((sharer) => [sharer.pid, framePointer(session, sharer)]));
  const sp = spOf(k, task);
  return {
    sharers: sharers.map((one) => ({ pid: one.pid, mark: markOf(session, one.pid), sp: spOf(k, one) })),
    rows: words.map((word) => ({
      ...{ addr: word.addr, offset: word.addr - sp, hex: word.hex, isReturn: word.isReturn },
      points: task.mm ? telescope(session, task.mm, word.value, wordBytes) : [],
      sp: word.pointers.map((pid) => markOf(session, pid)),
      fp: [...frames].filter(([, fp]) => fp === word.addr).map(([pid]) => markOf(session, pid)),
      writer: writerOf(session, task, word),
    })),
  };
}

function framePointer(session: Session, task: Task): VirtAddr {
  const register = registerNamed(task, 'fp');
  return register ? Number(registerValue(session.kernel, task, register)) : 0;
}

function writerOf(session: Session, task: Task, { writer, torn }: SharedWord): StackWriter | null {
  if (!writer || !task.mm) return null;
  const { pid, at, pc, by } = writer;
  const line = session.code.at(task.mm, pc, flagsOf(session.kernel, task));
  const text = `${by === 'kernel' ? 'kernel: ' : ''}${line.mnemonic} ${line.operands}`.trim();
  const place = line.place ? placeText(line.place) : `0x${pc.toString(16)}`;
  return { pid, mark: markOf(session, pid), at, text, place, torn };
}

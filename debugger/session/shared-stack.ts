import { archOf } from '../../kernel/arch/index.ts';
import type { VirtAddr } from '../../kernel/ports.ts';
import type { Task } from '../../kernel/task.ts';
import { peek, wordHex, wordNumber } from '../memory.ts';
import { spOf } from './places.ts';
import type { Breathe } from './search.ts';
import type { Session } from './session.ts';
import { isReturnAddress } from './unwinder.ts';
import type { Writer } from './writers.ts';

/** A word of a stack, and all that is known of it. */
export interface SharedWord {
  readonly addr: VirtAddr;
  readonly hex: string;
  readonly value: VirtAddr;
  /** It stands behind a call: a return address. */
  readonly isReturn: boolean;
  /** Of its bytes the one stored last; null where nobody is known. */
  readonly writer: Writer | null;
  /** More than one store made it. */
  readonly torn: boolean;
  /** Processes whose stack pointer is here. */
  readonly pointers: readonly number[];
}

/** The words around the stack pointers of the processes that share the task's memory, from the highest down. */
export async function sharedStack(
  session: Session,
  task: Task,
  count: number,
  breathe: Breathe,
): Promise<SharedWord[]> {
  const { mm } = task;
  if (!mm) return [];
  const { wordBytes } = archOf(mm.isa);
  const lowest = lowestNear(session, task, count * wordBytes);
  return stackWords(session, task, { start: lowest - (lowest % wordBytes) - wordBytes, count }, breathe);
}

/** Stack pointers of the processes that share the task's memory, by pid. */
export function stackPointers({ kernel: k }: Session, task: Task): Map<number, VirtAddr> {
  const pointers = new Map<number, VirtAddr>();
  for (const other of k.state.tasks.values()) {
    if (other.mm && other.mm.space === task.mm?.space) pointers.set(other.pid, spOf(k, other));
  }
  return pointers;
}

/** The lowest of the stack pointers that are less than `lenBytes` from the task's own. */
export function lowestNear(session: Session, task: Task, lenBytes: number): VirtAddr {
  const sp = spOf(session.kernel, task);
  const near = [...stackPointers(session, task).values()].filter((other) => Math.abs(other - sp) < lenBytes);
  return Math.min(sp, ...near);
}

/** `count` words from `start` up, the highest first; those of pages that are not there are left out. */
export async function stackWords(
  session: Session,
  task: Task,
  { start, count }: { readonly start: VirtAddr; readonly count: number },
  breathe: Breathe,
): Promise<SharedWord[]> {
  const { kernel: k, code } = session;
  const { mm } = task;
  if (!mm) return [];
  const { wordBytes } = archOf(mm.isa);
  const pointers = stackPointers(session, task);
  const plain: Omit<SharedWord, 'writer' | 'torn'>[] = [];
  for (let addr = start; addr < start + count * wordBytes; addr += wordBytes) {
    const word = peek(k, mm, addr, wordBytes);
    if (word.length < wordBytes) continue;
    const here = [...pointers].filter(([, pointer]) => pointer >= addr && pointer < addr + wordBytes);
    const value = wordNumber(word);
    const isReturn = isReturnAddress({ mm, code }, value);
    plain.push({ addr, hex: wordHex(word, wordBytes), value, isReturn, pointers: here.map(([pid]) => pid) });
  }
  const writers = await session.writes.lastWriters({ space: mm.space, start, lenBytes: count * wordBytes }, breathe);
  return plain.map((word) => ({ ...word, ...wordWriter(writers, word.addr - start, wordBytes) })).reverse();
}

/** The writer of a word: the newest of its bytes' writers. */
export function wordWriter(
  writers: readonly (Writer | null)[],
  at: number,
  wordBytes: number,
): { readonly writer: Writer | null; readonly torn: boolean } {
  const own = writers.slice(at, at + wordBytes);
  const instants = new Set(own.map((writer) => writer?.at ?? -1));
  const newest = own.reduce((best, writer) => (writer && (!best || writer.at > best.at) ? writer : best), null);
  return { writer: newest, torn: instants.size > 1 };
}

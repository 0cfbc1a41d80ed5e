import type { CodeLine } from '../../../debugger/code.ts';
import {
  type AnyPoint,
  flagsOf,
  type Mark,
  markOf,
  pcOf,
  type Session,
  type Sources,
} from '../../../debugger/session/index.ts';
import type { Mm } from '../../../kernel/mm/types.ts';
import type { VirtAddr } from '../../../kernel/ports.ts';
import type { Task } from '../../../kernel/task.ts';

/** An instruction; the name of the function or the line of the source that begins there. */
export type CodeRow =
  | { readonly kind: 'label'; readonly address: VirtAddr; readonly name: string }
  | { readonly kind: 'source'; readonly address: VirtAddr; readonly line: number; readonly text: string }
  | {
      readonly kind: 'line';
      readonly address: VirtAddr;
      /** Distance from the function's start; null where no function is known. */
      readonly offset: number | null;
      readonly text: string;
      readonly bytes: Uint8Array;
      /** The process that the screen is about makes this instruction next. */
      readonly isNext: boolean;
      /** Other processes of the same memory that stand here. */
      readonly marks: readonly Mark[];
      /** `b` a breakpoint, `-` one that is switched off. */
      readonly breakpoint: '' | 'b' | '-';
    };

/** A session, and the sources of its programs. */
export interface Sourced {
  readonly session: Session;
  readonly sources: Sources;
}

export interface CodeView {
  readonly title: string;
  readonly rows: readonly CodeRow[];
}

/** Code this far behind a function's start is not read from there. */
const MAX_FUNCTION = 8192;
/** Where no function is known, code is read from addresses divisible by this. */
const BLOCK = 128;
const LONGEST_INSTRUCTION = 16;

/**
 * `height` rows around `anchor`. Functions are shown from their start, in pages: the arrow moves, the text stands still, and the same
 * place always looks the same.
 */
export function codeView({ session, sources }: Sourced, task: Task, anchor: VirtAddr, height: number): CodeView {
  const { mm } = task;
  if (!mm) return { title: '', rows: [] };
  const flags = flagsOf(session.kernel, task);
  const lines = linesAround({ session, mm, flags }, anchor, height);
  const rows = lines.flatMap((line) => rowsOf({ session, sources }, task, line));
  const at = rows.findIndex((row) => row.kind === 'line' && row.address === anchor);
  const page = height - 4;
  const top = at < height - 2 ? 0 : Math.floor((at - 2) / page) * page;
  return { title: session.code.at(mm, anchor, flags).place?.name ?? '', rows: rows.slice(top, top + height) };
}

interface Place {
  readonly session: Session;
  readonly mm: Mm;
  readonly flags: number;
}

function linesAround(place: Place, anchor: VirtAddr, height: number): CodeLine[] {
  for (const start of starts(place, anchor)) {
    const lines = decode(place, start, anchor, height);
    if (lines.some(({ address }) => address === anchor)) return lines;
  }
  return decode(place, anchor, anchor, height);
}

/** Addresses from which decoding may come to the anchor. */
function starts({ session, mm, flags }: Place, anchor: VirtAddr): VirtAddr[] {
  const { place } = session.code.at(mm, anchor, flags);
  if (place && place.offset <= MAX_FUNCTION) return [anchor - place.offset];
  const from = Math.max(0, anchor - (anchor % BLOCK) - BLOCK);
  return Array.from({ length: LONGEST_INSTRUCTION }, (_, i) => from + i);
}

/** From `start` to a screen beyond the anchor. */
function decode({ session, mm, flags }: Place, start: VirtAddr, anchor: VirtAddr, height: number): CodeLine[] {
  const lines: CodeLine[] = [];
  for (let at = start, beyond = 0; beyond < height; ) {
    const line = session.code.at(mm, at, flags);
    lines.push(line);
    if (line.bytes.length === 0) break;
    if (at >= anchor) beyond++;
    at += line.bytes.length;
  }
  return lines;
}

function rowsOf({ session, sources }: Sourced, task: Task, line: CodeLine): CodeRow[] {
  const { kernel: k } = session;
  const { address, place, bytes } = line;
  const others = [...k.state.tasks.values()].filter(
    (other) => other !== task && other.mm !== null && other.mm === task.mm && pcOf(k, other) === address,
  );
  const points = session.points.filter((point) => isAt(point, task, address));
  const row: CodeRow = {
    ...{ kind: 'line', address, bytes, offset: place?.offset ?? null },
    text: `${line.mnemonic} ${line.operands}`.trim(),
    isNext: pcOf(k, task) === address,
    marks: others.map(({ pid }) => markOf(session, pid)),
    breakpoint: points.length === 0 ? '' : points.some(({ enabled }) => enabled) ? 'b' : '-',
  };
  const rows: CodeRow[] = [row];
  const source = task.mm ? session.code.lines.at(task.mm, address) : null;
  if (source?.isStmt && source.start === address && source.line > 0) {
    const text = sources.line(source.file.path, source.line)?.trim() ?? source.file.name;
    rows.unshift({ kind: 'source', address, line: source.line, text });
  }
  if (place?.offset === 0) rows.unshift({ kind: 'label', address, name: place.name });
  return rows;
}

/** The point is a breakpoint at this address of the task. */
export function isAt(point: AnyPoint, task: Task, address: VirtAddr): boolean {
  if (point.kind !== 'breakpoint' || point.isa !== task.isa) return false;
  return point.address === address && (point.program === null || point.program === task.mm?.exePath);
}

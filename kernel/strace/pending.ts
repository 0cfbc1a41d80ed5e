import type { SyscallRow } from '../syscalls/row.ts';
import { FORMATTERS, isLate } from './args.ts';
import type { Call } from './call.ts';
import { SPECIALS } from './special.ts';

/** A call between its two ends. */
export interface Pending {
  readonly call: Call;
  readonly row: SyscallRow;
  /** Indexes of the arguments that are shown, in order. */
  readonly shown: readonly number[];
  /** Those of them that are shown as the call ends. */
  readonly late: ReadonlySet<number>;
  /** Texts of the others, as they were when the call began. */
  readonly early: ReadonlyMap<number, string>;
}

function argText(call: Call, index: number): string {
  const own = SPECIALS.get(call.name)?.args?.[index];
  return (own ?? FORMATTERS[call.kinds[index] ?? 'long'])(call, index);
}

export function beginCall(call: Call, row: SyscallRow): Pending {
  const special = SPECIALS.get(call.name);
  const shown = special?.shown?.(call) ?? call.kinds.map((_, i) => i);
  const specialLate = special?.late?.(call) ?? [];
  const late = new Set(shown.filter((i) => specialLate.includes(i) || isLate(call.kinds[i] ?? 'long')));
  const early = new Map(shown.filter((i) => !late.has(i)).map((i) => [i, argText(call, i)]));
  return { call, row, shown, late, early };
}

/** Arguments in front of the first late one. */
export function earlyText({ call, shown, late, early }: Pending): string {
  const firstLate = shown.findIndex((i) => late.has(i));
  const texts = shown.slice(0, firstLate < 0 ? undefined : firstLate).map((i) => early.get(i) ?? '');
  const { lateComma, lateBare } = SPECIALS.get(call.name) ?? {};
  const isOpen = firstLate > 0 && !lateComma && !lateBare;
  return texts.join(', ') + (isOpen ? ', ' : '');
}

/** The first late argument and all behind it; `call` knows the result by now. */
export function lateText({ shown, late, early }: Pending, call: Call): string {
  const firstLate = shown.findIndex((i) => late.has(i));
  if (firstLate < 0) return '';
  const texts = shown.slice(firstLate).map((i) => early.get(i) ?? argText(call, i));
  return (SPECIALS.get(call.name)?.lateComma ? ', ' : '') + texts.join(', ');
}

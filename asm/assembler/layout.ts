import { complain as tell } from './attempt.ts';
import { StatementError } from './diagnostics.ts';
import { type Distance, evaluate } from './evaluate.ts';
import { fragmentLength, type RelaxFragment, type Section, type SpaceFragment } from './section.ts';
import type { Statement } from './source.ts';
import type { AsmSymbol } from './symbols.ts';
import type { Unit } from './unit.ts';

/** No section grows beyond this: a wild `.skip` is an error, not an allocation. */
export const MAX_SECTION_BYTES = 256 * 1024 * 1024;

/** The section offset of a label, by the layout as it stands. */
export function symbolOffset(symbol: AsmSymbol): number | undefined {
  return symbol.place ? symbol.place.fragment.offset + symbol.place.offset : undefined;
}

/** Distances after layout: any two labels of one section. */
export const laidOutDistance: Distance = (a, b) => {
  if (a === b) return 0n;
  if (!a.place || !b.place || a.place.section !== b.place.section) return undefined;
  return BigInt((symbolOffset(a) ?? 0) - (symbolOffset(b) ?? 0));
};

/** Give every fragment its offset: branches start short and grow until nothing moves any more, as gas relaxes. */
export function layoutSections(unit: Unit): void {
  const { sections } = unit;
  const complained = new Set<Statement>();
  const complain = (statement: Statement, error: unknown): void => {
    if (!(error instanceof StatementError)) throw error;
    if (!complained.has(statement)) tell(unit, statement, error);
    complained.add(statement);
  };
  const maxRounds = 100 + sections.reduce((sum, s) => sum + s.fragments.length, 0);
  for (let round = 0; ; round += 1) {
    for (const section of sections) placeFragments(section, complain);
    let moved = false;
    for (const section of sections) {
      for (const fragment of section.fragments) {
        if (fragment.kind === 'relax') moved = grow(fragment, section, complain) || moved;
        else if (fragment.kind === 'space') moved = resize(fragment, complain) || moved;
      }
    }
    if (!moved) return;
    if (round > maxRounds) {
      const space = sections.flatMap((s) => s.fragments).find((f) => f.kind === 'space');
      if (space?.kind === 'space')
        complain(space.statement, new StatementError('length depends on itself and never settles'));
      return;
    }
  }
}

type Complain = (statement: Statement, error: unknown) => void;

function placeFragments(section: Section, complain: Complain): void {
  let offset = 0;
  for (const fragment of section.fragments) {
    fragment.offset = offset;
    if (fragment.kind === 'align') {
      const skip = (fragment.align - (offset % fragment.align)) % fragment.align;
      fragment.lenBytes = skip > fragment.maxSkip ? 0 : skip;
    } else if (fragment.kind === 'space' && fragment.org) {
      fragment.lenBytes = orgLength(fragment, complain);
    }
    offset += fragmentLength(fragment);
  }
  section.lenBytes = offset;
}

function orgLength(fragment: SpaceFragment, complain: Complain): number {
  try {
    const target = evaluate(fragment.count, laidOutDistance);
    const base = target.symbol ? symbolOffset(target.symbol) : 0;
    if (base === undefined || target.minus) throw new StatementError('.org needs a place in this section');
    const reach = Number(target.offset) + base - fragment.offset;
    if (reach < 0) throw new StatementError('.org moves backwards');
    if (reach > MAX_SECTION_BYTES) throw new StatementError('.org makes the section absurdly long');
    return reach;
  } catch (error) {
    complain(fragment.statement, error);
    return 0;
  }
}

function resize(fragment: SpaceFragment, complain: Complain): boolean {
  if (fragment.org) return false;
  try {
    const count = evaluate(fragment.count, laidOutDistance);
    if (count.symbol || count.minus) throw new StatementError('length must come to a number');
    const lenBytes = Number(count.offset) * fragment.fill.length;
    if (lenBytes < 0) throw new StatementError(`length ${count.offset} is negative`);
    if (lenBytes > MAX_SECTION_BYTES) throw new StatementError(`length ${count.offset} is absurdly large`);
    const changed = lenBytes !== fragment.lenBytes;
    fragment.lenBytes = lenBytes;
    return changed;
  } catch (error) {
    complain(fragment.statement, error);
    return false;
  }
}

/** Take the next longer variant where the target is out of reach. */
function grow(fragment: RelaxFragment, section: Section, complain: Complain): boolean {
  const variant = fragment.variants[fragment.chosen];
  if (!variant || fragment.chosen === fragment.variants.length - 1) return false;
  try {
    const distance = reach(fragment, section);
    if (distance !== undefined && variant.kind.fits(distance)) return false;
  } catch (error) {
    complain(fragment.statement, error);
  }
  fragment.chosen += 1;
  return true;
}

/** What the field of the chosen variant would hold, or undefined for a target that only the linker knows. */
function reach(fragment: RelaxFragment, section: Section): bigint | undefined {
  const variant = fragment.variants[fragment.chosen];
  const target = evaluate(fragment.target, laidOutDistance);
  const { symbol } = target;
  if (!variant || !symbol?.place || target.minus || symbol.place.section !== section) return undefined;
  if (symbol.binding === 'weak') return undefined;
  let pc = fragment.offset + variant.fieldOffset;
  if (variant.kind.alignPc) pc &= ~3;
  return BigInt((symbolOffset(symbol) ?? 0) + variant.addend - pc) + target.offset;
}

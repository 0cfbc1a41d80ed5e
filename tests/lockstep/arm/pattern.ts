/**
 * Encodings as the ARM ARM draws them: one character a bit, 0 and 1 fixed, a letter for each bit of a field (which may lie
 * in pieces), spaces ignored. What letters mean is in `FIELDS`; a row may have rules of its own.
 */
import type { Random } from '../random.ts';

export type Fields = Readonly<Record<string, number>>;

/** Roles of registers in generated sequences; see sequence.ts. */
export const DATA_REGISTERS = [0, 1, 2, 3, 4, 6, 11, 14];
export const BASE_REGISTERS = [5, 8, 13];
export const INDEX_REGISTERS = [7, 12];
const ANY = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14];
const LOW = DATA_REGISTERS.filter((register) => register < 8);

type Make = (random: Random, bits: number) => number;
const register =
  (list: readonly number[]): Make =>
  (random) =>
    random.pick(list);

/** Offsets: mostly small, so that accesses stay around the places that matter. */
const offset =
  (unit: number): Make =>
  (random, bits) => {
    const end = random.chance(90) ? Math.min(64 / unit, 2 ** bits) : 2 ** bits;
    return random.below(end);
  };

/** Values of fields by letter; other letters are random bits. */
const FIELDS: Record<string, Make> = {
  c: (random) => (random.chance(70) ? 14 : random.below(14)),
  d: register(DATA_REGISTERS),
  e: register(DATA_REGISTERS),
  n: register(ANY),
  m: register(ANY),
  a: register(ANY),
  s: register(ANY),
  // Where sp and pc may be read as well.
  N: register([...ANY, ...ANY, 13, 15]),
  M: register([...ANY, ...ANY, 13, 15]),
  b: register(BASE_REGISTERS),
  x: register(INDEX_REGISTERS),
  f: register(LOW),
  g: register([0, 1, 2, 3, 4, 5, 6, 7]),
  h: register([5]),
  y: register([7]),
  o: offset(1),
  O: offset(4),
};

export interface Row {
  readonly pattern: string;
  /** Refuses combinations that are UNPREDICTABLE, or that leave the roles of registers. */
  readonly ok: (fields: Fields) => boolean;
  /** How often, next to 1. */
  readonly weight: number;
  /** Lists that its field letters choose from, in place of those above. */
  readonly choices: Readonly<Record<string, readonly number[]>>;
}

export function row(
  pattern: string,
  ok: (fields: Fields) => boolean = () => true,
  more: Partial<Omit<Row, 'pattern' | 'ok'>> = {},
): Row {
  const bits = pattern.replaceAll(' ', '');
  if (bits.length !== 16 && bits.length !== 32) throw new RangeError(`${pattern} has ${bits.length} bits`);
  return { pattern: bits, ok, weight: 1, choices: {}, ...more };
}

/** One instruction of the row, its fields chosen until the row's rules hold. */
export function encode({ pattern, ok, choices }: Row, random: Random): number {
  const letters = new Set(pattern.replace(/[01]/g, ''));
  for (;;) {
    const fields: Record<string, number> = {};
    for (const letter of letters) {
      const bits = pattern.split(letter).length - 1;
      const list = choices[letter];
      const make = list === undefined ? FIELDS[letter] : register(list);
      fields[letter] = make === undefined ? Math.floor((random.u32() / 2 ** 32) * 2 ** bits) : make(random, bits);
    }
    if (ok(fields)) return fill(pattern, fields);
  }
}

function fill(pattern: string, fields: Fields): number {
  let word = 0;
  const left = { ...fields };
  for (let i = pattern.length - 1; i >= 0; i--) {
    const letter = pattern[i] ?? '0';
    let bit = Number(letter);
    if (Number.isNaN(bit)) {
      const value = left[letter] ?? 0;
      bit = value % 2;
      left[letter] = Math.floor(value / 2);
    }
    word += bit * 2 ** (pattern.length - 1 - i);
  }
  return word;
}

/** Index of a row, by weight. */
export function pickRow(rows: readonly Row[], random: Random): Row {
  const total = rows.reduce((sum, { weight }) => sum + weight, 0);
  let at = (random.u32() / 2 ** 32) * total;
  for (const candidate of rows) {
    at -= candidate.weight;
    if (at < 0) return candidate;
  }
  return random.pick(rows);
}

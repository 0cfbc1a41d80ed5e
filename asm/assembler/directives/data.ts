import type { FixupKind } from '../../object/fixup-kinds.ts';
import * as k from '../../object/fixup-kinds.ts';
import type { Cursor } from '../cursor.ts';
import { StatementError } from '../diagnostics.ts';
import type { Unit } from '../unit.ts';
import type { Directive } from './directive.ts';

/** `.byte a, b, …` and its wider sisters. */
const numbers =
  (kind: FixupKind): Directive =>
  (unit, cursor) => {
    if (cursor.done) return;
    do unit.datum(kind, unit.expression(cursor));
    while (cursor.accept(','));
  };

const word: Directive = (unit, cursor) => numbers(unit.isa.wordBytes === 2 ? k.ABS16 : k.ABS32)(unit, cursor);

const ESCAPES: Readonly<Record<string, number>> = {
  n: 10,
  t: 9,
  r: 13,
  b: 8,
  f: 12,
  v: 11,
  a: 7,
  '\\': 92,
  '"': 34,
  "'": 39,
};

/** A string constant at the cursor, as bytes (UTF-8, with gas's escapes). */
export function parseString(cursor: Cursor): Uint8Array {
  cursor.expect('"', 'a string');
  const out: number[] = [];
  const encoder = new TextEncoder();
  for (;;) {
    const code = cursor.text.codePointAt(cursor.at);
    if (code === undefined) throw new StatementError('string is never closed', cursor.at);
    const c = String.fromCodePoint(code);
    cursor.at += c.length;
    if (c === '"') return Uint8Array.from(out);
    if (c !== '\\') {
      out.push(...encoder.encode(c));
      continue;
    }
    const rest = cursor.text.slice(cursor.at);
    const numeric = /^(?:([0-7]{1,3})|[xX]([0-9a-fA-F]+))/.exec(rest);
    if (numeric) {
      const value =
        numeric[1] !== undefined ? Number.parseInt(numeric[1], 8) : Number.parseInt((numeric[2] ?? '').slice(-2), 16);
      out.push(value & 0xff);
      cursor.at += numeric[0].length;
      continue;
    }
    const simple = ESCAPES[rest.charAt(0)];
    if (simple === undefined)
      throw new StatementError(`unknown escape '\\${rest.charAt(0)}' in a string`, cursor.at - 1);
    out.push(simple);
    cursor.at += 1;
  }
}

/** `.ascii "a" "b", "c"`: strings beside each other are one; each of the others ends in NUL if asked. */
const strings =
  (terminated: boolean): Directive =>
  (unit, cursor) => {
    if (cursor.done) return;
    do {
      unit.data(parseString(cursor));
      while (cursor.peek() === '"') unit.data(parseString(cursor));
      if (terminated) unit.data([0]);
    } while (cursor.accept(','));
  };

const FLOAT = /(?:0[fFdDeE])?([+-]?(?:\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|inf(?:inity)?|nan))/iy;

const floats =
  (lenBytes: 4 | 8): Directive =>
  (unit, cursor) => {
    do {
      const text = cursor.match(FLOAT)?.[1];
      if (text === undefined) throw cursor.error('expected a floating-point number');
      const value = /inf/i.test(text) ? (text.startsWith('-') ? -Infinity : Infinity) : Number(text);
      const bytes = new Uint8Array(lenBytes);
      const view = new DataView(bytes.buffer);
      if (lenBytes === 4) view.setFloat32(0, value, true);
      else view.setFloat64(0, value, true);
      unit.data(bytes);
    } while (cursor.accept(','));
  };

const LEB =
  (signed: boolean): Directive =>
  (unit, cursor) => {
    do {
      let value = unit.number(cursor, 'the value of a LEB128 datum');
      if (!signed && value < 0n) throw cursor.error('a negative number needs .sleb128');
      for (;;) {
        const low = Number(value & 0x7fn);
        value >>= 7n;
        const done = signed ? (value === 0n && !(low & 0x40)) || (value === -1n && (low & 0x40) !== 0) : value === 0n;
        unit.data([done ? low : low | 0x80]);
        if (done) break;
      }
    } while (cursor.accept(','));
  };

/** `.octa`: 16 bytes of a number. */
function octa(unit: Unit, cursor: Cursor): void {
  do {
    const text = cursor.match(/0x[0-9a-fA-F]+|\d+/y)?.[0];
    if (text === undefined) throw cursor.error('expected a number');
    let value = BigInt(text);
    if (value >= 1n << 128n) throw cursor.error(`${text} does not fit 128 bits`);
    const bytes = new Uint8Array(16);
    for (let i = 0; i < 16; i += 1) {
      bytes[i] = Number(value & 0xffn);
      value >>= 8n;
    }
    unit.data(bytes);
  } while (cursor.accept(','));
}

export const DATA_DIRECTIVES: Readonly<Record<string, Directive>> = {
  '.byte': numbers(k.ABS8),
  '.hword': numbers(k.ABS16),
  '.short': numbers(k.ABS16),
  '.2byte': numbers(k.ABS16),
  '.value': numbers(k.ABS16),
  '.word': word,
  '.int': numbers(k.ABS32),
  '.long': numbers(k.ABS32),
  '.4byte': numbers(k.ABS32),
  '.quad': numbers(k.ABS64),
  '.8byte': numbers(k.ABS64),
  '.xword': numbers(k.ABS64),
  '.octa': octa,
  '.ascii': strings(false),
  '.asciz': strings(true),
  '.string': strings(true),
  '.float': floats(4),
  '.single': floats(4),
  '.double': floats(8),
  '.uleb128': LEB(false),
  '.sleb128': LEB(true),
};

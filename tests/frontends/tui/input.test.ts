import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Input, InputParser } from '../../../frontends/tui/input.ts';

const KEYS: readonly (readonly [bytes: string, key: string])[] = [
  ['a', 'a'],
  ['S', 'S'],
  ['\t', 'tab'],
  ['\r', 'enter'],
  ['\u007f', 'backspace'],
  ['\u0003', 'ctrl-c'],
  ['\u001a', 'ctrl-z'],
  ['\u001b[A', 'up'],
  ['\u001bOB', 'down'],
  ['\u001b[1;5C', 'right'],
  ['\u001b[D', 'left'],
  ['\u001b[5~', 'pageup'],
  ['\u001b[6~', 'pagedown'],
  ['\u001b[3;2~', 'delete'],
  ['\u001b[H', 'home'],
  ['\u001b[4~', 'end'],
  ['\u001b[Z', 'backtab'],
  ['é', 'é'],
];
const MOUSE: readonly (readonly [bytes: string, input: Input])[] = [
  ['\u001b[<64;10;5M', { kind: 'wheel', x: 9, y: 4, by: -1 }],
  ['\u001b[<65;1;24M', { kind: 'wheel', x: 0, y: 23, by: 1 }],
  ['\u001b[<0;3;3M', { kind: 'press', x: 2, y: 2 }],
];
const ALL: readonly (readonly [bytes: string, input: Input])[] = [
  ...KEYS.map(([bytes, key]) => [bytes, { kind: 'key', key }] as const),
  ...MOUSE,
];

function parseAll(parts: readonly string[]): Input[] {
  const parser = new InputParser();
  return [...parts.flatMap((part) => parser.parse(part)), ...parser.flush()];
}

describe('keys and mouse', () => {
  test.each(ALL)('%j is one input', (bytes, input) => {
    expect(parseAll([bytes])).toEqual([input]);
  });

  test('a release, a motion and an unknown sequence are nothing', () => {
    expect(parseAll(['\u001b[<0;3;3m', '\u001b[<35;3;3M', '\u001b[200~', '\u001b[?1;2c'])).toEqual([]);
  });

  test('Escape alone is known when nothing follows', () => {
    const parser = new InputParser();
    expect(parser.parse('\u001b')).toEqual([]);
    expect(parser.isPending).toBe(true);
    expect(parser.flush()).toEqual([{ kind: 'key', key: 'escape' }]);
    expect(parser.isPending).toBe(false);
    expect(parseAll(['\u001b\u001b[A'])).toEqual([
      { kind: 'key', key: 'escape' },
      { kind: 'key', key: 'up' },
    ]);
  });

  test('in whatever pieces they come, they are the same', () => {
    const inputs = fc.array(fc.constantFrom(...ALL), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(inputs, fc.array(fc.nat(100), { maxLength: 6 }), (list, cuts) => {
        const text = list.map(([bytes]) => bytes).join('');
        const places = [0, ...cuts.map((cut) => cut % text.length).sort((a, b) => a - b), text.length];
        const parts = places.slice(1).map((end, index) => text.slice(places[index], end));
        expect(parseAll(parts)).toEqual(list.map(([, input]) => input));
      }),
    );
  });
});

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ArError, readArchive } from '../../../asm/index.ts';
import { inFolder, run } from '../host.ts';

const LONG = 'a-name-that-is-too-long-for-its-field.o';

function makeArchive(files: Readonly<Record<string, string>>): Uint8Array {
  return inFolder((folder) => {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const result = run('ar', ['rcs', 'x.a', ...Object.keys(files)], folder);
    if (result.status !== 0) throw new Error(result.stderr);
    return readFileSync(join(folder, 'x.a'));
  });
}

const contents = (archive: Uint8Array): [string, string][] =>
  readArchive(archive).map(({ name, bytes }) => [name, new TextDecoder().decode(bytes)]);

describe('an archive', () => {
  it('gives its members in order, with odd lengths and long names', () => {
    const files = { 'a.o': 'odd', [LONG]: 'even', 'empty.o': '', 'b.o': 'x' };
    expect(contents(makeArchive(files))).toEqual(Object.entries(files));
  });

  it('without members is empty', () => {
    expect(readArchive(new TextEncoder().encode('!<arch>\n'))).toEqual([]);
  });

  it('of BSD’s kind has its long names too', () => {
    const name = 'longer_than_sixteen.o';
    const header = `${'#1/24'.padEnd(16)}${'0'.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'644'.padEnd(8)}${'27'.padEnd(10)}\`\n`;
    const archive = `!<arch>\n${header}${name.padEnd(24, '\0')}abc\n`;
    expect(contents(new TextEncoder().encode(archive))).toEqual([[name, 'abc']]);
  });

  it('that is broken is refused', () => {
    const whole = makeArchive({ 'a.o': 'hello', [LONG]: 'world' });
    const text = (s: string): Uint8Array => new TextEncoder().encode(s);
    expect(() => readArchive(text('!<thin>\n'))).toThrow('thin archives hold no members');
    expect(() => readArchive(text('hello'))).toThrow('not an archive');
    expect(() => readArchive(whole.subarray(0, whole.length - 6))).toThrow(ArError);
    expect(() => readArchive(whole.subarray(0, 40))).toThrow('archive ends within a header');
  });

  it('that was damaged anywhere is read or refused', () => {
    const whole = makeArchive({ 'a.o': 'hello', [LONG]: 'world' });
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length), (at, value, length) => {
        const changed = whole.slice(0, length);
        if (at < changed.length) changed[at] = value;
        try {
          readArchive(changed);
        } catch (error) {
          if (!(error instanceof ArError)) throw error;
        }
      }),
      { numRuns: 1000 },
    );
  });
});

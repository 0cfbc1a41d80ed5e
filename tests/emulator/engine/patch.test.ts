import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type SourceFile, SourceTree } from '../../../scripts/addon/source.mjs';

const TEXT = `static int other(int a);

static int twice(int (*f)(int), int a)
{
    if (a) {
        return f(f(a));
    }
    return a;
}

int other(int a)
{
    return twice(other, a) + a;
}
`;

function open(text = TEXT): SourceFile {
  const folder = mkdtempSync(join(tmpdir(), 'forkscope-patch-'));
  writeFileSync(join(folder, 'a.c'), text);
  return new SourceTree(folder).file('a.c');
}

describe('a place in the C source', () => {
  test('is found by function name, whatever calls or declares that function elsewhere', () => {
    const file = open();
    file.fn('other').replace(/\+ a/, '+ 1');
    file
      .fn('twice')
      .after(/if \(a\) \{/, '\n        a++;')
      .append('    /* end */');
    expect(file.text).toContain('return twice(other, a) + 1;');
    expect(file.text).toContain(
      '    if (a) {\n        a++;\n        return f(f(a));\n    }\n    return a;\n    /* end */\n}',
    );
  });

  test('can be removed whole', () => {
    const file = open();
    file.fn('twice').remove();
    expect(file.text).not.toContain('twice(int');
    expect(file.text).toContain('int other(int a)\n{');
  });

  test.each([
    ['a function that is gone', (file: SourceFile) => file.fn('gone'), 'a.c: function gone: 0 definitions, expected 1'],
    [
      'a pattern that is gone',
      (file: SourceFile) => file.fn('twice').replace(/b/, ''),
      'a.c: function twice: 0 matches',
    ],
    ['a pattern that is not unique', (file: SourceFile) => file.fn('twice').before('return', ''), '2 matches'],
    ['another number of places', (file: SourceFile) => file.fn('twice').replaceAll(/return/, 3, ''), '2 matches'],
    ['a block that is gone', (file: SourceFile) => file.block('struct gone {'), 'not exactly one "struct gone {"'],
  ])('%s stops the build', (_, edit, message) => {
    expect(() => edit(open())).toThrow(message);
  });

  test('is written only by save', () => {
    const folder = mkdtempSync(join(tmpdir(), 'forkscope-patch-'));
    const path = join(folder, 'a.c');
    writeFileSync(path, TEXT);
    const tree = new SourceTree(folder);
    tree.file('a.c').append('/* more */');
    expect(readFileSync(path, 'utf8')).toBe(TEXT);
    tree.save();
    expect(readFileSync(path, 'utf8')).toBe(`${TEXT}\n/* more */`);
  });
});

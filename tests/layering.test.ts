import { describe, expect, test } from 'vitest';
import { findViolations, format, isProductSource } from '../scripts/checks/layering.ts';
import { readSource, repositoryPaths } from '../scripts/checks/sources.ts';

/** Violations of one file with this text. */
function check(path: string, text: string): string[] {
  return findViolations([{ path, text }]).map(format);
}

test('the sources keep the import rules', () => {
  const files = repositoryPaths().filter(isProductSource).map(readSource);
  expect(files.length).toBeGreaterThan(0);
  expect(findViolations(files).map(format)).toEqual([]);
});

describe('the checker', () => {
  test('names file and line of an import against the order', () => {
    expect(check('asm/elf/read.ts', `// a comment\nimport { x } from '../../emulator/machine/x.ts';\n`)).toEqual([
      "asm/elf/read.ts:2: imports go the other way: emulator may import from asm, but asm not from emulator: '../../emulator/machine/x.ts'",
    ]);
  });

  test.each([
    `import { readFileSync } from 'node:fs';`,
    `import type { A } from '../asm/a.ts';`,
    `export * from '../asm/a.ts';`,
    `const a = await import('commander');`,
    `type A = import('../emulator/engine/a.ts').A;`,
    `const a = require('fs');`,
  ])('lets the kernel import nothing outside itself: %s', (text) => {
    expect(check('kernel/task.ts', text)).toEqual([
      expect.stringContaining('kernel/task.ts:1: kernel imports nothing outside'),
    ]);
  });

  test('lets a folder import from itself and from those before it', () => {
    const text = `import './b.ts';\nimport '../kernel/ports.ts';\nimport '../asm/a.ts';\nimport 'node:fs';\n`;
    expect(check('emulator/a.ts', text)).toEqual([]);
    expect(check('kernel/a.ts', `import './mm/mm.ts';`)).toEqual([]);
  });

  test.each(['tests', 'bench', 'scripts'])('lets nothing of the product import from %s', (folder) => {
    expect(check('frontends/cli/a.ts', `import '../../${folder}/a.ts';`)).toEqual([
      `frontends/cli/a.ts:1: frontends may not import from ${folder}: '../../${folder}/a.ts'`,
    ]);
  });

  test('finds a cycle between folders of one rank', () => {
    const files = [
      { path: 'libc-stubs/a.ts', text: `import '../debugger/a.ts';` },
      { path: 'debugger/a.ts', text: `\nimport '../libc-stubs/a.ts';` },
    ];
    expect(findViolations(files.slice(0, 1))).toEqual([]);
    expect(findViolations(files).map(format)).toEqual([
      'libc-stubs/a.ts:1: import cycle: debugger imports from libc-stubs too',
      'debugger/a.ts:2: import cycle: libc-stubs imports from debugger too',
    ]);
  });

  test.each([`const unicornCpu = 1;`, `const a = 'the Unicorn engine';`, 'const a = `${' + '1} of Unicorn`;'])(
    'finds the name of the engine in code: %s',
    (text) => {
      expect(check('emulator/engine/a.ts', text)).toEqual([
        expect.stringContaining('only emulator/native knows Unicorn'),
      ]);
      expect(check('emulator/native/a.ts', text)).toEqual([]);
    },
  );

  test('lets comments name the engine', () => {
    expect(check('emulator/engine/a.ts', `/** Unicorn stops here. */\nexport const a = 1; // as Unicorn does`)).toEqual(
      [],
    );
  });

  test.each([`import '../native/index.js';`, `load('forkscope.linux-x64-gnu.node');`, `process.dlopen(module, path);`])(
    'lets only emulator/engine load the addon: %s',
    (text) => {
      expect(check('emulator/machine/a.ts', text)).toEqual([expect.stringContaining('only emulator/engine loads')]);
      expect(check('emulator/engine/a.ts', text)).toEqual([]);
    },
  );

  test.each([
    `if (isa === 'arm') f();`,
    `if ('i386' !== isa) f();`,
    `switch (isa) {\n  case 'x86_64':\n    f();\n}`,
    `if (name.startsWith('arm')) f();`,
  ])('finds an ISA compared by name: %s', (text) => {
    expect(check('emulator/machine/a.ts', text)).toEqual([expect.stringContaining('is compared by name')]);
    expect(check('kernel/arch/a.ts', text)).toEqual([]);
    expect(check('emulator/engine/registers.ts', text)).toEqual([]);
  });

  test('lets a table be keyed by ISA', () => {
    expect(check('debugger/a.ts', `const t = { i386: 1, x86_64: 2, arm: 3 };\nt['arm'];\nconst isa = 'arm';`)).toEqual(
      [],
    );
  });
});

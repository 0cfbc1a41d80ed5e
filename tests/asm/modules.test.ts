import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..', 'asm');
const sources = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.ts'));

/** Modules that an import of `file` loads at once. */
function loadedBy(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const code = readFileSync(join(ROOT, file), 'utf8');
  for (const [, path] of code.matchAll(/^(?:import|export)(?! type\b)[^;]*? from '(\.[^']+)';/gm))
    if (path && !path.startsWith('../../kernel') && !(file === 'isa.ts' || path.includes('/kernel/')))
      loadedBy(join(file, '..', path), seen);
  return seen;
}

it('Keystone and Capstone are only ever imported when they are first used', () => {
  expect(sources.length).toBeGreaterThan(50);
  for (const file of sources.filter((f) => !f.endsWith('.d.ts'))) {
    const code = readFileSync(join(ROOT, file), 'utf8');
    expect(code, file).not.toMatch(/^import (?!type)[^;]* from '@alexaltea/m);
  }
});

it('neither the ELF reader nor the public module loads the assembler', () => {
  const loaded = [...loadedBy('index.ts')];
  expect(loaded).toContain('elf/reader.ts');
  expect(loaded.filter((f) => f.startsWith('assembler/') && f !== 'assembler/diagnostics.ts')).toEqual([]);
});

it('asm imports from nothing but itself and the kernel’s ports', () => {
  for (const file of sources) {
    const code = readFileSync(join(ROOT, file), 'utf8');
    for (const [, path] of code.matchAll(/from '(\.\.[^']+)'/g)) {
      const target = join(file, '..', path ?? '');
      if (target.startsWith('..')) expect(target, file).toBe(join('..', 'kernel', 'ports.ts'));
    }
  }
});

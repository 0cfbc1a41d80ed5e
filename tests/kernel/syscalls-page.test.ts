import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { syscallsPage } from '../../scripts/docs/syscalls.ts';

const PAGE = fileURLToPath(new URL('../../docs/syscalls.md', import.meta.url));

it('docs/syscalls.md says what the rows say', () => {
  if (process.env.UPDATE_GOLDEN) writeFileSync(PAGE, syscallsPage());
  expect(readFileSync(PAGE, 'utf8')).toBe(syscallsPage());
});

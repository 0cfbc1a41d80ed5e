/** The C programs of this folder, built as those of tests/guests are. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { IsaName } from '../../../kernel/ports.ts';
import { buildCFile } from '../../oracle/build.ts';

const SOURCES = fileURLToPath(new URL('programs/', import.meta.url));

/** [sentence, name] of each program: the sentence is its first line's comment. */
export const PROGRAMS: readonly (readonly [sentence: string, name: string])[] = readdirSync(SOURCES)
  .filter((file) => file.endsWith('.c'))
  .sort()
  .map((file) => [/^\/\* (.+) \*\/\n/.exec(readFileSync(join(SOURCES, file), 'utf8'))?.[1] ?? file, file.slice(0, -2)]);

/** The path of a static executable, kept outside the checkout under the hash of what it was made from. */
export function buildProgram(name: string, isa: IsaName): Promise<string> {
  return buildCFile(join(SOURCES, `${name}.c`), `signal-${basename(name)}`, isa);
}

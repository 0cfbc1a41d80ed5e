/** What Linux without an MMU said of each program, kept in expected/: a line of versions, the status, the output. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Shown, show } from '../compare.ts';
import { buildNommu, type Format, type NommuProgram } from './build.ts';
import { runOnLinux } from './linux.ts';

const FOLDER = fileURLToPath(new URL('expected/', import.meta.url));

const pathOf = (name: string): string => join(FOLDER, `${name}.txt`);

/** NAME.FORMAT.txt where a format has an answer of its own, else NAME.txt. */
export function answerOf(name: string, format: Format): Shown {
  const own = pathOf(`${name}.${format}`);
  const text = readFileSync(existsSync(own) ? own : pathOf(name), 'utf8');
  const [, status = '', ...output] = text.split('\n');
  return { status, stdout: output.join('\n'), stderr: '' };
}

/** Run all programs on Linux, twice, and write what it said. Rejects where the second time differs from the first. */
export async function askLinux(programs: readonly NommuProgram[]): Promise<void> {
  const asked: { name: string; format: Format; path: string }[] = [];
  for (const { name, formats } of programs)
    for (const format of formats) asked.push({ name, format, path: await buildNommu(name, 'arm', format) });
  const paths = asked.map(({ path }) => path);
  const first = await runOnLinux(paths);
  const second = await runOnLinux(paths.toReversed());
  const said = (from: typeof first, path: string): string => {
    const outcome = from.outcomes.get(path);
    if (!outcome) throw new Error(`no answer about ${path}`);
    const { status, stdout } = show(outcome);
    return `${from.version}\n${status}\n${stdout}`;
  };
  const written = new Map<string, string>();
  const changing: string[] = [];
  for (const { name, format, path } of asked) {
    const text = said(first, path);
    if (text !== said(second, path)) changing.push(`${name} (${format}):\n${text}${said(second, path)}`);
    const general = written.get(name);
    if (general === undefined) written.set(name, text);
    else if (general !== text) written.set(`${name}.${format}`, text);
  }
  if (changing.length > 0) throw new Error(`not the same twice: ${changing.join('\n')}`);
  mkdirSync(FOLDER, { recursive: true });
  for (const file of readdirSync(FOLDER)) rmSync(join(FOLDER, file));
  for (const [name, text] of written) writeFileSync(pathOf(name), text);
}

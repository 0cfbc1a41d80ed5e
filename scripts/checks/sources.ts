/** The repository's files, as the checks read them. */
import { execFileSync } from 'node:child_process';
import { lstatSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface SourceFile {
  /** From the top of the repository, with '/'. */
  readonly path: string;
  readonly text: string;
}

export const root: string = fileURLToPath(new URL('../../', import.meta.url));

/** Paths of all plain files that are in git or would be with `git add`; deleted ones are left out. */
export function repositoryPaths(): string[] {
  const list = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  return list.split('\0').filter((path) => path !== '' && lstatSync(root + path, { throwIfNoEntry: false })?.isFile());
}

export function readSource(path: string): SourceFile {
  return { path, text: readFileSync(root + path, 'utf8') };
}

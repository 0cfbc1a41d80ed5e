/** Copies the crate's own C source and applies the edits to the copy. */
import { cpSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { SourceTree } from './source.mjs';

const EDITS = fileURLToPath(new URL('./edits/', import.meta.url));

/** File names of the edits, in the order in which they apply. */
export function editNames() {
  return readdirSync(EDITS)
    .filter((name) => name.endsWith('.mjs'))
    .sort();
}

/**
 * @param {string} crate folder of the unpacked crate, left alone
 * @param {string} into folder to make
 * @param {readonly string[]} without numbers of edits that are left out
 */
export async function patchCrate(crate, into, without = []) {
  const names = editNames().filter((name) => !without.some((number) => name.startsWith(`${number}-`)));
  const part = `${into}.${process.pid}`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true });
  cpSync(crate, part, { recursive: true });
  const tree = new SourceTree(part);
  for (const name of names) {
    const edit = await import(pathToFileURL(join(EDITS, name)).href);
    try {
      edit.apply(tree);
    } catch (error) {
      rmSync(part, { recursive: true, force: true });
      throw new Error(`edit ${name} does not fit ${crate}: ${error.message}`);
    }
  }
  tree.file('uc.c').append(mark(names));
  tree.save();
  rmSync(into, { recursive: true, force: true });
  renameSync(part, into);
}

/** A function by which the addon tells what it was built with. */
function mark(files) {
  const names = files.map((name) => name.replace(/\.mjs$/, ''));
  return `\nUNICORN_EXPORT const char *uc_edits(void);\nUNICORN_EXPORT const char *uc_edits(void)\n{\n    return "${names.join(' ')}";\n}\n`;
}

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { IsaName } from '../../kernel/ports.ts';
import { assemble, linkExecutable } from '../index.ts';
import { findGuest } from './guests.ts';

const ROOT = new URL('../../', import.meta.url);

/** Assemble and link a guest of the table: the bytes of a static executable. Rejects when there is no such guest. */
export async function buildGuest(name: string, isa: IsaName): Promise<Uint8Array> {
  const guest = findGuest(name, isa);
  if (guest === undefined) throw new Error(`no guest ${name} for ${isa}`);
  const sources = guest.sources.map((file) => ({
    file,
    text: readFileSync(fileURLToPath(new URL(file, ROOT)), 'utf8'),
  }));
  return linkExecutable(await assemble(sources, { isa }));
}

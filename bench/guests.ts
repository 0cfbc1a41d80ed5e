import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildGuest } from '../asm/guests/build.ts';
import type { IsaName } from '../kernel/ports.ts';

const FOLDER = fileURLToPath(new URL('../dist/loop-guests/', import.meta.url));

/** Path of a guest of asm/guests, built now. */
export async function guestPath(name: string, isa: IsaName): Promise<string> {
  mkdirSync(FOLDER, { recursive: true });
  const path = join(FOLDER, `${name}.${isa}`);
  writeFileSync(path, await buildGuest(name, isa), { mode: 0o755 });
  return path;
}

import { writeFileSync } from 'node:fs';
import { buildGuest as assemble } from '../../asm/guests/build.ts';
import type { Guest } from '../../asm/guests/guests.ts';
import { cached } from './build.ts';

/** Assemble and link a guest of asm/guests with our own assembler: the path of the executable. */
export async function buildGuest(guest: Guest): Promise<string> {
  const bytes = await assemble(guest.name, guest.isa);
  return cached(`${guest.name}.${guest.isa}`, [bytes], (output) => writeFileSync(output, bytes, { mode: 0o755 }));
}

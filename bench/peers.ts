import { spawnSync } from 'node:child_process';
import type { IsaName } from '../kernel/ports.ts';

export const ISAS: readonly IsaName[] = ['i386', 'x86_64', 'arm'];

const QEMU: Readonly<Record<IsaName, string>> = { i386: 'qemu-i386', x86_64: 'qemu-x86_64', arm: 'qemu-arm' };

const known = new Map<string, boolean>();

/** Whether a program can be started. What is missing is said once, and its column stays empty. */
export function have(program: string): boolean {
  const before = known.get(program);
  if (before !== undefined) return before;
  const found = spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;
  if (!found) process.stderr.write(`bench: ${program} is not there: what needs it is left out\n`);
  known.set(program, found);
  return found;
}

/** qemu-user for the ISA as the first words of a command, or null. */
export function qemuUser(isa: IsaName): string[] | null {
  return have(QEMU[isa]) ? [QEMU[isa]] : null;
}

/** Nothing in front of a command when the host runs the ISA's programs itself, or null. */
export function native(isa: IsaName): string[] | null {
  return isa !== 'arm' && process.arch === 'x64' && process.platform === 'linux' ? [] : null;
}

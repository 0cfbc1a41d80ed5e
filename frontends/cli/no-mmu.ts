import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ET_DYN, PT_INTERP } from '../../asm/elf/constants.ts';
import { ElfError } from '../../asm/elf/error.ts';
import { readElf } from '../../asm/elf/reader.ts';
import { archOf } from '../../kernel/arch/index.ts';
import { CliError, STATUS } from './errors.ts';
import type { FoundProgram } from './program.ts';

const HINT = 'Link it with -static-pie (glibc also wants -Wl,-z,norelro), or make it bFLT or FDPIC.';

/**
 * Throws CliError for a program that a machine without MMU refuses, or would start in vain: one with a fixed address, or one whose
 * loader wants to place libraries itself. What is no ELF file is left to the machine.
 */
export function checkRunsWithoutMmu(name: string, found: FoundProgram): void {
  const why = whyItNeedsAnMmu(found);
  if (why) throw new CliError(`${name}: ${why}: it needs an MMU`, { status: STATUS.notExecutable, hint: HINT });
}

function whyItNeedsAnMmu(found: FoundProgram): string | null {
  const path = hostPathOf(found);
  if (path === null) return null;
  try {
    const { header, segments } = readElf(readFileSync(path));
    if (header.isa === undefined || header.osAbi === archOf(header.isa).elfOsabiFdpic) return null;
    if (segments.some(({ type }) => type === PT_INTERP)) return 'is a dynamic program';
    return header.type === ET_DYN ? null : 'has a fixed address';
  } catch (error) {
    // What cannot be read from here, the machine finds or does not find.
    if (error instanceof ElfError || (error instanceof Error && 'code' in error)) return null;
    throw error;
  }
}

/** Where the host has the program: in the innermost of the mounts that hold it. */
function hostPathOf({ guestPath, mounts }: FoundProgram): string | null {
  const holders = mounts.filter((mount) => !relative(mount.guestPath, guestPath).startsWith('..'));
  const [innermost] = holders.sort((a, b) => b.guestPath.length - a.guestPath.length);
  return innermost ? join(innermost.hostPath, relative(innermost.guestPath, guestPath)) : null;
}

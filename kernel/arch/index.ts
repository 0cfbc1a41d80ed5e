import type { IsaName } from '../ports.ts';
import { arm } from './arm/index.ts';
import { i386 } from './i386/index.ts';
import type { Arch } from './types.ts';
import { x86_64 } from './x86_64/index.ts';

export const ARCHES: { readonly [isa in IsaName]: Arch } = { i386, x86_64, arm };

export function archOf(isa: IsaName): Arch {
  return ARCHES[isa];
}

/** A program in bFLT does not say for which CPU it is. Of those that we are, only ARM has a Linux without MMU. */
export const FLAT_ARCH: Arch = arm;

/** The ISA of an ELF file by its class and machine, or undefined. */
export function archOfElf(elfClass: number, machine: number): Arch | undefined {
  return Object.values(ARCHES).find((arch) => arch.elfClass === elfClass && arch.elfMachine === machine);
}

export type { Arch, PtRegsLayout } from './types.ts';

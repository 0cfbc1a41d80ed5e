import type { IsaName } from '../kernel/ports.ts';

/** What the tools need to know of an instruction set; everything else about it stands in the tool that uses it. */
export interface IsaTraits {
  readonly name: IsaName;
  readonly elfClass: 32 | 64;
  /** `e_machine`. */
  readonly machine: number;
  /** `e_flags` of what we write. */
  readonly elfFlags: number;
  readonly addressBytes: 4 | 8;
  /** Length of `.word`, as in gas. */
  readonly wordBytes: 2 | 4;
  /** Addends stand in relocation records (.rela) rather than in the section. */
  readonly rela: boolean;
  /** Where `ld` puts a static executable. */
  readonly baseAddress: number;
  readonly pageSize: number;
  /** The character that starts a comment anywhere in a line. */
  readonly commentChar: '#' | '@';
  /** `.align n` is a power of two. */
  readonly alignIsPower: boolean;
}

const I386: IsaTraits = {
  name: 'i386',
  elfClass: 32,
  machine: 3,
  elfFlags: 0,
  addressBytes: 4,
  wordBytes: 2,
  rela: false,
  baseAddress: 0x08048000,
  pageSize: 0x1000,
  commentChar: '#',
  alignIsPower: false,
};

const X86_64: IsaTraits = {
  ...I386,
  name: 'x86_64',
  elfClass: 64,
  machine: 62,
  addressBytes: 8,
  rela: true,
  baseAddress: 0x400000,
};

const ARM: IsaTraits = {
  name: 'arm',
  elfClass: 32,
  machine: 40,
  elfFlags: 0x05000000, // EF_ARM_EABI_VER5
  addressBytes: 4,
  wordBytes: 4,
  rela: false,
  baseAddress: 0x10000,
  pageSize: 0x1000,
  commentChar: '@',
  alignIsPower: true,
};

const TRAITS: Readonly<Record<IsaName, IsaTraits>> = { i386: I386, x86_64: X86_64, arm: ARM };

/** The traits of an ISA. */
export function isaTraits(name: IsaName): IsaTraits {
  return TRAITS[name];
}

/** The ISA of an ELF file's `e_machine` and class, or undefined where it is none of ours. */
export function isaOfMachine(machine: number, elfClass: 32 | 64): IsaName | undefined {
  return Object.values(TRAITS).find((isa) => isa.machine === machine && isa.elfClass === elfClass)?.name;
}

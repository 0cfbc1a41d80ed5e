import type { IsaName } from '../../kernel/ports.ts';

/** A section of an object: its bytes before relocation. */
export interface ObjectSection {
  readonly name: string;
  /** ELF sh_type. */
  readonly type: number;
  /** ELF sh_flags. */
  readonly flags: number;
  readonly entsize: number;
  readonly align: number;
  readonly lenBytes: number;
  /** Empty for SHT_NOBITS. */
  readonly bytes: Uint8Array;
  /** The COMDAT group it belongs to: of several groups of one name a linker keeps the first. */
  readonly group: string | null;
  readonly relocations: readonly Relocation[];
}

export interface Relocation {
  /** In the section. */
  readonly offset: number;
  /** The ISA's ELF relocation number. */
  readonly type: number;
  /** Index into `symbols`, or -1 for none (the value is the addend alone). */
  readonly symbol: number;
  readonly addend: bigint;
}

export interface ObjectSymbol {
  readonly name: string;
  /** Index into `sections`; or what ELF's reserved indexes say. */
  readonly section: number | 'undefined' | 'absolute' | 'common';
  /** Section offset, or the value of an absolute symbol, or the alignment of a common one. Without the Thumb bit. */
  readonly value: bigint;
  readonly size: bigint;
  readonly binding: 'local' | 'global' | 'weak';
  readonly type: 'notype' | 'object' | 'function' | 'section' | 'file' | 'tls_object';
  readonly visibility: 'default' | 'hidden' | 'internal' | 'protected';
  /** A Thumb function. */
  readonly thumb: boolean;
}

/** One row of a line table: the instruction at `offset` comes from this line. */
export interface ObjectLine {
  readonly section: number;
  readonly offset: number;
  readonly file: string;
  readonly line: number;
}

/** What the assembler makes of one source file. */
export interface AssembledObject {
  readonly isa: IsaName;
  readonly file: string;
  readonly sections: readonly ObjectSection[];
  readonly symbols: readonly ObjectSymbol[];
  readonly lines: readonly ObjectLine[];
}

import type { FixupKind } from '../object/fixup-kinds.ts';
import type { Expr } from './expression.ts';
import type { Statement } from './source.ts';

/** A field of the output whose value layout or linking decides. */
export interface Fixup {
  /** Of the field, within its fragment. */
  readonly offset: number;
  readonly kind: FixupKind;
  readonly expr: Expr;
  /** Added to the expression: the distance of the program counter from the field, for relative kinds. */
  readonly addend: number;
  readonly statement: Statement;
  /** Encodes the whole instruction again with the value at hand, for operands only an encoder can place. */
  readonly encode?: (value: bigint) => Uint8Array;
}

/** Bytes that stand, with the fields to be filled in. */
export interface BytesFragment {
  readonly kind: 'bytes';
  readonly data: ByteBuffer;
  readonly fixups: Fixup[];
  offset: number;
}

/** One way to encode a relaxable instruction; `fixup.offset` counts from the instruction's start. */
export interface Variant {
  readonly bytes: Uint8Array;
  readonly kind: FixupKind;
  readonly fieldOffset: number;
  readonly addend: number;
}

/** An instruction that grows until its target is in reach. */
export interface RelaxFragment {
  readonly kind: 'relax';
  readonly variants: readonly Variant[];
  chosen: number;
  readonly target: Expr;
  readonly statement: Statement;
  offset: number;
}

export interface AlignFragment {
  readonly kind: 'align';
  readonly align: number;
  /** At most this many bytes, or none at all. */
  readonly maxSkip: number;
  /** A fill pattern, or a maker of no-ops. */
  readonly fill: Uint8Array | ((lenBytes: number) => Uint8Array);
  lenBytes: number;
  offset: number;
}

/** `.skip`, `.fill`, `.org` whose length may depend on labels. */
export interface SpaceFragment {
  readonly kind: 'space';
  /** For `.org` the section offset to reach, else the number of repetitions. */
  readonly count: Expr;
  readonly org: boolean;
  readonly fill: Uint8Array;
  readonly statement: Statement;
  lenBytes: number;
  offset: number;
}

export type Fragment = BytesFragment | RelaxFragment | AlignFragment | SpaceFragment;

export interface SectionAttributes {
  /** ELF sh_type and sh_flags. */
  readonly type: number;
  readonly flags: number;
  readonly entsize: number;
}

/** Growing bytes. */
export class ByteBuffer {
  #bytes = new Uint8Array(64);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  append(bytes: ArrayLike<number>): void {
    const need = this.#length + bytes.length;
    if (need > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(need, this.#bytes.length * 2));
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length = need;
  }

  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }
}

export class Section {
  readonly name: string;
  readonly attributes: SectionAttributes;
  readonly fragments: Fragment[] = [];
  align = 1;
  /** The COMDAT group it belongs to: of several groups of one name a linker keeps the first. */
  group: string | null = null;
  /** Set by layout. */
  lenBytes = 0;
  /** ARM: what the mapping symbols last said this place holds. */
  mapped: '' | '$a' | '$t' | '$d' = '';

  constructor(name: string, attributes: SectionAttributes) {
    this.name = name;
    this.attributes = attributes;
  }

  /** The bytes fragment that output goes to now. */
  get tail(): BytesFragment {
    const last = this.fragments.at(-1);
    if (last?.kind === 'bytes') return last;
    const fresh: BytesFragment = { kind: 'bytes', data: new ByteBuffer(), fixups: [], offset: 0 };
    this.fragments.push(fresh);
    return fresh;
  }
}

/** Length in bytes of a fragment as it stands. */
export function fragmentLength(fragment: Fragment): number {
  switch (fragment.kind) {
    case 'bytes':
      return fragment.data.length;
    case 'relax':
      return fragment.variants[fragment.chosen]?.bytes.length ?? 0;
    default:
      return fragment.lenBytes;
  }
}

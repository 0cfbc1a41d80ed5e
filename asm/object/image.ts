import type { IsaName } from '../../kernel/ports.ts';
import type { ObjectSymbol } from './object.ts';

export interface LinkOptions {
  /** Address of the first segment; the ISA's usual one unless said otherwise. */
  readonly base?: number;
  /** Symbol to start at; `_start` unless said otherwise, and the start of .text where that is not defined. */
  readonly entry?: string;
  /** Flat output: sections follow each other from `base`, with neither headers nor page boundaries in between. */
  readonly flat?: boolean;
  /** Flat output that a loader moves, data to another distance than text: `addressWords` says what has to move along. */
  readonly movable?: boolean;
}

/** A symbol with its final address. */
export interface LinkedSymbol {
  readonly name: string;
  readonly address: number;
  readonly lenBytes: number;
  readonly binding: ObjectSymbol['binding'];
  readonly type: ObjectSymbol['type'];
  readonly visibility: ObjectSymbol['visibility'];
  readonly thumb: boolean;
  /** Index into `sections`, or -1 for an absolute symbol. */
  readonly section: number;
}

export interface LinkedSection {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly entsize: number;
  readonly address: number;
  readonly align: number;
  readonly lenBytes: number;
  readonly bytes: Uint8Array;
}

/** The instruction at `address` comes from this line. */
export interface LinkedLine {
  readonly address: number;
  readonly file: string;
  readonly line: number;
}

/** A program whose addresses are settled. */
export interface LinkedImage {
  readonly isa: IsaName;
  /** Where the headers, or flat bytes, start. */
  readonly base: number;
  readonly entry: number;
  readonly sections: readonly LinkedSection[];
  readonly symbols: readonly LinkedSymbol[];
  /** By address. */
  readonly lines: readonly LinkedLine[];
  /** Of a movable image, those outside .got: the addresses of the words that hold an address. */
  readonly addressWords: readonly number[];
}

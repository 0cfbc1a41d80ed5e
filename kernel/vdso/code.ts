/**
 * Machine code as lines of assembler with the bytes they make, so that both can be read. A test assembles the text and compares.
 * The vDSO's functions make the system call: the virtual clock moves with every instruction and jumps while all sleep, so only the
 * kernel can read it exactly.
 */
export type Line = readonly [text: string, bytes: string];

export interface VdsoFunction {
  readonly names: readonly string[];
  readonly lines: readonly Line[];
  /** Symbol version, as Linux gives it on this ISA. */
  readonly version: string;
  /** Distance of the canonical frame address from sp, where it changes: [line, bytes, where the frame pointer is saved below it]. */
  readonly frames?: readonly (readonly [line: number, cfaBytes: number, fpBytes: number])[];
  /** Code that unwinders know by its bytes. */
  readonly unknownFrame?: boolean;
}

export function bytesOf(lines: readonly Line[]): Uint8Array {
  return Uint8Array.from(lines.flatMap(([, bytes]) => bytes.split(' ').map((byte) => Number.parseInt(byte, 16))));
}

/** Offset of the line with this index. */
export function offsetOfLine(lines: readonly Line[], line: number): number {
  return bytesOf(lines.slice(0, line)).length;
}

import { writeU32 } from '../bytes.ts';
import { offsetOfLine, type VdsoFunction } from './code.ts';

/**
 * .eh_frame and .eh_frame_hdr of the vDSO: a thread that is cancelled inside a system call is unwound through it.
 * Linux Standard Base, core, 10.6; DWARF 4, 6.4.
 */

/** DWARF numbers of the ISA's registers. */
export interface FrameRegisters {
  readonly wordBytes: 4 | 8;
  readonly sp: number;
  readonly fp: number;
  readonly returnAddress: number;
}

export interface PlacedFunction {
  readonly at: number;
  readonly lenBytes: number;
  readonly function: VdsoFunction;
}

const DW_CFA_NOP = 0;
const DW_CFA_DEF_CFA = 0x0c;
const DW_CFA_DEF_CFA_OFFSET = 0x0e;
const DW_CFA_ADVANCE_LOC = 0x40;
const DW_CFA_OFFSET = 0x80;
const DW_CFA_RESTORE = 0xc0;
/** Relative to its own place, and to the header; 4 bytes, signed. */
const DW_EH_PE_PCREL_SDATA4 = 0x1b;
const DW_EH_PE_UDATA4 = 0x03;
const DW_EH_PE_DATAREL_SDATA4 = 0x3b;
const HEADER_BYTES = 12;
const ENTRY_BYTES = 8;

/** .eh_frame_hdr and .eh_frame in one, to stand at `base`. `headerBytes` is the length of the first. */
export function ehFrames(
  base: number,
  functions: readonly PlacedFunction[],
  regs: FrameRegisters,
): { bytes: Uint8Array; headerBytes: number } {
  const known = functions.filter((one) => !one.function.unknownFrame).sort((a, b) => a.at - b.at);
  const headerBytes = HEADER_BYTES + known.length * ENTRY_BYTES;
  const frameAt = base + headerBytes;
  const parts: number[] = [...record([0, 0, 0, 0, ...commonEntry(regs)])];
  const places: number[] = [];
  for (const one of known) {
    const at = frameAt + parts.length;
    places.push(at);
    parts.push(
      ...record([...word(at + 4 - frameAt), ...word(one.at - (at + 8)), ...word(one.lenBytes), 0, ...rows(one, regs)]),
    );
  }
  const out = new Uint8Array(headerBytes + parts.length + 4);
  out.set([1, DW_EH_PE_PCREL_SDATA4, DW_EH_PE_UDATA4, DW_EH_PE_DATAREL_SDATA4]);
  writeU32(out, 4, frameAt - (base + 4));
  writeU32(out, 8, known.length);
  known.forEach((one, i) => {
    writeU32(out, HEADER_BYTES + i * ENTRY_BYTES, one.at - base);
    writeU32(out, HEADER_BYTES + i * ENTRY_BYTES + 4, (places[i] ?? 0) - base);
  });
  out.set(parts, headerBytes);
  return { bytes: out, headerBytes };
}

/** CIE: version 1, "zR", alignments, the return address's register, the encoding, and the state behind a call. */
function commonEntry({ wordBytes, sp, returnAddress }: FrameRegisters): number[] {
  const dataAlign = -wordBytes & 0x7f;
  const start = [DW_CFA_DEF_CFA, sp, wordBytes, DW_CFA_OFFSET | returnAddress, 1];
  return [1, 0x7a, 0x52, 0, 1, dataAlign, returnAddress, 1, DW_EH_PE_PCREL_SDATA4, ...start];
}

function rows({ function: { lines, frames = [] } }: PlacedFunction, { wordBytes, fp }: FrameRegisters): number[] {
  const out: number[] = [];
  let at = 0;
  let saved = 0;
  for (const [line, cfaBytes, fpBytes] of frames) {
    const next = offsetOfLine(lines, line);
    out.push(DW_CFA_ADVANCE_LOC | (next - at), DW_CFA_DEF_CFA_OFFSET, cfaBytes);
    if (fpBytes !== saved)
      out.push(...(fpBytes === 0 ? [DW_CFA_RESTORE | fp] : [DW_CFA_OFFSET | fp, fpBytes / wordBytes]));
    at = next;
    saved = fpBytes;
  }
  return out;
}

/** With its length in front, filled up to a multiple of four. */
function record(bytes: readonly number[]): number[] {
  const padded = [...bytes];
  while (padded.length % 4 !== 0) padded.push(DW_CFA_NOP);
  return [...word(padded.length), ...padded];
}

function word(value: number): number[] {
  return [value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, (value >> 24) & 0xff];
}

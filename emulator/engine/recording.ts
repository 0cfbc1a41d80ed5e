import type { IsaName, VirtAddr } from '../../kernel/ports.ts';
import type { NativeCpu } from './addon.ts';
import { checkInteger } from './check.ts';
import { ptRegsLenBytes } from './registers.ts';

/** What is kept of each instruction: nothing (only accesses are wanted), its pc, or `struct pt_regs` as it begins. */
export const RECORD = { nothing: 0, pcs: 1, registers: 2 } as const;

const MAX_INSNS = 2 ** 24;
const MAX_ACCESSES = 2 ** 24;
const ACCESS_LEN = 32;

export interface RecordOptions {
  /** One of RECORD.*. */
  readonly what: number;
  /** Instructions the buffer holds, at most 2^24. */
  readonly maxInsns: number;
  /** Accesses the buffer holds, at least 512 and at most 2^24; without it none are recorded. */
  readonly maxAccesses?: number;
}

export interface AccessRecord {
  /** Index of its instruction in the buffer. */
  readonly insn: number;
  readonly address: VirtAddr;
  /** 1, 2, 4 or 8: larger accesses come in pieces, in order. */
  readonly lenBytes: number;
  readonly write: boolean;
  /** What was there before and what was read or written, as little-endian numbers. */
  readonly before: bigint;
  readonly after: bigint;
}

/**
 * The buffers of a recording, which runs fill and the caller drains. Nothing is lost: a run for which there is no room ends
 * with EXIT.recordFull. Exact: an instruction that faults, or that is started again, is there once, when it has retired.
 */
export class Recording {
  /** Bytes of one instruction's record: 0, 8 (the pc), or those of struct pt_regs. */
  readonly insnLenBytes: number;
  /** `nrInsns` records. */
  readonly insns: Uint8Array;
  /** `nrAccesses` records of 32 bytes: u64 address, u64 value, u64 value before, u32 instruction, u8 length, u8 write, 0, 0. */
  readonly accesses: Uint8Array;
  private readonly native: NativeCpu;
  private readonly counts: Uint32Array;
  private readonly view: DataView;
  private readonly insnView: DataView;

  constructor(native: NativeCpu, isa: IsaName, { what, maxInsns, maxAccesses = 0 }: RecordOptions) {
    checkInteger('what', what, RECORD.nothing, RECORD.registers);
    checkInteger('maxInsns', maxInsns, 1, MAX_INSNS);
    if (maxAccesses !== 0) checkInteger('maxAccesses', maxAccesses, 512, MAX_ACCESSES);
    const [insns, accesses, counts] = native.record(what, maxInsns, maxAccesses);
    if (!insns || !accesses || !counts) throw new Error('the recording has no buffers');
    this.native = native;
    this.insnLenBytes = [0, 8, ptRegsLenBytes(isa)][what] ?? 0;
    this.insns = new Uint8Array(insns);
    this.accesses = new Uint8Array(accesses);
    this.counts = new Uint32Array(counts);
    this.view = new DataView(accesses);
    this.insnView = new DataView(insns);
  }

  /** Instructions in the buffer. */
  get nrInsns(): number {
    return this.counts[0] ?? 0;
  }

  get nrAccesses(): number {
    return this.counts[1] ?? 0;
  }

  /** The record of an instruction, a view on the buffer. */
  insn(index: number): Uint8Array {
    checkInteger('index', index, 0, this.nrInsns - 1);
    return this.insns.subarray(index * this.insnLenBytes, (index + 1) * this.insnLenBytes);
  }

  access(index: number): AccessRecord {
    checkInteger('index', index, 0, this.nrAccesses - 1);
    const { view } = this;
    const at = index * ACCESS_LEN;
    return {
      address: Number(view.getBigUint64(at, true)),
      after: view.getBigUint64(at + 8, true),
      before: view.getBigUint64(at + 16, true),
      insn: view.getUint32(at + 24, true),
      lenBytes: view.getUint8(at + 28),
      write: view.getUint8(at + 29) !== 0,
    };
  }

  /** The pc of an instruction, where RECORD.pcs was asked for. Made for all of a buffer: numbers, no objects. */
  pc(index: number): VirtAddr {
    return this.view64(this.insnView, index * 8);
  }

  /** The writes that touch [start, end), in order, each with the index of its instruction. */
  eachWrite(start: VirtAddr, end: VirtAddr, visit: (address: VirtAddr, lenBytes: number, insn: number) => void): void {
    const { view, nrAccesses } = this;
    for (let at = 0; at < nrAccesses * ACCESS_LEN; at += ACCESS_LEN) {
      if (view.getUint8(at + 29) === 0) continue;
      const address = this.view64(view, at);
      const lenBytes = view.getUint8(at + 28);
      if (address < end && address + lenBytes > start) visit(address, lenBytes, view.getUint32(at + 24, true));
    }
  }

  /** Make room: forget what is in the buffers. */
  clear(): void {
    this.counts.fill(0);
  }

  /** A user address, which a number holds exactly. */
  private view64(view: DataView, at: number): VirtAddr {
    return view.getUint32(at + 4, true) * 0x1_0000_0000 + view.getUint32(at, true);
  }

  /** Back to full speed. The buffers stay readable. */
  stop(): void {
    this.native.stopRecording();
  }
}

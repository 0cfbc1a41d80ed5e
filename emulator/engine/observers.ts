import { type IsaName, type PhysAddr, type VirtAddr, WATCH, type Watchpoint } from '../../kernel/ports.ts';
import type { NativeCpu } from './addon.ts';
import { checkInteger } from './check.ts';
import { Recording, type RecordOptions } from './recording.ts';

const MAX_LEN_BYTES = 4096;
const MAX_ID = 2 ** 32 - 1;
const EVERY_KIND = WATCH.read | WATCH.write | WATCH.change;
const HIT_LEN = 48;
const EVERYWHERE = -1;

/** An access of the instruction before pc that hit a watchpoint. */
export interface WatchHit {
  /** Of the watchpoint. */
  readonly id: number;
  /** Of the instruction. */
  readonly pc: VirtAddr;
  readonly address: VirtAddr;
  /** 1, 2, 4 or 8: larger accesses come in pieces, in order. */
  readonly lenBytes: number;
  readonly write: boolean;
  /** What was there before and what was read or written, as little-endian numbers. */
  readonly before: bigint;
  readonly after: bigint;
}

/** A whole watched range. */
export interface WatchedRange {
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

/** Watchpoints and the recording of one CPU. They live in tables beside the guest and cost nothing while there are none. */
export class Observers {
  private readonly native: NativeCpu;
  private readonly isa: IsaName;
  private readonly addressEnd: number;

  constructor(native: NativeCpu, isa: IsaName, addressEnd: number) {
    this.native = native;
    this.isa = isa;
    this.addressEnd = addressEnd;
  }

  /** Replaces the one with the same id. `run` ends behind an instruction that hits it, with EXIT.watchpoint. */
  setWatchpoint({ id, start, lenBytes, kinds, root }: Watchpoint): void {
    checkInteger('id', id, 0, MAX_ID);
    checkInteger('lenBytes', lenBytes, 1, MAX_LEN_BYTES);
    checkInteger('start', start, 0, this.addressEnd - lenBytes);
    checkInteger('kinds', kinds, 1, EVERY_KIND);
    this.native.watch(id, start, lenBytes, kinds, checkRoot(root));
  }

  clearWatchpoint(id: number): void {
    checkInteger('id', id, 0, MAX_ID);
    this.native.unwatch(id);
  }

  /** The hits of the last run: all of one instruction, in order; empty unless it ended with EXIT.watchpoint. */
  hits(): WatchHit[] {
    const bytes = this.native.watchHits();
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const hits: WatchHit[] = [];
    for (let at = 0; at < bytes.length; at += HIT_LEN) {
      hits.push({
        id: view.getUint32(at, true),
        lenBytes: view.getUint32(at + 4, true),
        write: view.getUint32(at + 8, true) !== 0,
        pc: Number(view.getBigUint64(at + 16, true)),
        address: Number(view.getBigUint64(at + 24, true)),
        before: view.getBigUint64(at + 32, true),
        after: view.getBigUint64(at + 40, true),
      });
    }
    return hits;
  }

  /** The whole range of a watchpoint that was hit in the last run: before its instruction and now. */
  range(id: number): WatchedRange | undefined {
    checkInteger('id', id, 0, MAX_ID);
    const [before, after] = this.native.watchedRange(id);
    return before && after ? { before, after } : undefined;
  }

  /** Records every instruction from the next run on, until `stop`. A recording that was under way ends. */
  record(options: RecordOptions): Recording {
    return new Recording(this.native, this.isa, options);
  }
}

/** The number that the addon wants for an address space. */
export function checkRoot(root: PhysAddr | undefined): number {
  if (root === undefined) return EVERYWHERE;
  checkInteger('root', root, 0, 2 ** 32 - 1);
  return root;
}

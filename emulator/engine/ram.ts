import type { PhysAddr, Ram } from '../../kernel/ports.ts';
import { addon, type NativeRam } from './addon.ts';
import { checkInteger } from './check.ts';
import { nativeSnapshot, type RamSnapshot, takeSnapshot } from './snapshot.ts';

const PAGE = 4096;
const MAX_LEN_BYTES = 2 ** 32;

const natives = new WeakMap<Ram, NativeRam>();

/** RAM whose contents are values: see docs/snapshots.md. All of them cost in proportion to the pages changed since the last one. */
export interface EngineRam extends Ram {
  snapshot(): RamSnapshot;
  /** Contents as they were; translated code of the frames that change is dropped. Throws when the snapshot is released or of another RAM. */
  restore(from: RamSnapshot): void;
  /** 128 bits as 32 hexadecimal digits. It follows from the contents alone; RAM that was never touched counts as zeros. */
  hash(): string;
  /** For tests: the first frame that has changed since the last of the three without being marked dirty, -1 when none. Reads all of RAM. */
  unmarkedFrame(): number;
  /** Gives the memory back at once, without waiting for the garbage collector; the RAM reads as zeros. Throws while a CPU is open on it. */
  discard(): void;
}

/**
 * RAM of `lenBytes`, a multiple of 4096 and at most 4 GiB. It takes host memory only where it was touched, and is given
 * back when neither it nor a CPU on it is in use any more.
 */
export function createRam(lenBytes: number): EngineRam {
  checkInteger('lenBytes', lenBytes, PAGE, MAX_LEN_BYTES);
  if (lenBytes % PAGE !== 0) throw new RangeError(`lenBytes ${lenBytes} is not a multiple of ${PAGE}`);
  const native = new addon.NativeRam(lenBytes);
  const bytes = native.bytes();
  const ram: EngineRam = {
    lenBytes,
    u8: new Uint8Array(bytes),
    u32: new Uint32Array(bytes),
    hasCode: new Uint8Array(native.hasCode(), 0, lenBytes / PAGE),
    dirty: new Uint8Array(native.dirty(), 0, lenBytes / PAGE),
    invalidateCode(start: PhysAddr, len: number) {
      checkInteger('start', start, 0, lenBytes);
      checkInteger('lenBytes', len, 0, lenBytes - start);
      if (len > 0) native.invalidateCode(start, len);
    },
    snapshot: () => takeSnapshot(native),
    restore: (from) => native.restore(nativeSnapshot(native, from)),
    hash: () => native.hash(),
    unmarkedFrame: () => native.unmarked(),
    discard: () => native.discard(),
  };
  natives.set(ram, native);
  return ram;
}

export function nativeRam(ram: Ram): NativeRam {
  const native = natives.get(ram);
  if (native === undefined) throw new TypeError('ram was not made by createRam');
  return native;
}

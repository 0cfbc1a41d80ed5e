import { addon, type NativeRam, type NativeSnapshot } from './addon.ts';

/**
 * The contents of a RAM at one instant. Pages that have not changed between two snapshots are kept once, pages of zeros
 * not at all, so any number can be alive.
 */
export interface RamSnapshot {
  /** Pages that were copied for it: those that changed since the snapshot, restore or hash before it. */
  readonly copiedPages: number;
  /** What `EngineRam.hash` was then. */
  hash(): string;
  /** Gives its memory back at once; every later use throws, a second release does nothing. Left alone, the garbage collector does it. */
  release(): void;
}

const natives = new WeakMap<RamSnapshot, { ram: NativeRam; native: NativeSnapshot }>();

export function takeSnapshot(ram: NativeRam): RamSnapshot {
  const native = ram.snapshot();
  const snapshot: RamSnapshot = {
    copiedPages: native.copiedPages,
    hash: () => native.hash(),
    release: () => native.release(),
  };
  natives.set(snapshot, { ram, native });
  return snapshot;
}

/** The native side of a snapshot of this RAM. Throws TypeError for anything else. */
export function nativeSnapshot(ram: NativeRam, snapshot: RamSnapshot): NativeSnapshot {
  const known = natives.get(snapshot);
  if (known === undefined) throw new TypeError('snapshot was not made by a RAM');
  if (known.ram !== ram) throw new TypeError('the snapshot is of another RAM');
  return known.native;
}

/** XXH3-128 of the bytes, 32 hexadecimal digits. */
export function hashBytes(bytes: Uint8Array): string {
  return addon.hashBytes(bytes);
}

/** Bytes of all pages that snapshots keep, of every RAM in this process together. */
export function snapshotBytes(): number {
  return addon.snapshotBytes();
}

/** The native addon: found in the package, wherever the bundle that asks for it lies. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Mirror of the `#[napi]` items in emulator/native/src/lib.rs. */
export interface NativeRam {
  bytes(): ArrayBuffer;
  hasCode(): ArrayBuffer;
  invalidateCode(start: number, lenBytes: number): void;
  dirty(): ArrayBuffer;
  snapshot(): NativeSnapshot;
  restore(from: NativeSnapshot): void;
  hash(): string;
  unmarked(): number;
  discard(): void;
}

export interface NativeSnapshot {
  readonly copiedPages: number;
  hash(): string;
  release(): void;
}

export interface NativeCpu {
  close(): void;
  identify(rows: Uint32Array): void;
  readonly threadLenBytes: number;
  /** Words 0 to 8 are `Cpu.exit`; the rest is what is asked for and a thread block, see cpu.ts. */
  shared(): ArrayBuffer;
  runner(): () => void;
  flusher(): () => void;
  threadLoader(): () => void;
  threadSaver(): () => void;
  /** `root` of -1: all address spaces. */
  breakpoint(at: number, set: boolean, root: number): void;
  watch(id: number, start: number, lenBytes: number, kinds: number, root: number): void;
  unwatch(id: number): void;
  watchHits(): Uint8Array;
  watchedRange(id: number): Uint8Array[];
  record(what: number, maxInsns: number, maxAccesses: number): ArrayBuffer[];
  stopRecording(): void;
}

interface Addon {
  readonly NativeRam: new (lenBytes: number) => NativeRam;
  readonly NativeCpu: new (isa: string, ram: NativeRam) => NativeCpu;
  edits(): string;
  hashBytes(bytes: Uint8Array): string;
  snapshotBytes(): number;
}

const PLACE = join('emulator', 'native', 'forkscope.node');

function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('forkscope: no package.json above the engine');
    folder = parent;
  }
  return folder;
}

/** FORKSCOPE_ADDON names another build of the addon: see scripts/addon/build.mjs. */
function loadAddon(): Addon {
  const path = process.env.FORKSCOPE_ADDON ?? join(packageRoot(), PLACE);
  if (!existsSync(path)) throw new Error(`forkscope: the native addon is missing (${PLACE}): run "make build"`);
  return createRequire(import.meta.url)(path) as Addon;
}

export const addon: Addon = loadAddon();

/** Names of the edits that the C source of Unicorn was built with; see scripts/addon/edits. */
export function upstreamEdits(): string[] {
  return addon.edits().split(' ');
}

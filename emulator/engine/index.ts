/** The CPU and the RAM of a machine, as kernel/ports.ts describes them. Unicorn is behind emulator/native, and only there. */
export { upstreamEdits } from './addon.ts';
export { type ClosableCpu, createCpu } from './cpu.ts';
export { createRam, type EngineRam } from './ram.ts';
export { hashBytes, type RamSnapshot } from './snapshot.ts';

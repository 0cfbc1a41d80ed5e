/** The CPU and the RAM of a machine, as kernel/ports.ts describes them. Unicorn is behind emulator/native, and only there. */
export { upstreamEdits } from './addon.ts';
export { type ClosableCpu, createCpu } from './cpu.ts';
export type { Observers, WatchedRange, WatchHit } from './observers.ts';
export { createRam, type EngineRam } from './ram.ts';
export { type AccessRecord, RECORD, type Recording, type RecordOptions } from './recording.ts';
export {
  findRegister,
  flagsOf,
  itState,
  ptRegsLenBytes,
  type Register,
  type RegisterFile,
  readRegister,
  readRegisters,
  registersOf,
  segmentBase,
  writeRegister,
} from './registers.ts';
export { hashBytes, type RamSnapshot, snapshotBytes } from './snapshot.ts';

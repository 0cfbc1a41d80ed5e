/** A debugger without a protocol: breakpoints, steps in both directions, what stands where. */
export { type InstantDifference, instantDifference } from './difference.ts';
export { EventLog, type EventText, type LoggedEvent } from './event-log.ts';
export type { StackFrame } from './frames.ts';
export type { LineStep } from './line-step.ts';
export { type Mark, markOf } from './marks.ts';
export { flagsOf, pcOf, spOf } from './places.ts';
export type { AnyPoint, Breakpoint, Catchpoint, Caught, WatchedRange } from './points.ts';
export { toRegisterChange } from './register-changes.ts';
export { type Breathe, runForward } from './search.ts';
export { type Direction, Session } from './session.ts';
export { lowestNear, type SharedWord, sharedStack, stackPointers, stackWords, wordWriter } from './shared-stack.ts';
export { Sources, type SourceText } from './sources.ts';
export type { Stop, WatchStop } from './stop.ts';
export { telescope } from './telescope.ts';
export { addressDigits, generalRegisters, registerNamed, registerValue } from './values.ts';
export type { FrameVariable } from './variables.ts';
export { findWanted, type Wanted } from './wanted.ts';
export { firstWriter, lastWriters, type UserRange, type Writer } from './writers.ts';

/** A debugger without a protocol: breakpoints, steps in both directions, what stands where. */
export type { StackFrame } from './frames.ts';
export type { LineStep } from './line-step.ts';
export { flagsOf, pcOf, spOf } from './places.ts';
export type { AnyPoint, Breakpoint, Catchpoint, Caught, WatchedRange } from './points.ts';
export type { Breathe } from './search.ts';
export { type Direction, Session } from './session.ts';
export { type SharedWord, sharedStack, wordWriter } from './shared-stack.ts';
export { Sources, type SourceText } from './sources.ts';
export type { Stop, WatchStop } from './stop.ts';
export { addressDigits, generalRegisters, registerNamed, registerValue } from './values.ts';
export { lastWriters, type UserRange, type Writer } from './writers.ts';

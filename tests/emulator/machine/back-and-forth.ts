/** A machine run twice, and from any instant of it again: the same at every system call. */
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Machine } from '../../../emulator/machine/machine.ts';
import { findLeaks } from '../../oracle/leaks.ts';
import type { Started } from './programs.ts';

/** Run to the end, or to `untilT`, in pieces that `pieces` gives in turn; what `see` says after each system call is begun. */
export function runOn<T>(machine: Machine, pieces: readonly number[], see: () => T, untilT = Infinity): T[] {
  const seen: T[] = [];
  let entered = false;
  machine.kernel.trace = {
    event: ({ kind }) => {
      entered ||= kind === 'syscall-enter';
    },
  };
  const look = (): void => {
    if (entered) seen.push(see());
    entered = false;
  };
  for (let i = 0; machine.t < untilT; i++) {
    const next = machine.next();
    // A tracee's call begins when its tracer lets it.
    look();
    if (next.kind !== 'run') break;
    machine.execute(next.task, Math.min(next.budget, pieces[i % pieces.length] ?? 1, untilT - machine.t));
    look();
  }
  machine.kernel.trace = null;
  return seen;
}

const WHOLE = [Number.MAX_SAFE_INTEGER];
/** A hash costs up to a millisecond: of a program with more system calls only about so many are looked at. */
const MAX_HASHES = 500;
/** So many pieces a run is cut into at most. */
const MAX_PIECES = 20_000;

/** The instants of the system calls and the hashes then, and the end. */
interface Course {
  readonly calls: readonly string[];
  readonly end: { readonly t: number; readonly hash: string; readonly status: number | null; readonly output: string };
}

/** With the hash at each instant that `every` divides. */
function runToEnd({ machine, console }: Started, pieces: readonly number[], every: number): Course {
  const calls = runOn(machine, pieces, () => `${machine.t} ${machine.t % every === 0 ? machine.hash() : ''}`);
  const output = console.bytes().toString();
  return { calls, end: { t: machine.t, hash: machine.hash(), status: machine.status, output } };
}

/**
 * Run a machine to its end; then another one of the same making, where other pieces stand for another host and its load.
 * Stop that one at a few instants, go back to them in any order, and run on, `numRuns` times.
 */
export function goBackAndForth(make: () => Started, numRuns: number): void {
  const first = make();
  const begin = first.machine.snapshot();
  const nrCalls = runOn(first.machine, WHOLE, () => null).length;
  const every = Math.ceil(nrCalls / MAX_HASHES);
  first.machine.restore(begin);
  const reference = runToEnd(first, WHOLE, every);
  first.machine.close();
  expect(reference.end.status).not.toBeNull();
  const second = make();
  try {
    goBack(second, reference, every, numRuns);
  } finally {
    second.machine.close();
  }
}

const INSTANTS = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 3 });
const PIECES = fc.array(fc.oneof(fc.integer({ min: 1, max: 3000 }), fc.constant(1e6)), { minLength: 1, maxLength: 5 });

function goBack(started: Started, reference: Course, every: number, numRuns: number): void {
  const { machine } = started;
  const begin = machine.snapshot();
  const least = (reference.end.t - begin.t) / MAX_PIECES;
  const run = (pieces: readonly number[]): Course =>
    runToEnd(
      started,
      pieces.map((piece) => Math.ceil(Math.max(piece, least))),
      every,
    );
  expect(run([777, 31, 1e6])).toEqual(reference);
  const check = (parts: number[], pieces: number[], order: number): void => {
    machine.restore(begin);
    const snapshots = parts
      .map((part) => Math.floor(begin.t + part * (reference.end.t - begin.t)))
      .sort((a, b) => a - b)
      .map((untilT) => {
        machine.run({ untilT });
        return { snapshot: machine.snapshot(), hash: machine.hash() };
      });
    const chosen = snapshots[order % snapshots.length];
    if (!chosen) throw new Error('no snapshot');
    machine.restore(chosen.snapshot);
    expect(machine.hash()).toBe(chosen.hash);
    const { calls, end } = run(pieces);
    expect(calls).toEqual(reference.calls.slice(reference.calls.length - calls.length));
    expect(end).toEqual(reference.end);
    expect(findLeaks(machine.kernel.state)).toEqual([]);
    for (const { snapshot } of snapshots) snapshot.release();
  };
  fc.assert(fc.property(INSTANTS, PIECES, fc.nat(), check), { numRuns });
  begin.release();
}

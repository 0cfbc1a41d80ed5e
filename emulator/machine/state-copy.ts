import type { KernelState } from '../../kernel/state.ts';

/**
 * A copy of the kernel's state: plain objects, arrays, maps, sets and typed arrays, with the same graph of references.
 * What the kernel replaces as a whole and never changes is shared with the copy: the pages of files (values of `Inode.data`),
 * and the tables of signal actions and resource limits.
 *
 * `Frames.refs` of the copy ends at `nextFresh`: behind it all are 0.
 */
export function copyState(state: KernelState): KernelState {
  const { frames } = state;
  return copyGraph({ ...state, frames: { ...frames, refs: frames.refs.subarray(0, frames.nextFresh) } });
}

/** A copy of such a copy, for the kernel to run on. `refs` is the array of the state that it replaces. */
export function thawState(frozen: KernelState, refs: Uint32Array): KernelState {
  const state = copyGraph(frozen);
  refs.fill(0, frozen.frames.nextFresh);
  refs.set(frozen.frames.refs);
  state.frames.refs = refs;
  return state;
}

const SHARED: ReadonlySet<string> = new Set(['action', 'rlim']);

/** Work lies in a list, not on the stack: the guest decides how deep its directories are. */
function copyGraph<T extends object>(root: T): T {
  const copies = new Map<object, object>();
  const open: object[] = [];
  const copyOf = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    const known = copies.get(value);
    if (known !== undefined) return known;
    const copy = shell(value);
    copies.set(value, copy);
    if (!ArrayBuffer.isView(value)) open.push(value, copy);
    return copy;
  };
  const result = copyOf(root) as T;
  for (let i = 0; i < open.length; i += 2) fill(open[i] as object, open[i + 1] as object, copyOf);
  return result;
}

/** The object without what it refers to. `{...}` keeps the shape that V8 has for the original, so the kernel stays fast. */
function shell(value: object): object {
  if (Array.isArray(value)) return value.slice();
  if (value instanceof Map) return new Map();
  if (value instanceof Set) return new Set();
  // An empty one cannot change either, and the kernel has one that many share.
  if (value instanceof Uint8Array) return value.length === 0 ? value : new Uint8Array(value);
  if (value instanceof Uint32Array) return value.slice();
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype) throw new TypeError(`kernel state holds a ${prototype?.constructor?.name}`);
  return { ...value };
}

function fill(from: object, to: object, copyOf: (value: unknown) => unknown): void {
  if (Array.isArray(to)) {
    for (let i = 0; i < to.length; i++) if (typeof to[i] === 'object') to[i] = copyOf(to[i]);
  } else if (to instanceof Map) {
    for (const [key, value] of from as Map<unknown, unknown>) to.set(copyOf(key), copyOf(value));
  } else if (to instanceof Set) {
    for (const value of from as Set<unknown>) to.add(copyOf(value));
  } else {
    fillObject(to as Record<string, unknown>, copyOf);
  }
}

function fillObject(to: Record<string, unknown>, copyOf: (value: unknown) => unknown): void {
  for (const key in to) {
    const value = to[key];
    if (typeof value === 'function') throw new TypeError(`kernel state holds a function, ${key}`);
    if (typeof value !== 'object' || value === null) continue;
    if (SHARED.has(key)) continue;
    to[key] = key === 'data' && value instanceof Map ? new Map(value) : copyOf(value);
  }
}

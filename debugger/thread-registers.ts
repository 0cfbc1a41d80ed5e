import { archOf } from '../kernel/arch/index.ts';
import { type IsaName, THREAD_ARM, THREAD_X86 } from '../kernel/ports.ts';
import type { RegisterChange } from './registers.ts';

/** A register of the thread block: floating point, vectors, thread-local storage. */
interface Place {
  readonly name: string;
  readonly at: number;
  readonly lenBytes: number;
}

/** The FXSAVE image. Intel SDM volume 1, 10.5.1. */
const FX = { fcw: 0, fsw: 2, mxcsr: 24, st: 32, xmm: 160 } as const;

function x86Places(xmmRegisters: number): Place[] {
  const fx = THREAD_X86.fxsave;
  const slots = (name: string, at: number, count: number, lenBytes: number): Place[] =>
    Array.from({ length: count }, (_, i) => ({ name: `${name}${i}`, at: fx + at + 16 * i, lenBytes }));
  return [
    { name: 'fcw', at: fx + FX.fcw, lenBytes: 2 },
    { name: 'fsw', at: fx + FX.fsw, lenBytes: 2 },
    { name: 'mxcsr', at: fx + FX.mxcsr, lenBytes: 4 },
    ...slots('st', FX.st, 8, 10),
    ...slots('xmm', FX.xmm, xmmRegisters, 16),
  ];
}

const PLACES: { readonly [isa in IsaName]: readonly Place[] } = {
  i386: x86Places(8),
  x86_64: x86Places(16),
  arm: [
    { name: 'tpidruro', at: THREAD_ARM.tp, lenBytes: 4 },
    { name: 'tpidrurw', at: THREAD_ARM.tpidrurw, lenBytes: 4 },
    { name: 'fpscr', at: THREAD_ARM.fpscr, lenBytes: 4 },
    ...Array.from({ length: 32 }, (_, i) => ({ name: `d${i}`, at: THREAD_ARM.vfp + 8 * i, lenBytes: 8 })),
  ],
};

/** A block to save a task's thread registers into. */
export function newThreadBlock(isa: IsaName): Uint8Array {
  return new Uint8Array(archOf(isa).threadLenBytes);
}

/** What differs between two thread blocks of one task. */
export function changedThreadRegisters(isa: IsaName, before: Uint8Array, after: Uint8Array): RegisterChange[] {
  if (Buffer.compare(before, after) === 0) return [];
  const out: RegisterChange[] = [];
  for (const { name, at, lenBytes } of PLACES[isa]) {
    const [old, now] = [hexAt(before, at, lenBytes), hexAt(after, at, lenBytes)];
    if (old !== now) out.push({ name, before: old, after: now });
  }
  return out;
}

function hexAt(bytes: Uint8Array, at: number, lenBytes: number): string {
  let text = '';
  for (let i = at + lenBytes - 1; i >= at; i--) text += (bytes[i] ?? 0).toString(16).padStart(2, '0');
  return text.replace(/^0+(?=.)/, '');
}

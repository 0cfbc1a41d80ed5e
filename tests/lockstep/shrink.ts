/** A mismatch made small, and shown so that it can be filed. */
import type { Disassembler } from '../../asm/index.ts';
import { Comparison, MAX_STEPS, type Mismatch } from './compare.ts';
import { runNativeSync } from './native.ts';
import { BY_NUMBER, type Instruction, layOut, type Sequence, type Start, USER } from './x86/sequence.ts';

/** The first difference of a sequence, run in a fresh engine. */
export function firstMismatch(tracer: string, sequence: Sequence): Mismatch | null {
  const comparison = new Comparison(sequence.isa);
  try {
    return comparison.compare(sequence, runNativeSync(tracer, sequence, MAX_STEPS));
  } finally {
    comparison.close();
  }
}

/** The same instruction and the same kind of difference: a smaller sequence must not show another one. */
function isSame(a: Mismatch, b: Mismatch): boolean {
  const kind = ({ what, instruction }: Mismatch): string =>
    `${what.replace(/\d+$|0x.*/, '')} ${instruction?.name ?? ''}`;
  return kind(a) === kind(b);
}

/** A sequence that still differs as in `found` and has no instruction and no start value too many. */
export function shrink(tracer: string, sequence: Sequence, found: Mismatch): Sequence {
  const differs = (candidate: Sequence): boolean => {
    const mismatch = firstMismatch(tracer, candidate);
    return mismatch !== null && isSame(mismatch, found);
  };
  return withPlainStart(withFewInstructions(sequence, differs), differs);
}

/** Delta debugging (Zeller and Hildebrandt, 2002): leave out ever smaller parts. */
function withFewInstructions(sequence: Sequence, differs: (candidate: Sequence) => boolean): Sequence {
  let current = sequence;
  let length = Math.ceil(current.instructions.length / 2);
  while (length >= 1) {
    let shorter: Sequence | null = null;
    for (let at = 0; at < current.instructions.length && shorter === null; at += length) {
      const instructions = [...current.instructions.slice(0, at), ...current.instructions.slice(at + length)];
      const candidate = { ...current, instructions };
      if (instructions.length > 0 && differs(candidate)) shorter = candidate;
    }
    if (shorter !== null) current = shorter;
    else if (length === 1) break;
    else length = Math.ceil(length / 2);
    length = Math.min(length, current.instructions.length);
  }
  return current;
}

/** Registers, one by one, and the x87 and SSE state at plain values, as far as it differs without them. */
function withPlainStart(sequence: Sequence, differs: (candidate: Sequence) => boolean): Sequence {
  let current = sequence;
  const attempt = (change: (start: Start) => Partial<Start>): void => {
    const candidate = { ...current, start: { ...current.start, ...change(current.start) } };
    if (differs(candidate)) current = candidate;
  };
  for (const index of [...BY_NUMBER, USER.flags]) {
    attempt((start) => {
      const registers = start.registers.slice();
      registers.fill(0, index * 2, index * 2 + 2);
      if (index === USER.flags) registers[index * 2] = 0x202;
      return { registers };
    });
  }
  attempt(() => {
    const fpu = new Uint8Array(512);
    fpu.set([0x7f, 0x03]);
    fpu.set([0x80, 0x1f], 24);
    return { fpu };
  });
  return current;
}

const hexOf = (bytes: Iterable<number>): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Bytes, disassembly, start state, and what was expected. */
export function show(sequence: Sequence, mismatch: Mismatch, disassembler: Disassembler): string {
  const { bytes, addresses } = layOut(sequence);
  const at = (index: number): number => addresses[index] ?? sequence.codeAt;
  const code = sequence.instructions.map((instruction: Instruction, index: number) => {
    const part = bytes.subarray(at(index) - sequence.codeAt, at(index + 1) - sequence.codeAt);
    const { text } = disassembler.one(sequence.isa, part, at(index));
    const mark = instruction === mismatch.instruction ? '=>' : '  ';
    return `${mark} ${at(index).toString(16)}  ${hexOf(part).padEnd(24)} ${text}`;
  });
  const { registers, fpu, memorySeed } = sequence.start;
  const start = Object.entries(USER)
    .filter(([name]) => name !== 'orig')
    .map(([name, index]) => [name, (registers[index * 2 + 1] ?? 0) * 2 ** 32, registers[index * 2] ?? 0] as const)
    .filter(([, high, low]) => high !== 0 || low !== 0)
    .map(([name, high, low]) => `${name}=${(BigInt(high) + BigInt(low)).toString(16)}`);
  return [
    `${sequence.isa}: ${mismatch.what} after ${mismatch.step} instructions (${sequence.origin})`,
    `  the CPU has ${mismatch.expected}`,
    `  the engine  ${mismatch.got}`,
    ...code,
    `start: ${start.join(' ')}, memory seed ${memorySeed}`,
    ...(sequence.fpu ? [`fxsave image: ${hexOf(fpu.subarray(0, 416))}`] : []),
  ].join('\n');
}

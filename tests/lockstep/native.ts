/** The real CPU: builds native/tracer.c and native/stepper.c and runs sequences in them. */
import { execFile, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cached } from '../oracle/build.ts';
import { MEMORY_WORDS, PALETTE } from './memory.ts';
import { layOut, REGISTER_WORDS, type Sequence, type X86Isa } from './x86/sequence.ts';

const FLAGS = ['-O2', '-std=gnu11', '-Wall', '-Wextra', '-Werror'];

const HEADER_LEN = 40;
const FPU_LEN = 512;
const RECORD_WORDS = 6;
const SIGNAL = 1;
const END = 2;

function build(name: string, ...more: string[]): Promise<string> {
  const [source, header] = [`${name}.c`, 'sequence.h'].map((file) =>
    fileURLToPath(new URL(`native/${file}`, import.meta.url)),
  );
  const flags = [...FLAGS, ...more];
  const parts = [source, header].map((path) => readFileSync(path ?? ''));
  return cached(`lockstep-${name}`, [...flags, ...parts], async (output) => {
    await promisify(execFile)('gcc', [...flags, source ?? '', '-o', output]);
  });
}

/** The path of the tracer, built when it is not there yet. It runs sequences under ptrace(2). */
export function buildTracer(): Promise<string> {
  return build('tracer', '-static');
}

/** The path of the stepper: the same of a process that steps itself, for sweeps. */
export function buildStepper(): Promise<string> {
  return build('stepper', '-static-pie', '-fno-stack-protector', '-mno-red-zone', '-mfsgsbase');
}

/** A signal that the sequence got. */
export interface Signal {
  readonly signo: number;
  readonly code: number;
  readonly address: number;
}

/** The state after one instruction. */
export interface NativeStep {
  /** user_regs_struct. */
  readonly registers: Uint32Array;
  /** FXSAVE image, when it was asked for. */
  readonly fpu: Uint8Array | null;
  /** The instruction did not complete, or was a trap. */
  readonly signal: Signal | null;
}

export interface NativeRun {
  readonly steps: readonly NativeStep[];
  /** Words of memory that changed: pairs of index and value. */
  readonly changes: Uint32Array;
}

/** Registers, signals and memory of a run, for comparisons: FXSAVE images have fields that mean nothing. */
export function textOfRun({ steps, changes }: NativeRun): string {
  return JSON.stringify([steps.map(({ registers, signal }) => [[...registers], signal]), [...changes]]);
}

function job(sequence: Sequence, maxSteps: number): Buffer {
  const { bytes, addresses } = layOut(sequence);
  const end = addresses[addresses.length - 1] ?? 0;
  const lengths = addresses.slice(1).map((address, index) => address - (addresses[index] ?? 0));
  const buffer = Buffer.alloc(HEADER_LEN + REGISTER_WORDS * 4 + FPU_LEN + bytes.length + lengths.length);
  buffer.writeUInt32LE(sequence.fpu ? 1 : 0, 0);
  buffer.writeUInt32LE(maxSteps, 4);
  buffer.writeUInt32LE(sequence.start.memorySeed >>> 0, 8);
  buffer.writeUInt32LE(bytes.length, 12);
  buffer.writeBigUInt64LE(BigInt(end), 16);
  buffer.writeBigUInt64LE(BigInt(sequence.codeAt), 24);
  buffer.writeUInt32LE(lengths.length, 32);
  const { registers, fpu } = sequence.start;
  buffer.set(new Uint8Array(registers.buffer, registers.byteOffset, REGISTER_WORDS * 4), HEADER_LEN);
  buffer.set(fpu, HEADER_LEN + REGISTER_WORDS * 4);
  buffer.set(bytes, HEADER_LEN + REGISTER_WORDS * 4 + FPU_LEN);
  buffer.set(lengths, HEADER_LEN + REGISTER_WORDS * 4 + FPU_LEN + bytes.length);
  return buffer;
}

function input(sequences: readonly Sequence[], maxSteps: number): Buffer {
  const palette = Buffer.from(PALETTE.buffer, PALETTE.byteOffset, PALETTE.byteLength);
  return Buffer.concat([palette, ...sequences.map((sequence) => job(sequence, maxSteps))]);
}

function parse(output: Uint8Array, sequences: readonly Sequence[]): NativeRun[] {
  const words = new Uint32Array(output.buffer, output.byteOffset, output.byteLength >>> 2);
  let at = 0;
  const word = (index: number): number => {
    const value = words[index];
    if (value === undefined) throw new Error('the tracer ended early');
    return value;
  };
  return sequences.map((sequence) => {
    const steps: NativeStep[] = [];
    for (; word(at) !== END; ) {
      const signal =
        word(at) === SIGNAL
          ? { signo: word(at + 1), code: word(at + 2) | 0, address: word(at + 3) + word(at + 4) * 2 ** 32 }
          : null;
      at += RECORD_WORDS;
      const registers = words.subarray(at, at + REGISTER_WORDS);
      at += REGISTER_WORDS;
      const fpu = sequence.fpu ? output.subarray(at * 4, at * 4 + FPU_LEN) : null;
      if (sequence.fpu) at += FPU_LEN / 4;
      steps.push({ registers, fpu, signal });
    }
    at += RECORD_WORDS;
    const count = word(at);
    if (count > MEMORY_WORDS) throw new Error('the tracer wrote nonsense');
    const changes = words.subarray(at + 1, at + 1 + 2 * count);
    at += 1 + 2 * count;
    return { steps, changes };
  });
}

/** Run sequences of one ISA, each for at most `maxSteps` instructions. Rejects with the tracer's message. */
export async function runNative(
  tracer: string,
  isa: X86Isa,
  sequences: readonly Sequence[],
  maxSteps: number,
): Promise<NativeRun[]> {
  const child = spawn(tracer, [isa], { stdio: ['pipe', 'pipe', 'pipe'] });
  const chunks: Buffer[] = [];
  let message = '';
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => {
    message += chunk.toString();
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input(sequences, maxSteps));
  const status = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? signal));
  });
  if (status !== 0) throw new Error(`lockstep tracer: ${message.trim() || `status ${status}`}`);
  return parse(joined(chunks), sequences);
}

/** The same for one sequence, at once. */
export function runNativeSync(tracer: string, sequence: Sequence, maxSteps: number): NativeRun {
  const child = spawnSync(tracer, [sequence.isa], { input: input([sequence], maxSteps), maxBuffer: 2 ** 30 });
  if (child.status !== 0) throw new Error(`lockstep tracer: ${child.stderr.toString().trim()}`);
  const [run] = parse(joined([child.stdout]), [sequence]);
  if (run === undefined) throw new Error('lockstep tracer: no result');
  return run;
}

/** One array at an even place of a buffer of its own. */
function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

/** A program on the real CPU, as native/program.c tells it. */
import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CPUID_ROWS, X86_HWCAP, X86_HWCAP2 } from '../../../kernel/arch/x86-cpu.ts';
import { cached } from '../../oracle/build.ts';
import { REGISTER_WORDS } from '../x86/sequence.ts';

const SOURCE = fileURLToPath(new URL('../native/program.c', import.meta.url));
const FLAGS = ['-O2', '-std=gnu11', '-Wall', '-Wextra', '-Werror', '-static'];

const KIND = { step: 1, page: 2, map: 3, unmap: 4, sync: 5, kernel: 6, end: 7 } as const;

/** What the kernel did, as `kernel()` is told. */
export const BY_KERNEL = { start: 0, syscall: 1, unforeseen: 2, signal: 3 } as const;

const PAGE = 4096;
const FPU_LEN = 512;
const DESCRIPTORS_LEN = 48;
const REGISTERS = 27;
const HAS_FPU = 0x8000_0000;
/** The longest record. */
const MAX_RECORD = 24 + PAGE;

export interface Program {
  readonly path: string;
  /** With argv[0]. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** File that the program writes its output to. */
  readonly output: string;
  /** More instructions are an error. */
  readonly maxSteps: number;
  /** Instructions after which memory is compared at the latest. */
  readonly syncEvery: number;
}

/** Takes the records as they come. Views are good until it returns. */
export interface Listener {
  /** One instruction: which of the 27 registers changed, their new values, and x87 and SSE if these changed. */
  step(mask: number, values: DataView, fpu: Uint8Array | null): void;
  /** The contents of a page, written by the program or by the kernel. */
  page(at: number, byKernel: boolean, bytes: Uint8Array): void;
  /** A page's protection: PROT_READ 1, PROT_WRITE 2, PROT_EXEC 4. A page that was not there holds zeros. */
  map(at: number, prot: number): void;
  unmap(at: number): void;
  /** Memory is now as the pages told. */
  sync(fpu: Uint8Array): void;
  /** `what` (BY_KERNEL) happened; descriptors are three of user_desc. */
  kernel(what: number, registers: Uint32Array, fpu: Uint8Array, descriptors: Uint32Array): void;
  /** The status as wait(2) has it. */
  end(status: number): void;
}

function buildTracer(): Promise<string> {
  return cached('lockstep-program', [...FLAGS, readFileSync(SOURCE)], async (output) => {
    await promisify(execFile)('gcc', [...FLAGS, SOURCE, '-o', output]);
  });
}

/** Run a program on the CPU that x86-cpu.ts describes. Rejects with the tracer's message, or with what the listener throws. */
export async function runProgram(program: Program, listener: Listener): Promise<void> {
  const rows = CPUID_ROWS.map((row) => row.map((word) => word.toString(16)).join(',')).join(' ');
  const numbers = [program.maxSteps, program.syncEvery].map(String);
  const identity = [rows, String(X86_HWCAP), String(X86_HWCAP2)];
  const child = spawn(await buildTracer(), [...numbers, program.output, ...identity, program.path, ...program.argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: program.env,
  });
  let message = '';
  child.stderr.on('data', (chunk: Buffer) => {
    message += chunk.toString();
  });
  const closed = new Promise<number | string | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? signal));
  });
  closed.catch(() => undefined);
  try {
    let rest: Buffer = Buffer.alloc(0);
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
      const all = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      rest = all.subarray(take(all, all.length - MAX_RECORD, listener));
    }
    if (take(rest, rest.length, listener) !== rest.length) message ||= 'a record is cut off';
  } finally {
    child.kill('SIGKILL');
  }
  const status = await closed;
  if (status !== 0) throw new Error(`program tracer: ${message.trim() || `status ${status}`}`);
}

/** Hands on the records that begin before `end`; where the next one begins. */
function take(bytes: Buffer, end: number, listener: Listener): number {
  let at = 0;
  while (at < end) at += record(bytes, at, listener);
  return at;
}

/** Hands one record on; its length. */
function record(bytes: Buffer, at: number, listener: Listener): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, bytes.length - at);
  const kind = view.getUint32(0, true);
  const arg = view.getUint32(4, true);
  if (kind === KIND.step) {
    let len = 8;
    for (let i = 0; i < REGISTERS; i++) len += ((arg >>> i) & 1) * 8;
    const hasFpu = (arg & HAS_FPU) !== 0;
    const values = new DataView(view.buffer, view.byteOffset + 8, len - 8);
    listener.step(arg, values, hasFpu ? bytes.subarray(at + len, at + len + FPU_LEN) : null);
    return hasFpu ? len + FPU_LEN : len;
  }
  const address = view.getUint32(8, true) + view.getUint32(12, true) * 2 ** 32;
  const body = at + 24;
  if (kind === KIND.page) {
    listener.page(address, arg === 1, bytes.subarray(body, body + PAGE));
    return 24 + PAGE;
  }
  if (kind === KIND.map) listener.map(address, arg);
  else if (kind === KIND.unmap) listener.unmap(address);
  else if (kind === KIND.end) listener.end(arg);
  else if (kind === KIND.sync) {
    listener.sync(bytes.subarray(body, body + FPU_LEN));
    return 24 + FPU_LEN;
  } else if (kind === KIND.kernel) {
    const len = REGISTER_WORDS * 4 + FPU_LEN + DESCRIPTORS_LEN;
    const copy = Uint8Array.from(bytes.subarray(body, body + len)).buffer;
    const fpu = new Uint8Array(copy, REGISTER_WORDS * 4, FPU_LEN);
    const descriptors = new Uint32Array(copy, REGISTER_WORDS * 4 + FPU_LEN, DESCRIPTORS_LEN / 4);
    listener.kernel(arg, new Uint32Array(copy, 0, REGISTER_WORDS), fpu, descriptors);
    return 24 + len;
  } else throw new Error(`the tracer wrote a record of kind ${kind}`);
  return 24;
}

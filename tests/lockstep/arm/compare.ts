/** One sequence in the engine and in qemu-arm: what differs first. */
import {
  CPSR,
  CPSR_MASK,
  D0,
  EngineGuest,
  type EngineRun,
  FPSCR,
  type Limits,
  PC,
  SIGBUS,
  SIGSEGV,
  type Stop,
} from './engine.ts';
import { type Frame, frame } from './gdb-client.ts';
import { DATA, DATA_LEN, SAVE } from './guest-elf.ts';
import { END_FPSCR, END_VFP } from './memory.ts';
import { CPSR_NUMBER, PC_NUMBER, type Qemu, readMemory, word, writeCode, writeMemory, writeRegisters } from './qemu.ts';
import type { Instruction, Sequence } from './sequence.ts';

export interface Mismatch {
  readonly what: string;
  readonly qemu: string;
  readonly engine: string;
  /** Where it was seen: the instruction, and the registers before it. */
  readonly instruction: Instruction | undefined;
  readonly before: Uint32Array | undefined;
}

export interface Way {
  readonly stepped: boolean;
  readonly both: boolean;
  readonly limits: Limits;
}

type Difference = Pick<Mismatch, 'what' | 'qemu' | 'engine'>;

const SAVE_PART_LEN = END_FPSCR + 4 - END_VFP;
const NAMES = 'r0 r1 r2 r3 r4 r5 r6 r7 r8 r9 r10 r11 r12 sp lr pc cpsr'.split(' ');

const hex = (value: number): string => `0x${(value >>> 0).toString(16)}`;

/** Each of its requests has an answer that says only that it was done. */
function start(sequence: Sequence, data: Uint8Array): Frame[] {
  return [
    ...writeCode(sequence.code),
    ...writeMemory(SAVE, sequence.save),
    ...writeMemory(DATA, data),
    frame(writeRegisters(sequence.registers)),
  ];
}

/** What is to be asked for, in order; each stop is answered by the registers and, where wanted, single ones. */
function ask(sequence: Sequence, data: Uint8Array, run: EngineRun, stepped: boolean): Frame[] {
  const frames = [...start(sequence, data), frame(stepped ? 's' : 'c')];
  const shown = visible(run.stops);
  shown.forEach((stop, index) => {
    const vector = [...(stop.vector?.keys() ?? [])].map((number) => `p${number.toString(16)}`);
    while (vector.length > 20) frames.push(frame(...vector.splice(0, 20)));
    const last = index === shown.length - 1;
    if (stop.signal === 0 && !last) frames.push(frame(...vector, 'g', 's'));
    else {
      frames.push(frame(...vector, 'g'));
      if (!last) frames.push(...resume(stop, stepped));
    }
  });
  frames.push(...readMemory(SAVE + END_VFP, SAVE_PART_LEN), ...readMemory(DATA, DATA_LEN));
  return frames;
}

/** Behind a stop. What faults with several accesses may have done half of them in qemu: put back what the engine has. */
function resume(stop: Stop, stepped: boolean): Frame[] {
  const frames: Frame[] = [];
  if (stop.thread !== undefined && stop.data !== undefined) {
    const block = Buffer.from(stop.thread);
    for (let i = 0; i < 32; i += 8) {
      const registers = [0, 1, 2, 3, 4, 5, 6, 7].map((j) => {
        const at = 16 + 8 * (i + j);
        return `P${(D0 + i + j).toString(16)}=${block.toString('hex', at, at + 8)}`;
      });
      frames.push(frame(...registers));
    }
    frames.push(...writeMemory(DATA, stop.data), frame(writeRegisters(stop.resumed)));
  } else {
    const pc = `P${PC_NUMBER.toString(16)}=${word(stop.resumed[PC] ?? 0)}`;
    const cpsr = `P${CPSR_NUMBER.toString(16)}=${word(stop.resumed[CPSR] ?? 0)}`;
    frames.push(frame(pc, cpsr));
  }
  frames.push(frame(stepped ? 's' : 'c'));
  return frames;
}

/** The stub does not stop between `svc` and the instruction behind it. */
function visible(stops: readonly Stop[]): Stop[] {
  return stops.filter(({ systemCall }) => !systemCall);
}

export class Comparison {
  readonly guest = new EngineGuest();
  readonly qemu: Qemu;

  constructor(qemu: Qemu) {
    this.qemu = qemu;
  }

  close(): void {
    this.guest.close();
    this.qemu.close();
  }

  /**
   * The engine's run against qemu's: both step, or both run from stop to stop. With `both`, the engine's own two ways must
   * agree as well.
   */
  async compare(
    sequence: Sequence,
    data: Uint8Array,
    { stepped, both, limits }: Way,
  ): Promise<{ mismatch?: Mismatch; run: EngineRun }> {
    const run = this.runEngine(sequence, data, stepped, limits);
    const answers = this.qemu.exchange(ask(sequence, data, run, stepped));
    const other = both ? this.runEngine(sequence, data, !stepped, limits) : undefined;
    const mismatch = check(sequence, data, run, await answers);
    if (mismatch !== undefined) return { run, mismatch };
    if (other === undefined) return { run };
    const [steps, whole] = stepped ? [run, other] : [other, run];
    const own = sameRun(steps, whole);
    if (own !== undefined) return { run, mismatch: { ...own, instruction: undefined, before: undefined } };
    if (steps.broken === undefined) return { run };
    const { what, before } = steps.broken;
    const instruction = sequence.instructions.get(before[PC] ?? 0);
    return { run, mismatch: { what, qemu: '', engine: '', instruction, before } };
  }

  private runEngine(sequence: Sequence, data: Uint8Array, stepped: boolean, limits: Limits): EngineRun {
    this.guest.reset(sequence, data);
    return this.guest.run(sequence, stepped, limits);
  }
}

/** The engine's own runs: each stop of the one in one go is a stop of the other, with the same state, and so is the end. */
function sameRun(steps: EngineRun, whole: EngineRun): Difference | undefined {
  const stops = steps.stops.filter(({ signal }) => signal !== 0);
  for (const [index, stop] of whole.stops.entries()) {
    const other = stops[index];
    if (stop.signal === 0) continue;
    if (other === undefined)
      return { what: 'in one go: one stop more', qemu: '', engine: hex(stop.registers[PC] ?? 0) };
    if (other.retired !== stop.retired) {
      return { what: 'in one go: retired', qemu: `${other.retired}`, engine: `${stop.retired}` };
    }
    const wrong = registersDiffer(other.registers, stop.registers);
    if (wrong !== undefined) return { ...wrong, what: `in one go: ${wrong.what}` };
  }
  if (Buffer.compare(steps.data, whole.data) !== 0) return { what: 'in one go: memory', qemu: '', engine: '' };
  if (Buffer.compare(steps.save, whole.save) !== 0)
    return { what: 'in one go: vector registers', qemu: '', engine: '' };
  return undefined;
}

function registersDiffer(qemu: Uint32Array, engine: Uint32Array): Difference | undefined {
  for (let i = 0; i < 17; i++) {
    const mask = i === CPSR ? CPSR_MASK : 0xffff_ffff;
    const [a, b] = [((qemu[i] ?? 0) & mask) >>> 0, ((engine[i] ?? 0) & mask) >>> 0];
    if (a !== b) return { what: NAMES[i] ?? '?', qemu: hex(a), engine: hex(b) };
  }
  return undefined;
}

function check(sequence: Sequence, data: Uint8Array, run: EngineRun, answers: readonly string[]): Mismatch | undefined {
  const preparation = start(sequence, data).length;
  const failed = answers.slice(0, preparation).find((answer) => answer.startsWith('E'));
  if (failed !== undefined) throw new Error(`qemu-arm refuses to be prepared: ${failed}`);
  let at = preparation;
  let before: Uint32Array | undefined;
  const stops = visible(run.stops);
  for (const [index, stop] of stops.entries()) {
    const instruction = sequence.instructions.get((before ?? sequence.registers)[PC] ?? 0);
    const stepping = stop.vector !== undefined;
    const place = { instruction: stepping ? instruction : sequence.instructions.get(stop.registers[PC] ?? 0), before };
    const wrong = checkStop(stop, answers, at);
    if (wrong !== undefined) return { ...wrong, ...place };
    at += 1 + (stop.vector?.size ?? 0) + 1;
    if (stop.signal !== 0 && index < stops.length - 1)
      at += resume(stop, stepping)
        .slice(0, -1)
        .reduce((sum, { answers: n }) => sum + n, 0);
    before = stop.resumed;
  }
  const rest = Buffer.from(answers.slice(at).join(''), 'hex');
  const end = { instruction: undefined, before: undefined };
  const save = rest.subarray(0, SAVE_PART_LEN);
  const difference = firstByte(save, run.save);
  if (difference >= 0) {
    const from = difference - (difference % 8);
    const what = from >= 256 ? 'fpscr at the end' : `d${from / 8} at the end`;
    return {
      what,
      qemu: save.toString('hex', from, from + 8),
      engine: Buffer.from(run.save).toString('hex', from, from + 8),
      ...end,
    };
  }
  const memory = firstByte(rest.subarray(SAVE_PART_LEN), run.data);
  // Where the limit of stops cuts a sequence off at a fault, qemu's half of a store is there still.
  if (memory < 0 || stops.at(-1)?.thread !== undefined) return undefined;
  const values = { qemu: hex(rest[SAVE_PART_LEN + memory] ?? 0), engine: hex(run.data[memory] ?? 0) };
  return { what: `memory at ${hex(DATA + memory)} at the end`, ...values, ...end };
}

function firstByte(a: Uint8Array, b: Uint8Array): number {
  if (Buffer.compare(a, b) === 0) return -1;
  for (let i = 0; i < Math.max(a.length, b.length); i++) if (a[i] !== b[i]) return i;
  return -1;
}

function checkStop(stop: Stop, answers: readonly string[], at: number): Difference | undefined {
  const signal = Number.parseInt(answers[at]?.slice(1, 3) ?? '', 16);
  const expected = stop.signal === 0 ? 5 : stop.signal;
  let next = at + 1;
  const vector: Difference[] = [];
  for (const [number, value] of stop.vector ?? []) {
    const qemu = answers[next++] ?? '';
    if (qemu !== value) vector.push({ what: number === FPSCR ? 'fpscr' : `d${number - D0}`, qemu, engine: value });
  }
  const registers = parseRegisters(answers[next] ?? '');
  if (signal !== expected) {
    return {
      what: 'signal',
      qemu: `${signal} at ${hex(registers[PC] ?? 0)}`,
      engine: `${expected} at ${hex(stop.registers[PC] ?? 0)}`,
    };
  }
  if (vector[0] !== undefined) return vector[0];
  if (stop.signal === SIGSEGV || stop.signal === SIGBUS) {
    // qemu keeps what a load of several registers had loaded before it faulted; the engine must not.
    return registers[PC] === stop.registers[PC] ? undefined : registersDiffer(registers, stop.registers);
  }
  return registersDiffer(registers, stop.registers);
}

function parseRegisters(answer: string): Uint32Array {
  const bytes = Buffer.from(answer, 'hex');
  return Uint32Array.from({ length: 17 }, (_, i) => (bytes.length >= 4 * i + 4 ? bytes.readUInt32LE(4 * i) : 0));
}

/** One sequence on the real CPU and in the engine: what differs first. */
import { EXIT } from '../../kernel/ports.ts';
import { type EngineExit, EngineGuest } from './engine.ts';
import { halfStored, type Known, knownDifference } from './known.ts';
import { addressOfWord } from './memory.ts';
import type { NativeRun, NativeStep, Signal } from './native.ts';
import { type Instruction, layOut, REGISTER_WORDS, type Sequence, USER, type X86Isa } from './x86/sequence.ts';

/** Most instructions of a sequence that are run. */
export const MAX_STEPS = 400;

/** CF PF AF ZF SF DF OF NT AC. ptrace cannot set ID, so no sequence does. */
const FLAGS = 0x4_4cd5;

export interface Mismatch {
  /** Instructions that went well. */
  readonly step: number;
  /** The instruction that did not; undefined when it is about the whole. */
  readonly instruction: Instruction | undefined;
  readonly what: string;
  readonly expected: string;
  readonly got: string;
}

export type Difference = Pick<Mismatch, 'what' | 'expected' | 'got'>;

const NAMES = Object.keys(USER);

const hex = (value: number): string => `0x${value.toString(16)}`;

const SIGNALS = { SIGILL: 4, SIGTRAP: 5, SIGBUS: 7, SIGFPE: 8, SIGSEGV: 11 };
const SI_KERNEL = 0x80;
const VECTORS: Record<number, number> = {
  0: SIGNALS.SIGFPE,
  1: SIGNALS.SIGTRAP,
  3: SIGNALS.SIGTRAP,
  4: SIGNALS.SIGSEGV,
  5: SIGNALS.SIGSEGV,
  6: SIGNALS.SIGILL,
  11: SIGNALS.SIGBUS,
  12: SIGNALS.SIGBUS,
  13: SIGNALS.SIGSEGV,
  16: SIGNALS.SIGFPE,
  17: SIGNALS.SIGBUS,
  19: SIGNALS.SIGFPE,
};

/** #DB, #BP and #OF. */
const TRAPS = [1, 3, 4];

/** Linux: arch/x86/kernel/traps.c and arch/x86/mm/fault.c: which signal an exit becomes. */
function exitText(exit: EngineExit): string {
  if (exit.kind === EXIT.budget) return 'no signal';
  if (exit.kind === EXIT.fault) return `signal 11 at ${hex(exit.address)}`;
  if (exit.kind === EXIT.exception) return `signal ${VECTORS[exit.vector]}${exit.vector === 14 ? ' page' : ''}`;
  return `exit ${exit.kind}`;
}

function signalText(signal: Signal | null): string {
  if (signal === null) return 'no signal';
  if (signal.signo === SIGNALS.SIGSEGV && signal.code !== SI_KERNEL && signal.code !== 3)
    return `signal 11 at ${hex(signal.address)}`;
  return `signal ${signal.signo}`;
}

/** Fields of the FXSAVE image (Intel SDM volume 1, table 10-2) that are compared, with masks. */
export interface FpuField {
  readonly name: string;
  readonly at: number;
  readonly lenBytes: number;
}
const FPU_FIELDS: readonly FpuField[] = [
  { name: 'fcw', at: 0, lenBytes: 2 },
  { name: 'fsw', at: 2, lenBytes: 2 },
  { name: 'ftw', at: 4, lenBytes: 1 },
  { name: 'fop', at: 6, lenBytes: 2 },
  { name: 'fip', at: 8, lenBytes: 8 },
  { name: 'fdp', at: 16, lenBytes: 8 },
  { name: 'mxcsr', at: 24, lenBytes: 4 },
  ...Array.from({ length: 8 }, (_, i) => ({ name: `st${i}`, at: 32 + 16 * i, lenBytes: 10 })),
  ...Array.from({ length: 16 }, (_, i) => ({ name: `xmm${i}`, at: 160 + 16 * i, lenBytes: 16 })),
];

function fieldText(image: Uint8Array, field: FpuField): string {
  return `0x${Buffer.from(image.subarray(field.at, field.at + field.lenBytes))
    .reverse()
    .toString('hex')}`;
}

/** Runs sequences in an engine and compares with what the real CPU did. */
export class Comparison {
  private readonly guest: EngineGuest;
  private readonly state = new Uint32Array(REGISTER_WORDS);
  /** Instructions compared so far. */
  compared = 0;
  /** Known differences met, and how often. */
  readonly known = new Map<Known, number>();

  constructor(isa: Sequence['isa']) {
    this.guest = new EngineGuest(isa);
  }

  close(): void {
    this.guest.close();
  }

  /** The first difference, or null. */
  compare(sequence: Sequence, native: NativeRun): Mismatch | null {
    const { guest } = this;
    guest.reset(sequence, false);
    const { addresses } = layOut(sequence);
    const places = new Map(sequence.instructions.map((instruction, index) => [addresses[index] ?? 0, instruction]));
    let before = sequence.start.registers;
    let half: ReturnType<typeof halfStored> = null;
    let imageBefore = sequence.fpu ? sequence.start.fpu : null;
    this.state.set(before);
    let retired = 0;
    let adjusted = false;
    let exit: EngineExit | null = null;
    for (const [index, step] of native.steps.entries()) {
      const begun = places.get(pcOf(before));
      // What faults in the shadow of a load of ss is what is looked at.
      const isInShadow = step.signal !== null && /^(mov|pop)_ss$/.test(begun?.name ?? '');
      const instruction = isInShadow ? places.get(pcOf(step.registers)) : begun;
      exit = guest.run(1);
      retired += exit.retired;
      const wrong = this.step(sequence, step, before, instruction, exit);
      this.compared++;
      if (wrong.length > 0) {
        const known: Known[] = [];
        for (const one of wrong) {
          const found = knownDifference({ isa: sequence.isa, instruction, before, imageBefore, step, ...one });
          if (found === undefined) return { step: index, instruction, ...one };
          known.push(found);
        }
        for (const one of known) this.met(one);
        if (known.some(({ action }) => action === 'stop')) return null;
        guest.task.adopt(step.registers, step.fpu);
        adjusted = true;
      } else if (step.signal !== null && instruction?.name === 'pusha') {
        // What a pusha that faults has stored before: see `fault-order` in docs/engine-differences.md.
        return null;
      } else {
        adjusted = this.adjust(step) || adjusted;
      }
      if (step.signal !== null) half = halfStored(instruction, before);
      before = step.registers;
      imageBefore = step.fpu;
    }
    const wrong =
      this.end(sequence, native, before, half) ?? this.again(sequence, exit, retired, native.steps.length, adjusted);
    return wrong === null ? null : { step: native.steps.length, instruction: undefined, ...wrong };
  }

  private met(known: Known): void {
    this.known.set(known, (this.known.get(known) ?? 0) + 1);
  }

  private step(
    sequence: Sequence,
    step: NativeStep,
    before: Uint32Array,
    instruction: Instruction | undefined,
    exit: EngineExit,
  ): Difference[] {
    const expected = signalText(step.signal);
    const got = exitText(exit);
    const out: Difference[] = expected === got ? [] : [{ what: 'signal', expected, got }];
    // Where only one of both has run, the registers are others.
    if (out.length > 0 && (step.signal === null) !== (exit.retired === 1)) return out;
    // A trap has run, a fault has not.
    const count = step.signal === null || (exit.kind === EXIT.exception && TRAPS.includes(exit.vector)) ? 1 : 0;
    if (exit.retired !== count) out.push({ what: 'count', expected: `${count}`, got: `${exit.retired}` });
    // What begins in the middle of an instruction is in no table, and may leave any flag undefined.
    const undefinedFlags = instruction === undefined ? FLAGS : (instruction.undefinedFlags ?? 0);
    const mask =
      FLAGS &
      ~(step.signal !== null ? 0 : typeof undefinedFlags === 'number' ? undefinedFlags : undefinedFlags(before));
    this.guest.task.readRegisters(this.state);
    const fpu = step.fpu === null ? null : this.guest.task.readThread(this.state);
    out.push(...this.registers(sequence, step.registers, mask, fpu !== null));
    if (fpu !== null && step.fpu !== null) out.push(...images(step.fpu, fpu, sequence.isa));
    return out;
  }

  private registers(sequence: Sequence, native: Uint32Array, flags: number, bases: boolean): Difference[] {
    const { state } = this;
    const wide = sequence.isa === 'x86_64';
    const out = new Map<number, Difference>();
    for (let i = 0; i < REGISTER_WORDS; i++) {
      const index = i >>> 1;
      if (state[i] === native[i] || index === USER.orig || out.has(index)) continue;
      if (!wide && (i & 1 || (index < 10 && index !== USER.rbx && index !== USER.rbp))) continue;
      // The engine's thread block has no bases on i386: there they follow from the selectors and descriptors.
      const isBase = index === USER.fsBase || index === USER.gsBase;
      if ((isBase && !(bases && wide)) || (!bases && wide && index >= USER.ds)) continue;
      const [low, high] = [native[index * 2] ?? 0, native[index * 2 + 1] ?? 0];
      if (index === USER.flags && (((state[i] ?? 0) ^ low) & flags) === 0) continue;
      const text = (a: number, b: number): string => (wide ? hex(Number(b)) + a.toString(16).padStart(8, '0') : hex(a));
      const [gotLow, gotHigh] = [state[index * 2] ?? 0, state[index * 2 + 1] ?? 0];
      out.set(
        index,
        index === USER.flags
          ? { what: 'flags', expected: hex(low & flags), got: hex(gotLow & flags) }
          : { what: NAMES[index] ?? '?', expected: text(low, high), got: text(gotLow, gotHigh) },
      );
    }
    return [...out.values()];
  }

  /** Go on with the flags that the real CPU has where they are undefined. True when they were others. */
  private adjust(step: NativeStep): boolean {
    const native = step.registers[USER.flags * 2] ?? 0;
    const flags = this.state[USER.flags * 2] ?? 0;
    if (((native ^ flags) & FLAGS) === 0) return false;
    this.guest.task.setFlags((flags & ~FLAGS) | (native & FLAGS));
    return true;
  }

  /** Memory, segments and bases at the end. */
  private end(
    sequence: Sequence,
    native: NativeRun,
    last: Uint32Array,
    half: ReturnType<typeof halfStored>,
  ): Difference | null {
    const expected = withoutWords(native.changes, half);
    const got = withoutWords(this.guest.changes(), half);
    for (let i = 0; i < Math.max(expected.length, got.length); i += 2) {
      if (expected[i] === got[i] && expected[i + 1] === got[i + 1]) continue;
      const index = Math.min(expected[i] ?? 1e9, got[i] ?? 1e9);
      const value = expected[i] === index ? (expected[i + 1] ?? 0) : this.guest.initialWord(index);
      return { what: `memory word ${hex(index * 4)}`, expected: hex(value), got: hex(this.guest.word(index)) };
    }
    this.guest.task.readRegisters(this.state);
    this.guest.task.readThread(this.state);
    return this.registers(sequence, last, 0, true)[0] ?? null;
  }

  /** Once more in one go, with pages that come only when they are touched: the same end as step by step. */
  private again(
    sequence: Sequence,
    last: EngineExit | null,
    retired: number,
    steps: number,
    adjusted: boolean,
  ): Difference | null {
    if (last === null) return null;
    let [exit, count] = [last, retired];
    if (adjusted) {
      // The flags were not the engine's own: step once more without touching them.
      this.guest.reset(sequence, false);
      count = 0;
      for (let i = 0; i === 0 || (i < steps && exit.kind === EXIT.budget); i++) {
        exit = this.guest.run(1);
        count += exit.retired;
      }
    }
    const stepped = this.endState(exit, count);
    this.guest.reset(sequence, true);
    // One more than is counted where the last instruction does not retire.
    exit = this.guest.run(exit.kind === EXIT.budget ? count : steps + 1);
    const whole = this.endState(exit, exit.retired);
    if (stepped.summary === whole.summary && Buffer.compare(stepped.state, whole.state) === 0) return null;
    return { what: 'in one go', ...firstDifference(textOf(stepped), textOf(whole)) };
  }

  private endState(exit: EngineExit, retired: number): EndState {
    this.guest.task.readRegisters(this.state);
    const image = this.guest.task.readThread(this.state);
    const words = new Uint8Array(this.state.buffer);
    const changes = new Uint8Array(Uint32Array.from(this.guest.changes()).buffer);
    return { summary: `${exitText(exit)}, ${retired} retired`, state: Buffer.concat([words, image, changes]) };
  }
}

function pcOf(registers: Uint32Array): number {
  return (registers[USER.rip * 2] ?? 0) + (registers[USER.rip * 2 + 1] ?? 0) * 2 ** 32;
}

/** How a run ended, and the registers, the FXSAVE image and the words of memory that changed, with their indexes. */
interface EndState {
  readonly summary: string;
  readonly state: Buffer;
}

const textOf = ({ summary, state }: EndState): string => `${summary}: ${state.toString('hex')}`;

/** Pairs of index and value, without the words that lie in the bytes [from, to). */
function withoutWords(changes: ArrayLike<number>, bytes: { from: number; to: number } | null): number[] {
  const all = Array.from(changes);
  if (bytes === null) return all;
  const isOut = (index: number): boolean => {
    const at = addressOfWord(index);
    return at + 4 > bytes.from && at < bytes.to;
  };
  return all.filter((_, i) => !isOut(all[i & ~1] ?? 0));
}

function firstDifference(expected: string, got: string): { expected: string; got: string } {
  let at = 0;
  while (at < expected.length && expected[at] === got[at]) at++;
  const from = Math.max(at - 60, 0);
  return { expected: expected.slice(from, at + 60), got: got.slice(from, at + 60) };
}

/** The fields of two FXSAVE images that differ. */
export function images(native: Uint8Array, engine: Uint8Array, isa: X86Isa): Difference[] {
  const out: Difference[] = [];
  for (const field of FPU_FIELDS) {
    if (isa === 'i386' && field.at >= 160 + 8 * 16) continue;
    for (let i = field.at; i < field.at + field.lenBytes; i++) {
      if (native[i] !== engine[i]) {
        out.push({ what: field.name, expected: fieldText(native, field), got: fieldText(engine, field) });
        break;
      }
    }
  }
  return out;
}

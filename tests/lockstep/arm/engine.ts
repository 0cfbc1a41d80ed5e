/** The engine with the pages of the generated sequences; it decides where a sequence stops and goes on. */
import { EXIT, THREAD_ARM } from '../../../kernel/ports.ts';
import { Machine, RW, RX } from '../../emulator/engine/machine.ts';
import { CODE, DATA, DATA_LEN, PAGE, READ_ONLY, SAVE } from './guest-elf.ts';
import { END, END_FPSCR, END_VFP } from './memory.ts';
import type { Sequence } from './sequence.ts';

export const PC = 15;
export const CPSR = 16;
/** N Z C V Q, IT, GE, T: what user code can see and change. */
export const CPSR_MASK = 0xfe0f_fc20;
const IT = 0x0600_fc00;
const MINUS_ENOSYS = -38;

/** Signals by which Linux and qemu-user tell of an exit, with the protocol's numbers (GDB_SIGNAL_BUS is 10). */
export const SIGILL = 4;
export const SIGTRAP = 5;
export const SIGBUS = 10;
export const SIGSEGV = 11;

/** The state at an exit (or, with signal 0, behind an instruction). */
export interface Stop {
  readonly signal: number;
  /** r0 to r15 and cpsr, before anything is skipped. */
  readonly registers: Uint32Array;
  /** The same as the sequence goes on. */
  readonly resumed: Uint32Array;
  /** Instructions retired since the start. */
  readonly retired: number;
  /** Vector registers and FPSCR that the step has changed, by the stub's numbers (stepped runs only). */
  readonly vector?: ReadonlyMap<number, string>;
  /** What came back as `svc`: the stub shows nothing there. */
  readonly systemCall: boolean;
  /** Faults: the whole thread block, for stubs that have done half of the instruction. */
  readonly thread?: Uint8Array;
  readonly data?: Uint8Array;
}

export interface Broken {
  readonly what: string;
  readonly before: Uint32Array;
}

export interface EngineRun {
  readonly stops: readonly Stop[];
  readonly retired: number;
  /** Data pages, and d0 to d31 and FPSCR as stored at the end. */
  readonly data: Uint8Array;
  readonly save: Uint8Array;
  /** A promise of the engine's own that did not hold. */
  readonly broken?: Broken;
}

export interface Limits {
  readonly steps: number;
  readonly stops: number;
}

/** Numbers of d0 and FPSCR in qemu's target description. */
export const D0 = 26;
export const FPSCR = 74;

export class EngineGuest {
  private readonly machine = new Machine('arm');
  private readonly code: number;
  private readonly save: number;
  private readonly dataAt: number;
  private readonly registersAt: number;
  private readonly thread: Uint8Array<ArrayBuffer>;
  private readonly before: Uint8Array<ArrayBuffer>;
  private readonly shadow = new Uint8Array(DATA_LEN);

  constructor() {
    const { machine } = this;
    this.code = machine.map(CODE, RX);
    machine.map(READ_ONLY, 0);
    this.dataAt = machine.map(DATA, RW);
    machine.map(DATA + PAGE, RW, machine.frame());
    if (machine.lookup(DATA + PAGE) !== this.dataAt + PAGE) throw new Error('the data frames do not follow each other');
    this.save = machine.map(SAVE, RW);
    this.registersAt = machine.ptRegs >>> 2;
    this.thread = machine.saveThread();
    this.before = machine.saveThread();
  }

  close(): void {
    this.machine.cpu.close();
  }

  get data(): Uint8Array {
    return this.machine.ram.u8.subarray(this.dataAt, this.dataAt + DATA_LEN);
  }

  get registers(): Uint32Array {
    return this.machine.ram.u32.subarray(this.registersAt, this.registersAt + 17);
  }

  /** Put the sequence at its start; `data` is what the data pages hold. */
  reset(sequence: Sequence, data: Uint8Array): void {
    const { ram } = this.machine;
    ram.u8.set(sequence.code, this.code);
    ram.invalidateCode(this.code, PAGE);
    ram.u8.fill(0, this.save, this.save + PAGE);
    ram.u8.set(sequence.save, this.save);
    this.data.set(data);
    this.registers.set(sequence.registers);
  }

  /** One instruction at a time, or each piece between stops in one go. */
  run(sequence: Sequence, stepped: boolean, limits: Limits): EngineRun {
    const stops: Stop[] = [];
    let retired = 0;
    let broken: Broken | undefined;
    let exits = 0;
    if (stepped) this.machine.cpu.saveThread(this.before);
    while (exits < limits.stops && retired < limits.steps) {
      const from = stepped ? Uint32Array.from(this.registers) : undefined;
      if (stepped) this.shadow.set(this.data);
      const exit = this.machine.run(stepped ? 1 : limits.steps - retired);
      retired += exit.retired;
      const signal = signalOf(exit.kind, exit.vector);
      if (from !== undefined && exit.retired !== (signal === 0 ? 1 : 0)) {
        broken ??= { what: `${exit.retired} retired`, before: from };
      }
      const registers = Uint32Array.from(this.registers);
      const vector = stepped ? this.changedVector() : undefined;
      if (from !== undefined && signal !== 0) broken ??= this.halfDone(from, registers, vector);
      const done = registers[PC] === END && signal === SIGILL;
      if (signal !== 0) exits++;
      if (!done) this.goOn(sequence, exit.kind, signal);
      const thread = signal === SIGSEGV || signal === SIGBUS ? this.machine.saveThread() : undefined;
      const systemCall = exit.kind === EXIT.syscall;
      if (stepped || signal !== 0 || (!systemCall && !done)) {
        stops.push({
          signal,
          registers,
          resumed: Uint32Array.from(this.registers),
          retired,
          systemCall,
          ...(vector === undefined ? {} : { vector }),
          ...(thread === undefined ? {} : { thread, data: this.data.slice() }),
        });
      }
      if (done) break;
    }
    const save = this.machine.ram.u8.slice(this.save + END_VFP, this.save + END_FPSCR + 4);
    return { stops, retired, data: this.data.slice(), save, ...(broken === undefined ? {} : { broken }) };
  }

  /** Behind an instruction that cannot run; out of its IT block. */
  private goOn(sequence: Sequence, kind: number, signal: number): void {
    const { registers } = this;
    if (kind === EXIT.syscall) registers[0] = MINUS_ENOSYS;
    if (signal === 0) return;
    const at = registers[PC] ?? 0;
    registers[PC] = at + (sequence.instructions.get(at)?.size ?? 4);
    registers[CPSR] = (registers[CPSR] ?? 0) & ~IT;
  }

  private changedVector(): Map<number, string> {
    const { thread, before } = this;
    this.machine.cpu.saveThread(thread);
    const changed = new Map<number, string>();
    if (Buffer.compare(thread, before) === 0) return changed;
    for (let i = 0; i < 32; i++) {
      const at = THREAD_ARM.vfp + 8 * i;
      const now = Buffer.from(thread.buffer, at, 8);
      if (now.compare(Buffer.from(before.buffer, at, 8)) !== 0) changed.set(D0 + i, now.toString('hex'));
    }
    const fpscr = Buffer.from(thread.buffer, THREAD_ARM.fpscr, 4);
    if (fpscr.compare(Buffer.from(before.buffer, THREAD_ARM.fpscr, 4)) !== 0) changed.set(FPSCR, fpscr.toString('hex'));
    before.set(thread);
    return changed;
  }

  /** What a faulting instruction has left behind, though it must leave nothing. */
  private halfDone(
    from: Uint32Array,
    registers: Uint32Array,
    vector: ReadonlyMap<number, string> | undefined,
  ): Broken | undefined {
    const broken = (what: string): Broken => ({ what: `a faulting instruction has changed ${what}`, before: from });
    for (let i = 0; i < 17; i++) {
      if (from[i] !== registers[i]) return broken(`register ${i}`);
    }
    if (vector !== undefined && vector.size > 0) return broken('vector registers');
    if (Buffer.compare(this.shadow, this.data) !== 0) return broken('memory');
    return undefined;
  }
}

/** Linux: arch/arm/kernel/traps.c, arch/arm/mm/fault.c. */
function signalOf(kind: number, vector: number): number {
  if (kind === EXIT.fault) return SIGSEGV;
  if (kind === EXIT.exception) return vector === 1 ? SIGILL : vector === 4 ? SIGBUS : SIGTRAP;
  return 0;
}

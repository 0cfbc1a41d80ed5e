/**
 * A program on the real CPU and in two engines: one steps, and its registers are compared after every instruction; one runs
 * from one system call to the next in one go. What the kernel does is taken over from the real one: registers and memory
 * behind each system call. In front of each, memory is compared.
 */
import { type Disassembler, loadDisassembler } from '../../../asm/index.ts';
import { EXIT } from '../../../kernel/ports.ts';
import type { Exit } from '../../emulator/engine/machine.ts';
import { type Difference, images } from '../compare.ts';
import { type Known, knownDifference } from '../known.ts';
import { type Instruction, REGISTER_WORDS, USER, type X86Isa } from '../x86/sequence.ts';
import { descriptorOf, ProgramGuest } from './guest.ts';
import { BY_KERNEL, type Listener, type Program, runProgram } from './stream.ts';
import { undefinedFlags } from './undefined.ts';

const PAGE = 4096;
const ZEROS = new Uint8Array(PAGE);
/** CF PF AF ZF SF DF OF, IF, NT, AC, ID. */
const FLAGS = 0x24_4ed5;
const SHOWN = 12;
const RIP = USER.rip * 2;
const REGISTER_NAMES = Object.keys(USER);

/** Registers that pt_regs holds, but the number of a system call. */
const COMPARED_64 = [...Array(21).keys()].filter((index) => index !== USER.orig);
const COMPARED_32 = [
  5,
  4,
  10,
  11,
  12,
  13,
  14,
  USER.rip,
  USER.cs,
  USER.rsp,
  USER.ss,
  USER.ds,
  USER.es,
  USER.fs,
  USER.gs,
];

export interface Outcome {
  /** Instructions after which everything was compared. */
  readonly compared: number;
  readonly kernelCalls: number;
  /** The status as wait(2) has it. */
  readonly status: number;
  readonly known: ReadonlyMap<Known, number>;
}

/** Thrown at the first difference that is not known; `inOneGo` when only the engine that does not step has it. */
export class ProgramMismatch extends Error {
  readonly inOneGo: boolean;

  constructor(message: string, inOneGo: boolean) {
    super(message);
    this.inOneGo = inOneGo;
  }
}

const address = (registers: Uint32Array, index: number): number =>
  (registers[index * 2] ?? 0) + (registers[index * 2 + 1] ?? 0) * 2 ** 32;

const text = (registers: Uint32Array, index: number): string => {
  const [low = 0, high = 0] = [registers[index * 2], registers[index * 2 + 1]];
  return high === 0 ? `0x${low.toString(16)}` : `0x${high.toString(16)}${low.toString(16).padStart(8, '0')}`;
};

class Comparison implements Listener {
  private readonly isa: X86Isa;
  private readonly disassembler: Disassembler;
  private readonly stepping: ProgramGuest;
  private readonly running: ProgramGuest;
  private readonly native = new Uint32Array(REGISTER_WORDS);
  private readonly before = new Uint32Array(REGISTER_WORDS);
  private readonly state = new Uint32Array(REGISTER_WORDS);
  private readonly compared64: boolean;
  /** What the pages hold natively, where that is not 0. */
  private readonly mirror = new Map<number, Uint8Array>();
  private readonly lastPcs: number[] = [];
  /** x87 and SSE of the CPU after the last instruction that changed them. */
  private fpu: Uint8Array = new Uint8Array(512);
  private imageBefore: Uint8Array = this.fpu;
  /** Instructions since the engine that runs in one go was last where the CPU is. */
  private behind = 0;
  /** The stepping engine was given the CPU's state in between. */
  private adjusted = false;
  compared = 0;
  kernelCalls = 0;
  status = -1;
  readonly known = new Map<Known, number>();

  constructor(isa: X86Isa, disassembler: Disassembler) {
    this.isa = isa;
    this.compared64 = isa === 'x86_64';
    this.disassembler = disassembler;
    this.stepping = new ProgramGuest(isa);
    this.running = new ProgramGuest(isa);
  }

  close(): void {
    this.stepping.close();
    this.running.close();
  }

  map(at: number, prot: number): void {
    for (const guest of [this.stepping, this.running]) guest.map(at, prot);
  }

  unmap(at: number): void {
    this.mirror.delete(at);
    for (const guest of [this.stepping, this.running]) guest.unmap(at);
  }

  page(at: number, byKernel: boolean, bytes: Uint8Array): void {
    this.mirror.set(at, Uint8Array.from(bytes));
    if (byKernel) for (const guest of [this.stepping, this.running]) guest.write(at, bytes);
  }

  step(mask: number, values: DataView, fpu: Uint8Array | null): void {
    const { native, before } = this;
    before.set(native);
    for (let i = 0, at = 0; i < REGISTER_WORDS / 2; i++) {
      if (((mask >>> i) & 1) === 0) continue;
      native[i * 2] = values.getUint32(at, true);
      native[i * 2 + 1] = values.getUint32(at + 4, true);
      at += 8;
    }
    this.remember(address(before, USER.rip));
    this.imageBefore = this.fpu;
    if (fpu !== null) this.fpu = Uint8Array.from(fpu);
    const exit = this.stepping.run(1);
    this.compared++;
    this.behind++;
    const wrong = this.exitDifference(exit, EXIT.budget) ?? this.registers(this.stepping) ?? this.vectors(fpu);
    if (wrong !== null) this.judge(wrong, fpu);
  }

  private remember(pc: number): void {
    this.lastPcs.push(pc);
    if (this.lastPcs.length > 2 * SHOWN) this.lastPcs.splice(0, SHOWN);
  }

  private exitDifference(exit: Exit, kind: number): Difference | null {
    if (exit.kind === kind && exit.retired === 1) return null;
    const got = `exit ${exit.kind}, ${exit.retired} retired, address 0x${exit.address.toString(16)}, vector ${exit.vector}`;
    return { what: 'exit', expected: `exit ${kind}, 1 retired`, got };
  }

  private registers(guest: ProgramGuest): Difference | null {
    const { state, native } = this;
    guest.task.readRegisters(state);
    for (const index of this.compared64 ? COMPARED_64 : COMPARED_32) {
      if (index === USER.flags) continue;
      const at = index * 2;
      if (state[at] !== native[at] || (this.compared64 && state[at + 1] !== native[at + 1]))
        return { what: REGISTER_NAMES[index] ?? '?', expected: text(native, index), got: text(state, index) };
    }
    return this.flags(0);
  }

  private flags(undefinedBits: number): Difference | null {
    const [expected, got] = [this.native, this.state].map(
      (words) => (words[USER.flags * 2] ?? 0) & FLAGS & ~undefinedBits,
    );
    if (expected === got) return null;
    return { what: 'flags', expected: `0x${expected?.toString(16)}`, got: `0x${got?.toString(16)}` };
  }

  private vectors(fpu: Uint8Array | null): Difference | null {
    return fpu && this.imageOf(this.stepping, fpu);
  }

  private imageOf(guest: ProgramGuest, fpu: Uint8Array): Difference | null {
    return images(fpu, guest.task.readThread(this.state), this.isa)[0] ?? null;
  }

  /** Undefined flags and known differences: go on from the CPU's state. */
  private judge(wrong: Difference, fpu: Uint8Array | null): void {
    const pc = address(this.before, USER.rip);
    const bytes = this.stepping.bytes(pc, 15);
    const decoded = this.disassembler.one(this.isa, bytes, pc, { syntax: 'intel' });
    if (
      wrong.what === 'flags' &&
      this.flags(undefinedFlags(decoded, this.before)) === null &&
      this.vectors(fpu) === null
    ) {
      this.adopt();
      return;
    }
    const name = decoded.mnemonic.split(' ').at(-1) ?? '';
    const instruction: Instruction = { name, bytes: [...bytes.subarray(0, decoded.lenBytes)] };
    const step = { registers: this.native, fpu: this.fpu, signal: null };
    const known = knownDifference({
      ...{ isa: this.isa, instruction, before: this.before, imageBefore: this.imageBefore, step },
      ...wrong,
    });
    if (known === undefined || known.action === 'stop') throw new ProgramMismatch(this.show(wrong, pc), false);
    this.known.set(known, (this.known.get(known) ?? 0) + 1);
    this.adopt();
  }

  private adopt(): void {
    this.adjusted = true;
    this.stepping.task.adopt(this.native, this.fpu);
  }

  sync(fpu: Uint8Array): void {
    this.fpu = Uint8Array.from(fpu);
    const wrong = this.imageOf(this.stepping, fpu) ?? this.memory(this.stepping);
    if (wrong !== null) throw new ProgramMismatch(this.show(wrong, address(this.native, USER.rip)), false);
    this.catchUp();
  }

  /** The other engine in one go to where the CPU is. */
  private catchUp(): void {
    if (this.behind === 0) return;
    const count = this.behind;
    const exit = this.running.run(count);
    this.behind = 0;
    let wrong: Difference | null = null;
    if (exit.kind !== EXIT.budget || exit.retired !== count)
      wrong = { what: 'exit', expected: `${count} retired`, got: `exit ${exit.kind}, ${exit.retired} retired` };
    wrong ??= this.registers(this.running);
    if (wrong?.what === 'flags' && this.adjusted) wrong = null;
    if (!this.adjusted) wrong ??= this.imageOf(this.running, this.fpu);
    wrong ??= this.memory(this.running);
    if (wrong !== null) {
      const message = this.show(wrong, address(this.native, USER.rip));
      throw new ProgramMismatch(`in one go, ${count} instructions: ${message}`, true);
    }
    if (this.adjusted) this.running.task.adopt(this.native, this.fpu);
    this.adjusted = false;
  }

  private memory(guest: ProgramGuest): Difference | null {
    for (const page of guest.writable()) {
      const [expected, got] = [this.mirror.get(page) ?? ZEROS, guest.contents(page) ?? ZEROS];
      if (Buffer.compare(expected, got) === 0) continue;
      const at = expected.findIndex((byte, index) => byte !== got[index]);
      const hex = (bytes: Uint8Array): string => Buffer.from(bytes.subarray(at, at + 16)).toString('hex');
      return { what: `memory at 0x${(page + at).toString(16)}`, expected: hex(expected), got: hex(got) };
    }
    return null;
  }

  kernel(what: number, registers: Uint32Array, fpu: Uint8Array, descriptors: Uint32Array): void {
    const guests = [this.stepping, this.running];
    if (what === BY_KERNEL.syscall || what === BY_KERNEL.unforeseen) {
      for (const guest of guests) {
        const exit = guest.run(1);
        guest.task.readRegisters(this.state);
        let wrong = this.exitDifference(exit, what === BY_KERNEL.syscall ? EXIT.syscall : EXIT.budget);
        if (wrong === null && what === BY_KERNEL.unforeseen && this.state[RIP] !== registers[RIP])
          wrong = { what: 'rip', expected: text(registers, USER.rip), got: text(this.state, USER.rip) };
        if (wrong !== null)
          throw new ProgramMismatch(this.show(wrong, address(this.native, USER.rip)), guest === this.running);
      }
      this.compared++;
    }
    this.kernelCalls++;
    this.native.set(registers);
    this.fpu = fpu;
    for (const guest of guests) {
      if (what === BY_KERNEL.start) guest.setStack(address(registers, USER.rsp));
      guest.task.setDescriptors([0, 4, 8].map((at) => descriptorOf([...descriptors.subarray(at, at + 4)])));
      guest.task.adopt(registers, fpu);
    }
  }

  /** The system call that ends the program. */
  end(status: number): void {
    const wrong = this.exitDifference(this.stepping.run(1), EXIT.syscall);
    if (wrong !== null) throw new ProgramMismatch(this.show(wrong, address(this.native, USER.rip)), false);
    this.compared++;
    this.status = status;
  }

  /** The instruction, what came before it, and the registers it began with. */
  private show(wrong: Difference, pc: number): string {
    const line = (at: number): string => {
      const bytes = this.stepping.bytes(at, 15);
      const { lenBytes, text: decoded } = this.disassembler.one(this.isa, bytes, at);
      const code = Buffer.from(bytes.subarray(0, lenBytes)).toString('hex');
      return `${at === pc ? '=>' : '  '} ${at.toString(16)}  ${code.padEnd(24)} ${decoded}`;
    };
    const registers = REGISTER_NAMES.map((name, index) => `${name}=${text(this.before, index).slice(2)}`);
    return [
      `${this.isa}: ${wrong.what} after ${this.compared} instructions`,
      `  the CPU has ${wrong.expected}`,
      `  the engine  ${wrong.got}`,
      ...this.lastPcs.slice(-SHOWN).map(line),
      `with: ${registers.join(' ')}`,
    ].join('\n');
  }
}

/** Intervals at which a difference in one go is looked for again. */
const NARROWER = [1000, 50, 4];

/**
 * Run a program to its end on the CPU and in the engine. Throws ProgramMismatch at the first difference: with the instruction
 * that makes it, or, where single steps agree, with the shortest run of instructions in one go that still makes it.
 */
export async function compareProgram(isa: X86Isa, program: Program): Promise<Outcome> {
  try {
    return await once(isa, program);
  } catch (error) {
    if (!(error instanceof ProgramMismatch) || !error.inOneGo) throw error;
    let closest: unknown = error;
    for (const syncEvery of NARROWER) {
      await once(isa, { ...program, syncEvery }).catch((nearer: unknown) => {
        if (nearer instanceof ProgramMismatch) closest = nearer;
      });
    }
    throw closest;
  }
}

async function once(isa: X86Isa, program: Program): Promise<Outcome> {
  const comparison = new Comparison(isa, await loadDisassembler());
  try {
    await runProgram(program, comparison);
    return comparison;
  } finally {
    comparison.close();
  }
}

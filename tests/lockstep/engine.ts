/** The engine with the pages that native/tracer.c gives its tracee. */

import {
  EXIT,
  EXIT_ACCESS,
  EXIT_ADDRESS,
  EXIT_ERROR_CODE,
  EXIT_KIND,
  EXIT_RETIRED,
  EXIT_VECTOR,
} from '../../kernel/ports.ts';
import { Machine, RW, RX } from '../emulator/engine/machine.ts';
import { CODE, CODE_PAGES, fillMemory, MEMORY_PAGES, MEMORY_WORDS, PAGE, READ_ONLY, TLS_BASES } from './memory.ts';
import { layOut, type Sequence, type X86Isa } from './x86/sequence.ts';
import { TaskState } from './x86/task.ts';

export interface EngineExit {
  readonly kind: number;
  readonly retired: number;
  readonly address: number;
  readonly access: number;
  readonly vector: number;
  readonly errorCode: number;
}

function descriptor(base: number): Uint8Array {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0xffff | (base << 16), true);
  view.setUint32(4, ((base >>> 16) & 0xff) | 0xf300 | 0xdf0000 | (base & 0xff000000), true);
  return bytes;
}

/** Bytes that are looked at together for changes. */
const CHUNK = 512;

const DESCRIPTORS = TLS_BASES.map(descriptor);

/** An engine that sequences run in, one after the other. */
export class EngineGuest {
  readonly isa: X86Isa;
  private readonly machine: Machine;
  private readonly codeFrames: number[] = [];
  private readonly frames: number[] = [];
  private readonly entries: number[] = [];
  readonly task: TaskState;
  private readonly memory: Buffer;
  private readonly initial = new Uint32Array(MEMORY_WORDS);
  private readonly initialBytes = new Uint8Array(this.initial.buffer);
  private initialSeed: number | undefined;
  private code: Uint8Array = new Uint8Array(0);
  private codeAt = 0;

  constructor(isa: X86Isa) {
    this.isa = isa;
    this.machine = new Machine(isa);
    for (let i = 0; i < CODE_PAGES; i++) this.codeFrames.push(this.machine.map(CODE + i * PAGE, RX));
    for (const page of MEMORY_PAGES) {
      this.frames.push(this.machine.map(page, page === READ_ONLY ? 0 : RW));
      this.entries.push(entryOf(this.machine, page));
    }
    this.task = new TaskState(this.machine);
    this.memory = Buffer.from(this.machine.ram.u8.buffer);
  }

  close(): void {
    this.machine.cpu.close();
  }

  /** Put a sequence at its start. `demand`: its pages are mapped only when they are asked for. */
  reset(sequence: Sequence, demand: boolean): void {
    const { bytes } = layOut(sequence);
    const { ram, cpu } = this.machine;
    if (this.codeAt !== sequence.codeAt || Buffer.compare(this.code, bytes) !== 0) {
      this.code = bytes;
      this.codeAt = sequence.codeAt;
      this.codeFrames.forEach((frame, index) => {
        ram.u8.fill(0xcc, frame, frame + PAGE);
        const from = CODE + index * PAGE - sequence.codeAt;
        const part = bytes.subarray(Math.max(from, 0), Math.max(from + PAGE, 0));
        ram.u8.set(part, frame + Math.max(-from, 0));
        ram.invalidateCode(frame, PAGE);
      });
    }
    if (this.initialSeed !== sequence.start.memorySeed) fillMemory(this.initial, sequence.start.memorySeed);
    this.initialSeed = sequence.start.memorySeed;
    this.frames.forEach((frame, index) => {
      ram.u32.set(this.initial.subarray((index * PAGE) / 4, ((index + 1) * PAGE) / 4), frame >>> 2);
    });
    this.entries.forEach((entry) => {
      const word = ram.u32[entry] ?? 0;
      ram.u32[entry] = demand ? word & ~1 : word | 1;
    });
    if (demand) cpu.flushTlb();
    this.task.setDescriptors(DESCRIPTORS);
    this.task.setRegisters(sequence.start.registers);
    this.task.setThread(sequence.start.registers, sequence.start.fpu);
  }

  /** Run on. On faults at pages that are kept back, map them and go on with the rest of the budget. */
  run(budget: number): EngineExit {
    const { cpu, ptRegs } = this.machine;
    const { exit } = cpu;
    let retired = 0;
    for (;;) {
      cpu.run(ptRegs, budget - retired);
      retired += exit[EXIT_RETIRED] ?? 0;
      if (exit[EXIT_KIND] !== EXIT.fault || retired === budget || !this.mapMissing()) break;
    }
    return {
      kind: exit[EXIT_KIND] ?? 0,
      retired,
      address: (exit[EXIT_ADDRESS] ?? 0) + (exit[EXIT_ADDRESS + 1] ?? 0) * 2 ** 32,
      access: exit[EXIT_ACCESS] ?? 0,
      vector: exit[EXIT_VECTOR] ?? 0,
      errorCode: exit[EXIT_ERROR_CODE] ?? 0,
    };
  }

  private mapMissing(): boolean {
    const { exit } = this.machine.cpu;
    const address = (exit[EXIT_ADDRESS] ?? 0) + (exit[EXIT_ADDRESS + 1] ?? 0) * 2 ** 32;
    const index = MEMORY_PAGES.indexOf(address - (address % PAGE));
    const entry = this.entries[index];
    const { u32 } = this.machine.ram;
    if (entry === undefined || ((u32[entry] ?? 0) & 1) !== 0) return false;
    u32[entry] = (u32[entry] ?? 0) | 1;
    return true;
  }

  /** Word `index` of memory, counted as the tracer does, now and at the start. */
  word(index: number): number {
    const frame = this.frames[Math.floor((index * 4) / PAGE)] ?? 0;
    return this.machine.ram.u32[(frame >>> 2) + (index % (PAGE / 4))] ?? 0;
  }

  initialWord(index: number): number {
    return this.initial[index] ?? 0;
  }

  /** Pairs of index and value, of what changed since the start. */
  changes(): number[] {
    const out: number[] = [];
    const { u32 } = this.machine.ram;
    this.frames.forEach((frame, page) => {
      for (let at = 0; at < PAGE; at += CHUNK) {
        if (this.isInitial(page * PAGE + at, frame + at)) continue;
        const base = (page * PAGE + at) / 4;
        for (let i = 0; i < CHUNK / 4; i++) {
          const value = u32[((frame + at) >>> 2) + i] ?? 0;
          if (value !== this.initial[base + i]) out.push(base + i, value);
        }
      }
    });
    return out;
  }

  /** Whether the bytes of a chunk, at `from` of the initial memory, are unchanged at `at` of the RAM. */
  private isInitial(from: number, at: number): boolean {
    return this.memory.compare(this.initialBytes, from, from + CHUNK, at, at + CHUNK) === 0;
  }
}

/** Index in ram.u32 of the page table entry of a page that is mapped. */
function entryOf(machine: Machine, page: number): number {
  let table = machine.root;
  for (const shift of [39, 30, 21]) {
    table = ((machine.ram.u32[(table >>> 2) + (Math.floor(page / 2 ** shift) % 512) * 2] ?? 0) & ~0xfff) >>> 0;
  }
  return (table >>> 2) + ((page >>> 12) % 512) * 2;
}

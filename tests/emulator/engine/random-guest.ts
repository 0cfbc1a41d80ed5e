/** Random code for comparing runs with each other. */
import type { IsaName } from '../../../kernel/ports.ts';
import { Machine, NAMES, PC, RW, RWX, SP } from './machine.ts';

export const CODE = 0x10000;
export const DATA = 0x20000;
export const STACK = 0x30000;

/** Opcodes of common x86 instructions; null is a random byte. */
const X86 =
  `01? 03? 11? 13? 19? 29? 31? 39? 83?? 89? 8b? 88? 8a? 50 58 53 5b 7004 7402 7f03 0fb6? 0fbf? 0faf? 0f92? 0f94?
  0f9f? 0f44? 0f4c? c1?? d3? d1? d0? f7? ff? fe? f3a4 f3ab a4 aa ac a6 f2ae f3a6 fc fd 87? 0fb1? 0fc1? 0fab? 0fba?? 0fa4??
  0fad? 98 99 d8? d9? da? db? dc? dd? de? df? 0f10? 0f11? 660f6f? f20f58? 660fef? 0f59? c8080000 c9 9c 9d 68??0200
  b8??0200 b903000000 be??0200 bf??0200 ba??0200 bb??0200 e200 e301 0fae? e802000000 84? 85? 63? 8d? 8e? 8c? cc cd80 60 61
  27 37 d40a 9e 9f f5 f8 f9 0fa2 0fbc? 0fbd? 0fc8 90`
    .trim()
    .split(/\s+/)
    .map((text) => (text.match(/\?|../g) ?? []).map((piece) => (piece === '?' ? null : Number.parseInt(piece, 16))));

/** A small generator, so that a seed in a failure's name is all that is needed. */
function generator(seed: number): () => number {
  let state = Math.imul(seed, 2654435761) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 8;
  };
}

/** A machine with two pages of code, one of data and one of stack, all of it random. */
export class RandomGuest {
  readonly machine: Machine;
  private readonly name: string;
  private readonly isa: IsaName;
  readonly frames: number[];
  /** Pages of `frames`. */
  readonly pages: readonly number[] = [CODE, CODE + 0x1000, DATA, STACK];
  private readonly fresh: Uint8Array;

  constructor(name: string, isa: IsaName) {
    this.name = name;
    this.isa = isa;
    this.machine = new Machine(isa);
    this.frames = [
      this.machine.map(CODE, RWX),
      this.machine.map(CODE + 0x1000, RWX),
      this.machine.map(DATA, RW),
      this.machine.map(STACK, RW),
    ];
    this.fresh = this.machine.saveThread();
  }

  reset(seed: number): void {
    const random = generator(seed);
    const { ram } = this.machine;
    for (const frame of this.frames) {
      for (let i = 0; i < 4096; i++) ram.u8[frame + i] = random();
    }
    for (const frame of this.frames.slice(0, 2)) this.makeCode(frame, random);
    for (const frame of this.frames) {
      ram.invalidateCode(frame, 4096);
      this.machine.mark(frame);
    }
    const words = NAMES[this.isa].map((word) => [word, random() % 3 === 0 ? DATA + (random() % 4096) : random()]);
    this.machine.set(Object.fromEntries(words));
    this.machine.setSelectors();
    if (this.isa === 'i386') this.machine.set({ xfs: 0, xgs: 0 });
    if (this.name === 'Thumb') this.machine.set({ cpsr: 0x30 });
    this.machine.set({ [PC[this.isa]]: CODE + (random() % 1024) * 4, [SP[this.isa]]: STACK + 0x800 });
    this.machine.cpu.loadThread(this.fresh);
  }

  private makeCode(frame: number, random: () => number): void {
    const { u8 } = this.machine.ram;
    if (this.isa === 'arm') {
      // Mostly unconditional instructions below the coprocessors', or 16-bit instructions of common groups.
      for (let i = 0; i < 4096; i += 4) {
        if (this.name === 'ARM') u8[frame + i + 3] = ((random() % 4 ? 14 : random() % 15) << 4) | (random() % 12);
        else for (const at of [i + 1, i + 3]) if (random() % 4) u8[frame + at] = random() % 0xe0;
      }
      return;
    }
    for (let i = 0; i < 4080; ) {
      for (const value of X86[random() % X86.length] ?? []) u8[frame + i++] = value ?? random();
    }
  }

  state(): unknown {
    const { machine } = this;
    const memory = this.frames.map((frame) =>
      Buffer.from(machine.ram.u8.slice(frame, frame + 4096)).toString('base64'),
    );
    return { registers: machine.registers(), memory, thread: Buffer.from(machine.saveThread()).toString('base64') };
  }
}

/** The instruction sets for which there is random code. */
export const RANDOM_GUESTS = [
  ['x86_64', 'x86_64'],
  ['i386', 'i386'],
  ['ARM', 'arm'],
  ['Thumb', 'arm'],
] as const;

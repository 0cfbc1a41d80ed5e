/**
 * A generated sequence with the state it starts from.
 *
 * Roles of registers: r5, r8 and sp point near the ends of the data pages, r7 and r12 are small multiples of 4 for offsets,
 * r9 and r10 belong to the frame around the sequence (see memory.ts), and all others are data. So accesses fall where
 * something is decided, and the control flow ends.
 */

import { PALETTE } from '../memory.ts';
import { Random } from '../random.ts';
import { CODE, DATA, PAGE, SAVE } from './guest-elf.ts';
import {
  generateItem,
  type Item,
  loadPointers,
  loopEnd,
  type Mix,
  NOP_ARM,
  NOP_THUMB,
  NOP_WIDE,
  type Part,
  switchState,
} from './items.ts';
import {
  BODY,
  BODY_END,
  EPILOGUE,
  EPILOGUE_CODE,
  PLACES,
  POINTERS,
  PROLOGUE,
  PROLOGUE_CODE,
  SAVE_LEN,
  START_FPSCR,
  START_VFP,
  TABLE,
} from './memory.ts';

export interface Instruction {
  readonly at: number;
  readonly size: 2 | 4;
  readonly thumb: boolean;
  readonly word: number;
}

export interface Sequence {
  readonly name: string;
  /** Bytes from the start of the code page. */
  readonly code: Uint8Array;
  readonly instructions: ReadonlyMap<number, Instruction>;
  /** r0 to r15 and cpsr at the start. */
  readonly registers: Uint32Array;
  /** The page at SAVE, up to SAVE_LEN. */
  readonly save: Uint8Array;
  /** The part that tests look at: the body, one pass after the other. */
  readonly thumbFirst: boolean;
}

export interface Shape {
  readonly items: number;
  readonly passes: number;
  readonly mix: Mix;
}

/** Bits of FPSCR that a sequence may start with: flags, DN, FZ, rounding mode, the sticky bits. */
const FPSCR_BITS = 0xfbc0_009f;
const CPSR_FLAGS = 0xf80f_0000;
const USER = 0x10;

export function generate(seed: number, thumb: boolean, shape: Shape): Sequence {
  const random = new Random(seed);
  const layout = new Layout();
  let state = thumb;
  const start = layout.at + (thumb ? 1 : 0);
  layout.place([loadPointers(thumb)], state);
  const perSegment = random.chance(50) ? shape.items : 1 + random.below(shape.items);
  for (let left = shape.items; left > 0; left -= perSegment) {
    const items: Item[] = [];
    for (let i = 0; i < Math.min(left, perSegment); i++) items.push(generateItem(random, state, shape.mix));
    if (left > perSegment && layout.room()) {
      items.push(switchState(random, state));
      layout.place(items, state);
      state = !state;
    } else layout.place(items, state);
    if (!layout.room()) break;
  }
  layout.place([loopEnd(state)], state);
  return {
    name: `${thumb ? 'thumb' : 'arm'} sequence ${seed}`,
    code: layout.code.subarray(0, layout.at - CODE),
    instructions: layout.instructions,
    registers: startRegisters(random),
    save: startMemory(random, start, shape.passes),
    thumbFirst: thumb,
  };
}

/** Lays items out from BODY on, with the frame in front. */
class Layout {
  readonly code = new Uint8Array(BODY_END - CODE);
  readonly instructions = new Map<number, Instruction>();
  at = PROLOGUE;

  constructor() {
    for (const word of PROLOGUE_CODE) this.put(word, 4, false);
    this.at = EPILOGUE;
    for (const word of EPILOGUE_CODE) this.put(word, 4, false);
    this.at = BODY;
  }

  /** Whether some more items surely fit. */
  room(): boolean {
    return this.at < BODY_END - 0x600;
  }

  place(items: readonly Item[], thumb: boolean): void {
    const starts: number[] = [];
    let at = this.at;
    const padded = items.map((item) => {
      const pad = item.aligned === true && at % 4 !== 0;
      const parts = pad ? [thumb ? NOP_THUMB : NOP_ARM, ...item.parts] : item.parts;
      starts.push(at);
      for (const { size } of parts) at += size;
      return { parts, span: item.span ?? 0 };
    });
    padded.forEach(({ parts, span }, index) => {
      const target = starts[index + 1 + span] ?? starts[starts.length - 1] ?? at;
      const forward = index + 1 >= starts.length ? at : target;
      for (const part of parts) this.putPart(part, forward);
    });
  }

  private putPart({ word, size, thumb, data }: Part, target: number): void {
    const value = typeof word === 'number' ? word : word(this.at, target);
    this.put(value, size, thumb, data !== true);
  }

  private put(word: number, size: 2 | 4, thumb: boolean, instruction = true): void {
    if (instruction) this.instructions.set(this.at, { at: this.at, size, thumb, word });
    writeCode(this.code, this.at - CODE, word, size, thumb);
    this.at += size;
  }
}

/** Thumb words lie with their first halfword first. */
function writeCode(code: Uint8Array, offset: number, word: number, size: 2 | 4, thumb: boolean): void {
  const view = new DataView(code.buffer, code.byteOffset);
  if (size === 2) view.setUint16(offset, word, true);
  else if (thumb) {
    view.setUint16(offset, word >>> 16, true);
    view.setUint16(offset + 2, word & 0xffff, true);
  } else view.setUint32(offset, word, true);
}

/** The sequence without the instructions that `drop` names: nops in their place. */
export function withoutInstructions(sequence: Sequence, drop: ReadonlySet<number>): Sequence {
  const code = sequence.code.slice();
  const instructions = new Map(sequence.instructions);
  for (const at of drop) {
    const old = instructions.get(at);
    if (old === undefined) continue;
    const { word } = old.thumb ? (old.size === 2 ? NOP_THUMB : NOP_WIDE) : NOP_ARM;
    if (typeof word !== 'number') continue;
    instructions.set(at, { ...old, word });
    writeCode(code, at - CODE, word, old.size, old.thumb);
  }
  return { ...sequence, code, instructions };
}

function special(random: Random): number {
  return random.chance(60) ? random.u32() : random.pick(PALETTE);
}

function startRegisters(random: Random): Uint32Array {
  const registers = new Uint32Array(17);
  for (let i = 0; i < 15; i++) registers[i] = special(random);
  registers[9] = 0;
  registers[10] = SAVE;
  registers[15] = PROLOGUE;
  registers[16] = (random.u32() & CPSR_FLAGS) | USER;
  return registers;
}

function startMemory(random: Random, start: number, passes: number): Uint8Array {
  const save = new Uint8Array(SAVE_LEN);
  const view = new DataView(save.buffer);
  for (let at = START_VFP; at < START_FPSCR; at += 4) view.setUint32(at, special(random), true);
  view.setUint32(START_FPSCR, random.chance(50) ? 0 : random.u32() & FPSCR_BITS, true);
  for (let i = 0; i < 15; i++) view.setUint32(TABLE + 4 * i, i < passes ? start : EPILOGUE, true);
  // Around the page boundary inside the data most of all: what faults in each pass costs a stop each time.
  const place = (): number => {
    const around = random.chance(75) ? DATA + PAGE : random.pick(PLACES);
    return around + 4 * (random.below(48) - 24);
  };
  const index = (): number => 4 * random.below(16);
  [place(), index(), place(), index(), place()].forEach((value, i) => {
    view.setUint32(POINTERS + 4 * i, value, true);
  });
  return save;
}

/** A sequence of x86 instructions with its start state, and how it is laid out in memory. */
import { CODE } from '../memory.ts';

export type X86Isa = 'i386' | 'x86_64';

/** Words of 32 bits in `struct user_regs_struct` of x86-64: the form of registers here, for both ISAs. */
export const REGISTER_WORDS = 54;

/** Indexes of registers in user_regs_struct (each has two words). */
export const USER = {
  r15: 0,
  r14: 1,
  r13: 2,
  r12: 3,
  rbp: 4,
  rbx: 5,
  r11: 6,
  r10: 7,
  r9: 8,
  r8: 9,
  rax: 10,
  rcx: 11,
  rdx: 12,
  rsi: 13,
  rdi: 14,
  orig: 15,
  rip: 16,
  cs: 17,
  flags: 18,
  rsp: 19,
  ss: 20,
  fsBase: 21,
  gsBase: 22,
  ds: 23,
  es: 24,
  fs: 25,
  gs: 26,
} as const;

/** user_regs_struct's index of a register by the number that instructions give it. */
export const BY_NUMBER: readonly number[] = [
  USER.rax,
  USER.rcx,
  USER.rdx,
  USER.rbx,
  USER.rsp,
  USER.rbp,
  USER.rsi,
  USER.rdi,
  USER.r8,
  USER.r9,
  USER.r10,
  USER.r11,
  USER.r12,
  USER.r13,
  USER.r14,
  USER.r15,
];

export const FLAG = {
  C: 0x1,
  P: 0x4,
  A: 0x10,
  Z: 0x40,
  S: 0x80,
  T: 0x100,
  D: 0x400,
  O: 0x800,
  NT: 0x4000,
  AC: 0x40000,
} as const;

/** The state in front of an instruction, as far as its undefined results depend on it. */
export type Before = Uint32Array;

export interface Instruction {
  readonly name: string;
  readonly bytes: readonly number[];
  /** Flags that the manual leaves undefined behind it. */
  readonly undefinedFlags?: number | ((before: Before) => number);
  /** It reads or writes an MMX register. */
  readonly mmx?: boolean;
  /** Bytes [at, at + lenBytes) hold a distance from the end of the instruction: to another one, or to an address. */
  readonly relative?: { readonly at: number; readonly lenBytes: 1 | 4; readonly to: number | 'end' | Instruction };
}

export interface Start {
  readonly registers: Uint32Array;
  /** FXSAVE image. */
  readonly fpu: Uint8Array;
  readonly memorySeed: number;
}

export interface Sequence {
  readonly isa: X86Isa;
  /** What it is made of, for messages. */
  readonly origin: string;
  readonly instructions: readonly Instruction[];
  readonly start: Start;
  readonly codeAt: number;
  /** Compare x87, SSE and segment bases after every instruction, not only at the end. */
  readonly fpu: boolean;
}

export interface Layout {
  readonly bytes: Uint8Array;
  /** Address of each instruction, then the address behind the last. */
  readonly addresses: readonly number[];
}

/** The last layout of each list of instructions: sequences of one seed share theirs. */
const layouts = new WeakMap<readonly Instruction[], Layout>();

/** Bytes of a sequence at `codeAt`. What jumps to an instruction that is not there any more goes to the end. */
export function layOut(sequence: Pick<Sequence, 'instructions' | 'codeAt'>): Layout {
  const known = layouts.get(sequence.instructions);
  if (known?.addresses[0] === sequence.codeAt) return known;
  const layout = newLayout(sequence);
  layouts.set(sequence.instructions, layout);
  return layout;
}

function newLayout(sequence: Pick<Sequence, 'instructions' | 'codeAt'>): Layout {
  const addresses = [sequence.codeAt];
  const places = new Map<Instruction, number>();
  let at = sequence.codeAt;
  for (const instruction of sequence.instructions) {
    places.set(instruction, at);
    at += instruction.bytes.length;
    addresses.push(at);
  }
  const end = at;
  const bytes = new Uint8Array(end - sequence.codeAt);
  sequence.instructions.forEach((instruction, index) => {
    const start = addresses[index] ?? CODE;
    bytes.set(instruction.bytes, start - sequence.codeAt);
    const { relative } = instruction;
    if (relative === undefined) return;
    const to = typeof relative.to === 'object' ? (places.get(relative.to) ?? end) : relative.to;
    const distance = (to === 'end' ? end : to) - (start + instruction.bytes.length);
    const field = start - sequence.codeAt + relative.at;
    for (let i = 0; i < relative.lenBytes; i++) bytes[field + i] = distance >> (8 * i);
  });
  return { bytes, addresses };
}

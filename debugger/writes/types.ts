/** One instruction as disassembled (x86: Intel syntax). */
export interface DecodedInstruction {
  readonly mnemonic: string;
  readonly operands: string;
  readonly lenBytes: number;
}

/** The registers an instruction starts from. */
export interface RegisterView {
  readonly wordBytes: 4 | 8;
  /** By the disassembler's name, unsigned; undefined for a name that pt_regs does not have. */
  reg(name: string): bigint | undefined;
  /** Base of a segment register, 0 where segments are flat. */
  segmentBase(name: string): bigint;
  /** Address of the instruction, and the stack pointer before and after it. */
  readonly pc: bigint;
  readonly sp: bigint;
  readonly spAfter: bigint;
}

/** A range of user memory that an instruction writes. */
export interface WrittenRange {
  readonly addr: number;
  readonly lenBytes: number;
}

/** The ranges that the instruction writes, from its text and its registers; the same bytes may be written again. */
export type WritesOf = (instruction: DecodedInstruction, view: RegisterView) => WrittenRange[];

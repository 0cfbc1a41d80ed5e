import { Cursor, DwarfError } from './cursor.ts';

/** What an expression may look at. Each answers null for what is not known. */
export interface Machine {
  readonly wordBytes: number;
  register(number: number): bigint | null;
  /** A little-endian number in memory. */
  memory(addr: bigint, lenBytes: number): bigint | null;
  /** DW_OP_fbreg and DW_OP_call_frame_cfa, where there is a frame. */
  frameBase?(): bigint | null;
  cfa?(): bigint | null;
  /** DW_OP_addr is where the file was linked: what is to be added. */
  readonly bias?: number;
}

/** An object in memory, in a register, or a value that stands nowhere. */
export type Location =
  | { readonly kind: 'memory'; readonly address: bigint }
  | { readonly kind: 'register'; readonly register: number }
  | { readonly kind: 'value'; readonly value: bigint };

const MAX_STEPS = 10_000;
const MAX_DEPTH = 256;

/** Evaluate a DWARF expression, `initial` lying on its stack. Throws DwarfError for what is broken, or cannot be known here. DWARF 5, 2.5 and 2.6. */
export function evaluateExpression(
  expression: Uint8Array,
  machine: Machine,
  initial: readonly bigint[] = [],
): Location {
  return new Evaluation(expression, machine, initial).run();
}

const OP = {
  addr: 0x03,
  deref: 0x06,
  const1u: 0x08,
  dup: 0x12,
  drop: 0x13,
  over: 0x14,
  pick: 0x15,
  swap: 0x16,
  rot: 0x17,
  abs: 0x19,
  neg: 0x1f,
  not: 0x20,
  plusUconst: 0x23,
  skip: 0x2f,
  bra: 0x28,
  lit0: 0x30,
  reg0: 0x50,
  breg0: 0x70,
  regx: 0x90,
  fbreg: 0x91,
  bregx: 0x92,
  derefSize: 0x94,
  nop: 0x96,
  callFrameCfa: 0x9c,
  stackValue: 0x9f,
} as const;

type Binary = (a: bigint, b: bigint, bits: number) => bigint;

const bool = (value: boolean): bigint => (value ? 1n : 0n);
const signedOf = (value: bigint, bits: number): bigint => BigInt.asIntN(bits, value);

/** The second of the stack and its top. */
const BINARY: Readonly<Record<number, Binary>> = {
  26: (a, b) => a & b,
  27: (a, b, bits) => signedOf(a, bits) / divisor(signedOf(b, bits)),
  28: (a, b) => a - b,
  29: (a, b) => a % divisor(b),
  30: (a, b) => a * b,
  33: (a, b) => a | b,
  34: (a, b) => a + b,
  36: (a, b, bits) => (b >= BigInt(bits) ? 0n : a << b),
  37: (a, b, bits) => (b >= BigInt(bits) ? 0n : a >> b),
  38: (a, b, bits) => signedOf(a, bits) >> (b >= BigInt(bits) ? BigInt(bits) : b),
  39: (a, b) => a ^ b,
  41: (a, b, bits) => bool(signedOf(a, bits) === signedOf(b, bits)),
  42: (a, b, bits) => bool(signedOf(a, bits) >= signedOf(b, bits)),
  43: (a, b, bits) => bool(signedOf(a, bits) > signedOf(b, bits)),
  44: (a, b, bits) => bool(signedOf(a, bits) <= signedOf(b, bits)),
  45: (a, b, bits) => bool(signedOf(a, bits) < signedOf(b, bits)),
  46: (a, b, bits) => bool(signedOf(a, bits) !== signedOf(b, bits)),
};

function divisor(value: bigint): bigint {
  if (value === 0n) throw new DwarfError('a division by zero');
  return value;
}

class Evaluation {
  private readonly cursor: Cursor;
  private readonly machine: Machine;
  private readonly bits: number;
  private readonly stack: bigint[];

  constructor(expression: Uint8Array, machine: Machine, initial: readonly bigint[]) {
    this.cursor = new Cursor(expression);
    this.machine = machine;
    this.bits = machine.wordBytes * 8;
    this.stack = [...initial];
  }

  run(): Location {
    const { cursor } = this;
    for (let steps = 0; !cursor.isAtEnd; steps++) {
      if (steps > MAX_STEPS || this.stack.length > MAX_DEPTH) throw new DwarfError('an expression without end');
      const op = cursor.u8();
      if (op === OP.stackValue) return { kind: 'value', value: this.pop() };
      if (op >= OP.reg0 && op < OP.reg0 + 32) return { kind: 'register', register: op - OP.reg0 };
      if (op === OP.regx) return { kind: 'register', register: cursor.uleb() };
      this.one(op);
    }
    return { kind: 'memory', address: this.pop() };
  }

  private one(op: number): void {
    const { cursor } = this;
    const binary = BINARY[op];
    if (binary) {
      const b = this.pop();
      this.push(binary(this.pop(), b, this.bits));
    } else if (op >= OP.lit0 && op < OP.lit0 + 32) this.push(BigInt(op - OP.lit0));
    else if (op >= OP.breg0 && op < OP.breg0 + 32) this.based(this.machine.register(op - OP.breg0));
    else if (op === OP.bregx) this.based(this.machine.register(cursor.uleb()));
    else if (op === OP.fbreg) this.based(this.machine.frameBase?.() ?? null);
    else if (op === OP.callFrameCfa) this.push(known(this.machine.cfa?.() ?? null));
    else if (op >= OP.const1u && op <= 0x11) this.constant(op);
    else if (op >= OP.dup && op <= OP.rot) this.shuffle(op);
    else this.other(op);
  }

  private other(op: number): void {
    const { cursor, machine } = this;
    switch (op) {
      case OP.addr:
        this.push(BigInt(cursor.unsigned(machine.wordBytes)) + BigInt(machine.bias ?? 0));
        break;
      case OP.deref:
        this.push(known(machine.memory(this.pop(), machine.wordBytes)));
        break;
      case OP.derefSize:
        this.push(known(machine.memory(this.pop(), Math.min(8, cursor.u8()))));
        break;
      case OP.plusUconst:
        this.push(this.pop() + BigInt(cursor.uleb()));
        break;
      case OP.neg:
        this.push(-this.pop());
        break;
      case OP.not:
        this.push(~this.pop());
        break;
      case OP.abs: {
        const value = signedOf(this.pop(), this.bits);
        this.push(value < 0n ? -value : value);
        break;
      }
      case OP.skip:
        this.jump(cursor.signed(2));
        break;
      case OP.bra: {
        const offset = cursor.signed(2);
        if (this.pop() !== 0n) this.jump(offset);
        break;
      }
      case OP.nop:
        break;
      default:
        throw new DwarfError(`operation 0x${op.toString(16)}`);
    }
  }

  private based(base: bigint | null): void {
    this.push(known(base) + BigInt(this.cursor.sleb()));
  }

  /** DW_OP_const1u to const8s, constu, consts. */
  private constant(op: number): void {
    const { cursor } = this;
    const lenBytes = 1 << ((op - OP.const1u) >> 1);
    if (op === 0x10) this.push(BigInt(cursor.uleb()));
    else if (op === 0x11) this.push(BigInt(cursor.sleb()));
    else this.push(BigInt(op % 2 === 0 ? cursor.unsigned(lenBytes) : cursor.signed(lenBytes)));
  }

  private shuffle(op: number): void {
    const { stack } = this;
    if (op === OP.dup) this.push(this.peek(0));
    else if (op === OP.drop) this.pop();
    else if (op === OP.over) this.push(this.peek(1));
    else if (op === OP.pick) this.push(this.peek(this.cursor.u8()));
    else {
      // The top goes below the next one, or the next two.
      const top = this.pop();
      this.peek(op === OP.swap ? 0 : 1);
      stack.splice(stack.length - (op === OP.swap ? 1 : 2), 0, top);
    }
  }

  private jump(offset: number): void {
    const to = this.cursor.at + offset;
    if (to < 0 || to > this.cursor.end) throw new DwarfError('a branch out of the expression');
    this.cursor.at = to;
  }

  private push(value: bigint): void {
    this.stack.push(BigInt.asUintN(this.bits, value));
  }

  private pop(): bigint {
    return known(this.stack.pop() ?? null);
  }

  private peek(depth: number): bigint {
    return known(this.stack.at(-1 - depth) ?? null);
  }
}

function known(value: bigint | null): bigint {
  if (value === null) throw new DwarfError('a value that is not known');
  return value;
}

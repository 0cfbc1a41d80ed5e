/** Sequences of x86 instructions by class, each named by its seed. */
import { CODE, DATA, PAGE } from '../memory.ts';
import { Random } from '../random.ts';
import { Encoder, littleEndian, makeRoles, type Roles, type Row, rowsFor } from './encode.ts';
import { FLAG, type Instruction, layOut, type Sequence, type X86Isa } from './sequence.ts';
import { baseRegisters, maskedMove, popHighFlags, stackSegment, x87State } from './special.ts';
import { randomStart, X87_DEPTH } from './state.ts';
import { BCD, BITS, BMI, INTEGER, MULDIV, SHIFT, STACK_ROWS } from './table-integer.ts';
import { SSE_FLOAT, SSE_INTEGER, SSE_MOVES } from './table-sse.ts';
import { X87, X87_FUNCTIONS } from './table-x87.ts';

type Make = (g: Generator) => Instruction[];

/** Weights of what a class is made of. */
interface Class {
  readonly name: string;
  readonly weight: number;
  readonly fpu: boolean;
  readonly isa?: X86Isa;
  readonly parts: readonly (readonly [number, readonly string[] | Make])[];
}

const CLASSES: readonly Class[] = [
  {
    name: 'integer',
    weight: 20,
    fpu: false,
    parts: [
      [70, INTEGER],
      [10, SHIFT],
      [6, MULDIV],
      [8, jump],
      [6, BITS],
    ],
  },
  {
    name: 'shift',
    weight: 10,
    fpu: false,
    parts: [
      [70, SHIFT],
      [20, INTEGER],
      [10, BITS],
    ],
  },
  {
    name: 'multiply',
    weight: 6,
    fpu: false,
    parts: [
      [55, MULDIV],
      [25, divide],
      [20, INTEGER],
    ],
  },
  {
    name: 'bits',
    weight: 8,
    fpu: false,
    parts: [
      [50, BITS],
      [30, BMI],
      [20, INTEGER],
    ],
  },
  {
    name: 'stack',
    weight: 10,
    fpu: false,
    parts: [
      [45, STACK_ROWS],
      [15, call],
      [10, frame],
      [12, popFlags],
      [3, popHighFlags],
      [18, INTEGER],
    ],
  },
  {
    name: 'string',
    weight: 8,
    fpu: false,
    parts: [
      [60, string],
      [40, INTEGER],
    ],
  },
  {
    name: 'decimal',
    weight: 4,
    fpu: false,
    isa: 'i386',
    parts: [
      [70, BCD],
      [30, INTEGER],
    ],
  },
  {
    name: 'segment',
    weight: 4,
    fpu: true,
    parts: [
      [40, segments],
      [10, stackSegment],
      [50, INTEGER],
    ],
  },
  {
    name: 'base',
    weight: 2,
    fpu: true,
    isa: 'x86_64',
    parts: [
      [50, baseRegisters],
      [50, INTEGER],
    ],
  },
  {
    name: 'x87',
    weight: 10,
    fpu: true,
    parts: [
      [90, X87],
      [10, INTEGER],
    ],
  },
  {
    name: 'x87-state',
    weight: 4,
    fpu: true,
    parts: [
      [40, x87State],
      [50, X87],
      [10, INTEGER],
    ],
  },
  {
    name: 'x87-function',
    weight: 2,
    fpu: true,
    parts: [
      [30, X87_FUNCTIONS],
      [60, X87],
      [10, INTEGER],
    ],
  },
  {
    name: 'move',
    weight: 6,
    fpu: true,
    parts: [
      [80, SSE_MOVES],
      [5, maskedMove],
      [15, INTEGER],
    ],
  },
  {
    name: 'vector',
    weight: 12,
    fpu: true,
    parts: [
      [80, SSE_INTEGER],
      [20, SSE_MOVES],
    ],
  },
  {
    name: 'float',
    weight: 10,
    fpu: true,
    parts: [
      [80, SSE_FLOAT],
      [15, SSE_MOVES],
      [5, INTEGER],
    ],
  },
  {
    name: 'illegal',
    weight: 3,
    fpu: false,
    parts: [
      [80, INTEGER],
      [20, illegal],
    ],
  },
  {
    name: 'mixed',
    weight: 6,
    fpu: true,
    parts: [
      [20, INTEGER],
      [10, SHIFT],
      [10, X87],
      [15, SSE_FLOAT],
      [15, SSE_INTEGER],
      [10, string],
      [10, STACK_ROWS],
      [5, jump],
    ],
  },
];

/** Names of the classes of sequences. */
export function classNames(isa: X86Isa): string[] {
  return CLASSES.filter((kind) => (kind.isa ?? isa) === isa).map(({ name }) => name);
}

const LENGTH = 28;

/** Sequences with the same code cost less: each is made with this many start states. */
const STARTS = 6;

/** Makes the sequences of one ISA. */
export class Generator {
  readonly random: Random;
  readonly isa: X86Isa;
  readonly encoder: Encoder;
  readonly roles: Roles;

  constructor(random: Random, isa: X86Isa) {
    this.random = random;
    this.isa = isa;
    this.roles = makeRoles(random, isa);
    this.encoder = new Encoder(random, isa, this.roles);
    this.encoder.x87Depth = X87_DEPTH;
  }

  get wide(): boolean {
    return this.isa === 'x86_64';
  }

  row(table: readonly string[]): Instruction[] {
    const row = this.random.pick(rows(this.isa, table));
    if (row.options.includes('rare') && !this.random.chance(20)) return this.row(table);
    if (row.options.includes('leave') && !this.random.chance(5)) return this.row(table);
    const before: Instruction[] = [];
    if (row.options.includes('div') && this.random.chance(75)) before.push(...harmlessDividend(this));
    if (row.options.includes('xlat')) before.push(this.load(3, DATA + this.encoder.place()));
    // A fault in the middle: see `maskmov-half` in docs/engine-differences.md.
    if (row.options.includes('rdi')) before.push(this.load(7, DATA + 0x40 + this.random.below(0x1f00)));
    if (/^(d|9b)/.test(row.opcode) && row.name.startsWith('f') && !this.fits(row)) return this.row(table);
    return [...before, this.encoder.instruction(row)];
  }

  /** Whether the x87's stack takes the instruction; follows its depth. Now and then it does not matter. */
  private fits(row: Row): boolean {
    const { encoder, random } = this;
    const delta = x87Delta(row);
    if (delta === 'reset') encoder.x87Depth = 1;
    else if (random.chance(99.5) && (encoder.x87Depth + delta > 8 || encoder.x87Depth + delta < 1)) return false;
    else if (row.name === 'ffree' && random.chance(98)) return false;
    else encoder.x87Depth = Math.min(Math.max(encoder.x87Depth + delta, 1), 8);
    return true;
  }

  /** mov reg32, value */
  load(number: number, value: number): Instruction {
    const rex = number >= 8 ? [0x41] : [];
    return { name: 'mov', bytes: [...rex, 0xb8 + (number & 7), ...littleEndian(value, 4)] };
  }
}

/** How many registers an instruction of the x87 pushes; less than none when it pops. */
function x87Delta(row: Row): number | 'reset' {
  const { name } = row;
  if (name === 'fninit') return 'reset';
  if (/^f(comp|ucomp)p$/.test(name)) return -2;
  if (/^f(ld|ild|bld|xtract|incstp|decstp|ptan|sincos)/.test(name) && name !== 'fldcw')
    return name === 'fincstp' ? -1 : 1;
  return /^f(yl2xp?1?|patan)$|p$/.test(name) && name !== 'fnop' ? -1 : 0;
}

const rowCache = new Map<readonly string[], Map<X86Isa, Row[]>>();

function rows(isa: X86Isa, table: readonly string[]): Row[] {
  const byIsa = rowCache.get(table) ?? new Map<X86Isa, Row[]>();
  rowCache.set(table, byIsa);
  const found = byIsa.get(isa) ?? rowsFor(isa, table);
  byIsa.set(isa, found);
  return found;
}

/** The sequences of one seed: one code with several start states. `only` picks a class by name. */
export function generate(isa: X86Isa, seed: number, only?: string): Sequence[] {
  const random = new Random(seed);
  const wanted = CLASSES.filter((kind) => (kind.isa ?? isa) === isa && (only === undefined || kind.name === only));
  const kind = weighted(
    random,
    wanted.map((one) => [one.weight, one] as const),
  );
  const generator = new Generator(random, isa);
  const instructions: Instruction[] = [];
  while (instructions.length < LENGTH) {
    const part = weighted(random, kind.parts);
    instructions.push(...(typeof part === 'function' ? part(generator) : generator.row(part)));
  }
  const length = layOut({ instructions, codeAt: CODE }).bytes.length;
  const codeAt = CODE + codePlace(random, length);
  return Array.from({ length: STARTS }, (_, index) => {
    const start = randomStart(random, isa, generator.roles);
    start.registers[32] = codeAt;
    return { isa, origin: `${kind.name}, seed ${seed}.${index}`, instructions, start, codeAt, fpu: kind.fpu };
  });
}

/** Mostly inside a page, sometimes across two, sometimes up to the very end. */
function codePlace(random: Random, length: number): number {
  if (random.chance(15)) return PAGE - random.below(length);
  if (random.chance(5)) return 2 * PAGE - length;
  return random.below(PAGE - length);
}

function weighted<T>(random: Random, choices: readonly (readonly [number, T])[]): T {
  let left = random.below(choices.reduce((sum, [weight]) => sum + weight, 0));
  for (const [weight, choice] of choices) {
    left -= weight;
    if (left < 0) return choice;
  }
  throw new RangeError('nothing to pick from');
}

/** Sign or zero extension of rax into rdx, so that most divisions do not overflow. */
function harmlessDividend(g: Generator): Instruction[] {
  return g.random.chance(50)
    ? [{ name: 'cwd', bytes: [...(g.wide ? [0x48] : []), 0x99] }]
    : [{ name: 'xor', bytes: [0x31, 0xd2], undefinedFlags: FLAG.A }];
}

/** rax and rdx set, then a division by something that is seldom zero. */
function divide(g: Generator): Instruction[] {
  const { random } = g;
  const divisor = random.pick(g.roles.free);
  return [
    g.load(divisor, random.chance(50) ? random.below(100) : random.u32()),
    g.load(0, random.chance(50) ? random.below(10000) : random.u32()),
    ...harmlessDividend(g),
    ...g.row(MULDIV),
  ];
}

/** A near branch; in 64-bit code now and then with an operand size prefix, which Intel's CPUs pass over. */
function branch(g: Generator, name: string, bytes: readonly number[], lenBytes: 1 | 4, to: Instruction): Instruction {
  const prefix = g.wide && g.random.chance(4) ? [0x66] : [];
  const all = [...prefix, ...bytes];
  return {
    name,
    bytes: [...all, ...Array.from({ length: lenBytes }, () => 0)],
    relative: { at: all.length, lenBytes, to },
  };
}

/** A conditional jump over what comes, or a loop of a few rounds. */
function jump(g: Generator): Instruction[] {
  const { random } = g;
  const inside = [...g.row(INTEGER), ...g.row(INTEGER)];
  const choice = random.below(10);
  const last = inside[inside.length - 1];
  const after: Instruction = { name: 'nop', bytes: [0x90] };
  if (last !== undefined && choice < 2) {
    const head = g.load(1, random.below(12) + 1);
    const [first] = inside;
    return [head, ...inside, branch(g, 'loop', [random.pick([0xe0, 0xe1, 0xe2])], 1, first ?? head)];
  }
  if (choice < 3) return [branch(g, 'jecxz', [0xe3], 1, after), ...inside, after];
  if (choice < 4) return [branch(g, 'jmp', [0xe9], 4, after), ...inside, after];
  if (choice < 6) return [branch(g, 'jcc', [0x0f, 0x80 + random.below(16)], 4, after), ...inside, after];
  return [branch(g, 'jcc', [0x70 + random.below(16)], 1, after), ...inside, after];
}

/** call, and what it calls: straight behind it, with or without a way back. */
function call(g: Generator): Instruction[] {
  const { random } = g;
  const body = g.row(INTEGER);
  const target: Instruction = { name: 'nop', bytes: [0x90] };
  if (random.chance(40)) {
    // Over the body, which runs by `ret` after it.
    const ret: Instruction = random.chance(70)
      ? { name: 'ret', bytes: [0xc3] }
      : { name: 'ret', bytes: [0xc2, random.below(3) * 8, 0] };
    const end: Instruction = { name: 'nop', bytes: [0x90] };
    return [branch(g, 'call', [0xe8], 4, target), branch(g, 'jmp', [0xeb], 1, end), target, ...body, ret, end];
  }
  return [branch(g, 'call', [0xe8], 4, target), target, ...body, { name: 'pop', bytes: [0x58] }];
}

/** enter or push bp; mov bp, sp; and leave. */
function frame(g: Generator): Instruction[] {
  const { random } = g;
  const bp = g.wide ? [0x48, 0x89, 0xe5] : [0x89, 0xe5];
  const body = g.row(STACK_ROWS);
  const head: Instruction[] = random.chance(50)
    ? [
        { name: 'push', bytes: [0x55] },
        { name: 'mov', bytes: bp },
      ]
    : [{ name: 'enter', bytes: [0xc8, random.below(8) * 8, 0, 0] }];
  return [...head, ...body, { name: 'leave', bytes: [...(random.chance(10) ? [0x66] : []), 0xc9] }];
}

/** popf of flags without TF and AC. */
function popFlags(g: Generator): Instruction[] {
  const value = g.random.u32() & 0xcd5;
  const small = g.random.chance(20) ? [0x66] : [];
  const push = small.length > 0 ? littleEndian(value & 0xcd5, 2) : littleEndian(value, 4);
  return [
    { name: 'push', bytes: [...small, 0x68, ...push] },
    { name: 'popf', bytes: [...small, 0x9d] },
  ];
}

/** A string instruction with its pointers set, with or without a repeat prefix. */
function string(g: Generator): Instruction[] {
  const { random } = g;
  const out: Instruction[] = [];
  if (random.chance(70)) out.push(g.load(7, DATA + g.encoder.place()));
  if (random.chance(70)) out.push(g.load(6, DATA + g.encoder.place()));
  if (random.chance(80)) out.push(g.load(1, random.chance(90) ? random.below(10) : random.below(200)));
  if (random.chance(40)) out.push({ name: 'cld', bytes: [random.pick([0xfc, 0xfd])] });
  const opcode = random.pick([0xa4, 0xa5, 0xa6, 0xa7, 0xaa, 0xab, 0xac, 0xad, 0xae, 0xaf]);
  const prefixes = [...(random.chance(65) ? [random.pick([0xf2, 0xf3])] : [])];
  if (random.chance(6) && opcode !== 0xaa && opcode !== 0xab) prefixes.push(random.pick([0x64, 0x65]));
  // With a repeat prefix: see `address-size-repeat` in docs/engine-differences.md.
  if (g.wide && prefixes.length === 0 && random.chance(4)) prefixes.push(0x67);
  const rex = opcode & 1 ? random.pick([0, 0, g.wide ? 0x48 : 0x66, 0x66]) : 0;
  out.push({ name: 'string', bytes: [...prefixes, ...(rex === 0 ? [] : [rex]), opcode] });
  return out;
}

/** A 32-bit push of a selector may write two bytes or four (Intel SDM volume 2, PUSH), so i386 has none. */
const SEGMENT_READS = ['push_fs|0fa0||x64', 'push_gs|0fa8||x64', 'mov_seg|8c|Ev,/s|'];

/** Loads of segment registers but ss, for which see stackSegment. */
function segments(g: Generator): Instruction[] {
  const { random } = g;
  const target = random.pick([0, 3, 4, 5]);
  // Null selectors other than 0 become 0 at every return from the kernel, so they cannot be seen. In 64-bit code the base
  // of DS counts for nothing but an engine with a DS prefix (`ds-base` in docs/engine-differences.md).
  const flat = g.wide && target < 4;
  const selector = random.pick(
    flat ? [0x2b, 0] : [0x2b, 0x63, 0x6b, 0, 0x63, 0x2b, random.chance(10) ? random.below(0x100) & ~3 : 0x2b],
  );
  const load = g.load(0, selector);
  const to: Instruction = { name: 'mov_seg', bytes: [0x8e, 0xc0 | (target << 3)] };
  const push: Instruction = { name: 'push', bytes: [0x50] };
  const choice = random.below(10);
  if (choice < 6) return [load, to];
  if (choice < 8) {
    const pop =
      target === 4
        ? [0x0f, 0xa1]
        : target === 5
          ? [0x0f, 0xa9]
          : g.wide
            ? [0x0f, 0xa1]
            : ([[0x07], [], [0x17], [0x1f]][target] ?? [0x1f]);
    return [load, push, { name: 'pop_seg', bytes: pop }];
  }
  return g.row(SEGMENT_READS);
}

const ILLEGAL: readonly (readonly number[])[] = [
  [0x0f, 0x0b],
  [0x0f, 0xff],
  [0xf4],
  [0xfa],
  [0xfb],
  [0x0f, 0x06],
  [0x0f, 0x08],
  [0x0f, 0x30],
  [0x0f, 0x32],
  [0x0f, 0x20, 0xc0],
  [0xe4, 0x10],
  [0xec],
  [0xf0, 0x89, 0xc8],
  [0xf0, 0x90],
  [0xf0, 0x8b, 0x03],
  [0x8d, 0xc0],
  [0x0f, 0xc7, 0xc8],
  [0xc6, 0xc8, 0],
  [0x8e, 0xc8],
  [0x8c, 0xf8],
  [0xfe, 0xd0],
  [0xff, 0xf8],
  [0x0f, 0x01, 0xc0],
  [0x0f, 0x00, 0xd0],
  [0xcc],
  [0xf1],
  [0xcd, 3],
  [0xcd, 4],
  [0xcd, 5],
  [0xcd, 0x21],
  [0xce],
  [0x27],
  [0x60],
  [0xd4, 0],
  [0x0f, 0xae, 0xe8],
  [0x0f, 0xae, 0xf0],
  [0x0f, 0x0d, 0x03],
  [0x0f, 0x18, 0x03],
  [0x66, 0x66, 0x90],
  [0xf3, 0x90],
  [0xf2, 0x90],
  [0x0f, 0x3f],
  [0xd6],
  [0x82, 0xc0, 1],
  [0x0f, 0x04],
  [0x0f, 0x0a],
  [0x0f, 0x24],
  [0x0f, 0xa6, 0],
  [0x0f, 0xb9, 0xc0],
  [0xf3, 0x0f, 0xae, 0xc0],
  [0x0f, 0x38, 0xff],
  [0xd9, 0xd1],
  [0xdb, 0xe8 + 0x18],
];

/** What no program should execute, and hints. */
function illegal(g: Generator): Instruction[] {
  return [{ name: 'illegal', bytes: g.random.pick(ILLEGAL) }];
}

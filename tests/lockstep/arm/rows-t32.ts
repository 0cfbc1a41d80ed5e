/** Thumb state: 16-bit and 32-bit integer instructions. ARM ARM (DDI 0406C) A6 and A8. */
import { DATA_REGISTERS, type Fields, type Row, row } from './pattern.ts';

const LOW_DATA = DATA_REGISTERS.filter((register) => register < 8);

/** Registers of T32 forms that exclude sp and pc. */
const NO_SP = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14];
const t32 = (pattern: string, ok?: (fields: Fields) => boolean, weight = 1): Row =>
  row(pattern, ok, { weight, choices: { n: NO_SP, m: NO_SP, a: NO_SP, s: NO_SP } });
const t16 = (pattern: string, ok?: (fields: Fields) => boolean, weight = 2): Row =>
  row(pattern, ok, { weight, choices: { f: LOW_DATA } });

export const T16_ROWS: readonly Row[] = [
  t16('000 tt iiiii ggg fff', ({ t }) => t !== 3, 4),
  t16('000110 t ggg jjj fff', undefined, 3),
  t16('000111 t iii ggg fff', undefined, 3),
  t16('001 TT fff iiiiiiii', undefined, 4),
  t16('010000 TTTT ggg fff', undefined, 8),
  t16('01000100 0 MMMM fff', undefined, 2),
  t16('01000101 1 mmmm ggg', undefined, 1),
  t16('01000110 0 MMMM fff', undefined, 2),
  t16('01000110 1 MMMM 011', undefined, 1),
  t16('01001 fff iiiiiiii', undefined, 1),
  // Loads and stores: [r5, r7], [r5, #imm], sp-relative.
  row('0101 TTT yyy hhh fff', undefined, { weight: 6 }),
  row('011 BL iiiii hhh fff', undefined, { weight: 5 }),
  row('1000 L iiiii hhh fff', undefined, { weight: 3 }),
  row('1001 L fff iiiiiiii', ({ i = 0 }) => i < 40, { weight: 3 }),
  t16('1010 T fff iiiiiiii', undefined, 1),
  row('10110000 T iiiiiii', ({ i = 0 }) => i < 16, { weight: 1 }),
  t16('10110010 TT ggg fff', undefined, 3),
  t16('10111010 TT ggg fff', ({ T }) => T !== 2, 3),
  // push of any, pop of data registers.
  row('1011010 l llllllll', ({ l }) => l !== 0, { weight: 2 }),
  row('1011110 0 0l0lllll', ({ l }) => l !== 0, { weight: 2 }),
  // stmia r5!: r5 may only be the lowest; ldmia r5!
  row('11000 101 ll0lllll', ({ l }) => l !== 0, { weight: 2 }),
  row('11001 101 0l0lllll', ({ l }) => l !== 0, { weight: 2 }),
  row('10111111 0000 0000', undefined, { weight: 1 }),
  // UNDEFINED; udf #1 is Linux's breakpoint (arch/arm/kernel/ptrace.c), which qemu-user knows.
  row('11011110 iiiiiiii', ({ i }) => i !== 1, { weight: 0.3 }),
];

/** A modified immediate whose repeated byte is 0 is UNPREDICTABLE (A6.3.2). Field i is imm12. */
const modified = ({ i = 0 }: Fields): boolean => i >= 0x400 || i < 0x100 || (i & 0xff) !== 0;

function modifiedImmediate(): Row[] {
  const rows: Row[] = [];
  for (const op of [0, 1, 2, 3, 4, 8, 10, 11, 13, 14]) {
    const code = op.toString(2).padStart(4, '0');
    rows.push(t32(`11110 i 0 ${code} S nnnn 0 iii dddd iiiiiiii`, modified));
    rows.push(t32(`1110101 ${code} S nnnn 0 iii dddd iitt mmmm`, undefined, 2));
    // tst teq cmn cmp
    if ([0, 4, 8, 13].includes(op)) {
      rows.push(t32(`11110 i 0 ${code} 1 nnnn 0 iii 1111 iiiiiiii`, modified));
      rows.push(t32(`1110101 ${code} 1 nnnn 0 iii 1111 iitt mmmm`));
    }
  }
  for (const op of ['0010', '0011']) {
    rows.push(t32(`11110 i 0 ${op} S 1111 0 iii dddd iiiiiiii`, modified));
    rows.push(t32(`1110101 ${op} S 1111 0 iii dddd iitt mmmm`));
  }
  return rows;
}

const PLAIN = [
  t32('1110101 0110 0 nnnn 0 iii dddd iiT0 mmmm'),
  t32('11110 i 10T0T0 nnnn 0 iii dddd iiiiiiii'),
  t32('11110 i 10T0T0 1111 0 iii dddd iiiiiiii'),
  t32('11110 i 10T100 jjjj 0 iii dddd iiiiiiii', undefined, 2),
  t32('11110 0 11U0t0 nnnn 0 iii dddd ii0 jjjjj', ({ t, i, j = 0 }) => t === 0 || i !== 0 || j < 16, 2),
  t32('11110 0 11U100 nnnn 0 iii dddd ii0 jjjjj', ({ i = 0, j = 0 }) => i + j <= 31, 2),
  t32('11110 0 110110 nnnn 0 iii dddd ii0 jjjjj', ({ i = 0, j = 0 }) => j >= i, 1),
  t32('11110 0 110110 1111 0 iii dddd ii0 jjjjj', ({ i = 0, j = 0 }) => j >= i, 1),
  t32('11111010 0ttS nnnn 1111 dddd 0000 mmmm', undefined, 4),
  row('11111010 0TTT nnnn 1111 dddd 10rr mmmm', undefined, {
    weight: 4,
    choices: { T: [0, 1, 2, 3, 4, 5], n: [...NO_SP, 15, 15, 15, 15, 15], m: NO_SP },
  }),
  row('11111010 1TTT nnnn 1111 dddd 0ppp mmmm', undefined, {
    weight: 4,
    choices: { T: [0, 1, 2, 4, 5, 6], p: [0, 1, 2, 4, 5, 6], n: NO_SP, m: NO_SP },
  }),
  t32('11111010 1000 nnnn 1111 dddd 10TT mmmm', undefined, 2),
  t32('11111010 1010 nnnn 1111 dddd 1000 mmmm'),
  ...NO_SP.flatMap((register) => {
    const m = register.toString(2).padStart(4, '0');
    return [
      t32(`11111010 1001 ${m} 1111 dddd 10TT ${m}`, undefined, 0.2),
      t32(`11111010 1011 ${m} 1111 dddd 1000 ${m}`, undefined, 0.05),
    ];
  }),
  t32('11110011 1110 1111 1000 dddd 00000000'),
  t32('11110011 1000 nnnn 1000 kk00 00000000', ({ k }) => k !== 0),
  t32('11110011 1011 1111 1000 1111 01TT 1111', ({ T }) => T !== 3),
  t32('11110011 1010 1111 1000 0000 00000000'),
];

const MULTIPLY = [
  '11111011 0000 nnnn aaaa dddd 000T mmmm',
  '11111011 0000 nnnn 1111 dddd 0000 mmmm',
  '11111011 0001 nnnn aaaa dddd 00XX mmmm',
  '11111011 0001 nnnn 1111 dddd 00XX mmmm',
  '11111011 0010 nnnn aaaa dddd 000X mmmm',
  '11111011 0010 nnnn 1111 dddd 000X mmmm',
  '11111011 0011 nnnn aaaa dddd 000X mmmm',
  '11111011 0011 nnnn 1111 dddd 000X mmmm',
  '11111011 0100 nnnn aaaa dddd 000X mmmm',
  '11111011 0100 nnnn 1111 dddd 000X mmmm',
  '11111011 0101 nnnn aaaa dddd 000X mmmm',
  '11111011 0101 nnnn 1111 dddd 000X mmmm',
  '11111011 0110 nnnn aaaa dddd 000X mmmm',
  '11111011 0111 nnnn aaaa dddd 0000 mmmm',
  '11111011 0111 nnnn 1111 dddd 0000 mmmm',
  '11111011 1001 nnnn 1111 dddd 1111 mmmm',
  '11111011 1011 nnnn 1111 dddd 1111 mmmm',
].map((pattern) => t32(pattern));

const LONG_MULTIPLY = [
  '11111011 10T0 nnnn eeee dddd 0000 mmmm',
  '11111011 1100 nnnn eeee dddd 0000 mmmm',
  '11111011 1100 nnnn eeee dddd 10XX mmmm',
  '11111011 110T nnnn eeee dddd 110X mmmm',
  '11111011 1110 nnnn eeee dddd 0TT0 mmmm',
].map((pattern) => t32(pattern, ({ d, e, T }) => d !== e && (!pattern.includes('0TT0') || T === 0 || T === 3)));

const MEMORY = [
  // ss is the size; U and the sign only where loads have them.
  row('11111000 1TT0 bbbb dddd oooooooooooo', ({ T }) => T !== 3, { weight: 3 }),
  row('11111000 1TT1 bbbb dddd oooooooooooo', ({ T }) => T !== 3, { weight: 3 }),
  row('11111001 10T1 bbbb dddd oooooooooooo', undefined, { weight: 2 }),
  row('11111000 0TTL bbbb dddd 1PUW oooooooo', (f) => f.T !== 3 && (f.P === 1 || f.W === 1) && imm8Keeps(f), {
    weight: 5,
  }),
  row('11111001 00T1 bbbb dddd 1PUW oooooooo', (f) => (f.P === 1 || f.W === 1) && imm8Keeps(f), { weight: 2 }),
  row('11111000 0TTL bbbb dddd 000000 ii xxxx', ({ T }) => T !== 3, { weight: 3 }),
  row('11111001 00T1 bbbb dddd 000000 ii xxxx', undefined, { weight: 1 }),
  row('11111000 U101 1111 dddd 0000 oooooooo'),
  row('1110100 PU1WL bbbb dddd eeee OOOOOOOO', (f) => (f.P === 1 || f.W === 1) && f.d !== f.e, { weight: 3 }),
  row('1110100 010W1 bbbb 0l00l000 0l0lllll', several, { weight: 2 }),
  row('1110100 100W1 bbbb 0l00l000 0l0lllll', several, { weight: 2 }),
  row('1110100 010W0 bbbb 0l0llll0 ll0lllll', several, { weight: 2 }),
  row('1110100 100W0 bbbb 0l0llll0 ll0lllll', several, { weight: 2 }),
  row('11111000 1001 bbbb 1111 oooooooooooo'),
];

function imm8Keeps({ P, W, o = 0 }: Fields): boolean {
  return W === 0 || (P === 1 && W === 0) || o % 4 === 0;
}

/** T32 forms of ldm and stm take two registers or more. */
function several({ l = 0 }: Fields): boolean {
  return (l & (l - 1)) !== 0;
}

const UNDEFINED = ['11110111 1111 iiii 1010 iiii iiiiiiii', '11111011 1001 nnnn 1111 dddd 0000 mmmm'].map((pattern) =>
  row(pattern, ({ i }) => i !== 0, { weight: 0.2 }),
);

export const T32_ROWS: readonly Row[] = [
  ...modifiedImmediate(),
  ...PLAIN,
  ...MULTIPLY,
  ...LONG_MULTIPLY,
  ...MEMORY,
  ...UNDEFINED,
];

/** ARM state: integer instructions. ARM ARM (DDI 0406C) A5 and A8. Rows leave out what is UNPREDICTABLE there. */
import { type Fields, type Row, row } from './pattern.ts';

const SHIFTED_INDEX = ({ t = 0, i = 0 }: Fields): boolean => (t === 0 ? i <= 2 : t !== 3);
/** Write-back (post-indexed, or W) keeps the base at a multiple of 4. */
const keepsBase = ({ P = 0, W = 0, o = 0 }: Fields): boolean => (P === 1 && W === 0) || o % 4 === 0;

function dataProcessing(): Row[] {
  const rows: Row[] = [];
  for (let op = 0; op < 16; op++) {
    const code = op.toString(2).padStart(4, '0');
    const tests = op >= 8 && op < 12;
    const S = tests ? '1' : 'S';
    const d = tests ? '0000' : 'dddd';
    const unary = op === 13 || op === 15;
    rows.push(
      row(`cccc 001 ${code} ${S} ${unary ? '0000' : 'NNNN'} ${d} iiiiiiiiiiii`),
      row(`cccc 000 ${code} ${S} ${unary ? '0000' : 'NNNN'} ${d} iiiii tt 0 MMMM`, undefined, { weight: 2 }),
      row(`cccc 000 ${code} ${S} ${unary ? '0000' : 'nnnn'} ${d} ssss 0tt1 mmmm`),
    );
  }
  return rows;
}

const MULTIPLY = [
  'cccc 0000000 S dddd 0000 mmmm 1001 nnnn',
  'cccc 0000001 S dddd aaaa mmmm 1001 nnnn',
  'cccc 00000110 dddd aaaa mmmm 1001 nnnn',
  'cccc 00010000 dddd aaaa mmmm 1ZX0 nnnn',
  'cccc 00010010 dddd aaaa mmmm 1Z00 nnnn',
  'cccc 00010010 dddd 0000 mmmm 1Z10 nnnn',
  'cccc 00010110 dddd 0000 mmmm 1ZX0 nnnn',
  'cccc 01110000 dddd aaaa mmmm 00X1 nnnn',
  'cccc 01110000 dddd aaaa mmmm 01X1 nnnn',
  'cccc 01110000 dddd 1111 mmmm 0XX1 nnnn',
  'cccc 01110101 dddd aaaa mmmm 00X1 nnnn',
  'cccc 01110101 dddd 1111 mmmm 00X1 nnnn',
  'cccc 01110101 dddd aaaa mmmm 11X1 nnnn',
  'cccc 01110001 dddd 1111 mmmm 0001 nnnn',
  'cccc 01110011 dddd 1111 mmmm 0001 nnnn',
  'cccc 01111000 dddd aaaa mmmm 0001 nnnn',
  'cccc 01111000 dddd 1111 mmmm 0001 nnnn',
].map((pattern) => row(pattern));

const LONG_MULTIPLY = [
  'cccc 00000100 dddd eeee mmmm 1001 nnnn',
  'cccc 00001TTS dddd eeee mmmm 1001 nnnn',
  'cccc 00010100 dddd eeee mmmm 1ZX0 nnnn',
  'cccc 01110100 dddd eeee mmmm 0TX1 nnnn',
].map((pattern) => row(pattern, ({ d, e }) => d !== e));

const MEDIA = [
  row('cccc 00010TT0 nnnn dddd 0000 0101 mmmm', undefined, { weight: 2 }),
  row('cccc 01100ppp nnnn dddd 1111 TTT 1 mmmm', undefined, {
    choices: { p: [1, 2, 3, 5, 6, 7], T: [0, 1, 2, 3, 4, 7] },
    weight: 3,
  }),
  row('cccc 01101000 nnnn dddd iiiii t 01 mmmm'),
  row('cccc 01101000 nnnn dddd 1111 1011 mmmm'),
  row('cccc 01101U1 iiiii dddd jjjjj t 01 nnnn', undefined, { weight: 2 }),
  row('cccc 01101U10 iiii dddd 1111 0011 nnnn'),
  row('cccc 01101UTT NNNN dddd rr 00 0111 mmmm', ({ N }) => N !== 13, { choices: { T: [0, 2, 3] }, weight: 3 }),
  row('cccc 01101U11 1111 dddd 1111 T011 mmmm', undefined, { weight: 2 }),
  row('cccc 00010110 1111 dddd 1111 0001 mmmm'),
  row('cccc 0111110 iiiii dddd jjjjj 001 NNNN', ({ i = 0, j = 0, N }) => i >= j && N !== 13, { weight: 2 }),
  row('cccc 01111U1 iiiii dddd jjjjj 101 nnnn', ({ i = 0, j = 0 }) => i + j <= 31, { weight: 2 }),
  row('cccc 00110T00 iiii dddd iiiiiiiiiiii', undefined, { weight: 2 }),
  row('cccc 00010000 1111 dddd 000000000000'),
  row('cccc 00010010 kk00 1111 00000000 nnnn', ({ k }) => k !== 0),
  row('cccc 00110010 kk00 1111 iiiiiiiiiiii', ({ k }) => k !== 0),
];

const MEMORY = [
  row('cccc 010PUBWL bbbb dddd oooooooooooo', keepsBase, { weight: 8 }),
  row('cccc 011PUBWL bbbb dddd iiiii tt0 xxxx', (f) => SHIFTED_INDEX(f) && ((f.P === 1 && f.W === 0) || f.t === 0), {
    weight: 4,
  }),
  // Halfwords and signed bytes; P = 0 with W = 1 is the form without privilege.
  row('cccc 000PU1WL bbbb dddd oooo 1XX1 oooo', (f) => keepsBase(f) && (f.L === 1 ? f.X !== 0 : f.X === 1), {
    weight: 5,
  }),
  row(
    'cccc 000PU0WL bbbb dddd 0000 1XX1 xxxx',
    (f) => (f.P === 1 || f.W === 0) && (f.L === 1 ? f.X !== 0 : f.X === 1),
    {
      weight: 2,
    },
  ),
  // ldrd, strd: an even register, and a multiple of 4.
  row('cccc 000PU1W0 bbbb dddd oooo 11X1 oooo', (f) => (f.P === 1 || f.W === 0) && (f.o ?? 0) % 4 === 0, {
    weight: 3,
    choices: { d: [0, 2] },
  }),
  row('cccc 000PU0W0 bbbb dddd 0000 11X1 xxxx', (f) => f.P === 1 || f.W === 0, { weight: 2, choices: { d: [0, 2] } }),
  // ldm: data registers only; stm: all that are no base, and pc never (its value is the implementation's).
  row('cccc 100PU0W1 bbbb 0l00l000 0l0lllll', ({ l }) => l !== 0, { weight: 4 }),
  row('cccc 100PU0W0 bbbb 0l0llll0 ll0lllll', ({ l }) => l !== 0, { weight: 4 }),
  row('1111 0101 U101 bbbb 1111 oooooooooooo'),
];

const OTHER = [
  row('1111 0101 0111 1111 1111 0000 01TT 1111', ({ T }) => T !== 3),
  row('1111 0101 0111 1111 1111 0000 0110 1111'),
  row('cccc 0011 0010 0000 1111 0000 0000 0000'),
  row('1111 0101 0111 1111 1111 0000 0001 1111'),
];

/** UNDEFINED: udf (but for #16, Linux's breakpoint, arch/arm/kernel/ptrace.c), and holes of the media and coprocessor spaces that a Cortex-A15 leaves. */
const UNDEFINED = [
  '1110 01111111 iiiiiiiiiiii 1111 iiii',
  '1110 01100000 nnnn dddd 1111 0001 mmmm',
  '1110 01100100 nnnn dddd 1111 0001 mmmm',
  '1110 01100001 nnnn dddd 1111 1011 mmmm',
  '1110 1110 000o nnnn dddd 0000 iii1 mmmm',
].map((pattern) => row(pattern, ({ i }) => i !== 0x10, { weight: 0.3 }));

export const A32_ROWS: readonly Row[] = [
  ...dataProcessing(),
  ...MULTIPLY,
  ...LONG_MULTIPLY,
  ...MEDIA,
  ...MEMORY,
  ...OTHER,
  ...UNDEFINED,
];

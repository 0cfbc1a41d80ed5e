/** The x87: rows as in table-integer.ts. St(i) stands in the opcode's low three bits (`O8`). */
const ARITHMETIC = ['fadd', 'fmul', 'fcom', 'fcomp', 'fsub', 'fsubr', 'fdiv', 'fdivr'].flatMap((name, n) => {
  const last = (c0: number): string => (c0 + 8 * n).toString(16);
  const rows = [
    `${name}|d8|M4,/${n}|`,
    `${name}|dc|M8,/${n}|`,
    `fi${name.slice(1)}|da|M4,/${n}|`,
    `fi${name.slice(1)}|de|M2,/${n}|`,
    `${name}|d8${last(0xc0)}|O8|`,
  ];
  if (n === 2 || n === 3) return rows;
  return [...rows, `${name}|dc${last(0xc0)}|O8|`, `${name}p|de${last(0xc0)}|O8|`];
});

export const X87 = [
  ...ARITHMETIC,
  'fcompp|ded9||',
  'fucom|dde0|O8|',
  'fucomp|dde8|O8|',
  'fucompp|dae9||',
  'fcomi|dbf0|O8|',
  'fcomip|dff0|O8|',
  'fucomi|dbe8|O8|',
  'fucomip|dfe8|O8|',
  ...['da', 'db'].flatMap((opcode) => [0xc0, 0xc8, 0xd0, 0xd8].map((low) => `fcmov|${opcode}${low.toString(16)}|O8|`)),
  'fld|d9|M4,/0|',
  'fld|dd|M8,/0|',
  'fld|d9c0|O8|',
  'fst|d9|M4,/2|',
  'fst|dd|M8,/2|',
  'fst|ddd0|O8|',
  'fstp|d9|M4,/3|',
  'fstp|dd|M8,/3|',
  'fstp|db|M10,/7|',
  'fstp|ddd8|O8|',
  'fild|df|M2,/0|',
  'fild|db|M4,/0|',
  'fild|df|M8,/5|',
  'fbld|df|M10,/4|',
  'fxch|d9c8|O8|',
  'fchs|d9e0||',
  'fabs|d9e1||',
  'ftst|d9e4||',
  'fxam|d9e5||',
  'fld1|d9e8||',
  'fldl2t|d9e9||',
  'fldl2e|d9ea||',
  'fldpi|d9eb||',
  'fldlg2|d9ec||',
  'fldln2|d9ed||',
  'fldz|d9ee||',
  'fxtract|d9f4||',
  'fprem1|d9f5||',
  'fdecstp|d9f6||',
  'fincstp|d9f7||',
  'fprem|d9f8||',
  'fsqrt|d9fa||',
  'frndint|d9fc||',
  'fscale|d9fd||',
  'ffree|ddc0|O8|',
  'fnop|d9d0||',
  'fnclex|dbe2||',
  'fninit|dbe3||rare',
  'fnstcw|d9|M2,/7|',
  'fnstsw|dfe0||',
  'fwait|9b||',
];

/** Within a tolerance: see `x87-transcendental` in known.ts. */
export const X87_FUNCTIONS = [
  'f2xm1|d9f0||',
  'fyl2x|d9f1||',
  'fptan|d9f2||',
  'fpatan|d9f3||',
  'fyl2xp1|d9f9||',
  'fsincos|d9fb||',
  'fsin|d9fe||',
  'fcos|d9ff||',
];

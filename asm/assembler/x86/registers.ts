/** What an operand can name: class and width decide what a register may be used for. */
export interface Register {
  readonly name: string;
  readonly bits: number;
  readonly kind: 'gpr' | 'segment' | 'control' | 'debug' | 'x87' | 'mmx' | 'vector' | 'mask' | 'ip';
  /** The same for al, ax, eax and rax. */
  readonly number: number;
}

const REGISTERS = new Map<string, Register>();

function add(kind: Register['kind'], bits: number, names: readonly string[], first = 0): void {
  names.forEach((name, i) => {
    REGISTERS.set(name, { name, bits, kind, number: first + i });
  });
}

const numbered = (format: (i: number) => string, from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) => format(from + i));

const LEGACY = ['ax', 'cx', 'dx', 'bx', 'sp', 'bp', 'si', 'di'];
add('gpr', 8, ['al', 'cl', 'dl', 'bl', 'spl', 'bpl', 'sil', 'dil']);
add('gpr', 8, ['ah', 'ch', 'dh', 'bh'], 20);
add('gpr', 16, LEGACY);
add(
  'gpr',
  32,
  LEGACY.map((r) => `e${r}`),
);
add(
  'gpr',
  64,
  LEGACY.map((r) => `r${r}`),
);
add(
  'gpr',
  8,
  numbered((i) => `r${i}b`, 8, 16),
  8,
);
add(
  'gpr',
  16,
  numbered((i) => `r${i}w`, 8, 16),
  8,
);
add(
  'gpr',
  32,
  numbered((i) => `r${i}d`, 8, 16),
  8,
);
add(
  'gpr',
  64,
  numbered((i) => `r${i}`, 8, 16),
  8,
);
add('segment', 16, ['es', 'cs', 'ss', 'ds', 'fs', 'gs']);
add(
  'control',
  64,
  numbered((i) => `cr${i}`, 0, 16),
);
add(
  'debug',
  64,
  numbered((i) => `dr${i}`, 0, 16),
);
add(
  'debug',
  64,
  numbered((i) => `db${i}`, 0, 8),
);
add(
  'x87',
  80,
  numbered((i) => `st(${i})`, 0, 8),
);
add(
  'mmx',
  64,
  numbered((i) => `mm${i}`, 0, 8),
);
add(
  'vector',
  128,
  numbered((i) => `xmm${i}`, 0, 32),
);
add(
  'vector',
  256,
  numbered((i) => `ymm${i}`, 0, 32),
);
add(
  'vector',
  512,
  numbered((i) => `zmm${i}`, 0, 32),
);
add(
  'mask',
  64,
  numbered((i) => `k${i}`, 0, 8),
);
add('ip', 64, ['rip']);
add('ip', 32, ['eip']);
// The index that is none; accepted as gas accepts it.
add('gpr', 32, ['eiz'], 32);
add('gpr', 64, ['riz'], 32);

const ST = REGISTERS.get('st(0)');
if (ST) REGISTERS.set('st', ST);

/** The register of that name (lower case, no `%`), if the mode has it. */
export function findRegister(name: string, is64: boolean): Register | undefined {
  const register = REGISTERS.get(name);
  if (!register || is64) return register;
  const needs64 =
    (register.kind === 'gpr' && (register.bits === 64 || (register.number >= 8 && register.number < 20))) ||
    (register.bits === 8 && /^(spl|bpl|sil|dil)$/.test(name)) ||
    (register.kind === 'vector' && register.number >= 8) ||
    register.kind === 'ip';
  return needs64 ? undefined : register;
}

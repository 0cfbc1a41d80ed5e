/** What a value of the debugger is in C: programs without debug information have no other types. */
export type CType =
  | { readonly kind: 'int'; readonly bits: number; readonly signed: boolean; readonly name: string }
  | { readonly kind: 'float'; readonly bits: 32 | 64; readonly name: string }
  /** `to` null: void; 'code': a function. */
  | { readonly kind: 'pointer'; readonly bits: number; readonly to: CType | 'code' | null }
  | { readonly kind: 'array'; readonly of: CType; readonly count: number }
  /** A symbol without debug information stands for its address. */
  | { readonly kind: 'symbol'; readonly bits: number; readonly isCode: boolean; readonly lenBytes: number }
  /** A struct, union or array that debug information names; its value is its address. */
  | { readonly kind: 'opaque'; readonly bits: number; readonly name: string }
  /** The register of the flags. */
  | { readonly kind: 'flags'; readonly bits: number };

type IntType = Extract<CType, { kind: 'int' }>;

export function intType(bits: number, signed: boolean): IntType {
  const base = bits === 8 ? 'char' : bits === 16 ? 'short' : bits === 32 ? 'int' : 'long';
  const name = signed ? base : `unsigned ${base}`;
  return { kind: 'int', bits, signed, name };
}

export function sizeOf(type: CType): number {
  return type.kind === 'array' ? type.count * sizeOf(type.of) : type.bits / 8;
}

export function typeName(type: CType): string {
  switch (type.kind) {
    case 'int':
    case 'float':
    case 'opaque':
      return type.name;
    case 'pointer': {
      if (type.to === 'code') return 'void (*)()';
      const to = type.to === null ? 'void' : typeName(type.to);
      return to.endsWith('*') ? `${to}*` : `${to} *`;
    }
    case 'array':
      return `${typeName(type.of)} [${type.count}]`;
    case 'symbol':
      return type.isCode ? '<text variable, no debug info>' : '<data variable, no debug info>';
    case 'flags':
      return 'int';
  }
}

/** Whether a word can begin the name of a type. */
export function isTypeWord(word: string): boolean {
  return WORDS.has(word) || /^u?int(8|16|32|64)_t$/.test(word) || SIZED.has(word);
}

const WORDS = new Set(['unsigned', 'signed', 'char', 'short', 'int', 'long', 'float', 'double', 'void', 'const']);
/** As long as a word, and whether they are signed. */
const SIZED = new Map([
  ['size_t', false],
  ['ssize_t', true],
  ['uintptr_t', false],
  ['intptr_t', true],
  ['ptrdiff_t', true],
  ['off_t', true],
  ['pid_t', true],
  ['bool', false],
  ['_Bool', false],
]);
const FIXED_BITS = new Map([
  ['pid_t', 32],
  ['bool', 8],
  ['_Bool', 8],
]);

/** The type of a name without its stars, `unsigned long`; 'void', or null for words that make no type. */
export function baseType(words: readonly string[], wordBytes: number): CType | 'void' | null {
  const rest = words.filter((word) => word !== 'const');
  const [only = ''] = rest;
  const exact = /^(u?)int(\d+)_t$/.exec(only);
  if (rest.length === 1) {
    if (only === 'void') return 'void';
    if (only === 'float') return { kind: 'float', bits: 32, name: only };
    if (only === 'double') return { kind: 'float', bits: 64, name: only };
    if (exact) return { ...intType(Number(exact[2]), exact[1] === ''), name: only };
    const signed = SIZED.get(only);
    if (signed !== undefined) return { ...intType(FIXED_BITS.get(only) ?? wordBytes * 8, signed), name: only };
  }
  const count = (word: string): number => rest.filter((one) => one === word).length;
  if (rest.length === 0 || rest.some((word) => !/^(unsigned|signed|char|short|int|long)$/.test(word))) return null;
  const bits = count('char')
    ? 8
    : count('short')
      ? 16
      : count('long') > 1
        ? 64
        : count('long') === 1
          ? wordBytes * 8
          : 32;
  return { ...intType(bits, count('unsigned') === 0), name: rest.join(' ') };
}

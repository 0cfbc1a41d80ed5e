import { type DataType, typeName as dataName, sizeOf as dataSize } from '../../../asm/dwarf/data-type.ts';

/** What a value of the debugger is: a type of C, or what programs without debug information and registers have. */
export type CType =
  | DataType
  /** A symbol without debug information stands for its address. */
  | { readonly kind: 'symbol'; readonly bits: number; readonly isCode: boolean; readonly lenBytes: number }
  /** The register of the flags. */
  | { readonly kind: 'flags'; readonly bits: number };

type IntType = Extract<DataType, { kind: 'int' }>;
type PointerType = Extract<DataType, { kind: 'pointer' }>;

export function intType(bits: number, signed: boolean): IntType {
  const base = bits === 8 ? 'char' : bits === 16 ? 'short' : bits === 32 ? 'int' : 'long';
  const name = signed ? base : `unsigned ${base}`;
  return { kind: 'int', bits, signed, name };
}

/** A pointer; to null: void. */
export function pointerType(to: DataType | null, wordBytes: number): PointerType {
  return { kind: 'pointer', bits: wordBytes * 8, to: () => to };
}

/** Code without debug information. */
export const CODE_TYPE: DataType = { kind: 'function', returns: () => null, parameters: () => null };

/** What it is in C; null for what only debug information could tell. */
export function dataType(type: CType): DataType | null {
  return type.kind === 'symbol' || type.kind === 'flags' ? null : type;
}

export function isCharacter(type: DataType | null): boolean {
  return type?.kind === 'int' && type.bits === 8;
}

/** Its value is in memory, and read part by part when it is shown. */
export function isAggregate({ kind }: CType): boolean {
  return kind === 'array' || kind === 'struct' || kind === 'opaque' || kind === 'function';
}

export function sizeOf(type: CType): number {
  return type.kind === 'symbol' || type.kind === 'flags' ? type.bits / 8 : dataSize(type);
}

export function typeName(type: CType): string {
  switch (type.kind) {
    case 'symbol':
      return type.isCode ? '<text variable, no debug info>' : '<data variable, no debug info>';
    case 'flags':
      return 'int';
    default:
      return dataName(type);
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
export function baseType(words: readonly string[], wordBytes: number): DataType | 'void' | null {
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

import type { DataType } from '../../../asm/dwarf/data-type.ts';
import { CliError } from '../errors.ts';
import { memberOf } from './members.ts';
import { type Binary, binary, LEVELS } from './operators.ts';
import { tokenize } from './tokens.ts';
import {
  baseType,
  type CType,
  dataType,
  intType,
  isAggregate,
  isTypeWord,
  pointerType,
  sizeOf,
  typeName,
} from './types.ts';
import { int, make, type Place, type Value } from './value.ts';

/** What an expression can look up; null for what is not there. */
export interface Scope {
  readonly wordBytes: number;
  /** Registers, convenience variables, values that were printed: what stands behind the `$`. */
  dollar(name: string): Value | null;
  symbol(name: string): Value | null;
  /** A type that debug information names: `struct NAME`, or a typedef. */
  type(name: string): DataType | null;
  /** An integer of user memory, unsigned. */
  read(address: bigint, lenBytes: number): bigint | null;
  /** Absent where nothing may be changed. */
  assign?(place: Place, value: bigint, lenBytes: number): void;
}

/** C's expressions on integers, pointers and parts of structs and arrays, with gdb's `{TYPE}ADDR`, `@` and `$NAME`. Throws CliError with gdb's words. */
export function evaluate(text: string, scope: Scope): Value {
  const parser = new Parser(text, scope);
  const value = parser.assignment();
  parser.end();
  return value;
}

/** The type that a text names, or that the expression has which it is; null for void. Throws CliError. */
export function typeOfText(text: string, scope: Scope): { readonly type: CType | null; readonly isName: boolean } {
  const parser = new Parser(text, scope);
  const named = parser.typeName();
  if (named === undefined) return { type: evaluate(text, scope).type, isName: false };
  parser.end();
  return { type: named, isName: true };
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '0': '\0',
  a: '\x07',
  b: '\b',
  e: '\x1b',
};

const KEYWORDS = new Set(['struct', 'union', 'enum']);

class Parser {
  private readonly text: string;
  private readonly scope: Scope;
  private readonly tokens: readonly string[];
  private at = 0;

  constructor(text: string, scope: Scope) {
    this.text = text;
    this.scope = scope;
    this.tokens = tokenize(text);
    if (this.tokens.length === 0) throw new CliError('an expression is missing');
  }

  end(): void {
    if (this.at < this.tokens.length) this.syntax(this.tokens.slice(this.at).join(' '));
  }

  assignment(): Value {
    const left = this.conditional();
    if (this.peek() !== '=') return left;
    this.at++;
    const right = this.assignment();
    const { place, type } = left;
    if (type.kind === 'symbol') {
      throw new CliError('A symbol without debug information has no type: write "set {int}&NAME = VALUE".');
    }
    if (!place || place.kind === 'field' || !this.scope.assign || isAggregate(type))
      throw new CliError('Left operand of assignment is not an lvalue.');
    const result = place.kind === 'variable' ? right : make(type, this.loaded(right).value, place);
    this.scope.assign(place, result.value, place.kind === 'variable' ? 0 : sizeOf(type));
    return result;
  }

  private conditional(): Value {
    const condition = this.level(0);
    if (this.peek() !== '?') return condition;
    this.at++;
    const yes = this.assignment();
    this.expect(':');
    const no = this.conditional();
    return this.loaded(condition).value !== 0n ? yes : no;
  }

  private level(depth: number): Value {
    const operators = LEVELS[depth];
    if (!operators) return this.array();
    let left = this.level(depth + 1);
    for (;;) {
      const operator = operators.find((one) => one === this.peek());
      if (operator === undefined) return left;
      this.at++;
      const right = this.level(depth + 1);
      left = binary(operator as Binary, this.loaded(left), this.loaded(right), this.scope.wordBytes);
    }
  }

  /** `VALUE@COUNT`: so many of them in memory, from this one. */
  private array(): Value {
    const first = this.unary();
    if (this.peek() !== '@') return first;
    this.at++;
    const count = Number(this.loaded(this.unary()).value);
    if (first.place?.kind !== 'memory') throw new CliError("Only values in memory can be extended with '@'.");
    if (count < 1 || count > 4096) throw new CliError(`Invalid number ${count} of repetitions.`);
    const of = dataType(first.type);
    if (of === null) throw new CliError("'@' needs a type: write {TYPE}&NAME@COUNT.");
    return make({ kind: 'array', of, count }, 0n, first.place);
  }

  private unary(): Value {
    const token = this.next();
    switch (token) {
      case '-':
        return this.arithmetic((value) => -value);
      case '+':
        return this.arithmetic((value) => value);
      case '~':
        return this.arithmetic((value) => ~value);
      case '!':
        return int(this.loaded(this.unary()).value === 0n ? 1n : 0n);
      case '&':
        return this.addressOf(this.unary());
      case '*':
        return this.dereference(this.loaded(this.unary()));
      case '{':
        return this.typedMemory();
      case 'sizeof':
        return this.sizeof();
      case '(':
        if (this.isType()) return this.cast();
        break;
    }
    return this.postfix(this.primary(token));
  }

  private primary(token: string): Value {
    if (token === '(') {
      const inner = this.assignment();
      this.expect(')');
      return inner;
    }
    if (/^\d/.test(token)) return literal(token, this.scope.wordBytes);
    if (token.startsWith("'")) return make(intType(8, true), BigInt(character(token)));
    if (token.startsWith('$')) return this.dollar(token);
    if (/^[A-Za-z_.]/.test(token)) return this.named(token);
    return this.syntax(token);
  }

  /** A symbol, whose name may have dots in it, or the parts of one. */
  private named(token: string): Value {
    const whole = this.scope.symbol(token);
    const [name = '', ...members] = token.split('.');
    if (whole || members.length === 0 || name === '') {
      return whole ?? fail(`No symbol "${token}" in current context.`);
    }
    const first = this.scope.symbol(name) ?? fail(`No symbol "${name}" in current context.`);
    return this.members(first, members);
  }

  private members(value: Value, names: readonly string[]): Value {
    const read = this.scope.read.bind(this.scope);
    return names.reduce((whole, name) => memberOf(whole, name, read), value);
  }

  /** To assign makes a variable. */
  private dollar(token: string): Value {
    const name = token.slice(1);
    const found = this.scope.dollar(name);
    if (found?.place || (found && this.peek() !== '=')) return found;
    if (this.peek() === '=' && /^[A-Za-z_]/.test(name)) return { ...int(0n), place: { kind: 'variable', name } };
    if (/^\$\d+$/.test(token)) fail(`History has not yet reached ${token}.`);
    return found ?? fail(`no register ${token} here`);
  }

  private postfix(value: Value): Value {
    let result = value;
    for (;;) {
      const token = this.peek();
      if (token === '[') {
        this.at++;
        const index = this.assignment();
        this.expect(']');
        result = this.dereference(binary('+', this.loaded(result), this.loaded(index), this.scope.wordBytes));
      } else if (token === '->') {
        this.at++;
        const pointer = this.loaded(result);
        const whole = pointer.type.kind === 'struct' ? pointer : this.dereference(pointer);
        result = this.members(whole, this.next().split('.'));
      } else if (/^\.\w/.test(token)) {
        this.at++;
        result = this.members(result, token.slice(1).split('.'));
      } else return result;
    }
  }

  private typedMemory(): Value {
    const type = this.type();
    this.expect('}');
    if (type === null) throw new CliError('Attempt to take contents of a non-pointer value.');
    return this.memory(type, this.loaded(this.unary()).value);
  }

  private sizeof(): Value {
    const { wordBytes } = this.scope;
    const size = (lenBytes: number): Value => make(intType(wordBytes * 8, false), BigInt(lenBytes));
    if (this.peek() !== '(' || !this.isType(1)) return size(sizeOf(this.unary().type));
    this.at++;
    const type = this.type();
    this.expect(')');
    return size(type === null ? 1 : sizeOf(type));
  }

  private cast(): Value {
    const type = this.type();
    this.expect(')');
    const inner = this.unary();
    if (type === null) throw new CliError('Attempt to cast to void.');
    // gdb: a symbol without debug information is cast to its declared type, and so read.
    if (inner.type.kind === 'symbol' && type.kind !== 'pointer') return this.memory(type, inner.value);
    return make(type, this.loaded(inner).value);
  }

  private addressOf(value: Value): Value {
    const { type, place } = value;
    if (type.kind === 'symbol') return value;
    if (place?.kind !== 'memory') throw new CliError('Attempt to take address of value not located in memory.');
    return make(pointerType(dataType(type), this.scope.wordBytes), place.address);
  }

  private dereference(value: Value): Value {
    const { type } = value;
    if (type.kind === 'struct') throw new CliError(`Structure has no component named operator*.`);
    const to = type.kind === 'pointer' ? type.to() : null;
    if (type.kind === 'pointer' && to?.kind === 'function' && to.alias === undefined && type.alias === undefined) {
      return this.memory(intType(this.scope.wordBytes * 8, true), value.value);
    }
    return this.memory(to ?? intType(this.scope.wordBytes * 8, true), value.value);
  }

  private memory(type: DataType, address: bigint): Value {
    const at = BigInt.asUintN(this.scope.wordBytes * 8, address);
    const place = { kind: 'memory', address: at } as const;
    if (isAggregate(type)) return make(type, 0n, place);
    const read = this.scope.read(at, sizeOf(type));
    if (read === null) throw new CliError(`Cannot access memory at address 0x${at.toString(16)}`);
    return make(type, read, place);
  }

  private arithmetic(apply: (value: bigint) => bigint): Value {
    const { type, value } = this.loaded(this.unary());
    if (type.kind === 'float') throw new CliError('Argument to arithmetic operation not a number or boolean.');
    if (isAggregate(type)) throw new CliError('Argument to arithmetic operation not a number or boolean.');
    const bits = 'bits' in type ? Math.max(32, type.bits) : 64;
    const signed = type.kind === 'int' && (type.signed || type.bits < 32);
    return make(intType(bits, signed), apply(value));
  }

  /** Arrays are their address where a number is wanted. */
  private loaded(value: Value): Value {
    const { type, place } = value;
    if (type.kind !== 'array') return value;
    if (place?.kind !== 'memory') throw new CliError('Attempt to take address of value not located in memory.');
    return make(pointerType(type.of, this.scope.wordBytes), place.address);
  }

  /** Whether a type's name begins at the token that is so many behind the next one. */
  private isType(ahead = 0): boolean {
    const word = this.tokens[this.at + ahead] ?? '';
    if (isTypeWord(word) || KEYWORDS.has(word)) return true;
    return /^[A-Za-z_]\w*$/.test(word) && !this.scope.symbol(word) && this.scope.type(word) !== null;
  }

  /** Undefined where no type's name stands there. */
  typeName(): DataType | null | undefined {
    return this.isType() ? this.type() : undefined;
  }

  /** A type's name with its stars and `[N]`; null for void. */
  private type(): DataType | null {
    let type = this.baseType();
    while (this.peek() === '*') {
      this.at++;
      type = pointerType(type, this.scope.wordBytes);
    }
    if (this.peek() === '[' && type !== null) {
      this.at++;
      const count = Number(this.next());
      this.expect(']');
      if (!(count >= 1 && count <= 4096)) fail('Array size is not between 1 and 4096.');
      type = { kind: 'array', of: type, count };
    }
    return type;
  }

  private baseType(): DataType | null {
    const isConst = this.peek() === 'const';
    if (isConst) this.at++;
    const keyword = this.peek();
    const found = KEYWORDS.has(keyword) || !isTypeWord(keyword) ? this.namedType(keyword) : undefined;
    if (found !== undefined) return isConst ? { ...found, alias: `const ${typeName(found)}` } : found;
    const words: string[] = [];
    while (isTypeWord(this.peek())) words.push(this.next());
    const base = baseType(words, this.scope.wordBytes);
    if (base === null) return fail(`No type named ${words.join(' ') || this.peek()}.`);
    return base === 'void' ? null : base;
  }

  /** `struct NAME` and the like, or a typedef; undefined where none stands here. */
  private namedType(keyword: string): DataType | undefined {
    if (!KEYWORDS.has(keyword)) {
      const found = this.scope.type(keyword) ?? undefined;
      if (found) this.at++;
      return found;
    }
    this.at++;
    const name = this.next();
    return this.scope.type(`${keyword} ${name}`) ?? fail(`No ${keyword} type named ${name}.`);
  }

  private peek(): string {
    return this.tokens[this.at] ?? '';
  }

  private next(): string {
    return this.tokens[this.at++] ?? '';
  }

  private expect(token: string): void {
    if (this.next() !== token) fail(`"${token}" is missing in "${this.text}"`);
  }

  private syntax(near: string): never {
    return fail(`A syntax error in expression, near \`${near}'.`);
  }
}

/** C: the first of int, unsigned (hexadecimal only), long, unsigned long that holds it; behind it u, l and ll. */
function literal(token: string, wordBytes: number): Value {
  const [, digits = '', suffix = ''] = /^(0x[0-9a-f]+|\d+)([ul]*)$/i.exec(token) ?? [];
  const isHex = digits.startsWith('0x');
  if (!isHex && /^0\d/.test(digits) && /[89]/.test(digits)) fail(`Invalid number "${token}".`);
  const value = BigInt(!isHex && /^0\d/.test(digits) ? `0o${digits.slice(1)}` : digits);
  const isUnsigned = /u/i.test(suffix);
  const longs = suffix.match(/l/gi)?.length ?? 0;
  const least = longs > 1 ? 64 : longs === 1 ? wordBytes * 8 : 32;
  const fits = (bits: number): boolean => value < 1n << BigInt(isHex || isUnsigned ? bits : bits - 1);
  const bits = least === 32 && fits(32) ? 32 : 64;
  return make(intType(bits, !isUnsigned && value < 1n << BigInt(bits - 1)), value);
}

function character(token: string): number {
  const inner = token.slice(1, -1);
  const letter = inner.startsWith('\\') ? (ESCAPES[inner.slice(1)] ?? inner.slice(1)) : inner;
  return letter.charCodeAt(0);
}

function fail(what: string): never {
  throw new CliError(what);
}

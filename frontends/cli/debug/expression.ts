import { CliError } from '../errors.ts';
import { type Binary, binary, LEVELS } from './operators.ts';
import { tokenize } from './tokens.ts';
import { baseType, type CType, intType, isTypeWord, sizeOf } from './types.ts';
import { int, make, type Place, type Value } from './value.ts';

/** What an expression can look up; null for what is not there. */
export interface Scope {
  readonly wordBytes: number;
  /** Registers, convenience variables, values that were printed: what stands behind the `$`. */
  dollar(name: string): Value | null;
  symbol(name: string): Value | null;
  /** An integer of user memory, unsigned. */
  read(address: bigint, lenBytes: number): bigint | null;
  /** Absent where nothing may be changed. */
  assign?(place: Place, value: bigint, lenBytes: number): void;
}

/** C's expressions on integers and pointers, with gdb's `{TYPE}ADDR`, `@` and `$NAME`. Throws CliError with gdb's words. */
export function evaluate(text: string, scope: Scope): Value {
  const parser = new Parser(text, scope);
  const value = parser.assignment();
  parser.end();
  return value;
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
    if (!place || !this.scope.assign || type.kind === 'array')
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
    return make({ kind: 'array', of: first.type, count }, 0n, first.place);
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
    if (/^[A-Za-z_.]/.test(token)) return this.scope.symbol(token) ?? fail(`No symbol "${token}" in current context.`);
    return this.syntax(token);
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
    while (this.peek() === '[') {
      this.at++;
      const index = this.assignment();
      this.expect(']');
      const base = result.type.kind === 'array' ? this.addressOf(result) : this.loaded(result);
      result = this.dereference(binary('+', base, this.loaded(index), this.scope.wordBytes));
    }
    return result;
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
    if (this.peek() !== '(' || !isTypeWord(this.tokens[this.at + 1] ?? '')) return size(sizeOf(this.unary().type));
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
    const to = type.kind === 'array' ? type.of : type;
    return make(this.pointer(to), place.address);
  }

  private dereference(value: Value): Value {
    const { type } = value;
    const to = type.kind === 'pointer' && type.to !== 'code' ? type.to : null;
    const word = intType(this.scope.wordBytes * 8, true);
    return this.memory(to ?? word, value.value);
  }

  private memory(type: CType, address: bigint): Value {
    const at = BigInt.asUintN(this.scope.wordBytes * 8, address);
    const place = { kind: 'memory', address: at } as const;
    if (type.kind === 'array') return make(type, 0n, place);
    const read = this.scope.read(at, sizeOf(type));
    if (read === null) throw new CliError(`Cannot access memory at address 0x${at.toString(16)}`);
    return make(type, read, place);
  }

  private arithmetic(apply: (value: bigint) => bigint): Value {
    const { type, value } = this.loaded(this.unary());
    if (type.kind === 'float') throw new CliError('Argument to arithmetic operation not a number or boolean.');
    const bits = 'bits' in type ? Math.max(32, type.bits) : 64;
    const signed = type.kind === 'int' && (type.signed || type.bits < 32);
    return make(intType(bits, signed), apply(value));
  }

  /** Arrays are their address where a number is wanted. */
  private loaded(value: Value): Value {
    return value.type.kind === 'array' ? this.addressOf(value) : value;
  }

  private isType(): boolean {
    return isTypeWord(this.peek());
  }

  /** A type's name with its stars and `[N]`; null for void. */
  private type(): CType | null {
    const words: string[] = [];
    while (isTypeWord(this.peek())) words.push(this.next());
    const base = baseType(words, this.scope.wordBytes);
    if (base === null) return fail(`No type named ${words.join(' ') || this.peek()}.`);
    let type: CType | null = base === 'void' ? null : base;
    while (this.peek() === '*') {
      this.at++;
      type = this.pointer(type);
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

  private pointer(to: CType | null): CType {
    return { kind: 'pointer', bits: this.scope.wordBytes * 8, to };
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

import { CliError } from '../errors.ts';

/** What an expression can look up. Each returns null for what is not there. */
export interface Values {
  register(name: string): bigint | null;
  /** A variable's value, or the address of what has a symbol. */
  symbol(name: string): bigint | null;
  /** `&name` */
  address(name: string): bigint | null;
  /** A word of user memory. */
  word(addr: bigint): bigint | null;
}

const TOKEN = /\s*(0x[0-9a-f]+|\d+|\$\w+|[A-Za-z_.][\w.@]*|<<|>>|==|!=|<=|>=|&&|\|\||[-+*/%&|^~!()<>])/iy;

/** Binary operators by what binds tighter, the loosest first. */
const LEVELS: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<', '>', '<=', '>='],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];

const truth = (value: boolean): bigint => (value ? 1n : 0n);

const APPLY: Readonly<Record<string, (a: bigint, b: bigint) => bigint>> = {
  '||': (a, b) => truth(a !== 0n || b !== 0n),
  '&&': (a, b) => truth(a !== 0n && b !== 0n),
  '|': (a, b) => a | b,
  '^': (a, b) => a ^ b,
  '&': (a, b) => a & b,
  '==': (a, b) => truth(a === b),
  '!=': (a, b) => truth(a !== b),
  '<': (a, b) => truth(a < b),
  '>': (a, b) => truth(a > b),
  '<=': (a, b) => truth(a <= b),
  '>=': (a, b) => truth(a >= b),
  '<<': (a, b) => a << shift(b),
  '>>': (a, b) => a >> shift(b),
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / divisor(b),
  '%': (a, b) => a % divisor(b),
};

function shift(count: bigint): bigint {
  if (count < 0n || count > 64n) throw new CliError(`a shift by ${count}: 0 to 64 it can be`);
  return count;
}

function divisor(value: bigint): bigint {
  if (value === 0n) throw new CliError('Division by zero');
  return value;
}

/** C's operators on integers; `*ADDR` is a word of memory, `$NAME` a register. Throws CliError with gdb's words. */
export function evaluate(text: string, values: Values): bigint {
  const tokens = tokenize(text);
  let at = 0;
  if (tokens.length === 0) throw new CliError('an expression is missing');

  function binary(level: number): bigint {
    const operators = LEVELS[level];
    if (!operators) return unary();
    let left = binary(level + 1);
    for (;;) {
      const operator = tokens[at] ?? '';
      const apply = operators.includes(operator) ? APPLY[operator] : undefined;
      if (!apply) return left;
      at++;
      left = apply(left, binary(level + 1));
    }
  }

  function unary(): bigint {
    const token = tokens[at++] ?? '';
    if (token === '-') return -unary();
    if (token === '+') return unary();
    if (token === '&') {
      const name = tokens[at++] ?? '';
      return values.address(name) ?? fail(`No symbol "${name}" in current context.`);
    }
    if (token === '~') return ~unary();
    if (token === '!') return truth(unary() === 0n);
    if (token === '*') {
      const addr = unary();
      return values.word(addr) ?? fail(`Cannot access memory at address 0x${addr.toString(16)}`);
    }
    if (token === '(') {
      const value = binary(0);
      if (tokens[at++] !== ')') fail(`")" is missing in "${text}"`);
      return value;
    }
    return operand(token);
  }

  function operand(token: string): bigint {
    if (/^\d/.test(token)) return BigInt(token);
    if (token.startsWith('$')) return values.register(token.slice(1)) ?? fail(`no register ${token} here`);
    if (/^[A-Za-z_.]/.test(token)) return values.symbol(token) ?? fail(`No symbol "${token}" in current context.`);
    return fail(`A syntax error in expression, near "${token}".`);
  }

  const value = binary(0);
  if (at < tokens.length) fail(`A syntax error in expression, near "${tokens.slice(at).join(' ')}".`);
  return value;
}

function fail(what: string): never {
  throw new CliError(what);
}

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match?.[1]) fail(`A syntax error in expression, near "${text.slice(from).trim()}".`);
    tokens.push(match[1]);
  }
  return tokens;
}

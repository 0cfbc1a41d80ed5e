/** An instruction's text in two parts. */
export interface InstructionText {
  readonly mnemonic: string;
  readonly operands: string;
}

/**
 * Capstone's AT&T text as objdump and gdb write it: no blank after a comma, every number hexadecimal, immediates as wide
 * as the operation instead of negative, no suffix where a register already gives the width.
 */
export function attText(mnemonic: string, operands: string): InstructionText {
  const words = mnemonic.split(' ');
  const last = words.pop() ?? '';
  const width = SUFFIX_BITS[last.slice(-1)];
  const text = hexNumbers(operands)
    .replace(/\((%\w+)?, (%\w+)\)/g, '($1, $2, 1)')
    .replace(/^\$-0x([0-9a-f]+)/, (whole, digits: string) => (width ? `$${unsigned(digits, width)}` : whole))
    .replace(/, /g, ',');
  return { mnemonic: [...words, plainMnemonic(last, operands)].join(' '), operands: text };
}

/** Intel text as objdump -M intel writes it. */
export function intelText(mnemonic: string, operands: string): InstructionText {
  const text = hexNumbers(operands)
    .replace(/^ptr \[/, '[') // xsave and its like, whose width Capstone cannot name
    .replace(/\bxword ptr\b/g, 'TBYTE PTR')
    .replace(/\b(byte|word|dword|qword|fword|tbyte|xmmword|ymmword|zmmword) ptr\b/g, (m) => m.toUpperCase())
    .replace(/\[(\w+) \+ (\w+)(?=[\] ])(?! \*)/g, (whole, base: string, index: string) =>
      /^0x/.test(index) ? whole : `[${base} + ${index}*1`,
    )
    .replace(/([c-gs]s):\[(0x[0-9a-f]+)\]/g, '$1:$2')
    .replace(/\[(0x[0-9a-f]+)\]/g, 'ds:$1')
    .replace(/, /g, ',')
    .replace(/ ([+\-*]) /g, '$1');
  const width = intelWidth(text);
  const wide = text.replace(/,-0x([0-9a-f]+)$/, (whole, digits: string) =>
    width ? `,${unsigned(digits, width)}` : whole,
  );
  return { mnemonic: OTHER_NAMES[mnemonic] ?? mnemonic, operands: wide };
}

const SUFFIX_BITS: Readonly<Record<string, number>> = { b: 8, w: 16, l: 32, q: 64 };
const OTHER_NAMES: Readonly<Record<string, string>> = { fcompi: 'fcomip', fucompi: 'fucomip', wait: 'fwait' };

const unsigned = (digits: string, bits: number): string =>
  `0x${BigInt.asUintN(bits, -BigInt(`0x${digits}`)).toString(16)}`;

/** The width in bits of the first operand of an Intel text, 0 where it is not plain. */
function intelWidth(text: string): number {
  const size = /^(BYTE|WORD|DWORD|QWORD) PTR/.exec(text)?.[1];
  if (size) return { BYTE: 8, WORD: 16, DWORD: 32, QWORD: 64 }[size] ?? 0;
  const register = /^\w+/.exec(text)?.[0] ?? '';
  if (/^([abcd][lh]|(si|di|sp|bp)l|r\d+b)$/.test(register)) return 8;
  if (/^([abcd]x|[sd]i|[sb]p|r\d+w)$/.test(register)) return 16;
  if (/^(e\w\w|r\d+d)$/.test(register)) return 32;
  return /^r\w+$/.test(register) ? 64 : 0;
}

/** Decimal numbers become hexadecimal, but not register numbers and scales. */
function hexNumbers(text: string): string {
  return text
    .replace(/(^|[$[\s,:+-])(-?)(\d+)(?![\w)])/g, (_, before: string, sign: string, digits: string) => {
      return `${before}${sign}0x${BigInt(digits).toString(16)}`;
    })
    .replace(/(\* )0x([1248])\b/g, '$1$2')
    .replace(/(^|[,\s(])0x([1248])\)/g, '$1$2)');
}

const WIDTH_BY_REGISTER = /%([er]?(ax|bx|cx|dx|si|di|bp|sp)|[abcd][lh]|(si|di|bp|sp)l|r\d+[bwd]?)\b/;
const SHIFT = /^(sh[lr]d?|sar|ro[lr]|rc[lr])$/;
const SUFFIXED =
  /^(mov|add|sub|adc|sbb|and|or|xor|cmp|test|lea|inc|dec|neg|not|xchg|cmpxchg|xadd|shl|shr|sar|rol|ror|rcl|rcr|shld|shrd|mul|imul|div|idiv|bt|bts|btr|btc|bsf|bsr|bswap|popcnt|tzcnt|lzcnt|movbe|movabs|cmovn?[abceglopsz]{1,2}|cmovp[eo]|cmov[abgl]e)[bwlq]$/;
/** The CPU's mode gives the width of these. */
const MODE_WIDE = /^(call|jmp|ret|pushf|popf|pusha|popa|leave|iret|enter|push|pop)([lq])$/;

function plainMnemonic(mnemonic: string, operands: string): string {
  const other = OTHER_NAMES[mnemonic];
  if (other) return other;
  const wide = MODE_WIDE.exec(mnemonic)?.[1];
  if (wide) return mnemonic.startsWith('pusha') || mnemonic.startsWith('popa') ? mnemonic.slice(0, -1) : wide;
  const base = SUFFIXED.exec(mnemonic)?.[1];
  if (!base) return mnemonic;
  if (/^%[c-g]s$|^%[c-g]s,|, %[c-g]s$/.test(operands)) return base;
  // movq between a vector and a general register is an instruction of its own.
  if (/%[xyz]?mm\d/.test(operands)) return mnemonic;
  let registers = operands.replace(/\([^)]*\)/g, '');
  // The count in %cl says nothing of what is shifted.
  if (SHIFT.test(base)) registers = registers.replace(/^%cl, /, '');
  return WIDTH_BY_REGISTER.test(registers) ? base : mnemonic;
}

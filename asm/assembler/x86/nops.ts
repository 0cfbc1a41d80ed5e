/** The longest no-ops first are what gas pads code with (one row per length, from 1). */
const I386_NOPS = ['90', '6690', '8d7600', '8d742600', '8d74260090', '8db600000000', '8db42600000000'];
const X86_64_NOPS = [
  '90',
  '6690',
  '0f1f00',
  '0f1f4000',
  '0f1f440000',
  '660f1f440000',
  '0f1f8000000000',
  '0f1f840000000000',
  '660f1f840000000000',
  '662e0f1f840000000000',
  '66662e0f1f840000000000',
];
/** Beyond these many bytes gas jumps over the padding. */
const I386_JUMP_FROM = 21;
const X86_64_JUMP_FROM = 88;

const parse = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const TABLES = { i386: I386_NOPS.map(parse), x86_64: X86_64_NOPS.map(parse) };

/** A maker of padding as gas makes it for this CPU. */
export function x86Nops(is64: boolean): (lenBytes: number) => Uint8Array {
  const table = is64 ? TABLES.x86_64 : TABLES.i386;
  const jumpFrom = is64 ? X86_64_JUMP_FROM : I386_JUMP_FROM;
  return (lenBytes) => {
    const out = new Uint8Array(lenBytes);
    let at = 0;
    if (lenBytes >= jumpFrom) {
      const near = lenBytes - 2 > 127;
      at = near ? 5 : 2;
      out[0] = near ? 0xe9 : 0xeb;
      new DataView(out.buffer)[near ? 'setInt32' : 'setInt8'](1, lenBytes - at, true);
    }
    while (at < lenBytes) {
      const nop = table[Math.min(lenBytes - at, table.length) - 1] ?? Uint8Array.of(0x90);
      out.set(nop, at);
      at += nop.length;
    }
    return out;
  };
}

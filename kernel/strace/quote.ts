import { address, type Call } from './call.ts';

/** strace's strings: C escapes, octal where C has none, cut with `...` behind the quotes. */

const ESCAPES: { readonly [byte: number]: string } = {
  9: '\\t',
  10: '\\n',
  11: '\\v',
  12: '\\f',
  13: '\\r',
  34: '\\"',
  92: '\\\\',
};

function isOctalDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 48 && byte <= 55;
}

export function quoteBytes(bytes: Uint8Array): string {
  let text = '"';
  bytes.forEach((byte, i) => {
    const escaped = ESCAPES[byte];
    if (escaped) text += escaped;
    else if (byte >= 32 && byte < 127) text += String.fromCharCode(byte);
    else text += `\\${byte.toString(8).padStart(isOctalDigit(bytes[i + 1]) ? 3 : 1, '0')}`;
  });
  return `${text}"`;
}

/** Every byte as `\xNN`: what getrandom shows. */
export function quoteHex(bytes: Uint8Array): string {
  return `"${Array.from(bytes, (byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')}"`;
}

/** A buffer of `lenBytes`: at most the first `maxString` are shown. The address when it cannot be read. */
export function quoteBuffer(call: Call, addr: number, lenBytes: number, quote = quoteBytes): string {
  if (addr === 0) return 'NULL';
  const bytes = call.memory.read(addr, Math.min(lenBytes, call.maxString));
  if (!bytes) return address(addr);
  return quote(bytes) + (lenBytes > call.maxString ? '...' : '');
}

const CHUNK = 256;

/** Bytes up to a NUL, at most `maxBytes`; null when the first cannot be read. A read never crosses into a page that it need not. */
function readUpToNul(call: Call, addr: number, maxBytes: number): { bytes: Uint8Array; terminated: boolean } | null {
  const parts: number[] = [];
  while (parts.length < maxBytes) {
    const at = addr + parts.length;
    const chunk = call.memory.read(at, Math.min(maxBytes - parts.length, CHUNK - (at % CHUNK)));
    if (!chunk) return null;
    const end = chunk.indexOf(0);
    parts.push(...(end < 0 ? chunk : chunk.subarray(0, end)));
    if (end >= 0) return { bytes: Uint8Array.from(parts), terminated: true };
  }
  return { bytes: Uint8Array.from(parts), terminated: false };
}

/** A NUL-terminated string, cut at `maxBytes`. */
export function quoteString(call: Call, addr: number, maxBytes = call.maxString): string {
  if (addr === 0) return 'NULL';
  const read = readUpToNul(call, addr, maxBytes + 1);
  if (!read) return address(addr);
  const bytes = read.bytes.subarray(0, maxBytes);
  return quoteBytes(bytes) + (read.terminated ? '' : '...');
}

/** Characters and strings as gdb's `print` writes them. */

/** gdb's `print elements`, of strings and arrays; and `print repeats`: more than these of the same are told by their number. */
export const MAX_ELEMENTS = 200;
export const REPEATS = 10;

/** As much as is looked at of a string. */
export const STRING_BYTES = MAX_ELEMENTS + 1;

const ESCAPES = new Map([
  [7, '\\a'],
  [8, '\\b'],
  [9, '\\t'],
  [10, '\\n'],
  [11, '\\v'],
  [12, '\\f'],
  [13, '\\r'],
  [27, '\\033'],
]);

export function characterIn(byte: number, quote: string): string {
  if (byte === quote.charCodeAt(0) || byte === 0x5c) return `\\${String.fromCharCode(byte)}`;
  if (byte >= 0x20 && byte < 0x7f) return String.fromCharCode(byte);
  return ESCAPES.get(byte) ?? `\\${byte.toString(8).padStart(3, '0')}`;
}

/** A C string; `...` behind one that is longer than what is shown. */
export function stringText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  const isCut = end < 0 || end > MAX_ELEMENTS;
  return `${quoted(bytes.subarray(0, isCut ? MAX_ELEMENTS : end))}${isCut ? '...' : ''}`;
}

/** An array of characters: its last NUL is not shown. */
export function characterArrayText(bytes: Uint8Array): string {
  if (bytes.length > MAX_ELEMENTS) return `${quoted(bytes.subarray(0, MAX_ELEMENTS))}...`;
  return quoted(bytes.at(-1) === 0 ? bytes.subarray(0, -1) : bytes);
}

function quoted(bytes: Uint8Array): string {
  const parts: string[] = [];
  let open = '';
  const close = (): void => {
    if (open !== '') parts.push(`"${open}"`);
    open = '';
  };
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at] ?? 0;
    let end = at + 1;
    while (end < bytes.length && bytes[end] === byte) end++;
    if (end - at > REPEATS) {
      close();
      parts.push(`'${characterIn(byte, "'")}' <repeats ${end - at} times>`);
    } else {
      open += characterIn(byte, '"').repeat(end - at);
    }
    at = end;
  }
  close();
  return parts.length === 0 ? '""' : parts.join(', ');
}

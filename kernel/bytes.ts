/** Byte strings: the kernel's strings hold one char (0-255) per byte, so that paths and names pass through exactly. */

export function bytesToString(bytes: Uint8Array): string {
  let text = '';
  // Spread, the bytes would go through an iterator one by one.
  for (let i = 0; i < bytes.length; i += 8192)
    text += Reflect.apply(String.fromCharCode, null, bytes.subarray(i, i + 8192));
  return text;
}

export function stringToBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** With a terminating NUL, as C has it. */
export function cString(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length + 1);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

export function readU32(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)) >>> 0
  );
}

/** The bytes of a 32-bit value in the other order. */
export function swapU32(value: number): number {
  return ((value << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24)) >>> 0;
}

export function readU32Be(bytes: Uint8Array, at: number): number {
  return swapU32(readU32(bytes, at));
}

export function writeU32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value >>> 16;
  bytes[at + 3] = value >>> 24;
}

/** An unsigned 64-bit value as a number: exact below 2^53. */
export function readU64(bytes: Uint8Array, at: number): number {
  return readU32(bytes, at + 4) * 0x1_0000_0000 + readU32(bytes, at);
}

/** A 64-bit value in two's complement as a number: exact between -2^53 and 2^53. */
export function readS64(bytes: Uint8Array, at: number): number {
  return (readU32(bytes, at + 4) | 0) * 0x1_0000_0000 + readU32(bytes, at);
}

/** `value` may be negative: it is stored as two's complement. */
export function writeU64(bytes: Uint8Array, at: number, value: number): void {
  writeU32(bytes, at, low32(value));
  writeU32(bytes, at + 4, high32(value));
}

/** Low 32 bits of an integer, as an unsigned number. */
export function low32(value: number): number {
  return value >>> 0;
}

/** Bits 32-63 of an integer, as an unsigned number; two's complement for negative ones. */
export function high32(value: number): number {
  return Math.floor(value / 0x1_0000_0000) >>> 0;
}

/** Debug information that is broken, or of a kind that is not known. Stays inside asm/dwarf: readers answer with nothing. */
export class DwarfError extends Error {
  override name = 'DwarfError';
}

/** What `read` gives, or `otherwise` where the information is broken. */
export function orBroken<T>(otherwise: T, read: () => T): T {
  try {
    return read();
  } catch (error) {
    // RangeError: a DataView asked for bytes that are not there.
    if (error instanceof DwarfError || error instanceof RangeError) return otherwise;
    throw error;
  }
}

/** Reads little-endian numbers one after the other and refuses to leave [at, end). Numbers are exact below 2^53. */
export class Cursor {
  readonly bytes: Uint8Array;
  readonly end: number;
  at: number;
  private readonly view: DataView;

  constructor(bytes: Uint8Array, at = 0, end = bytes.length) {
    this.bytes = bytes;
    this.at = at;
    this.end = Math.min(end, bytes.length);
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (!(at >= 0 && at <= this.end)) throw new DwarfError(`offset ${at} of ${this.end}`);
  }

  get isAtEnd(): boolean {
    return this.at >= this.end;
  }

  /** Go over `lenBytes`; returns where they began. */
  skip(lenBytes: number): number {
    const { at } = this;
    if (!(lenBytes >= 0 && lenBytes <= this.end - at))
      throw new DwarfError(`${lenBytes} bytes at ${at} of ${this.end}`);
    this.at = at + lenBytes;
    return at;
  }

  /** A view of the next bytes. */
  take(lenBytes: number): Uint8Array {
    const at = this.skip(lenBytes);
    return this.bytes.subarray(at, at + lenBytes);
  }

  u8(): number {
    return this.view.getUint8(this.skip(1));
  }

  i8(): number {
    return this.view.getInt8(this.skip(1));
  }

  u16(): number {
    return this.view.getUint16(this.skip(2), true);
  }

  u24(): number {
    return this.u16() + this.u8() * 0x1_0000;
  }

  u32(): number {
    return this.view.getUint32(this.skip(4), true);
  }

  u64(): number {
    return Number(this.view.getBigUint64(this.skip(8), true));
  }

  unsigned(lenBytes: number): number {
    if (lenBytes === 1) return this.u8();
    if (lenBytes === 2) return this.u16();
    if (lenBytes === 4) return this.u32();
    if (lenBytes === 8) return this.u64();
    throw new DwarfError(`a number of ${lenBytes} bytes`);
  }

  signed(lenBytes: number): number {
    if (lenBytes === 8) return Number(this.view.getBigInt64(this.skip(8), true));
    const value = this.unsigned(lenBytes);
    const limit = 2 ** (lenBytes * 8);
    return value >= limit / 2 ? value - limit : value;
  }

  uleb(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      if (scale > 2 ** 63) throw new DwarfError('a number of more than 64 bits');
    }
  }

  sleb(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return byte & 0x40 ? value - scale * 128 : value;
      if (scale > 2 ** 63) throw new DwarfError('a number of more than 64 bits');
    }
  }

  string(): string {
    const end = this.bytes.indexOf(0, this.at);
    if (end < 0 || end >= this.end) throw new DwarfError('a string without end');
    const text = DECODER.decode(this.bytes.subarray(this.at, end));
    this.at = end + 1;
    return text;
  }

  /** unit_length: DWARF 5, 7.4. `is64` is the format of what it measures. */
  initialLength(): { readonly lenBytes: number; readonly is64: boolean } {
    const lenBytes = this.u32();
    if (lenBytes === 0xffff_ffff) return { lenBytes: this.u64(), is64: true };
    if (lenBytes >= 0xffff_fff0) throw new DwarfError('a reserved length');
    return { lenBytes, is64: false };
  }

  /** An offset into a section. */
  offset(is64: boolean): number {
    return is64 ? this.u64() : this.u32();
  }
}

const DECODER = new TextDecoder();

import { ElfError } from './error.ts';

/** Reads of a file that refuse to leave it. Offsets and values are numbers: what exceeds 2^53 is refused. */
export class FileBytes {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  readonly is64: boolean;

  constructor(bytes: Uint8Array, is64: boolean) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.is64 = is64;
  }

  /** The bytes [offset, offset + lenBytes), or an error that says what they should have been. */
  range(offset: number, lenBytes: number, what: string): Uint8Array {
    if (!isWithin(offset, lenBytes, this.bytes.length))
      throw new ElfError(
        `${what} lies outside the file (offset ${offset}, ${lenBytes} bytes, file ${this.bytes.length})`,
      );
    return this.bytes.subarray(offset, offset + lenBytes);
  }

  u8(offset: number): number {
    return this.#view.getUint8(this.#check(offset, 1));
  }

  u16(offset: number): number {
    return this.#view.getUint16(this.#check(offset, 2), true);
  }

  u32(offset: number): number {
    return this.#view.getUint32(this.#check(offset, 4), true);
  }

  i32(offset: number): number {
    return this.#view.getInt32(this.#check(offset, 4), true);
  }

  u64(offset: number): bigint {
    return this.#view.getBigUint64(this.#check(offset, 8), true);
  }

  i64(offset: number): bigint {
    return this.#view.getBigInt64(this.#check(offset, 8), true);
  }

  /** Elf32_Word or Elf64_Xword as a number; `what` names the field in the refusal. */
  native(offset: number, what: string): number {
    if (!this.is64) return this.u32(offset);
    const value = this.u64(offset);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new ElfError(`${what} is absurd (0x${value.toString(16)})`);
    return Number(value);
  }

  #check(offset: number, lenBytes: number): number {
    if (!isWithin(offset, lenBytes, this.bytes.length))
      throw new ElfError(`file ends within a header (offset ${offset})`);
    return offset;
  }
}

export function isWithin(offset: number, lenBytes: number, total: number): boolean {
  return offset >= 0 && lenBytes >= 0 && offset <= total && lenBytes <= total - offset;
}

/** The NUL-terminated string at `offset` of a string table; '' where there is none. */
export function stringAt(table: Uint8Array, offset: number): string {
  if (offset >= table.length) return '';
  const end = table.indexOf(0, offset);
  return DECODER.decode(table.subarray(offset, end < 0 ? table.length : end));
}

const DECODER = new TextDecoder();

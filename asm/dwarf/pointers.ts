import { type Cursor, DwarfError } from './cursor.ts';

export interface PointerBases {
  readonly addressBytes: number;
  /** Address of the bytes' first: what a pointer relative to its own place is relative to, less its offset. */
  readonly base: number;
  readonly dataBase: number;
}

const OMITTED = 0xff;
const APPLY = { pcRelative: 0x10, dataRelative: 0x30 } as const;
const INDIRECT = 0x80;

/** An encoded pointer (DW_EH_PE_*); null for one that was left out, or that memory would have to be asked for. Linux Standard Base, core, 10.5.1. */
export function readPointer(
  cursor: Cursor,
  encoding: number,
  { addressBytes, base, dataBase }: PointerBases,
): number | null {
  if (encoding === OMITTED) return null;
  const place = base + cursor.at;
  const value = encoded(cursor, encoding & 0x0f, addressBytes);
  const application = encoding & 0x70;
  if (encoding & INDIRECT) return null;
  if (application === 0) return value;
  const relative = application === APPLY.pcRelative ? place : application === APPLY.dataRelative ? dataBase : null;
  if (relative === null) throw new DwarfError(`pointer encoding 0x${encoding.toString(16)}`);
  const sum = relative + value;
  return addressBytes === 4 ? sum >>> 0 : sum;
}

function encoded(cursor: Cursor, format: number, addressBytes: number): number {
  switch (format) {
    case 0x00:
      return cursor.unsigned(addressBytes);
    case 0x01:
      return cursor.uleb();
    case 0x02:
      return cursor.u16();
    case 0x03:
      return cursor.u32();
    case 0x04:
      return cursor.u64();
    case 0x09:
      return cursor.sleb();
    case 0x0a:
      return cursor.signed(2);
    case 0x0b:
      return cursor.signed(4);
    case 0x0c:
      return cursor.signed(8);
    default:
      throw new DwarfError(`pointer format ${format}`);
  }
}

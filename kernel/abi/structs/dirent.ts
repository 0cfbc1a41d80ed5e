import { stringToBytes } from '../../bytes.ts';
import type { IsaName } from '../../ports.ts';
import { bytes, defineStruct, type Fields, type Struct } from '../struct.ts';

/** Records of getdents64 and getdents. Linux: include/linux/dirent.h, fs/readdir.c. */

export interface Dirent {
  ino: number;
  /** What lseek takes to go on behind this entry. */
  off: number;
  /** DT_*. */
  type: number;
  /** Byte string. */
  name: string;
}

const dirent64Head = defineStruct('linux_dirent64', {
  d_ino: 'u64',
  d_off: 's64',
  d_reclen: 'u16',
  d_type: 'u8',
  d_name: bytes(0),
});

const direntHead = defineStruct('linux_dirent', { d_ino: 'ulong', d_off: 'ulong', d_reclen: 'u16', d_name: bytes(0) });

function alignUp(value: number, align: number): number {
  return Math.ceil(value / align) * align;
}

/** Length of the record in bytes. */
export function dirent64Bytes(isa: IsaName, name: string): number {
  return alignUp(dirent64Head.offsetOf(isa, 'd_name') + name.length + 1, 8);
}

function record<F extends Fields>(isa: IsaName, head: Struct<F>, lenBytes: number, fill: (out: Uint8Array) => void) {
  const out = new Uint8Array(Math.max(lenBytes, head.size(isa)));
  fill(out);
  return out.subarray(0, lenBytes);
}

/** One record of getdents64: the same on all ISAs, a multiple of 8 bytes. */
export function encodeDirent64(isa: IsaName, entry: Dirent): Uint8Array {
  const reclen = dirent64Bytes(isa, entry.name);
  return record(isa, dirent64Head, reclen, (out) => {
    dirent64Head.encodeInto(isa, out, 0, { d_ino: entry.ino, d_off: entry.off, d_reclen: reclen, d_type: entry.type });
    out.set(stringToBytes(entry.name), dirent64Head.offsetOf(isa, 'd_name'));
  });
}

/** Length of the record in bytes: the type stands in its last byte. */
export function direntBytes(isa: IsaName, name: string): number {
  return alignUp(direntHead.offsetOf(isa, 'd_name') + name.length + 2, direntHead.align(isa));
}

/** One record of the old getdents. */
export function encodeDirent(isa: IsaName, entry: Dirent): Uint8Array {
  const reclen = direntBytes(isa, entry.name);
  return record(isa, direntHead, reclen, (out) => {
    direntHead.encodeInto(isa, out, 0, { d_ino: entry.ino, d_off: entry.off, d_reclen: reclen });
    out.set(stringToBytes(entry.name), direntHead.offsetOf(isa, 'd_name'));
    out[reclen - 1] = entry.type;
  });
}

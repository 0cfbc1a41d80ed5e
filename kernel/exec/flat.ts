import { ENOEXEC, ENOMEM } from '../abi/errno.ts';
import {
  FLAT_DATA_ALIGN,
  FLAT_FLAG_GZDATA,
  FLAT_FLAG_GZIP,
  FLAT_FLAG_KTRACE,
  FLAT_FLAG_RAM,
  FLAT_HEADER_BYTES,
  FLAT_MAGIC,
  FLAT_VERSION,
} from '../abi/flat.ts';
import { MAP_PRIVATE, PROT_EXEC, PROT_READ, PROT_WRITE } from '../abi/mman.ts';
import { ADDR_LIMIT_32BIT } from '../abi/personality.ts';
import { RLIMIT_DATA } from '../abi/resource.ts';
import { FLAT_ARCH } from '../arch/index.ts';
import { readU32Be } from '../bytes.ts';
import type { File } from '../fs/types.ts';
import { pageAlign } from '../mm/mmap.ts';
import type { Mm } from '../mm/types.ts';
import { clearUser, copyToUser, putUserU32 } from '../mm/uaccess.ts';
import type { Kernel } from '../state.ts';
import { SyscallError } from '../syscalls/row.ts';
import type { Task } from '../task.ts';
import { tellCall } from '../trace.ts';
import type { Binary, Program } from './binary.ts';
import { encodeWords } from './elf-tables.ts';
import { readCode, vmMmap } from './fdpic-map.ts';
import { type FlatImage, relocateFlat } from './flat-relocate.ts';
import { copyStrings } from './stack.ts';
import type { ExecStrings } from './strings.ts';

/** Programs in bFLT, the format of machines without MMU. Linux: fs/binfmt_flat.c, include/linux/flat.h. */

/** CONFIG_BINFMT_FLAT_OLD. */
const OLD_FLAT_VERSION = 2;
/** One word in front of the data, for what was the table of shared libraries. */
const DATA_START_OFFSET = 4;
const FLAT_STACK_ALIGN = 8;
/** A length of more bits is a broken header. */
const LENGTH_BITS = 28;

/** struct flat_hdr, as lengths in bytes. */
export interface FlatHeader {
  isOld: boolean;
  textLen: number;
  dataLen: number;
  bssLen: number;
  stackLen: number;
  entry: number;
  relocStart: number;
  relocs: number;
  flags: number;
}

export function isFlat(head: Uint8Array): boolean {
  return readU32Be(head, 0) === FLAT_MAGIC;
}

/** Throws ENOEXEC for what cannot be loaded: another version, compressed, impossible lengths. ENOMEM for data over RLIMIT_DATA. */
export function openFlat(task: Task, head: Uint8Array): Binary {
  const header = readHeader(head);
  const limit = task.signal.rlim[RLIMIT_DATA]?.[0] ?? Infinity;
  if (header.dataLen + header.bssLen > limit) throw new SyscallError(ENOMEM);
  return { arch: FLAT_ARCH, interpreter: null, load: (...into) => loadFlat(...into, header) };
}

function readHeader(head: Uint8Array): FlatHeader {
  const word = (index: number): number => readU32Be(head, 4 * index);
  const isOld = word(1) === OLD_FLAT_VERSION;
  // What the flags of old programs meant differed from CPU to CPU.
  const flags = isOld && word(9) !== 0 ? FLAT_FLAG_RAM : word(9);
  const header: FlatHeader = {
    isOld,
    textLen: word(3),
    dataLen: (word(4) - word(3)) >>> 0,
    bssLen: (word(5) - word(4)) >>> 0,
    stackLen: word(6),
    entry: word(2),
    relocStart: word(7),
    relocs: word(8),
    flags,
  };
  const { textLen, dataLen, bssLen, stackLen, relocs } = header;
  const isSane = [textLen, dataLen, bssLen, stackLen, relocs, fullData(header)].every((len) => len < 2 ** LENGTH_BITS);
  const isKnown = isOld || word(1) === FLAT_VERSION;
  if (!isKnown || !isSane || flags & (FLAT_FLAG_GZIP | FLAT_FLAG_GZDATA)) throw new SyscallError(ENOEXEC);
  return header;
}

/** Data and the relocations behind it, which are read with it. */
function fullData({ dataLen, relocs }: FlatHeader): number {
  return dataLen + 4 * relocs;
}

/** Linux: load_flat_binary(), load_flat_file(). */
function loadFlat(k: Kernel, task: Task, mm: Mm, program: Program, given: FlatHeader): void {
  task.personality = ADDR_LIMIT_32BIT;
  const header = { ...given, stackLen: given.stackLen + stringsBytes(program) };
  const image = mapFlat(k, task, mm, program.file, header);
  const stackTop = image.memEnd - 4;
  Object.assign(mm, {
    ...{ startCode: image.text + FLAT_HEADER_BYTES, endCode: image.text + header.textLen },
    ...{ startData: image.data, endData: image.data + header.dataLen },
    startBrk: image.data + header.dataLen + header.bssLen,
    brk: (image.data + header.dataLen + header.bssLen + 3) & ~3,
    endBrk: image.memEnd - header.stackLen,
  });
  if (header.flags & FLAT_FLAG_KTRACE) traceLoad(k, program.execfn, image, header);
  relocateFlat(k, mm, image, header);
  // What is left of the table of shared libraries: number 0 is the program.
  putUserU32(k, mm, image.data - DATA_START_OFFSET, image.data);
  clearUser(k, mm, mm.endData, image.memEnd - mm.endData);
  const sp = createFlatTables(k, mm, stackTop, program);
  const entry = image.text + (header.entry & 0xff_ffff);
  FLAT_ARCH.startThread(k, task, entry, sp);
  FLAT_ARCH.startNoMmu?.(k, task, mm.startData, null);
  if (k.calls) tellCall(k.calls, task, 'start_thread', { new_ip: entry, new_sp: sp });
}

/** What arguments and environment take of the stack, on top of what the header asks for. */
function stringsBytes({ strings: { argv, envp }, execfn }: Program): number {
  const texts = [...argv, ...envp, execfn].reduce((sum, text) => sum + text.length + 1, 4);
  const pointers = 4 * (argv.length + 1 + envp.length + 1);
  return Math.ceil((texts + pointers) / FLAT_STACK_ALIGN) * FLAT_STACK_ALIGN;
}

function alignData(addr: number): number {
  return Math.ceil(addr / FLAT_DATA_ALIGN) * FLAT_DATA_ALIGN;
}

/** Text mapped from the file, where others share it, and data in RAM; or, for FLAT_FLAG_RAM, both in one block. */
function mapFlat(k: Kernel, task: Task, mm: Mm, file: File, header: FlatHeader): FlatImage {
  const { textLen, dataLen, bssLen, stackLen, relocs, flags } = header;
  const extra = Math.max(bssLen + stackLen, 4 * relocs);
  const dataBytes = dataLen + extra + DATA_START_OFFSET;
  const all = PROT_READ | PROT_WRITE | PROT_EXEC;
  if (flags & FLAT_FLAG_RAM) {
    const lenBytes = pageAlign(textLen + dataBytes);
    const text = vmMmap(k, task, { lenBytes, prot: all, flags: MAP_PRIVATE });
    const data = alignData(text + textLen + DATA_START_OFFSET);
    readCode(k, mm, file, text, 0, textLen);
    readCode(k, mm, file, data, textLen, fullData(header));
    return { text, data, memEnd: text + lenBytes };
  }
  const text = vmMmap(k, task, { lenBytes: textLen, prot: PROT_READ | PROT_EXEC, flags: MAP_PRIVATE, file });
  const lenBytes = pageAlign(dataBytes);
  const start = vmMmap(k, task, { lenBytes, prot: all, flags: MAP_PRIVATE });
  const data = alignData(start + DATA_START_OFFSET);
  readCode(k, mm, file, data, textLen, fullData(header));
  return { text, data, memEnd: start + lenBytes };
}

/** Linux: load_flat_file(), FLAT_FLAG_KTRACE. */
function traceLoad(k: Kernel, name: string, { text, data }: FlatImage, header: FlatHeader): void {
  const hex = (value: number): string => value.toString(16);
  const dataEnd = data + header.dataLen;
  k.state.log.push(
    `Loading file: ${name}`,
    `Mapping is ${hex(text)}, Entry point is ${hex(header.entry & 0xff_ffff)}, data_start is ${hex(header.textLen)}`,
    `Load ${name}: TEXT=${hex(text + FLAT_HEADER_BYTES)}-${hex(text + header.textLen)} DATA=${hex(data)}-${hex(dataEnd)} ` +
      `BSS=${hex(dataEnd)}-${hex((dataEnd + header.bssLen + 3) & ~3)}`,
  );
}

/** argc, argv, envp, then both tables; no auxiliary vector. The stack pointer. Linux: create_flat_tables(). */
function createFlatTables(
  k: Kernel,
  mm: Mm,
  top: number,
  { strings, execfn }: { strings: ExecStrings; execfn: string },
): number {
  const { argv, envp, p } = copyStrings(k, mm, FLAT_ARCH, top, strings, execfn);
  const words = 3 + argv.length + 1 + envp.length + 1;
  const sp = Math.floor((p - 4 * words) / FLAT_STACK_ALIGN) * FLAT_STACK_ALIGN;
  // CONFIG_BINFMT_FLAT_ARGVP_ENVP_ON_STACK, which ARM selects.
  const table = [argv.length, sp + 12, sp + 12 + 4 * (argv.length + 1), ...argv, 0, ...envp, 0];
  copyToUser(k, mm, sp, encodeWords(FLAT_ARCH, table));
  mm.startStack = sp;
  return sp;
}

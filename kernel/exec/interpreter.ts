import { PT_INTERP } from '../abi/elf.ts';
import { ELIBBAD, ENOEXEC } from '../abi/errno.ts';
import { AT_EMPTY_PATH, AT_FDCWD } from '../abi/fcntl.ts';
import { PATH_MAX } from '../abi/limits.ts';
import { bytesToString } from '../bytes.ts';
import { fput } from '../fs/file.ts';
import { openExec } from '../fs/read.ts';
import type { File } from '../fs/types.ts';
import type { Kernel } from '../state.ts';
import { SyscallError } from '../syscalls/row.ts';
import type { Task } from '../task.ts';
import { type ElfHeaders, elfHeaderBytes, elfHeaders, elfRead, parseElfHeader, readSegments } from './elf-headers.ts';

/** The program that PT_INTERP names, opened. */
export interface Interpreter {
  file: File;
  elf: ElfHeaders;
}

/** A path from a file and not from user space: an empty one is the working directory. Linux: fs/exec.c open_exec(). */
export function openByKernel(k: Kernel, task: Task, path: string): File {
  return openExec(k, task, path, AT_FDCWD, AT_EMPTY_PATH);
}

/**
 * Open the interpreter that a program asks for, null when it asks for none. Throws ENOEXEC for a path that is none, EIO when
 * bytes are missing, ELIBBAD for what is no interpreter of this machine, and what opening it throws.
 * Linux: fs/binfmt_elf.c load_elf_binary(), before begin_new_exec().
 */
export function openInterpreter(k: Kernel, task: Task, program: File, elf: ElfHeaders): Interpreter | null {
  const segment = elf.segments.find((candidate) => candidate.type === PT_INTERP);
  if (!segment) return null;
  if (segment.fileSize > PATH_MAX || segment.fileSize < 2) throw new SyscallError(ENOEXEC);
  const bytes = elfRead(k, program, segment.offset, segment.fileSize);
  if (bytes[segment.fileSize - 1] !== 0) throw new SyscallError(ENOEXEC);
  const file = openByKernel(k, task, bytesToString(bytes.subarray(0, bytes.indexOf(0))));
  try {
    const header = parseElfHeader(elfRead(k, file, 0, elfHeaderBytes(elf.arch)));
    const segments = header?.arch === elf.arch ? readSegments(k, file, header) : null;
    if (!header || !segments) throw new SyscallError(ELIBBAD);
    return { file, elf: elfHeaders(header, segments) };
  } catch (error) {
    fput(k, file);
    throw error;
  }
}

import { E2BIG } from '../abi/errno.ts';
import { RLIMIT_STACK } from '../abi/resource.ts';
import type { Arch } from '../arch/index.ts';
import { PAGE_SIZE } from '../mm/types.ts';
import { SyscallError } from '../syscalls/row.ts';
import type { Task } from '../task.ts';
import type { ScriptLine } from './script.ts';

/** A program's strings: byte strings without NUL. */
export interface ExecStrings {
  path: string;
  argv: string[];
  envp: string[];
}

/** MAX_ARG_STRLEN, include/uapi/linux/binfmts.h: one string, with its NUL. */
const MAX_ARG_STRLEN = 32 * PAGE_SIZE;
const _STK_LIM = 8 * 1024 * 1024;
const ARG_MAX = 128 * 1024;

/**
 * sizeof(void *) of the kernel. A 32-bit program whose stack lies above 3 GiB is one of a 64-bit kernel: that alone gives it
 * the room (IA32_PAGE_OFFSET).
 */
export function kernelWordBytes(arch: Arch): 4 | 8 {
  return arch.wordBytes === 8 || arch.stackTop > 0xc000_0000 ? 8 : 4;
}

/** Room for the strings, in bytes; throws E2BIG when the pointers to them take it all. Linux: fs/exec.c bprm_stack_limits(). */
export function stringsLimit(task: Task, { argv, envp }: ExecStrings, pointerBytes: number): number {
  const soft = task.signal.rlim[RLIMIT_STACK]?.[0] ?? Infinity;
  const limit = Math.max(Math.min((_STK_LIM / 4) * 3, Math.floor(soft / 4)), ARG_MAX);
  const pointers = (Math.max(argv.length, 1) + envp.length) * pointerBytes;
  if (limit <= pointers) throw new SyscallError(E2BIG);
  // The new stack holds them, and may not grow beyond RLIMIT_STACK for them: get_arg_page().
  const stackBytes = Math.max(Math.floor(soft / PAGE_SIZE) * PAGE_SIZE, PAGE_SIZE);
  return Math.min(limit - pointers, stackBytes - pointerBytes);
}

/** Throws E2BIG when a string is too long, or all of them with the path. Linux: copy_strings(), copy_string_kernel(). */
export function checkStrings({ path, argv, envp }: ExecStrings, execfn: string, limitBytes: number): void {
  let total = execfn.length + 1;
  for (const text of [path, ...argv, ...envp]) if (text.length + 1 > MAX_ARG_STRLEN) throw new SyscallError(E2BIG);
  for (const text of [...argv, ...envp]) total += text.length + 1;
  if (total > limitBytes) throw new SyscallError(E2BIG);
}

/** The interpreter's strings: itself, its argument and the script in the place of argv[0]. Linux: load_script(). */
export function scriptStrings({ interpreter, argument }: ScriptLine, { path, argv, envp }: ExecStrings): ExecStrings {
  const own = argument === null ? [interpreter] : [interpreter, argument];
  return { path: interpreter, argv: [...own, path, ...argv.slice(1)], envp };
}

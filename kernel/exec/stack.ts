import {
  AT_BASE,
  AT_CLKTCK,
  AT_EGID,
  AT_ENTRY,
  AT_EUID,
  AT_EXECFN,
  AT_FLAGS,
  AT_GID,
  AT_HWCAP,
  AT_HWCAP2,
  AT_NULL,
  AT_PAGESZ,
  AT_PHDR,
  AT_PHENT,
  AT_PHNUM,
  AT_PLATFORM,
  AT_RANDOM,
  AT_SECURE,
  AT_UID,
} from '../abi/auxvec.ts';
import { E2BIG, ENOMEM } from '../abi/errno.ts';
import { RLIMIT_STACK } from '../abi/resource.ts';
import { archOf } from '../arch/index.ts';
import { cString, writeU32, writeU64 } from '../bytes.ts';
import { PAGE_SIZE, VM_EXEC, VM_GROWSDOWN, VM_READ, VM_WRITE } from '../mm/types.ts';
import { copyToUserPartial } from '../mm/uaccess.ts';
import { insertVma } from '../mm/vma.ts';
import type { VirtAddr } from '../ports.ts';
import { randomBytes } from '../random.ts';
import type { Kernel } from '../state.ts';
import { SyscallError } from '../syscalls/row.ts';
import type { Task } from '../task.ts';
import type { ElfHeaders } from './elf-headers.ts';
import type { LoadedElf } from './elf-load.ts';

/** MAX_ARG_STRLEN, include/uapi/linux/binfmts.h: one string, with its NUL. */
const MAX_ARG_STRLEN = 32 * PAGE_SIZE;
const STACK_VM_EXPAND = 131072;

/** A program's strings: byte strings without NUL. */
export interface ExecStrings {
  path: string;
  argv: string[];
  envp: string[];
}

/** Throws E2BIG as execve(2) does. Linux: fs/exec.c bprm_stack_limits(). */
export function checkStrings(task: Task, { path, argv, envp }: ExecStrings, wordBytes: number): void {
  const soft = task.signal.rlim[RLIMIT_STACK]?.[0] ?? Infinity;
  const limit = Math.max(Math.min((3 / 4) * 8 * 1024 * 1024, soft / 4), 128 * 1024);
  let total = path.length + 1 + (Math.max(argv.length, 1) + envp.length) * wordBytes;
  for (const text of [...argv, ...envp]) {
    if (text.length + 1 > MAX_ARG_STRLEN) throw new SyscallError(E2BIG);
    total += text.length + 1;
  }
  if (total > limit) throw new SyscallError(E2BIG);
}

/** The new stack's area. Linux: setup_arg_pages(): 128 KiB at once, the rest grows. */
function mapStack(task: Task, executable: boolean, lenBytes: number): void {
  const mm = task.mm;
  if (!mm) throw new SyscallError(ENOMEM);
  const end = archOf(mm.isa).stackTop;
  const start = end - Math.ceil((lenBytes + STACK_VM_EXPAND) / PAGE_SIZE) * PAGE_SIZE;
  const flags = VM_READ | VM_WRITE | VM_GROWSDOWN | (executable ? VM_EXEC : 0);
  insertVma(mm, { start, end, flags, file: null, offset: 0, name: '[stack]' });
}

/**
 * Strings, auxiliary vector, environment and arguments on the new stack, as the ABI wants them; returns the stack pointer.
 * Linux: fs/binfmt_elf.c create_elf_tables(), fs/exec.c copy_strings().
 */
export function createElfTables(
  k: Kernel,
  task: Task,
  strings: ExecStrings,
  image: LoadedElf,
  elf: ElfHeaders,
  interpreterBase: number,
  executableStack: boolean,
): VirtAddr {
  const mm = task.mm;
  if (!mm) throw new SyscallError(ENOMEM);
  const { arch } = elf;
  const word = arch.wordBytes;
  const chunks: [VirtAddr, Uint8Array][] = [];
  let p = arch.stackTop - word;
  const push = (bytes: Uint8Array): VirtAddr => {
    p -= bytes.length;
    chunks.push([p, bytes]);
    return p;
  };
  const execfn = push(cString(strings.path));
  mm.envEnd = p;
  const envp = [...strings.envp]
    .reverse()
    .map((text) => push(cString(text)))
    .reverse();
  mm.envStart = p;
  mm.argEnd = p;
  const argv = [...strings.argv]
    .reverse()
    .map((text) => push(cString(text)))
    .reverse();
  mm.argStart = p;

  p -= p % 16;
  const platform = push(cString(arch.platform));
  const random = push(randomBytes(k, 16));
  p -= p % 16;

  const { cred } = task;
  const auxv = [
    [AT_HWCAP, arch.hwcap],
    [AT_PAGESZ, PAGE_SIZE],
    [AT_CLKTCK, 100],
    [AT_PHDR, image.phdr],
    [AT_PHENT, elf.phentsize],
    [AT_PHNUM, elf.segments.length],
    [AT_BASE, interpreterBase],
    [AT_FLAGS, 0],
    [AT_ENTRY, image.entry],
    [AT_UID, cred.uid],
    [AT_EUID, cred.euid],
    [AT_GID, cred.gid],
    [AT_EGID, cred.egid],
    [AT_SECURE, 0],
    [AT_RANDOM, random],
    [AT_HWCAP2, arch.hwcap2],
    [AT_EXECFN, execfn],
    [AT_PLATFORM, platform],
    [AT_NULL, 0],
  ].flat();
  const words = [argv.length, ...argv, 0, ...envp, 0, ...auxv];
  p -= words.length * word;
  p -= p % 16;
  const table = new Uint8Array(words.length * word);
  for (const [i, value] of words.entries()) {
    if (word === 4) writeU32(table, i * 4, value);
    else writeU64(table, i * 8, value);
  }
  chunks.push([p, table]);
  mm.auxv = table.slice((words.length - auxv.length) * word);
  mm.startStack = p;

  mapStack(task, executableStack, arch.stackTop - p);
  for (const [addr, bytes] of chunks) {
    if (copyToUserPartial(k, mm, addr, bytes) < bytes.length) throw new SyscallError(ENOMEM);
  }
  return p;
}

import { ENOMEM } from '../abi/errno.ts';
import { RLIMIT_STACK } from '../abi/resource.ts';
import type { Arch } from '../arch/index.ts';
import { cString } from '../bytes.ts';
import { type Mm, PAGE_SIZE, VM_EXEC, VM_GROWSDOWN, VM_READ, VM_WRITE } from '../mm/types.ts';
import { copyToUserPartial } from '../mm/uaccess.ts';
import { insertVma } from '../mm/vma.ts';
import type { VirtAddr } from '../ports.ts';
import type { Kernel } from '../state.ts';
import { SyscallError } from '../syscalls/row.ts';
import type { Task } from '../task.ts';
import { type ExecStrings, kernelWordBytes } from './strings.ts';

export type { ExecStrings };

/** What is free for growth at once, unless the limit is smaller. Linux: setup_arg_pages(). */
const STACK_VM_EXPAND = 131072;

/** Where the strings lie on the new stack. */
export interface StackStrings {
  /** The lowest byte in use. */
  p: VirtAddr;
  execfn: VirtAddr;
  argv: VirtAddr[];
  envp: VirtAddr[];
}

/**
 * The new program's stack with its strings: from the top the path as it was given to execve, the environment, the arguments.
 * Throws SyscallError(ENOMEM). Linux: fs/exec.c copy_strings(), setup_arg_pages().
 */
export function setupArgPages(
  k: Kernel,
  task: Task,
  arch: Arch,
  strings: ExecStrings,
  execfn: string,
  executable: boolean,
): StackStrings {
  const { mm } = task;
  if (!mm) throw new SyscallError(ENOMEM);
  mapStack(task, arch, stringsStart(arch, arch.stackTop, strings, execfn), executable);
  return copyStrings(k, mm, arch, arch.stackTop, strings, execfn);
}

function stringsStart(arch: Arch, top: VirtAddr, { argv, envp }: ExecStrings, execfn: string): VirtAddr {
  const lenBytes = [...argv, ...envp, execfn].reduce((sum, text) => sum + text.length + 1, 0);
  return top - kernelWordBytes(arch) - lenBytes;
}

/** Put the strings below `top`, which is mapped. Throws SyscallError(ENOMEM). Linux: copy_strings(), transfer_args_to_stack(). */
export function copyStrings(
  k: Kernel,
  mm: Mm,
  arch: Arch,
  top: VirtAddr,
  strings: ExecStrings,
  execfn: string,
): StackStrings {
  const all = [...strings.argv, ...strings.envp, execfn].map(cString);
  const p = stringsStart(arch, top, strings, execfn);
  const lenBytes = top - kernelWordBytes(arch) - p;
  const bytes = new Uint8Array(lenBytes);
  const at: VirtAddr[] = [];
  let offset = 0;
  for (const text of all) {
    at.push(p + offset);
    bytes.set(text, offset);
    offset += text.length;
  }
  if (copyToUserPartial(k, mm, p, bytes) < lenBytes) throw new SyscallError(ENOMEM);
  const argc = strings.argv.length;
  const argv = at.slice(0, argc);
  const envp = at.slice(argc, -1);
  const path = at.at(-1) ?? p;
  mm.argStart = p;
  mm.argEnd = envp[0] ?? path;
  mm.envStart = mm.argEnd;
  mm.envEnd = path;
  return { p, execfn: path, argv, envp };
}

/** The pages of the strings and 128 KiB more, within RLIMIT_STACK; the rest grows. */
function mapStack(task: Task, { stackTop }: Arch, p: VirtAddr, executable: boolean): void {
  if (!task.mm) return;
  const used = Math.ceil((stackTop - p) / PAGE_SIZE) * PAGE_SIZE;
  const limit = task.signal.rlim[RLIMIT_STACK]?.[0] ?? Infinity;
  const start = stackTop - Math.max(used, Math.floor(Math.min(limit, used + STACK_VM_EXPAND) / PAGE_SIZE) * PAGE_SIZE);
  const flags = VM_READ | VM_WRITE | VM_GROWSDOWN | (executable ? VM_EXEC : 0);
  insertVma(task.mm, { start, end: stackTop, flags, file: null, offset: 0, name: '[stack]' });
}

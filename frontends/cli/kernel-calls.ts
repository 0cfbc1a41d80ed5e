import { wordHex } from '../../debugger/memory.ts';
import { errnoName } from '../../kernel/abi/errno.ts';
import { signalName } from '../../kernel/abi/signal.ts';
import { archOf } from '../../kernel/arch/index.ts';
import type { Mm } from '../../kernel/mm/types.ts';
import type { Kernel } from '../../kernel/state.ts';
import { CLONE_FLAGS } from '../../kernel/strace/tables.ts';
import { flags } from '../../kernel/strace/xlat.ts';
import type { Task } from '../../kernel/task.ts';
import type { CallArgs, CallValue } from '../../kernel/trace.ts';
import { hex } from './hex.ts';

/** What the kernel's functions take and give, as text, and what can be seen of the state behind them. */

/** Names that later kernels have for the same. */
export const NAMES_NOW: { readonly [name: string]: string } = {
  do_fork: 'kernel_clone() since Linux 5.10',
  do_signal: 'arch_do_signal_or_restart() on x86 since Linux 5.11',
  do_page_fault: 'exc_page_fault() on x86 since Linux 5.8',
};

const ADDRESSES = /^(address|stack|sp|tls|parentTid|childTid|handler|new_ip|new_sp|code)$/;

export function isTask(value: object): value is Task {
  return 'tgid' in value;
}

export function isMm(value: object): value is Mm {
  return 'pgd' in value;
}

/** CLONE_VM|CLONE_VFORK|SIGCHLD, as clone(2) takes them. */
function cloneFlags(value: number): string {
  const exitSignal = value & 0xff;
  const all = flags(CLONE_FLAGS, value - exitSignal, 'CLONE_???');
  const signal = exitSignal === 0 ? '' : (signalName(exitSignal) ?? String(exitSignal));
  if (value - exitSignal === 0) return signal || '0';
  return signal ? `${all}|${signal}` : all;
}

export function argText(name: string, value: CallValue): string {
  if (value === null) return 'NULL';
  if (typeof value === 'object') return resultText(name, value);
  if (typeof value === 'string') return value;
  if (name === 'flags' || name === 'clone_flags') return cloneFlags(value);
  if (name === 'sig' || name === 'exitSignal') return value === 0 ? '0' : (signalName(value) ?? String(value));
  if (name === 'restart') return numberText(value);
  return ADDRESSES.test(name) ? hex(value) : String(value);
}

function numberText(value: number): string {
  const error = value < 0 ? errnoName(-value) : undefined;
  return error ? `-${error}` : String(value);
}

/** The result of the function `name`; '' for void. */
export function resultText(name: string, value: CallValue): string {
  if (value === null) return '';
  if (typeof value === 'object') return isTask(value) ? `task ${value.pid}` : `mm ${value.id}`;
  if (typeof value === 'string') return value;
  return PAGES.test(name) && value >= 0 ? `page ${hex(value)}` : numberText(value);
}

/** Left out while they are 0. */
const OPTIONAL = /^(tls|parentTid|childTid|setTid|restart)$/;

const PAGES = /^do_(wp_page|anonymous_page|fault)$/;

export function argsText(args: CallArgs): string {
  return Object.entries(args)
    .filter(([name, value]) => value !== 0 || !OPTIONAL.test(name))
    .map(([name, value]) => `${LINUX_NAMES[name] ?? name}=${argText(name, value)}`)
    .join(', ');
}

/** Fields of struct kernel_clone_args as Linux spells them. */
export const LINUX_NAMES: { readonly [name: string]: string } = {
  exitSignal: 'exit_signal',
  parentTid: 'parent_tid',
  childTid: 'child_tid',
  setTid: 'set_tid',
};

/** Where a task's kernel stack lies in the kernel's direct map (without an MMU, in RAM), with what stands at its two ends. */
export function kernelStack(task: Task, { state }: Kernel): { stack: string; threadInfo: string; ptRegs: string } {
  const pageOffset = state.noMmu ? 0n : archOf(task.isa).pageOffset;
  const virtual = (phys: number): string => `0x${(pageOffset + BigInt(phys)).toString(16)}`;
  return { stack: virtual(task.stack), threadInfo: virtual(task.stack), ptRegs: virtual(task.ptRegs) };
}

/** struct pt_regs as it stands in RAM: name and value in hexadecimal digits, in the ISA's order. */
export function ptRegsOf(k: Kernel, task: Task): [name: string, value: string][] {
  const { wordBytes, ptRegs } = archOf(task.isa);
  return ptRegs.names.map((name, i) => {
    const at = task.ptRegs + i * wordBytes;
    return [name, wordHex(k.ram.u8.subarray(at, at + wordBytes), wordBytes)];
  });
}

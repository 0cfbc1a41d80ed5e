import { archOf } from '../kernel/arch/index.ts';
import type { IsaName } from '../kernel/ports.ts';
import type { Kernel } from '../kernel/state.ts';
import type { Task } from '../kernel/task.ts';

/** A register that differs: values in hexadecimal without prefix. */
export interface RegisterChange {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** The words of pt_regs, as they stand in RAM: two of them a register on 64-bit ISAs. */
export type RegisterWords = Uint32Array;

/** pt_regs' own words for what assembly calls otherwise. */
const RENAMED: { readonly [isa in IsaName]: Readonly<Record<string, string>> } = {
  i386: { orig_eax: '', xds: 'ds', xes: 'es', xfs: 'fs', xgs: 'gs', xcs: 'cs', xss: 'ss' },
  x86_64: {
    ...{ orig_ax: '', bp: 'rbp', bx: 'rbx', ax: 'rax', cx: 'rcx', dx: 'rdx', si: 'rsi', di: 'rdi', ip: 'rip' },
    ...{ sp: 'rsp', flags: 'eflags' },
  },
  arm: { ORIG_r0: '' },
};
const names = new Map<IsaName, readonly string[]>();

/** By index in pt_regs: the name debuggers use, '' for what is no register of user space. */
function shownNames(isa: IsaName): readonly string[] {
  let shown = names.get(isa);
  if (!shown) {
    shown = archOf(isa).ptRegs.names.map((name) => registerName(isa, name));
    names.set(isa, shown);
  }
  return shown;
}

/** What debuggers call a register of pt_regs: rip for ip. */
export function registerName(isa: IsaName, ptRegsName: string): string {
  return RENAMED[isa][ptRegsName] ?? ptRegsName;
}

/** A copy of the task's registers. */
export function copyRegisters(k: Kernel, task: Task): RegisterWords {
  const at = task.ptRegs >>> 2;
  return k.ram.u32.slice(at, at + (archOf(task.isa).ptRegs.lenBytes >>> 2));
}

/** Give a register in `to` the value it has in `from`. */
export function copyRegister(isa: IsaName, from: RegisterWords, to: RegisterWords, index: number): void {
  const scale = archOf(isa).wordBytes >>> 2;
  to.set(from.subarray(index * scale, (index + 1) * scale), index * scale);
}

/** The register as an unsigned number (exact below 2^53). */
export function registerNumber(isa: IsaName, words: RegisterWords, index: number): number {
  if (archOf(isa).wordBytes === 4) return words[index] ?? 0;
  return (words[index * 2 + 1] ?? 0) * 0x1_0000_0000 + (words[index * 2] ?? 0);
}

function registerHex(isa: IsaName, words: RegisterWords, index: number): string {
  if (archOf(isa).wordBytes === 4) return (words[index] ?? 0).toString(16);
  const high = words[index * 2 + 1] ?? 0;
  const low = (words[index * 2] ?? 0).toString(16);
  return high === 0 ? low : high.toString(16) + low.padStart(8, '0');
}

/** What differs between two states of one task, pc left out. */
export function changedRegisters(isa: IsaName, before: RegisterWords, after: RegisterWords): RegisterChange[] {
  const shown = shownNames(isa);
  const pc = archOf(isa).ptRegs.ip;
  const scale = archOf(isa).wordBytes >>> 2;
  const out: RegisterChange[] = [];
  for (let i = 0; i < shown.length; i++) {
    const at = i * scale;
    const same = before[at] === after[at] && (scale === 1 || before[at + 1] === after[at + 1]);
    if (same || i === pc) continue;
    const name = shown[i] ?? '';
    if (name !== '') out.push({ name, before: registerHex(isa, before, i), after: registerHex(isa, after, i) });
  }
  return out;
}

/** The flags worth showing, as [bit, letters]. */
const FLAG_BITS: { readonly [isa in IsaName]: readonly (readonly [bit: number, name: string])[] } = {
  i386: x86Flags(),
  x86_64: x86Flags(),
  arm: [...bits([31, 'N'], [30, 'Z'], [29, 'C'], [28, 'V'], [27, 'Q'], [5, 'T'])],
};

function x86Flags(): readonly (readonly [number, string])[] {
  return bits([11, 'OF'], [10, 'DF'], [8, 'TF'], [7, 'SF'], [6, 'ZF'], [4, 'AF'], [2, 'PF'], [0, 'CF']);
}

function bits(...list: (readonly [number, string])[]): readonly (readonly [number, string])[] {
  return list;
}

/** Flags in words: `[ZF PF]`. `hex` is the flags register's value. */
export function flagsText(isa: IsaName, hex: string): string {
  const value = Number.parseInt(hex, 16);
  const set = FLAG_BITS[isa].filter(([bit]) => (Math.floor(value / 2 ** bit) & 1) === 1);
  return `[${set.map(([, name]) => name).join(' ')}]`;
}

/** True for the name of the ISA's flags register. */
export function isFlags(isa: IsaName, name: string): boolean {
  return shownNames(isa)[archOf(isa).ptRegs.flags] === name;
}

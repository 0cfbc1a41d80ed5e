import type { IsaName, VirtAddr } from '../../kernel/ports.ts';
import type { CodeLine } from '../code.ts';

/** Where a frame's return address stands, by the code between its function's start and pc. */
export interface PrologueSlot {
  /** Null while it is in the link register. */
  readonly slot: VirtAddr | null;
  readonly cfa: VirtAddr;
  readonly savedFp?: VirtAddr;
}

interface Registers {
  readonly sp: VirtAddr;
  readonly fp: VirtAddr;
}

const MAX_PROLOGUE = 4096;

/** Follow the stack pointer from the function's start to pc. `lineAt` decodes an instruction. Null where the code does not tell. */
export function prologueSlot(
  isa: IsaName,
  { start, pc, sp, fp }: Registers & { readonly start: VirtAddr; readonly pc: VirtAddr },
  wordBytes: number,
  lineAt: (addr: VirtAddr) => CodeLine,
): PrologueSlot | null {
  const lines: CodeLine[] = [];
  if (pc - start > MAX_PROLOGUE) return null;
  for (let at = start; at < pc; ) {
    const line = lineAt(at);
    at += line.bytes.length;
    if (line.bytes.length === 0 || at > pc) return null;
    lines.push(line);
  }
  return PROLOGUE[isa](lines, { sp, fp }, wordBytes);
}

type Prologue = (lines: readonly CodeLine[], registers: Registers, wordBytes: number) => PrologueSlot | null;

const PROLOGUE: { readonly [isa in IsaName]: Prologue } = {
  i386: prologueX86,
  x86_64: prologueX86,
  arm: prologueArm,
};

function prologueX86(lines: readonly CodeLine[], { sp, fp }: Registers, wordBytes: number): PrologueSlot | null {
  let depth = 0;
  let fpAt: number | null = null;
  let hasFp = false;
  for (const { mnemonic, operands } of lines) {
    if (/^ret/.test(mnemonic) && !hasFp) return null;
    if (/^push/.test(mnemonic)) {
      depth += mnemonic === 'pushw' ? 2 : wordBytes;
      if (/%[er]bp$/.test(operands)) fpAt = depth;
    } else if (/^pop/.test(mnemonic)) depth -= wordBytes;
    else if (/^mov[lq]?$/.test(mnemonic) && /^%[er]sp, ?%[er]bp$/.test(operands) && fpAt === depth) hasFp = true;
    else if (/^leave/.test(mnemonic) && hasFp && fpAt !== null) {
      // Behind it the function is about to return: the rest of the code has the frame again.
      if (lines.at(-1)?.mnemonic === mnemonic) return { slot: sp, cfa: sp + wordBytes };
    } else if (/^(sub|add)[lq]?$/.test(mnemonic) && /, ?%[er]sp$/.test(operands)) {
      const bytes = immediate(operands);
      if (bytes === null) return null;
      depth += mnemonic.startsWith('sub') ? bytes : -bytes;
    } else if (/, ?%[er]sp$/.test(operands) && !hasFp && /^(and|lea|mov|xchg)/.test(mnemonic)) return null;
  }
  if (hasFp && fpAt !== null) return { slot: fp + fpAt, cfa: fp + fpAt + wordBytes, savedFp: fp };
  return { slot: sp + depth, cfa: sp + depth + wordBytes };
}

function prologueArm(lines: readonly CodeLine[], { sp }: Registers, wordBytes: number): PrologueSlot | null {
  let depth = 0;
  let lrAt: number | null = null;
  for (const line of lines) {
    const moved = armMove(line, wordBytes);
    if (moved === null) return null;
    if (moved.savesLr) lrAt = depth + wordBytes;
    depth += moved.bytes;
  }
  return { slot: lrAt === null ? null : sp + depth - lrAt, cfa: sp + depth };
}

/** How far an ARM instruction of a prologue moves sp down, and whether it saves lr at the top. Null for what cannot be told. */
function armMove({ mnemonic, operands }: CodeLine, wordBytes: number): { bytes: number; savesLr: boolean } | null {
  const none = { bytes: 0, savesLr: false };
  if (/^(push|stmdb|stmfd)/.test(mnemonic) && (mnemonic.startsWith('push') || operands.startsWith('sp!'))) {
    const registers = operands.slice(operands.indexOf('{') + 1, operands.indexOf('}')).split(',');
    return { bytes: registers.length * wordBytes, savesLr: registers.some((name) => name.trim() === 'lr') };
  }
  if (/^str/.test(mnemonic) && /^lr, \[sp, #-(0x)?[0-9a-f]+\]!$/.test(operands)) {
    return { bytes: immediate(operands) ?? wordBytes, savesLr: true };
  }
  if (/^(pop|ldm)/.test(mnemonic) && /pc/.test(operands)) return null;
  if (/^(sub|add)/.test(mnemonic) && /^sp, (sp, )?#/.test(operands)) {
    const bytes = immediate(operands);
    return bytes === null ? null : { bytes: mnemonic.startsWith('sub') ? bytes : -bytes, savesLr: false };
  }
  return none;
}

function immediate(operands: string): number | null {
  const match = /[$#]-?(0x[0-9a-f]+|\d+)/.exec(operands);
  return match?.[1] === undefined ? null : Number(match[1]);
}

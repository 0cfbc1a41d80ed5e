import type { IsaName } from '../../kernel/ports.ts';
import {
  type Capstone,
  loadCapstone,
  MAX_INSTRUCTION_BYTES,
  type RegistersAccessed,
  type X86Syntax,
} from './capstone.ts';
import { attText, intelText } from './x86-text.ts';

/** One instruction, as a listing shows it. */
export interface DisassembledInstruction {
  readonly address: number;
  readonly lenBytes: number;
  readonly mnemonic: string;
  readonly operands: string;
  /** `mnemonic operands`, with the target of a direct branch or the data named relative to pc by name, where known. */
  readonly text: string;
  /** The address a direct branch or call goes to. */
  readonly target?: number;
  /** The address of data that is named relative to the program counter. */
  readonly reference?: number;
  /** False for bytes that are no instruction: shown as `(bad)` or `.inst`, one unit long. */
  readonly valid: boolean;
}

/** `vfork+9` for an address, or undefined. */
export type Symbolize = (address: number) => string | undefined;

export interface DisassembleOptions {
  readonly thumb?: boolean;
  /** x86; AT&T unless said otherwise, as in objdump. */
  readonly syntax?: X86Syntax;
  readonly symbolize?: Symbolize;
}

const CACHE_LIMIT = 16_384;

/**
 * The disassembler, loaded. `one` is synchronous and keeps what it has seen: the same bytes at the same address come from
 * a bounded cache.
 */
export class Disassembler {
  readonly #capstone: Capstone;
  #cache = new Map<string, Omit<DisassembledInstruction, 'text'>>();

  constructor(capstone: Capstone) {
    this.#capstone = capstone;
  }

  /** The instruction at the start of `bytes` (at most 16 of them are looked at; at least one must be there). */
  one(isa: IsaName, bytes: Uint8Array, address: number, options: DisassembleOptions = {}): DisassembledInstruction {
    const { thumb = false, syntax = 'att', symbolize } = options;
    const code = bytes.length > MAX_INSTRUCTION_BYTES ? bytes.subarray(0, MAX_INSTRUCTION_BYTES) : bytes;
    let key = `${isa}${thumb ? 't' : ''}${syntax}${address}`;
    for (const b of code) key += String.fromCharCode(b);
    let plain = this.#cache.get(key);
    if (!plain) {
      plain = this.#decode(isa, code, address, thumb, syntax);
      if (this.#cache.size >= CACHE_LIMIT) this.#cache = new Map();
      this.#cache.set(key, plain);
    }
    return { ...plain, text: withSymbol(plain, symbolize) };
  }

  /** Registers read and written, by Capstone's names; null for bytes that are no instruction. */
  registers(isa: IsaName, bytes: Uint8Array, address: number, thumb = false): RegistersAccessed | null {
    return this.#capstone.decoder(isa, 'att', thumb, true).registers(bytes, 0, BigInt(address));
  }

  /** All instructions of `bytes`, one after the other. */
  *all(
    isa: IsaName,
    bytes: Uint8Array,
    address: number,
    options: DisassembleOptions = {},
  ): Generator<DisassembledInstruction> {
    for (let at = 0; at < bytes.length; ) {
      const instruction = this.one(isa, bytes.subarray(at, at + MAX_INSTRUCTION_BYTES), address + at, options);
      yield instruction;
      at += instruction.lenBytes;
    }
  }

  #decode(
    isa: IsaName,
    code: Uint8Array,
    address: number,
    thumb: boolean,
    syntax: X86Syntax,
  ): Omit<DisassembledInstruction, 'text'> {
    const decoder = this.#capstone.decoder(isa, syntax, thumb);
    const raw = decoder.decode(code, 0, BigInt(address));
    if (!raw) return { address, valid: false, ...undecodable(isa, code, thumb) };
    if (thumb && raw.mnemonic.startsWith('it')) decoder.forgetItBlock();
    const target = branchTarget(isa, raw.mnemonic, raw.operands);
    const reference = pcRelative(isa, thumb, raw.operands, address, raw.lenBytes);
    const text = syntax === 'att' ? attText : intelText;
    const { mnemonic, operands } = isa === 'arm' ? raw : text(raw.mnemonic, raw.operands);
    return {
      address,
      lenBytes: raw.lenBytes,
      mnemonic,
      operands,
      valid: true,
      ...(target === undefined ? {} : { target }),
      ...(reference === undefined ? {} : { reference }),
    };
  }
}

function undecodable(
  isa: IsaName,
  code: Uint8Array,
  thumb: boolean,
): { lenBytes: number; mnemonic: string; operands: string } {
  if (isa !== 'arm') return { lenBytes: Math.min(1, code.length), mnemonic: '(bad)', operands: '' };
  const first = (code[0] ?? 0) | ((code[1] ?? 0) << 8);
  const unit = thumb && first < 0xe800 ? 2 : 4;
  const lenBytes = Math.min(unit, code.length);
  let value = 0n;
  for (let i = lenBytes - 1; i >= 0; i -= 1) value = (value << 8n) | BigInt(code[i] ?? 0);
  if (thumb && lenBytes === 4) value = ((value & 0xffffn) << 16n) | (value >> 16n);
  const suffix = thumb && lenBytes === 2 ? '.n' : thumb ? '.w' : '';
  if (lenBytes < (thumb ? 2 : 4)) return { lenBytes, mnemonic: '.byte', operands: `0x${value.toString(16)}` };
  return { lenBytes, mnemonic: `.inst${suffix}`, operands: `0x${value.toString(16).padStart(lenBytes * 2, '0')}` };
}

const X86_BRANCH = /(^|\s)(j\w+|call\w*|loop\w*|xbegin)$/;
const ARM_BRANCH = /^(b|bl|blx)(eq|ne|hs|cs|lo|cc|mi|pl|vs|vc|hi|ls|ge|lt|gt|le|al)?(\.n|\.w)?$/;

/** Where a direct branch goes. */
function branchTarget(isa: IsaName, mnemonic: string, operands: string): number | undefined {
  const isBranch = isa === 'arm' ? ARM_BRANCH.test(mnemonic) || /^cbn?z$/.test(mnemonic) : X86_BRANCH.test(mnemonic);
  if (!isBranch) return undefined;
  const found = (isa === 'arm' ? /#(0x[0-9a-f]+|\d+)$/ : /^\$?(0x[0-9a-f]+|\d+)$/).exec(operands);
  return found ? Number(found[1]) : undefined;
}

const RIP_RELATIVE = /(?:(-?)(?:0x([0-9a-f]+)|(\d+)))?\(%rip\)|\[rip(?: ([+-]) (?:0x([0-9a-f]+)|(\d+)))?\]/;
const PC_RELATIVE = /\[pc(?:, #(-?)(?:0x([0-9a-f]+)|(\d+)))?\]$/;

/** The address behind `8(%rip)`, `[rip + 8]` or `[pc, #8]`. */
function pcRelative(isa: IsaName, thumb: boolean, operands: string, at: number, lenBytes: number): number | undefined {
  const found = (isa === 'arm' ? PC_RELATIVE : RIP_RELATIVE).exec(operands);
  if (!found) return undefined;
  const [sign, hex, decimal] = found[4] === undefined ? found.slice(1, 4) : found.slice(4, 7);
  const distance = (hex === undefined ? Number(decimal ?? 0) : Number.parseInt(hex, 16)) * (sign === '-' ? -1 : 1);
  if (isa === 'arm') return (thumb ? at + 4 - ((at + 4) % 4) : at + 8) + distance;
  return at + lenBytes + distance;
}

function withSymbol(plain: Omit<DisassembledInstruction, 'text'>, symbolize: Symbolize | undefined): string {
  const { mnemonic, operands, target, reference } = plain;
  const text = operands === '' ? mnemonic : `${mnemonic} ${operands}`;
  const place = target ?? reference;
  const name = place === undefined ? undefined : symbolize?.(place);
  if (target !== undefined) return name === undefined ? text : `${text} <${name}>`;
  if (reference === undefined || !symbolize) return text;
  return `${text} # 0x${reference.toString(16)}${name === undefined ? '' : ` <${name}>`}`;
}

let loading: Promise<Disassembler> | null = null;

/** Load the disassembler; about 70 ms the first time in a process. */
export function loadDisassembler(): Promise<Disassembler> {
  loading ??= loadCapstone().then((capstone) => new Disassembler(capstone));
  return loading;
}

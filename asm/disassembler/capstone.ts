import type { CapstoneHandle, CapstoneModule } from '@alexaltea/capstone-js';
import type { IsaName } from '../../kernel/ports.ts';

export type X86Syntax = 'att' | 'intel';

/** One instruction as Capstone names it. */
export interface RawInstruction {
  readonly lenBytes: number;
  readonly mnemonic: string;
  readonly operands: string;
}

/** No instruction of ours is longer; a decoder never looks further. */
export const MAX_INSTRUCTION_BYTES = 16;

/** Offsets in `cs_insn` of Capstone 5, which carries no alias fields. */
const INSN_SIZE = 16;
const INSN_MNEMONIC = 42;
const INSN_OPERANDS = 74;

const THUMB_NOP = Uint8Array.of(0x00, 0xbf);

/** Registers an instruction reads and writes, by Capstone's names (`int 0x80` and `syscall` show none). */
export interface RegistersAccessed {
  readonly read: readonly string[];
  readonly written: readonly string[];
}

/** One mode and syntax of Capstone; `insn.detail` is never touched. Registers can be asked for where detail is on. */
export class Decoder {
  readonly #module: CapstoneModule;
  readonly #handle: CapstoneHandle;
  readonly #csh: number;
  readonly #insn: number;
  readonly #code: number;
  readonly #codePtr: number;
  readonly #sizePtr: number;
  readonly #addressPtr: number;

  constructor(module: CapstoneModule, handle: CapstoneHandle) {
    this.#module = module;
    this.#handle = handle;
    this.#csh = Number(module.getValue(handle.handle_ptr, '*'));
    this.#insn = handle.malloc();
    this.#code = module._malloc(MAX_INSTRUCTION_BYTES);
    const scratch = module._malloc(16);
    this.#addressPtr = scratch;
    this.#codePtr = scratch + 8;
    this.#sizePtr = scratch + 12;
  }

  #iterate(bytes: Uint8Array, offset: number, address: bigint): boolean {
    const module = this.#module;
    const code = bytes.subarray(offset, offset + MAX_INSTRUCTION_BYTES);
    module.writeArrayToMemory(code, this.#code);
    module.setValue(this.#codePtr, this.#code, 'i32');
    module.setValue(this.#sizePtr, code.length, 'i32');
    module.setValue(this.#addressPtr, address, 'i64');
    return module._cs_disasm_iter(this.#csh, this.#codePtr, this.#sizePtr, this.#addressPtr, this.#insn) !== 0;
  }

  /** The instruction at `bytes[offset]`, or null where Capstone knows none. */
  decode(bytes: Uint8Array, offset: number, address: bigint): RawInstruction | null {
    if (!this.#iterate(bytes, offset, address)) return null;
    const module = this.#module;
    return {
      lenBytes: Number(module.getValue(this.#insn + INSN_SIZE, 'i16')),
      mnemonic: module.UTF8ToString(this.#insn + INSN_MNEMONIC, 32),
      operands: module.UTF8ToString(this.#insn + INSN_OPERANDS, 160),
    };
  }

  /** Thumb: an IT instruction leaves its block in Capstone's state, where it would colour unrelated code. */
  forgetItBlock(): void {
    for (let i = 0; i < 4; i += 1) this.#iterate(THUMB_NOP, 0, 0n);
  }

  /** The registers the instruction reads and writes, explicit and implicit; null where there is no instruction. */
  registers(bytes: Uint8Array, offset: number, address: bigint): RegistersAccessed | null {
    if (!this.#iterate(bytes, offset, address)) return null;
    const { regs_read, regs_write } = this.#handle.regs_access(this.#insn);
    const name = (register: number): string => this.#handle.reg_name(register);
    return { read: regs_read.map(name), written: regs_write.map(name) };
  }
}

/** Capstone, loaded; decoders are made on first use and kept. */
export class Capstone {
  readonly #module: CapstoneModule;
  readonly #decoders = new Map<string, Decoder>();

  constructor(module: CapstoneModule) {
    this.#module = module;
  }

  /** `detail` makes `registers` work and decoding slower. */
  decoder(isa: IsaName, syntax: X86Syntax, thumb: boolean, detail = false): Decoder {
    const key = isa === 'arm' ? `arm ${thumb} ${detail}` : `${isa} ${syntax} ${detail}`;
    let decoder = this.#decoders.get(key);
    if (!decoder) {
      const handle = this.#open(isa, syntax, thumb);
      // Before the first allocation: Capstone makes room for detail only where it is already on.
      if (detail) handle.option(this.#module.OPT_DETAIL, this.#module.OPT_ON);
      decoder = new Decoder(this.#module, handle);
      this.#decoders.set(key, decoder);
    }
    return decoder;
  }

  #open(isa: IsaName, syntax: X86Syntax, thumb: boolean): CapstoneHandle {
    const m = this.#module;
    if (isa === 'arm') return new m.Capstone(m.ARCH_ARM, (thumb ? m.MODE_THUMB : m.MODE_ARM) | m.MODE_V8);
    const handle = new m.Capstone(m.ARCH_X86, isa === 'i386' ? m.MODE_32 : m.MODE_64);
    handle.option(m.OPT_SYNTAX, syntax === 'att' ? m.OPT_SYNTAX_ATT : m.OPT_SYNTAX_INTEL);
    return handle;
  }
}

let loading: Promise<Capstone> | null = null;

/** Load Capstone once per process (about 70 ms). */
export function loadCapstone(): Promise<Capstone> {
  loading ??= (async () => {
    const { default: load } = await import('@alexaltea/capstone-js');
    return new Capstone(await load({ print: () => {}, printErr: () => {} }));
  })();
  return loading;
}

/** The part of @alexaltea/capstone-js 5.0.9 that is used; the package has no types of its own. */
declare module '@alexaltea/capstone-js' {
  export interface CapstoneHandle {
    /** Address of the word that holds the `csh`. */
    readonly handle_ptr: number;
    option(option: number, value: number): void;
    insn_group(insn: number, group: number): boolean;
    op_count(insn: number, kind: number): number;
    regs_access(insn: number): { regs_read: number[]; regs_write: number[] };
    reg_name(register: number): string;
    malloc(): number;
    close(): void;
  }
  export interface CapstoneModule {
    readonly ARCH_ARM: number;
    readonly ARCH_X86: number;
    readonly MODE_ARM: number;
    readonly MODE_THUMB: number;
    readonly MODE_V8: number;
    readonly MODE_32: number;
    readonly MODE_64: number;
    readonly OPT_SYNTAX: number;
    readonly OPT_SYNTAX_INTEL: number;
    readonly OPT_SYNTAX_ATT: number;
    readonly OPT_DETAIL: number;
    readonly OPT_ON: number;
    readonly Capstone: new (arch: number, mode: number) => CapstoneHandle;
    getValue(address: number, type: 'i8' | 'i16' | 'i32' | 'i64' | '*'): number | bigint;
    setValue(address: number, value: number | bigint, type: 'i8' | 'i16' | 'i32' | 'i64' | '*'): void;
    UTF8ToString(address: number, maxBytes?: number): string;
    writeArrayToMemory(bytes: Uint8Array, address: number): void;
    _malloc(lenBytes: number): number;
    _cs_disasm_iter(handle: number, code: number, lenBytes: number, address: number, insn: number): number;
  }
  const load: (options?: { print(text: string): void; printErr(text: string): void }) => Promise<CapstoneModule>;
  export default load;
}

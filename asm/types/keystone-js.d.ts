/** The part of @alexaltea/keystone-js 0.9.2 that is used; the package has no types of its own. */
declare module '@alexaltea/keystone-js' {
  export interface KeystoneHandle {
    /** `failed` is unreliable: an instruction may come back as no bytes at all. */
    asm(source: string, address: number | bigint): { mc: Uint8Array; count: number; failed: boolean };
    errno(): number;
    close(): void;
  }
  export interface KeystoneModule {
    readonly ARCH_ARM: number;
    readonly ARCH_X86: number;
    readonly MODE_ARM: number;
    readonly MODE_THUMB: number;
    readonly MODE_V8: number;
    readonly MODE_32: number;
    readonly MODE_64: number;
    readonly Keystone: new (arch: number, mode: number) => KeystoneHandle;
    strerror(code: number): string;
  }
  const load: (options: { print(text: string): void; printErr(text: string): void }) => Promise<KeystoneModule>;
  export default load;
}

import type { KeystoneHandle, KeystoneModule } from '@alexaltea/keystone-js';
import { StatementError } from './diagnostics.ts';

/** What a Keystone handle is opened for. ARM falls back to ARMv8 for what ARMv7 lacks in this build (udiv, dmb ishld). */
export type KeystoneMode = 'i386' | 'x86_64' | 'arm' | 'thumb' | 'armv8' | 'thumbv8';
export type KeystoneSyntax = 'att' | 'intel' | 'arm';

/**
 * Keystone, one instruction at a time. `option()` is never called: it would turn decimal numbers into hexadecimal ones for
 * this and later handles. A trap inside the wasm module poisons the instance: `revive` replaces it.
 */
export class Keystone {
  #module: KeystoneModule | null = null;
  readonly #handles = new Map<string, KeystoneHandle>();
  readonly #results = new Map<string, Uint8Array | string>();

  static async load(): Promise<Keystone> {
    const keystone = new Keystone();
    await keystone.revive();
    return keystone;
  }

  /** Make a new instance if there is none, or if the last one trapped. */
  async revive(): Promise<void> {
    if (this.#module) return;
    const { default: load } = await import('@alexaltea/keystone-js');
    this.#module = await load({ print: () => {}, printErr: () => {} });
    this.#handles.clear();
  }

  /** The bytes of one instruction, or why there are none. */
  assemble(mode: KeystoneMode, syntax: KeystoneSyntax, text: string): Uint8Array | string {
    const key = `${mode} ${syntax} ${text}`;
    const known = this.#results.get(key);
    if (known !== undefined) return known;
    const result = this.#run(mode, syntax, text);
    if (this.#results.size >= 20_000) this.#results.clear();
    this.#results.set(key, result);
    return result;
  }

  #run(mode: KeystoneMode, syntax: KeystoneSyntax, text: string): Uint8Array | string {
    const module = this.#module;
    if (!module) throw new StatementError('the encoder is not loaded');
    try {
      const handle = this.#handle(module, mode, syntax);
      const result = handle.asm(syntax === 'att' ? `.att_syntax\n${text}` : text, 0);
      if (!result.failed && result.mc.length > 0) return result.mc;
      const code = handle.errno();
      return code === 0
        ? 'invalid instruction'
        : module
            .strerror(code)
            .replace(/ \(KS_\w+\)$/, '')
            .toLowerCase();
    } catch {
      this.#module = null;
      return 'the encoder gave up on this instruction';
    }
  }

  #handle(module: KeystoneModule, mode: KeystoneMode, syntax: KeystoneSyntax): KeystoneHandle {
    const key = `${mode} ${syntax}`;
    let handle = this.#handles.get(key);
    if (!handle) {
      handle = new module.Keystone(...modeNumbers(module, mode));
      this.#handles.set(key, handle);
    }
    return handle;
  }
}

function modeNumbers(module: KeystoneModule, mode: KeystoneMode): [arch: number, mode: number] {
  switch (mode) {
    case 'i386':
      return [module.ARCH_X86, module.MODE_32];
    case 'x86_64':
      return [module.ARCH_X86, module.MODE_64];
    case 'arm':
      return [module.ARCH_ARM, module.MODE_ARM];
    case 'thumb':
      return [module.ARCH_ARM, module.MODE_THUMB];
    case 'armv8':
      return [module.ARCH_ARM, module.MODE_ARM | module.MODE_V8];
    case 'thumbv8':
      return [module.ARCH_ARM, module.MODE_THUMB | module.MODE_V8];
  }
}

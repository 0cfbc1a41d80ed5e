import { archOf } from '../../kernel/arch/index.ts';
import { createKernel, type KernelOptions } from '../../kernel/kernel.ts';
import { mmAlloc } from '../../kernel/mm/mm.ts';
import type { Mm } from '../../kernel/mm/types.ts';
import { type Cpu, EXIT_WORDS, type IsaName, type Ram, THREAD_ARM, THREAD_X86 } from '../../kernel/ports.ts';
import type { Kernel } from '../../kernel/state.ts';

/** RAM without an engine; `invalidated` counts what the kernel asked to be dropped. */
export function plainRam(lenBytes: number): Ram & { invalidated: number } {
  const buffer = new ArrayBuffer(lenBytes);
  return {
    lenBytes,
    u8: new Uint8Array(buffer),
    u32: new Uint32Array(buffer),
    hasCode: new Uint8Array(lenBytes / 4096),
    dirty: new Uint8Array(lenBytes / 4096),
    invalidated: 0,
    invalidateCode() {
      this.invalidated++;
    },
  };
}

/** A CPU that executes nothing: it keeps the thread block it was given. */
function idleCpu(isa: IsaName): Cpu {
  const threadLenBytes = archOf(isa).wordBytes === 4 && isa === 'arm' ? THREAD_ARM.lenBytes : THREAD_X86.lenBytes;
  const thread = new Uint8Array(threadLenBytes);
  return {
    isa,
    exit: new Uint32Array(EXIT_WORDS),
    run: () => {
      throw new Error('this CPU runs nothing');
    },
    setPageTable: () => undefined,
    flushTlb: () => undefined,
    flushTlbPage: () => undefined,
    threadLenBytes,
    loadThread: (from) => thread.set(from),
    saveThread: (into) => into.set(thread),
    setBreakpoint: () => undefined,
    clearBreakpoint: () => undefined,
  };
}

/** A kernel on plain RAM, for tests of everything that needs no guest code. */
export function testKernel(ramBytes = 16 << 20, options: Partial<KernelOptions> = {}): Kernel {
  const cpus = new Map<IsaName, Cpu>();
  return createKernel({
    ram: plainRam(ramBytes),
    cpus: (isa) => {
      const cpu = cpus.get(isa) ?? idleCpu(isa);
      cpus.set(isa, cpu);
      return cpu;
    },
    console: { write: () => undefined, read: () => new Uint8Array(0), tty: () => null },
    hostFiles: { lstat: () => -2, readlink: () => -2, readdir: () => -2, read: () => -2 },
    clock: { bootTimeNs: 0n },
    entropy: { seed: 1 },
    ...options,
  });
}

/** An empty address space; throws when memory is used up. */
export function testMm(k: Kernel, isa: IsaName): Mm {
  const mm = mmAlloc(k, isa);
  if (!mm) throw new Error('no memory for an mm');
  mm.mmapBase = archOf(isa).taskSize - 0x800_0000;
  return mm;
}

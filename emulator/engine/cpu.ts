import { CPUID_ROWS, type CpuidRow } from '../../kernel/arch/x86-cpu.ts';
import {
  type Cpu,
  EXIT_KIND,
  EXIT_WORDS,
  type ExitKind,
  type IsaName,
  type PhysAddr,
  type Ram,
  type VirtAddr,
} from '../../kernel/ports.ts';
import { addon, type NativeCpu } from './addon.ts';
import { checkInteger } from './check.ts';
import { checkRoot, Observers } from './observers.ts';
import { nativeRam } from './ram.ts';

const PAGE = 4096;
const MAX_BUDGET = 2 ** 31 - 1;

interface Layout {
  readonly ptRegsLen: number;
  readonly wordLen: number;
  readonly addressEnd: number;
  readonly cpuid: readonly CpuidRow[];
}

/** Bytes of `struct pt_regs` and of the words in it; the limit of user addresses; what cpuid answers. */
const ISAS: Record<IsaName, Layout> = {
  i386: { ptRegsLen: 17 * 4, wordLen: 4, addressEnd: 2 ** 32, cpuid: CPUID_ROWS },
  x86_64: { ptRegsLen: 21 * 8, wordLen: 8, addressEnd: 2 ** 47, cpuid: CPUID_ROWS },
  arm: { ptRegsLen: 18 * 4, wordLen: 4, addressEnd: 2 ** 32, cpuid: [] },
};

/** Words behind `exit` in the memory shared with emulator/native/src/cpu.rs. */
const ASK_PT_REGS = 9;
const ASK_BUDGET = 10;
const ASK_ROOT = 11;
const ASK_FLUSH = 12;
const ASK_PAGE = 14;
const CLOCK = 16;
/** What ASK_FLUSH asks for; the page stands in ASK_PAGE. */
const FLUSH_NOTHING = 0;
const FLUSH_ALL = 1;
const FLUSH_PAGE = 2;
/** A thread block. */
const THREAD = 20;

export type ClosableCpu = Cpu & {
  /**
   * The time in instructions at which the next run starts: what rdtsc reads. Runs move it on by what they retire, so it
   * needs to be set only when the machine's time and this CPU's part from each other.
   */
  setClock(t: number): void;
  /** Watchpoints and recording. */
  readonly observers: Observers;
  /** Gives the engine back; every later call throws. */
  close(): void;
};

/** A CPU in user mode on `ram`, with no page table yet: everything faults. Errors: TypeError and RangeError for arguments. */
export function createCpu(isa: IsaName, ram: Ram): ClosableCpu {
  const layout = Object.hasOwn(ISAS, isa) ? ISAS[isa] : undefined;
  if (layout === undefined) throw new TypeError(`isa "${isa}" is none of ${Object.keys(ISAS).join(', ')}`);
  const native = new addon.NativeCpu(isa, nativeRam(ram));
  if (layout.cpuid.length > 0) native.identify(Uint32Array.from(layout.cpuid.flat()));
  return new EngineCpu(isa, layout, ram, native);
}

/** Calls into the addon are what short runs cost, so arguments that only the next run needs wait for it in shared words. */
class EngineCpu implements ClosableCpu {
  readonly isa: IsaName;
  readonly exit: Uint32Array;
  readonly threadLenBytes: number;
  readonly observers: Observers;
  private readonly native: NativeCpu;
  private readonly ask: Uint32Array;
  private readonly runNative: () => void;
  private readonly flushNow: () => void;
  private readonly thread: Uint8Array;
  private readonly loadNativeThread: () => void;
  private readonly saveNativeThread: () => void;
  private readonly layout: Layout;
  private readonly ramLen: number;

  constructor(isa: IsaName, layout: Layout, ram: Ram, native: NativeCpu) {
    const shared = native.shared();
    this.isa = isa;
    this.layout = layout;
    this.native = native;
    this.observers = new Observers(native, isa, layout.addressEnd);
    this.ramLen = ram.lenBytes;
    this.threadLenBytes = native.threadLenBytes;
    this.exit = new Uint32Array(shared, 0, EXIT_WORDS);
    this.ask = new Uint32Array(shared);
    this.runNative = native.runner();
    this.flushNow = native.flusher();
    this.thread = new Uint8Array(shared, THREAD * 4, this.threadLenBytes);
    this.loadNativeThread = native.threadLoader();
    this.saveNativeThread = native.threadSaver();
  }

  run(ptRegs: PhysAddr, budget: number): ExitKind {
    checkInteger('ptRegs', ptRegs, 0, this.ramLen - this.layout.ptRegsLen);
    if (ptRegs % this.layout.wordLen !== 0) throw new RangeError(`ptRegs ${ptRegs} is not aligned`);
    checkInteger('budget', budget, 1, MAX_BUDGET);
    this.ask[ASK_PT_REGS] = ptRegs;
    this.ask[ASK_BUDGET] = budget;
    this.runNative();
    return this.exit[EXIT_KIND] as ExitKind;
  }

  setPageTable(root: PhysAddr): void {
    checkInteger('root', root, 0, this.ramLen - PAGE);
    if (root % PAGE !== 0) throw new RangeError(`root ${root} is not at a page`);
    this.ask[ASK_ROOT] = root;
    this.ask[ASK_FLUSH] = FLUSH_ALL;
  }

  flushTlb(): void {
    this.ask[ASK_FLUSH] = FLUSH_ALL;
  }

  flushTlbPage(page: VirtAddr): void {
    checkInteger('page', page, 0, this.layout.addressEnd - 1);
    const asked = this.ask[ASK_FLUSH];
    if (asked === FLUSH_ALL) return;
    // One page can wait; a fault rarely changes more.
    if (asked !== FLUSH_NOTHING) this.flushNow();
    this.ask[ASK_FLUSH] = FLUSH_PAGE;
    this.ask[ASK_PAGE] = page;
    this.ask[ASK_PAGE + 1] = page / 2 ** 32;
  }

  loadThread(from: Uint8Array): void {
    this.checkBlock(from);
    this.thread.set(from);
    this.loadNativeThread();
  }

  saveThread(into: Uint8Array): void {
    this.checkBlock(into);
    this.saveNativeThread();
    into.set(this.thread);
  }

  setBreakpoint(at: VirtAddr, root?: PhysAddr): void {
    checkInteger('at', at, 0, this.layout.addressEnd - 1);
    this.native.breakpoint(at, true, checkRoot(root));
  }

  clearBreakpoint(at: VirtAddr, root?: PhysAddr): void {
    checkInteger('at', at, 0, this.layout.addressEnd - 1);
    this.native.breakpoint(at, false, checkRoot(root));
  }

  setClock(t: number): void {
    checkInteger('t', t, 0, Number.MAX_SAFE_INTEGER);
    this.ask[CLOCK] = t;
    this.ask[CLOCK + 1] = t / 2 ** 32;
  }

  close(): void {
    this.native.close();
  }

  private checkBlock(block: Uint8Array): void {
    if (block.length !== this.threadLenBytes) {
      throw new RangeError(`thread block of ${block.length} bytes, ${this.isa} has ${this.threadLenBytes}`);
    }
  }
}

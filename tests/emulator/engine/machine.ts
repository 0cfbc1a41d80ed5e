/** A machine without a kernel: RAM, page tables and one task's registers, for tests of the engine. */
import { type ClosableCpu, createCpu, createRam, type EngineRam } from '../../../emulator/engine/index.ts';
import {
  EXIT_ACCESS,
  EXIT_ADDRESS,
  EXIT_ERROR_CODE,
  EXIT_KIND,
  EXIT_RETIRED,
  EXIT_TRAP,
  EXIT_VECTOR,
  type IsaName,
} from '../../../kernel/ports.ts';

export const R = 0;
export const W = 2;
export const X = 4;
export const RW = W;
export const RX = X;
export const RWX = W | X;

const NX_HIGH = 0x8000_0000;

/** Names of pt_regs words, in order. */
export const NAMES: Record<IsaName, string[]> = {
  i386: 'ebx ecx edx esi edi ebp eax xds xes xfs xgs orig_eax eip xcs eflags esp xss'.split(' '),
  x86_64: 'r15 r14 r13 r12 bp bx r11 r10 r9 r8 ax cx dx si di orig_ax ip cs flags sp ss'.split(' '),
  arm: 'r0 r1 r2 r3 r4 r5 r6 r7 r8 r9 r10 fp ip sp lr pc cpsr orig_r0'.split(' '),
};

export const PC: Record<IsaName, string> = { i386: 'eip', x86_64: 'ip', arm: 'pc' };
export const SP: Record<IsaName, string> = { i386: 'esp', x86_64: 'sp', arm: 'sp' };

export interface Exit {
  kind: number;
  retired: number;
  address: number;
  access: number;
  trap: number;
  vector: number;
  errorCode: number;
}

/** pt_regs lie at `base` + 0x100; page tables and frames for tests come after that. */
export class Machine {
  readonly isa: IsaName;
  readonly ram: EngineRam;
  readonly cpu: ClosableCpu;
  readonly ptRegs: number;
  private nextFrame: number;
  private readonly view: DataView;
  root: number;

  constructor(isa: IsaName, ram = createRam(16 << 20), base = 0) {
    this.ptRegs = base + 0x100;
    this.nextFrame = base;
    this.isa = isa;
    this.ram = ram;
    this.cpu = createCpu(isa, ram);
    this.view = new DataView(ram.u8.buffer);
    this.root = this.newPageTable();
    this.usePageTable(this.root);
    this.setSelectors();
  }

  /** What a task of Linux starts with: selectors, flags, user mode. */
  setSelectors(): void {
    this.set({ i386: I386_SELECTORS, x86_64: X86_64_SELECTORS, arm: { cpsr: 0x10n } }[this.isa]);
  }

  step(count: number): Exit {
    let exit = this.run(1);
    for (let i = 1; i < count; i++) exit = this.run(1);
    return exit;
  }

  frame(): number {
    this.nextFrame += 0x1000;
    return this.nextFrame;
  }

  newPageTable(): number {
    return this.frame();
  }

  usePageTable(root: number): void {
    this.root = root;
    this.cpu.setPageTable(root);
  }

  /** Map one page; returns the frame. `perms` of 0 is readable only. */
  map(vaddr: number, perms: number, frame = this.frame(), flags = 0x5): number {
    let table = this.root;
    for (const shift of [39, 30, 21]) {
      const at = table + (Math.floor(vaddr / 2 ** shift) % 512) * 8;
      if ((this.view.getUint32(at, true) & 1) === 0) {
        this.view.setUint32(at, this.frame() | 1, true);
        this.mark(at);
      }
      table = (this.view.getUint32(at, true) & 0xffff_f000) >>> 0;
    }
    const at = table + (Math.floor(vaddr / 2 ** 12) % 512) * 8;
    this.view.setUint32(at, (frame | flags | (perms & W)) >>> 0, true);
    this.view.setUint32(at + 4, perms & X ? 0 : NX_HIGH, true);
    this.mark(at);
    return frame;
  }

  flush(): void {
    this.cpu.flushTlb();
  }

  unmap(vaddr: number): void {
    this.map(vaddr, 0, 0, 0);
    this.cpu.flushTlbPage(vaddr);
  }

  /** The frame behind a page, by a walk of the tables. */
  lookup(vaddr: number): number {
    let entry = this.root;
    for (const shift of [39, 30, 21, 12]) {
      entry = (this.view.getUint32(entry + (Math.floor(vaddr / 2 ** shift) % 512) * 8, true) & 0xffff_f000) >>> 0;
    }
    return entry;
  }

  saveThread(): Uint8Array<ArrayBuffer> {
    const block = new Uint8Array(this.cpu.threadLenBytes);
    this.cpu.saveThread(block);
    return block;
  }

  write(paddr: number, bytes: ArrayLike<number>): void {
    this.ram.u8.set(bytes, paddr);
    for (let at = paddr; at < paddr + bytes.length; at += 4096) this.mark(at);
    this.mark(paddr + bytes.length - 1);
  }

  /** A write from outside the guest is known to the next snapshot. */
  mark(paddr: number): void {
    this.ram.dirty[paddr >>> 12] = 1;
  }

  /** Code at a virtual address that is mapped here. */
  code(vaddr: number, bytes: ArrayLike<number>, perms = RX): number {
    const frame = this.map(vaddr - (vaddr % 4096), perms);
    this.write(frame + (vaddr % 4096), bytes);
    return frame;
  }

  get(name: string): bigint {
    const at = this.place(name);
    return this.isa === 'x86_64' ? this.view.getBigUint64(at, true) : BigInt(this.view.getUint32(at, true));
  }

  set(values: Record<string, bigint | number>): void {
    this.mark(this.ptRegs);
    for (const [name, value] of Object.entries(values)) {
      const at = this.place(name);
      if (this.isa === 'x86_64') this.view.setBigUint64(at, BigInt(value) & 0xffff_ffff_ffff_ffffn, true);
      else this.view.setUint32(at, Number(BigInt(value) & 0xffff_ffffn), true);
    }
  }

  registers(): Record<string, bigint> {
    return Object.fromEntries(NAMES[this.isa].map((name) => [name, this.get(name)]));
  }

  run(budget = 1_000_000): Exit {
    this.cpu.run(this.ptRegs, budget);
    const exit = this.cpu.exit;
    const word = (at: number): number => exit[at] ?? Number.NaN;
    return {
      kind: word(EXIT_KIND),
      retired: word(EXIT_RETIRED) + word(EXIT_RETIRED + 1) * 2 ** 32,
      address: word(EXIT_ADDRESS) + word(EXIT_ADDRESS + 1) * 2 ** 32,
      access: word(EXIT_ACCESS),
      trap: word(EXIT_TRAP),
      vector: word(EXIT_VECTOR),
      errorCode: word(EXIT_ERROR_CODE),
    };
  }

  private place(name: string): number {
    const index = NAMES[this.isa].indexOf(name);
    if (index < 0) throw new Error(`no register ${name}`);
    return this.ptRegs + index * (this.isa === 'x86_64' ? 8 : 4);
  }
}

const I386_SELECTORS = { xcs: 0x23n, xss: 0x2bn, xds: 0x2bn, xes: 0x2bn, eflags: 0x202n };
const X86_64_SELECTORS = { cs: 0x33n, ss: 0x2bn, flags: 0x202n };

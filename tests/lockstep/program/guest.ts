/** The engine with the memory of a program that runs natively: pages and registers are given to it, it executes. */
import { createRam } from '../../../emulator/engine/index.ts';
import { ACCESS, EXIT } from '../../../kernel/ports.ts';
import { type Exit, Machine, W, X } from '../../emulator/engine/machine.ts';
import type { X86Isa } from '../x86/sequence.ts';
import { type Descriptor, TaskState } from '../x86/task.ts';

const PAGE = 4096;
const RAM_LEN = 256 << 20;
const PROT_WRITE = 2;
const PROT_EXEC = 4;
/** RLIMIT_STACK, as far as the stack grows by itself. */
const MAX_STACK = 8 << 20;

interface Page {
  readonly frame: number;
  readonly prot: number;
}

/** Struct user_desc as the descriptor that the CPU reads. Linux: arch/x86/include/asm/desc.h fill_ldt(). */
export function descriptorOf([, base = 0, limit = 0, bits = 0]: readonly number[]): Descriptor {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  const [contents, readOnly, pages, absent] = [(bits >>> 1) & 3, (bits >>> 3) & 1, (bits >>> 4) & 1, (bits >>> 5) & 1];
  if (base === 0 && limit === 0) return bytes;
  const type = ((readOnly ^ 1) << 1) | (contents << 2) | 1;
  const access = type | 0x70 | ((absent ^ 1) << 7);
  const size = ((bits & 1) << 6) | (pages << 7) | (((bits >>> 6) & 1) << 4);
  view.setUint32(0, ((limit & 0xffff) | (base << 16)) >>> 0, true);
  view.setUint32(
    4,
    ((base >>> 16) & 0xff) | (access << 8) | (limit & 0xf0000) | (size << 16) | (base & 0xff000000),
    true,
  );
  return bytes;
}

/** A machine whose pages and registers come from outside. */
export class ProgramGuest {
  readonly task: TaskState;
  private readonly machine: Machine;
  private readonly pages = new Map<number, Page>();
  private readonly free: number[] = [];
  /** First address above the stack that grows. */
  private stackEnd = 0;

  constructor(isa: X86Isa) {
    this.machine = new Machine(isa, createRam(RAM_LEN));
    this.task = new TaskState(this.machine);
  }

  close(): void {
    this.machine.cpu.close();
  }

  setStack(pointer: number): void {
    this.stackEnd = pointer;
  }

  map(at: number, prot: number): void {
    const frame = this.pages.get(at)?.frame ?? this.newFrame();
    this.pages.set(at, { frame, prot });
    this.machine.map(at, (prot & PROT_WRITE ? W : 0) | (prot & PROT_EXEC ? X : 0), frame);
    this.machine.cpu.flushTlbPage(at);
  }

  private newFrame(): number {
    const frame = this.free.pop();
    if (frame === undefined) return this.machine.frame();
    this.fill(frame, null);
    return frame;
  }

  unmap(at: number): void {
    const page = this.pages.get(at);
    if (page === undefined) return;
    this.machine.unmap(at);
    this.pages.delete(at);
    this.free.push(page.frame);
  }

  /** Put contents into a page that is mapped. */
  write(at: number, bytes: Uint8Array): void {
    const page = this.pages.get(at);
    if (page === undefined) throw new Error(`page 0x${at.toString(16)} is not mapped`);
    this.fill(page.frame, bytes);
  }

  private fill(frame: number, bytes: Uint8Array | null): void {
    const { ram } = this.machine;
    if (bytes === null) ram.u8.fill(0, frame, frame + PAGE);
    else ram.u8.set(bytes, frame);
    if (ram.hasCode[frame / PAGE]) ram.invalidateCode(frame, PAGE);
  }

  /** What is in a page, or undefined. */
  contents(at: number): Uint8Array | undefined {
    const page = this.pages.get(at);
    return page && this.machine.ram.u8.subarray(page.frame, page.frame + PAGE);
  }

  /** Bytes from `at` on, as far as pages are there. */
  bytes(at: number, lenBytes: number): Uint8Array {
    const out: number[] = [];
    for (let i = at; i < at + lenBytes; i++) {
      const byte = this.contents(i - (i % PAGE))?.[i % PAGE];
      if (byte === undefined) break;
      out.push(byte);
    }
    return Uint8Array.from(out);
  }

  /** Addresses of the pages that may be written. */
  *writable(): Generator<number> {
    for (const [at, { prot }] of this.pages) if (prot & PROT_WRITE) yield at;
  }

  /** Run at most `budget` instructions; the stack grows as it does under Linux. */
  run(budget: number): Exit {
    let retired = 0;
    for (;;) {
      const exit = this.machine.run(budget - retired);
      retired += exit.retired;
      if (exit.kind !== EXIT.fault || retired === budget || !this.grow(exit)) return { ...exit, retired };
    }
  }

  private grow(exit: Exit): boolean {
    const at = exit.address - (exit.address % PAGE);
    if (exit.access === ACCESS.exec || this.pages.has(at)) return false;
    if (at >= this.stackEnd || at < this.stackEnd - MAX_STACK) return false;
    this.map(at, 1 | PROT_WRITE);
    return true;
  }
}

import type { IsaName, PhysAddr, VirtAddr } from '../../kernel/ports.ts';
import type { Wanted } from './wanted.ts';

/** Where a run is to stop: plain data, numbered as gdb numbers them. */
export interface Point {
  readonly id: number;
  /** As the user wrote it. */
  readonly text: string;
  enabled: boolean;
  /** Goes away when it is hit. */
  readonly temporary: boolean;
  hits: number;
  /** Stops only where this is true. */
  condition: string | null;
  /** So many hits do not stop, going forward. */
  ignore: number;
}

export interface Breakpoint extends Point {
  readonly kind: 'breakpoint';
  readonly isa: IsaName;
  /** Null for one that is wanted and not there yet. */
  address: VirtAddr | null;
  /** Looked for in every address space; `address` is where it was found last. gdb: a pending breakpoint. */
  readonly wanted?: Wanted;
  /** Further places of the same line, where a compiler has made its code more than once. */
  readonly others?: readonly VirtAddr[];
  /** Counts in processes that run the program of this path; null for an address in any of them. */
  readonly program: string | null;
}

export interface WatchedRange extends Point {
  readonly kind: 'watchpoint';
  readonly isa: IsaName;
  readonly address: VirtAddr;
  readonly lenBytes: number;
  /** WATCH.* of kernel/ports.ts. */
  readonly kinds: number;
  /** The address space. */
  readonly root: PhysAddr;
}

/** What the kernel does. */
export type Caught = 'syscall' | 'fork' | 'vfork' | 'exec' | 'exit' | 'signal';

export interface Catchpoint extends Point {
  readonly kind: 'catchpoint';
  readonly what: Caught;
  /** Names of system calls or signals; empty for all. */
  readonly names: readonly string[];
}

export type AnyPoint = Breakpoint | WatchedRange | Catchpoint;

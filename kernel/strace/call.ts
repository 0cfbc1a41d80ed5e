import type { IsaName } from '../ports.ts';
import type { ArgKind } from '../syscalls/row.ts';
import type { Sigset } from '../task.ts';

/** Guest memory as strace reads it. */
export interface StraceMemory {
  /** The bytes, or null when one of them cannot be read. */
  read(addr: number, lenBytes: number): Uint8Array | null;
}

/** One system call on its way into text. */
export interface Call {
  readonly isa: IsaName;
  readonly name: string;
  readonly kinds: readonly ArgKind[];
  readonly args: readonly number[];
  readonly memory: StraceMemory;
  /** Bytes of a string that are shown: strace -s. */
  readonly maxString: number;
  /** Null while the call runs; negative errno or one of the kernel's restart codes. */
  readonly result: number | null;
  /** Signals blocked now: at the exit of sigreturn those of the frame. */
  readonly blocked: Sigset;
}

/** Text of argument `index`. */
export type Formatter = (call: Call, index: number) => string;

export function arg(call: Call, index: number): number {
  return call.args[index] ?? 0;
}

/** Unsigned: a negative number is taken as 64-bit two's complement, a rounded 2^64 as all ones. */
export function unsigned(value: number): bigint {
  const exact = BigInt(Math.trunc(value));
  return exact > 0xffff_ffff_ffff_ffffn ? 0xffff_ffff_ffff_ffffn : BigInt.asUintN(64, exact);
}

/** C's `%#lx`: `0` has no prefix. */
export function hex(value: number): string {
  return value === 0 ? '0' : `0x${unsigned(value).toString(16)}`;
}

/** C's `%lu`. */
export function decimal(value: number): string {
  return unsigned(value).toString();
}

/** A pointer: NULL or hexadecimal. */
export function address(value: number): string {
  return value === 0 ? 'NULL' : hex(value);
}

/** Clock ticks of 1/100 s, with the seconds in a comment. */
export function clockTicks(ticks: number): string {
  return ticks > 0 ? `${ticks} /* ${(ticks / 100).toFixed(2)} s */` : String(ticks);
}

/** C's `%#03o`, for modes. */
export function octalMode(mode: number): string {
  const digits = mode.toString(8);
  return (digits.startsWith('0') ? digits : `0${digits}`).padStart(3, '0');
}

/** The call has come back with an error, so what it would have filled is not there. */
export function failed(call: Call): boolean {
  return call.result !== null && call.result < 0 && call.result >= -4095;
}

/** What a pointer argument shows: the thing itself, or the address when it is NULL or `show` cannot read it. */
export function pointer(show: (call: Call, addr: number, index: number) => string | null): Formatter {
  return (call, index) => {
    const addr = arg(call, index);
    return (addr === 0 ? null : show(call, addr, index)) ?? address(addr);
  };
}

/** As `pointer`, for memory that the kernel fills: the address when the call failed. */
export function outPointer(show: (call: Call, addr: number, index: number) => string | null): Formatter {
  return pointer((call, addr, index) => (failed(call) ? null : show(call, addr, index)));
}

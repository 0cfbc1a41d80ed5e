import type { PhysAddr, Ram } from '../../kernel/ports.ts';
import { addon, type NativeRam } from './addon.ts';
import { checkInteger } from './check.ts';

const PAGE = 4096;
const MAX_LEN_BYTES = 2 ** 32;

const natives = new WeakMap<Ram, NativeRam>();

/**
 * RAM of `lenBytes`, a multiple of 4096 and at most 4 GiB. It takes host memory only where it was touched, and is given
 * back when neither it nor a CPU on it is in use any more.
 */
export function createRam(lenBytes: number): Ram {
  checkInteger('lenBytes', lenBytes, PAGE, MAX_LEN_BYTES);
  if (lenBytes % PAGE !== 0) throw new RangeError(`lenBytes ${lenBytes} is not a multiple of ${PAGE}`);
  const native = new addon.NativeRam(lenBytes);
  const bytes = native.bytes();
  const ram: Ram = {
    lenBytes,
    u8: new Uint8Array(bytes),
    u32: new Uint32Array(bytes),
    hasCode: new Uint8Array(native.hasCode(), 0, lenBytes / PAGE),
    invalidateCode(start: PhysAddr, len: number) {
      checkInteger('start', start, 0, lenBytes);
      checkInteger('lenBytes', len, 0, lenBytes - start);
      if (len > 0) native.invalidateCode(start, len);
    },
  };
  natives.set(ram, native);
  return ram;
}

export function nativeRam(ram: Ram): NativeRam {
  const native = natives.get(ram);
  if (native === undefined) throw new TypeError('ram was not made by createRam');
  return native;
}

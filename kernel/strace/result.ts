import { ERESTART_RESTARTBLOCK, ERESTARTSYS, errnoName, strerror } from '../abi/errno.ts';
import { longBytes } from '../abi/struct.ts';
import type { RetKind } from '../syscalls/row.ts';
import { type Call, hex, octalMode } from './call.ts';
import type { Special } from './special.ts';

/** What stands behind the equals sign. */

function errorText(errno: number): string {
  const name = errnoName(errno);
  if (errno >= ERESTARTSYS && errno <= ERESTART_RESTARTBLOCK && name) return `? ${name} (${strerror(errno)})`;
  return name ? `-1 ${name} (${strerror(errno)})` : `-1 (errno ${errno})`;
}

function asHex(call: Call, value: number): string {
  return hex(value < 0 && longBytes(call.isa) === 4 ? value >>> 0 : value);
}

function valueText(call: Call, ret: RetKind, value: number): string {
  if (ret === 'hex' || ret === 'ptr') return asHex(call, value);
  return ret === 'octal' ? octalMode(value) : String(value);
}

/** `0`, `-1 ENOENT (No such file or directory)`, `? ERESTARTSYS (…)`, or `?` for a call that does not return. */
export function resultText(call: Call, ret: RetKind, special: Special | undefined): string {
  const { result } = call;
  if (result === null) return '?';
  const own = special?.result?.(call);
  if (own) return own;
  const text = result < 0 && result >= -4095 ? errorText(-result) : valueText(call, ret, result);
  return text + (special?.note?.(call) ?? '');
}

import type { IsaName } from '../../kernel/ports.ts';
import { ARM_BLX, type FixupKind, THUMB_BLX } from './fixup-kinds.ts';
import type { Relocation } from './object.ts';
import { relocationType } from './relocations.ts';

export interface RelocationTarget {
  readonly name: string;
  readonly address: bigint;
  /** A Thumb function. */
  readonly thumb: boolean;
  readonly isFunction: boolean;
}

/** Fill in one field at `offset`, which will stand at `address`. Null, or what is wrong. */
export function applyRelocation(
  isa: IsaName,
  bytes: Uint8Array,
  offset: number,
  address: number,
  relocation: Relocation,
  target: RelocationTarget,
): string | null {
  const type = relocationType(isa, relocation.type);
  if (!type) return `relocation type ${relocation.type} cannot be linked statically`;
  if (!type.kind) return null;
  if (offset + type.kind.lenBytes > bytes.length) return `${type.name} points outside its section`;
  const chosen = interwork(type.kind, bytes, offset, target);
  if (typeof chosen === 'string') return chosen;
  let value = target.address + relocation.addend;
  if (target.thumb && chosen.takesThumbBit) value |= 1n;
  if (chosen.pcRelative) value -= BigInt(chosen.alignPc ? address - (address % 4) : address);
  if (isa !== 'x86_64' && !chosen.pcRelative) value = wrap32(value);
  if (!chosen.fits(value)) return `'${target.name}' is out of reach for ${type.name}`;
  chosen.write(bytes, offset, value);
  return null;
}

/** On a 32-bit CPU `symbol - 4` below zero is an address near the top. */
function wrap32(value: bigint): bigint {
  return value < -(1n << 31n) || value >= 1n << 32n ? BigInt.asIntN(32, value) : value;
}

/** A call between ARM and Thumb becomes BLX, one within a state BL; a jump between them is refused, with the reason. */
export function interwork(
  kind: FixupKind,
  bytes: Uint8Array,
  offset: number,
  target: Pick<RelocationTarget, 'name' | 'thumb' | 'isFunction'>,
): FixupKind | string {
  if (!kind.branch) return kind;
  const fromThumb = kind.branch.startsWith('thumb');
  const changes = fromThumb ? target.isFunction && !target.thumb : target.thumb;
  if (kind.branch === 'thumb-jump' || kind.branch === 'arm-jump') {
    if (!changes) return kind;
    return `a jump cannot change between ARM and Thumb: call '${target.name}' with bl, or use bx`;
  }
  if (fromThumb) {
    // Bit 12 of the second halfword tells BL from BLX.
    const second = bytes[offset + 3] ?? 0;
    const isBlx = (second & 0x10) === 0;
    const useBlx = changes || (isBlx && !target.thumb);
    bytes[offset + 3] = useBlx ? second & ~0x10 : second | 0x10;
    return useBlx ? THUMB_BLX : kind;
  }
  const isBlx = bytes[offset + 3] === 0xfa || bytes[offset + 3] === 0xfb;
  if (changes) {
    bytes[offset + 3] = 0xfa;
    return ARM_BLX;
  }
  if (isBlx && target.isFunction) bytes[offset + 3] = 0xeb;
  return isBlx && !target.isFunction ? ARM_BLX : kind;
}

import type { Member } from '../../../asm/dwarf/data-type.ts';
import { CliError } from '../errors.ts';
import { isAggregate, sizeOf } from './types.ts';
import { make, type Value } from './value.ts';

/** An integer of user memory; null where none is. */
type Read = (address: bigint, lenBytes: number) => bigint | null;

/** The part of a struct or union, or of what a pointer points to, as gdb takes `.` and `->` for each other. Throws CliError. */
export function memberOf(whole: Value, name: string, read: Read): Value {
  const struct = pointedAt(whole);
  const { type } = struct;
  if (type.kind !== 'struct') {
    throw new CliError(`Attempt to extract a component of a value that is not a structure${kindOf(whole)}.`);
  }
  const found = find(type.members(), name);
  if (!found) throw new CliError(`There is no member named ${name}.`);
  return part(struct, found, read);
}

function kindOf({ type }: Value): string {
  return type.kind === 'pointer' ? ' pointer' : '';
}

function pointedAt(whole: Value): Value {
  const to = whole.type.kind === 'pointer' ? whole.type.to() : null;
  return to?.kind === 'struct' ? make(to, 0n, { kind: 'memory', address: whole.value }) : whole;
}

/** Members of structs and unions without a name are those of what they stand in. */
function find(members: readonly Member[], name: string): Member | null {
  for (const member of members) {
    if (member.name === name) return member;
    const inner = member.name === '' && member.type.kind === 'struct' ? find(member.type.members(), name) : null;
    if (inner) return { ...inner, atBit: inner.atBit + member.atBit };
  }
  return null;
}

/** What stands in a member. Throws CliError where nothing can be read. */
export function part({ value, place }: Value, { type, atBit, fieldBits }: Member, read: Read): Value {
  if (place?.kind !== 'memory') {
    const bits = value >> BigInt(atBit);
    return make(type, fieldBits === null ? bits : field(bits, fieldBits, type));
  }
  const address = place.address + BigInt(Math.floor(atBit / 8));
  if (fieldBits === null && isAggregate(type)) return make(type, 0n, { kind: 'memory', address });
  const lenBytes = fieldBits === null ? sizeOf(type) : Math.ceil(((atBit % 8) + fieldBits) / 8);
  const bits = read(address, lenBytes);
  if (bits === null) throw new CliError(`Cannot access memory at address 0x${address.toString(16)}`);
  if (fieldBits === null) return make(type, bits, { kind: 'memory', address });
  return make(type, field(bits >> BigInt(atBit % 8), fieldBits, type), { kind: 'field', address, lenBytes });
}

/** A bit field's value; its sign is its own highest bit. */
function field(bits: bigint, fieldBits: number, type: Member['type']): bigint {
  return type.kind === 'int' && type.signed ? BigInt.asIntN(fieldBits, bits) : BigInt.asUintN(fieldBits, bits);
}

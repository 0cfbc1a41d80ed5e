/** ELF files changed at random, in the headers mostly: what fast-check draws, and how it is named. */

import fc from 'fast-check';
import { ET_DYN } from '../../../kernel/abi/elf.ts';
import type { IsaName } from '../../../kernel/ports.ts';
import { pie } from './candidates.ts';
import {
  BASE,
  DATA,
  elfFile,
  type Field,
  headerBytes,
  headerFields,
  phdrBytes,
  phdrFields,
  setField,
  usualSegments,
} from './elf-file.ts';
import type { Candidate } from './probe.ts';

type Change = (bytes: Uint8Array) => string;

const PHDRS = usualSegments().length;

/** One byte anywhere in the headers, flipped or set. */
function byteChange(isa: IsaName): fc.Arbitrary<Change> {
  const end = headerBytes(isa) + PHDRS * phdrBytes(isa);
  return fc.tuple(fc.nat(end - 1), fc.integer({ min: 1, max: 255 })).map(([at, flip]) => (bytes) => {
    bytes[at] = (bytes[at] ?? 0) ^ flip;
    return `byte ${at} ^ ${flip}`;
  });
}

/** One field set to something near what fields hold, to a power of two or to anything. */
function fieldChange(isa: IsaName): fc.Arbitrary<Change> {
  const phdrs = Array.from({ length: PHDRS }, (_, i) => phdrFields(isa, i)).flat();
  const fields: Field[] = [...headerFields(isa), ...phdrs, ...phdrs];
  const near = fc
    .tuple(fc.constantFrom(0, BASE, DATA, 0x1000, 0x3000, 0xffff_e000), fc.integer({ min: -0x2000, max: 0x2000 }))
    .map(([base, offset]) => BigInt(base + offset));
  const power = fc.nat(47).map((bit) => 1n << BigInt(bit));
  const any = fc.bigInt(0n, (1n << 47n) - 1n);
  return fc.tuple(fc.constantFrom(...fields), fc.oneof(near, near, power, any)).map(([field, value]) => (bytes) => {
    setField(bytes, field, value);
    return `${field.name} at ${field.at} = ${value}`;
  });
}

const cut: fc.Arbitrary<Change> = fc.nat(0x1010).map((end) => (bytes) => {
  bytes.fill(0, end);
  return `zeros from ${end}`;
});

/** A file with one to four changes; its name tells them all. */
export function mutated(isa: IsaName): fc.Arbitrary<Candidate> {
  const change = fc.oneof(
    { weight: 4, arbitrary: byteChange(isa) },
    { weight: 6, arbitrary: fieldChange(isa) },
    { weight: 1, arbitrary: cut },
  );
  return fc.tuple(fc.boolean(), fc.array(change, { minLength: 1, maxLength: 4 })).map(([shared, changes]) => {
    const bytes = shared ? elfFile(isa, { type: ET_DYN, segments: pie([{}, { vaddr: 0x2000 }]) }) : elfFile(isa);
    const names = changes.map((apply) => apply(bytes));
    keepToWhatCompares(isa, bytes);
    return { name: `${isa} ${shared ? 'shared object' : 'program'}: ${names.join(', ')}`, bytes };
  });
}

/**
 * Leave out what the machine decides: how far a file may reach is its file system's (2^44 on ext4, 2^63 on tmpfs), how many
 * zeros are too many depends on the memory there is.
 */
function keepToWhatCompares(isa: IsaName, bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer);
  const limits: Record<string, readonly [bigint, bigint]> = { p_offset: [44n, 63n], p_memsz: [32n, 46n] };
  for (const field of Array.from({ length: PHDRS }, (_, i) => phdrFields(isa, i)).flat()) {
    const [low, high] = limits[field.name] ?? [];
    if (field.lenBytes !== 8 || low === undefined || high === undefined) continue;
    const value = view.getBigUint64(field.at, true);
    if (value >= 1n << low && value < 1n << high) setField(bytes, field, value % (1n << low));
  }
}

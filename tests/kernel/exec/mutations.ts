/** ELF files changed at random, in the headers mostly: what fast-check draws, and how it is named. */

import fc from 'fast-check';
import { EM_ARM, ET_DYN, ET_EXEC, PT_LOAD } from '../../../kernel/abi/elf.ts';
import type { IsaName } from '../../../kernel/ports.ts';
import { pie } from './candidates.ts';
import {
  BASE,
  DATA,
  elfFile,
  type Field,
  getField,
  headerBytes,
  headerFields,
  MACHINE,
  phdrBytes,
  phdrFields,
  setField,
  usualSegments,
} from './elf-file.ts';
import type { Candidate } from './probe.ts';

type Change = (bytes: Uint8Array) => string;

const PHDRS = usualSegments().length;
/** How far from a program the kernel's pages may lie: the host's vDSO with its data. */
const BESIDE_BYTES = 0x1_0000n;

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

const truncation: fc.Arbitrary<Change> = fc.nat(0x1010).map((end) => (bytes) => {
  bytes.fill(0, end);
  return `zeros from ${end}`;
});

/** A file with one to four changes; its name tells them all. */
export function mutated(isa: IsaName): fc.Arbitrary<Candidate> {
  const change = fc.oneof(
    { weight: 4, arbitrary: byteChange(isa) },
    { weight: 6, arbitrary: fieldChange(isa) },
    { weight: 1, arbitrary: truncation },
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
 * zeros are too many depends on the memory there is, how low a program may lie is vm.mmap_min_addr (65536 on Debian, 4096 where
 * the kernel's own default stands), and whether a file of ARM is a program depends on there being such a CPU, as here.
 */
function keepToWhatCompares(isa: IsaName, bytes: Uint8Array): void {
  const header = headerFields(isa);
  const machine = named(header, 'e_machine');
  if (getField(bytes, machine) === BigInt(EM_ARM)) setField(bytes, machine, MACHINE[isa]);
  const isProgram = getField(bytes, named(header, 'e_type')) === BigInt(ET_EXEC);
  for (const field of Array.from({ length: PHDRS }, (_, i) => phdrFields(isa, i)).flat()) {
    if (field.name === 'p_offset' && field.lenBytes === 8) cut(bytes, field, 44, 63);
    if (field.name === 'p_memsz' && field.lenBytes === 8) cut(bytes, field, 32, 46);
    if (field.name === 'p_vaddr' && isProgram) cut(bytes, field, 12, 16);
  }
  if (!isProgram) keepEntryInside(isa, bytes);
}

const named = (fields: readonly Field[], name: string): Field => {
  const found = fields.find((field) => field.name === name);
  if (!found) throw new Error(`no field ${name}`);
  return found;
};

/** A value of at least 2^low and less than 2^high becomes one below 2^low. */
function cut(bytes: Uint8Array, field: Field, low: number, high: number): void {
  const value = getField(bytes, field);
  if (value >= 1n << BigInt(low) && value < 1n << BigInt(high)) setField(bytes, field, value % (1n << BigInt(low)));
}

/**
 * Around a shared object and in its holes lies what the kernel gives every program: on the host its vDSO, other code in
 * every kernel. An entry close to a segment, but outside of all, is put to where the first one begins.
 */
function keepEntryInside(isa: IsaName, bytes: Uint8Array): void {
  const field = named(headerFields(isa), 'e_entry');
  const entry = BigInt.asIntN(64, getField(bytes, field));
  const loads = Array.from({ length: PHDRS }, (_, i) => phdrFields(isa, i))
    .filter((phdr) => getField(bytes, named(phdr, 'p_type')) === BigInt(PT_LOAD))
    .map((phdr) => {
      const [vaddr, lenBytes] = [getField(bytes, named(phdr, 'p_vaddr')), getField(bytes, named(phdr, 'p_memsz'))];
      return { start: vaddr & ~0xfffn, end: (vaddr + lenBytes + 0xfffn) & ~0xfffn };
    });
  const within = (marginBytes: bigint): boolean =>
    loads.some(({ start, end }) => entry >= start - marginBytes && entry < end + marginBytes);
  if (within(BESIDE_BYTES) && !within(0n)) setField(bytes, field, loads[0]?.start ?? 0n);
}

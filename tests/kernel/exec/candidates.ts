/** ELF files with something wrong, and what is only odd: each with a name that says it. */

import { ET_CORE, ET_DYN, ET_REL, PF_R, PF_W, PF_X } from '../../../kernel/abi/elf.ts';
import type { IsaName } from '../../../kernel/ports.ts';
import {
  BASE,
  DATA,
  type ElfFileOptions,
  elfFile,
  type Field,
  headerFields,
  phdrFields,
  type Segment,
  setField,
  usualSegments,
} from './elf-file.ts';
import type { Candidate } from './probe.ts';

const [TEXT_SEGMENT, DATA_SEGMENT, STACK_SEGMENT] = usualSegments() as [Segment, Segment, Segment];
const PHDR_COUNT = usualSegments().length;

/** Cut behind and inside every field of the headers, at the code and inside the data. */
export function truncated(isa: IsaName): Candidate[] {
  const bytes = elfFile(isa);
  const all = [...headerFields(isa), ...Array.from({ length: PHDR_COUNT }, (_, i) => phdrFields(isa, i)).flat()];
  const ends = new Set(all.flatMap(({ at, lenBytes }) => [at, at + lenBytes - 1, at + lenBytes]));
  for (const end of [0, 1, 255, 256, 257, 0x300, 0x305, 0x400, 0xfff, 0x1000, 0x1001, 0x100f]) ends.add(end);
  return [...ends]
    .sort((a, b) => a - b)
    .map((end) => ({ name: `${isa} cut to ${end} bytes`, bytes: bytes.slice(0, end) }));
}

/** Values for a field of this size: small ones, its limits, and what lies around pages and the ends of user space. */
function absurdValues({ name, lenBytes }: Field): bigint[] {
  const bits = BigInt(8 * lenBytes);
  const all = 1n << bits;
  const values = [0n, 1n, 2n, 3n, 6n, 0x20n, 0x38n, 0xffn, all / 2n - 1n, all / 2n, all - 1n, all - 2n, all - 0x1000n];
  const addresses = [
    0xfffn,
    0x1000n,
    0x1001n,
    0x3000n,
    0x804_7000n,
    0x804_8000n,
    0x804_8400n,
    0x804_a010n,
    0x804_dfffn,
  ];
  const ends = [0xbfff_f000n, 0xffff_d000n, 0xffff_dfffn, 0xffff_e000n, 0xffff_f000n, 0x1_0000_0000n];
  const wide = [0x7fff_ffff_e000n, 0x7fff_ffff_efffn, 0x7fff_ffff_f000n, 0x8000_0000_0000n];
  // How far a file may reach is its file system's: 2^44 on ext4, 2^63 on tmpfs.
  const reachable = (value: bigint): boolean => name !== 'p_offset' || value < 1n << 44n || value >= 1n << 63n;
  const possible = (value: bigint): boolean => value >= 0n && value < all && reachable(value);
  return [...new Set([...values, ...addresses, ...ends, ...wide])].filter(possible);
}

/** Every field of the file header and of every program header set to absurd values, one at a time. */
export function absurdFields(isa: IsaName): Candidate[] {
  const tables: [string, Field[]][] = [['', headerFields(isa)]];
  for (let i = 0; i < PHDR_COUNT; i++) tables.push([`phdr ${i} `, phdrFields(isa, i)]);
  return tables.flatMap(([prefix, list]) =>
    list.flatMap((field) =>
      absurdValues(field).map((value) => {
        const bytes = elfFile(isa);
        setField(bytes, field, value);
        return { name: `${isa} ${prefix}${field.name} = 0x${value.toString(16)}`, bytes };
      }),
    ),
  );
}

export const segment = (of: Segment, changes: Partial<Segment>): Segment => ({ ...of, ...changes });
const moreText = (changes: Partial<Segment>): Segment[] => [...usualSegments(), segment(TEXT_SEGMENT, changes)];
const moreData = (changes: Partial<Segment>): Segment[] => [...usualSegments(), segment(DATA_SEGMENT, changes)];
const zeros = (vaddr: number, memSize: number, flags: number = PF_R | PF_W): Segment =>
  segment(DATA_SEGMENT, { vaddr, memSize, flags, offset: 0, fileSize: 0 });

/** Tables of segments that no linker writes. */
export function oddSegments(isa: IsaName): Candidate[] {
  const stackTop = { i386: 0xffff_e000, x86_64: 0x7fff_ffff_f000, arm: 0xbf00_0000 }[isa];
  const cases: Record<string, ElfFileOptions> = {
    'no segments but the stack': { segments: [STACK_SEGMENT] },
    'only text': { segments: [TEXT_SEGMENT], plain: true },
    'no stack header': { segments: [TEXT_SEGMENT, DATA_SEGMENT] },
    'two stack headers': { segments: [...usualSegments(), segment(STACK_SEGMENT, { flags: PF_X })] },
    'a stack header of flags 0': { segments: [TEXT_SEGMENT, DATA_SEGMENT, segment(STACK_SEGMENT, { flags: 0 })] },
    'data before text': { segments: [DATA_SEGMENT, TEXT_SEGMENT, STACK_SEGMENT] },
    'text twice': { segments: moreText({}) },
    'text again, writable': { segments: moreText({ flags: PF_R | PF_W | PF_X }) },
    'text again, without execution': { segments: moreText({ flags: PF_R }) },
    'text over data': { segments: moreText({ vaddr: DATA }) },
    'data over text': { segments: moreData({ vaddr: BASE }) },
    'zeros over data': { segments: [...usualSegments(), zeros(DATA, 0x1000)] },
    'zeros over text': { segments: [...usualSegments(), zeros(BASE, 0x1000)] },
    'zeros behind data in its page': { segments: [...usualSegments(), zeros(DATA + 0x800, 0x10)] },
    'read-only zeros': { segments: [TEXT_SEGMENT, segment(DATA_SEGMENT, { flags: PF_R })] },
    'zeros of flags 0': { segments: [TEXT_SEGMENT, segment(DATA_SEGMENT, { flags: 0 })] },
    'only execution': { segments: [segment(TEXT_SEGMENT, { flags: PF_X }), DATA_SEGMENT, STACK_SEGMENT] },
    'only writing': { segments: [segment(TEXT_SEGMENT, { flags: PF_W }), DATA_SEGMENT, STACK_SEGMENT] },
    'everything everywhere': { segments: usualSegments().map((each) => segment(each, { flags: 7 })) },
    'an empty segment': { segments: [...usualSegments(), zeros(BASE + 0x10_0000, 0)] },
    'an empty segment first': { segments: [zeros(BASE + 0x10_0000, 0), ...usualSegments()] },
    'an empty segment beyond user space': { segments: [...usualSegments(), zeros(stackTop + 0x1000, 0)] },
    'a segment at 0': { segments: [...usualSegments(), zeros(0, 0x1000)] },
    'file bytes at 0': { segments: moreText({ vaddr: 0 }) },
    'a segment up to the end of user space': { segments: [...usualSegments(), zeros(stackTop - 0x1000, 0x1000)] },
    'a segment over the end of user space': { segments: [...usualSegments(), zeros(stackTop - 0x1000, 0x2000)] },
    'zeros over the stack, first': { segments: [zeros(stackTop - 0x2_0000, 0x1_0000), ...usualSegments()] },
    'zeros over the whole stack': { segments: [...usualSegments(), zeros(stackTop - 0x10_0000, 0x10_0000)] },
    'text over the stack, first': {
      segments: [segment(TEXT_SEGMENT, { vaddr: stackTop - 0x1000 }), ...usualSegments()],
    },
    'read-only text over the stack': { segments: moreText({ vaddr: stackTop - 0x1000, flags: PF_R }) },
    'zeros from data up to the stack': {
      segments: [TEXT_SEGMENT, segment(DATA_SEGMENT, { memSize: stackTop - DATA })],
    },
    'more in the file than in memory': { segments: [TEXT_SEGMENT, segment(DATA_SEGMENT, { memSize: 8 })] },
    'a segment beyond the file': { segments: moreData({ offset: 0x10_0000, vaddr: BASE + 0x10_0000 }) },
    'a writable tail beyond the file': {
      segments: moreData({ offset: 0x2000, vaddr: BASE + 0x10_0000, fileSize: 0x10 }),
    },
    'a read-only tail beyond the file': {
      segments: moreData({ offset: 0x2000, vaddr: BASE + 0x10_0000, fileSize: 0x10, flags: PF_R }),
    },
    'offset and address out of step': { segments: moreData({ offset: 0x1010, vaddr: BASE + 0x10_0000 }) },
    'an entry in data': { entry: DATA },
    'an entry in zeros': { entry: DATA + 0x1000 },
    'an entry nowhere': { entry: 0x1234_5678 },
    'an odd entry': { entry: BASE + 0x301 },
    'an entry at 0': { entry: 0 },
    'an entry at the end of user space': { entry: stackTop },
    'an entry in the last page': { entry: stackTop - 1 },
    'a file of type ET_REL': { type: ET_REL },
    'a file of type ET_CORE': { type: ET_CORE },
    'a shared object without an interpreter': { type: ET_DYN, segments: pie([]) },
    'a shared object linked high': { type: ET_DYN, entry: BASE + 0x300 },
    'a shared object of an odd alignment': { type: ET_DYN, segments: pie([{ align: 3 }]) },
    'a shared object aligned to 2 MiB': { type: ET_DYN, segments: pie([{ align: 0x20_0000 }]) },
    'a shared object aligned to the half of all': { type: ET_DYN, segments: pie([{ align: 0x8000_0000 }]) },
    'a shared object that begins with zeros': {
      type: ET_DYN,
      segments: [zeros(0, 0x1000), ...pie([{ vaddr: 0x1000 }])],
    },
    'a shared object without segments': { type: ET_DYN, segments: [STACK_SEGMENT] },
    'a shared object linked downwards': {
      type: ET_DYN,
      segments: pie([{ vaddr: 0x1_0000 }, { vaddr: 0 }]),
      entry: 0x1_0300,
    },
    'a writable shared object over more than any memory': {
      type: ET_DYN,
      segments: pie([{ flags: 7 }, { vaddr: 0x6000_0000_0000 }]),
    },
    'a shared object with a hole of 1 GiB': { type: ET_DYN, segments: pie([{}, { vaddr: 0x4000_0000 }]) },
  };
  return Object.entries(cases).map(([name, options]) => ({ name: `${isa} ${name}`, bytes: elfFile(isa, options) }));
}

/** Segments of a shared object linked at 0. */
export function pie(texts: readonly Partial<Segment>[]): Segment[] {
  const list = texts.length > 0 ? texts : [{}];
  return [...list.map((changes) => segment(TEXT_SEGMENT, { vaddr: 0, ...changes })), STACK_SEGMENT];
}

import * as elf from './constants.ts';
import { ElfError } from './error.ts';
import { type ElfFile, type ElfSection, sectionBytes } from './reader.ts';

export interface ElfRelocation {
  /** r_offset: in the section for ET_REL, else an address. */
  readonly offset: number;
  readonly type: number;
  /** Index into the linked symbol table, counting the null symbol; 0 is none. */
  readonly symbol: number;
  /** Null for REL: the addend stands in the field. */
  readonly addend: bigint | null;
}

/** The relocations of one SHT_REL or SHT_RELA section. Throws ElfError. */
export function readRelocations(image: ElfFile, section: ElfSection): ElfRelocation[] {
  const { file } = image;
  const rela = section.type === elf.SHT_RELA;
  if (!rela && section.type !== elf.SHT_REL) throw new ElfError(`section ${section.name} holds no relocations`);
  const word = file.is64 ? 8 : 4;
  const size = word * (rela ? 3 : 2);
  if (section.entsize !== size)
    throw new ElfError(`relocations ${section.name} have entries of ${section.entsize} bytes, not ${size}`);
  sectionBytes(image, section);
  const out: ElfRelocation[] = [];
  for (let i = 0; i < Math.floor(section.lenBytes / size); i += 1) {
    const at = section.offset + i * size;
    const info = file.is64 ? file.u64(at + word) : BigInt(file.u32(at + word));
    const addend = file.is64 ? () => file.i64(at + 2 * word) : () => BigInt(file.i32(at + 2 * word));
    out.push({
      offset: file.native(at, 'offset of a relocation'),
      type: Number(file.is64 ? info & 0xffffffffn : info & 0xffn),
      symbol: Number(file.is64 ? info >> 32n : info >> 8n),
      addend: rela ? addend() : null,
    });
  }
  return out;
}

import { SHT_ARM_ATTRIBUTES } from '../elf/constants.ts';
import type { SectionToWrite } from '../elf/writer.ts';

/** Build attributes (AAELF32 addenda): tag, value. ARMv7-A with Thumb-2, so that linkers may use BLX. */
const TAGS: readonly (readonly [tag: number, value: number])[] = [
  [6, 10], // Tag_CPU_arch: v7
  [7, 0x41], // Tag_CPU_arch_profile: A
  [8, 1], // Tag_ARM_ISA_use
  [9, 2], // Tag_THUMB_ISA_use: Thumb-2
];

const word = (value: number): number[] => [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24];

/** The .ARM.attributes section. */
export function armAttributes(): SectionToWrite {
  const tags = TAGS.flat();
  const vendor = [...new TextEncoder().encode('aeabi'), 0];
  const file = [1, ...word(5 + tags.length), ...tags];
  const bytes = Uint8Array.from([0x41, ...word(4 + vendor.length + file.length), ...vendor, ...file]);
  return {
    name: '.ARM.attributes',
    type: SHT_ARM_ATTRIBUTES,
    flags: 0,
    address: 0,
    bytes,
    lenBytes: bytes.length,
    align: 1,
  };
}

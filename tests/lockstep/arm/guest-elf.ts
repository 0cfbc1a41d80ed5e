/** The program that qemu-arm runs for the lockstep: pages at fixed addresses, and a loop that copies code. */

export const PAGE = 4096;
/**
 * The stub refuses to write pages that hold translated code. So code is staged, and the program copies it itself:
 * 1: ldr r3, [r0], #4; str r3, [r1], #4; cmp r1, r2; bne 1b; udf #0
 */
export const LOADER = 0x3_0000;
const LOADER_CODE = [0xe490_3004, 0xe481_3004, 0xe151_0002, 0x1aff_fffb, 0xe7f0_00f0];
export const STAGE = 0xa_0000;
/** Readable, writable, executable. */
export const CODE = 0x4_0000;
export const CODE_LEN = PAGE;
/** Read-only, right in front of the data. Nothing is mapped in front of it, or behind the data. */
export const READ_ONLY = 0x7_f000;
export const DATA = 0x8_0000;
export const DATA_LEN = 2 * PAGE;
/** A page for the frame around sequences; see memory.ts. */
export const SAVE = 0x9_0000;

const SEGMENTS = [
  { vaddr: LOADER, len: PAGE, flags: 5 },
  { vaddr: CODE, len: CODE_LEN, flags: 7 },
  { vaddr: READ_ONLY, len: PAGE, flags: 4 },
  { vaddr: DATA, len: DATA_LEN, flags: 6 },
  { vaddr: SAVE, len: PAGE, flags: 6 },
  { vaddr: STAGE, len: PAGE, flags: 6 },
];
const EHDR_LEN = 52;
const PHDR_LEN = 32;

/** elf(5): a static ARM executable, EABI 5, hard float. */
export function guestElf(): Uint8Array {
  const file = new Uint8Array(PAGE + SEGMENTS.reduce((sum, { len }) => sum + len, 0));
  const view = new DataView(file.buffer);
  file.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  const words16: [number, number][] = [
    [16, 2],
    [18, 40],
    [40, EHDR_LEN],
    [42, PHDR_LEN],
    [44, SEGMENTS.length],
  ];
  for (const [at, value] of words16) view.setUint16(at, value, true);
  const words32: [number, number][] = [
    [20, 1],
    [24, LOADER],
    [28, EHDR_LEN],
    [36, 0x0500_0400],
  ];
  for (const [at, value] of words32) view.setUint32(at, value, true);
  let offset = PAGE;
  SEGMENTS.forEach(({ vaddr, len, flags }, index) => {
    const at = EHDR_LEN + index * PHDR_LEN;
    [1, offset, vaddr, vaddr, len, len, flags, PAGE].forEach((value, word) => {
      view.setUint32(at + 4 * word, value, true);
    });
    if (vaddr === LOADER) {
      for (const [index, word] of LOADER_CODE.entries()) view.setUint32(offset + 4 * index, word, true);
    }
    offset += len;
  });
  return file;
}

/** The pages that a sequence sees, the same in the engine and in native/tracer.c, and what they hold at its start. */

export const PAGE = 4096;
export const CODE = 0x1000_0000;
export const CODE_PAGES = 2;
export const DATA = 0x2000_0000;
export const DATA_PAGES = 2;
/** A page that may be read only, behind the data. */
export const READ_ONLY = DATA + DATA_PAGES * PAGE;
export const STACK = 0x3000_0000;
export const STACK_PAGES = 2;

/** Addresses of the pages of data, read-only data and stack, in the order in which the tracer keeps them. */
export const MEMORY_PAGES: readonly number[] = [DATA, DATA + PAGE, READ_ONLY, STACK, STACK + PAGE];
export const MEMORY_WORDS = (MEMORY_PAGES.length * PAGE) / 4;

/** Where word `index` lies, counted as the tracer does. */
export function addressOfWord(index: number): number {
  return (MEMORY_PAGES[Math.floor((index * 4) / PAGE)] ?? 0) + ((index * 4) % PAGE);
}

/** Bases of the data segments that descriptors 12 and 13 (selectors 0x63 and 0x6b) name. */
export const TLS_BASES: readonly number[] = [DATA + 0x800, DATA + 0x800 + 0x7f9];

/** Words that random memory is mixed with: small and extreme integers, parts of floats, doubles and 80-bit reals. */
export const PALETTE = Uint32Array.from([
  0, 1, 2, 3, 4, 7, 8, 9, 0x0f, 0x10, 0x1f, 0x20, 0x3f, 0x40, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x10000,
  0x7fffffff, 0x80000000, 0xffffffff, 0xfffffffe, 0xffffff80, 0xffff8000, 0x80808080, 0x01010101, 0x55555555,
  0xaaaaaaaa, 0x3f800000, 0xbf800000, 0x40000000, 0x40490fdb, 0x7f800000, 0xff800000, 0x7fc00000, 0xffc00000,
  0x7f800001, 0x00800000, 0x007fffff, 0x00000001, 0x4b000000, 0x4f000000, 0x5f000000, 0xcf000000, 0x3ff00000,
  0xbff00000, 0x40000000, 0x7ff00000, 0xfff00000, 0x7ff80000, 0xfff80000, 0x7ff00001, 0x00100000, 0x000fffff,
  0x43300000, 0x41e00000, 0xc1e00000, 0x43e00000, 0x3fff8000, 0x00007fff,
]);

/** Fill `into` (MEMORY_WORDS) as native/tracer.c fill_memory() does. */
export function fillMemory(into: Uint32Array, seed: number): void {
  let state = seed | 0;
  for (let i = 0; i < MEMORY_WORDS; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    into[i] = ((state >>> 8) & 3) === 0 ? (PALETTE[(state >>> 10) & 63] ?? 0) : state;
  }
}

/** Pages of the generated sequences, and where in them the frame around a sequence keeps its values. */
import { CODE, DATA, PAGE } from './guest-elf.ts';

/** Offsets in the page at SAVE, which r10 points to all the time: d0 to d31, then FPSCR, as they are at the start. */
export const START_VFP = 0;
export const START_FPSCR = 0x100;
/** The same at the end. */
export const END_VFP = 0x200;
export const END_FPSCR = 0x300;
/** Where to go at the end of each pass through the sequence; r9 points behind the entry that was used last. */
export const TABLE = 0x400;
/** What r5, r7, r8, r12 and sp hold at the start of each pass. */
export const POINTERS = 0x440;
export const SAVE_LEN = 0x480;

/** A word for a target that is computed at run time. */
export const TARGET = 0x480;

export const PROLOGUE = CODE;
export const EPILOGUE = CODE + 0x40;
/** The udf that ends everything. */
export const END = CODE + 0x54;
export const BODY = CODE + 0x80;
export const BODY_END = CODE + PAGE;

/** vldmia r10, {d0-d15}; add r9, r10, #128; vldmia r9, {d16-d31}; ldr r9, [r10, #256]; vmsr fpscr, r9; add r9, r10, #0x400; ldr pc, [r9], #4 */
export const PROLOGUE_CODE = [0xec9a0b20, 0xe28a9080, 0xecd90b20, 0xe59a9100, 0xeee19a10, 0xe28a9b01, 0xe499f004];
/** add r9, r10, #512; vstmia r9!, {d0-d15}; vstmia r9!, {d16-d31}; vmrs r9, fpscr; str r9, [r10, #0x300]; udf #0xfe */
export const EPILOGUE_CODE = [0xe28a9c02, 0xeca90b20, 0xece90b20, 0xeef19a10, 0xe58a9300, 0xe7f00ffe];

/** Addresses around which accesses fall: in front of the data lies a read-only page, behind it nothing. */
export const PLACES: readonly number[] = [DATA, DATA + PAGE, DATA + 2 * PAGE];

/** Numbers of the binary flat format (include/uapi/linux/flat.h), as far as they are used here. All words of the header are big-endian. */
export const FLAT_MAGIC = 0x62464c54; // 'bFLT'
export const FLAT_VERSION = 4;
/** sizeof(struct flat_hdr) */
export const FLAT_HEADER_BYTES = 64;

export const FLAT_FLAG_RAM = 1;
export const FLAT_FLAG_GOTPIC = 2;

/** Linux places data at a multiple of this. fs/binfmt_flat.c */
export const FLAT_DATA_ALIGN = 0x20;

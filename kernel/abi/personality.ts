/** Linux: uapi/linux/personality.h. */

export const ADDR_COMPAT_LAYOUT = 0x20_0000;
export const ADDR_LIMIT_32BIT = 0x80_0000;
export const ADDR_LIMIT_3GB = 0x800_0000;
export const ADDR_NO_RANDOMIZE = 0x4_0000;
export const FDPIC_FUNCPTRS = 0x8_0000;
export const MMAP_PAGE_ZERO = 0x10_0000;
export const PER_LINUX = 0;
export const PER_LINUX32 = 8;
export const PER_LINUX_32BIT = 0x80_0000;
export const PER_MASK = 0xff;
export const READ_IMPLIES_EXEC = 0x40_0000;
export const SHORT_INODE = 0x100_0000;
export const STICKY_TIMEOUTS = 0x400_0000;
export const UNAME26 = 0x2_0000;
export const WHOLE_SECONDS = 0x200_0000;

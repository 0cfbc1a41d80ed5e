/** Linux: uapi/linux/memfd.h. */

export const MFD_CLOEXEC = 1;
export const MFD_ALLOW_SEALING = 2;
export const MFD_HUGETLB = 4;
export const MFD_HUGE_SHIFT = 0x1a;
export const MFD_HUGE_MASK = 0x3f;
export const MFD_HUGE_64KB = 0x40000000;
export const MFD_HUGE_512KB = 0x4c000000;
export const MFD_HUGE_1MB = 0x50000000;
export const MFD_HUGE_2MB = 0x54000000;
export const MFD_HUGE_8MB = 0x5c000000;
export const MFD_HUGE_16MB = 0x60000000;
export const MFD_HUGE_32MB = 0x64000000;
export const MFD_HUGE_256MB = 0x70000000;
export const MFD_HUGE_512MB = 0x74000000;
export const MFD_HUGE_1GB = 0x78000000;
export const MFD_HUGE_2GB = 0x7c000000;
export const MFD_HUGE_16GB = 0x88000000;

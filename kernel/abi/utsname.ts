/** Linux: uapi/linux/utsname.h. */

export const __OLD_UTS_LEN = 8;
export const __NEW_UTS_LEN = 64;

/** Linux: uapi/linux/signalfd.h. */

export const SFD_CLOEXEC = 0x80000;
export const SFD_NONBLOCK = 0x800;

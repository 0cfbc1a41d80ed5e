/** Linux: uapi/linux/pidfd.h. */

export const PIDFD_NONBLOCK = 0x800;

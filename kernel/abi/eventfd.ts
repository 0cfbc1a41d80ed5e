/** Linux: include/linux/eventfd.h; no header of user space has them but glibc's. */

export const EFD_SEMAPHORE = 1;
export const EFD_CLOEXEC = 0x80000;
export const EFD_NONBLOCK = 0x800;

/** Linux: uapi/linux/magic.h; flags of statfs, include/linux/statfs.h. */

export const RAMFS_MAGIC = 0x858458f6;
export const TMPFS_MAGIC = 0x1021994;
export const EXT4_SUPER_MAGIC = 0xef53;
export const OVERLAYFS_SUPER_MAGIC = 0x794c7630;
export const DEVPTS_SUPER_MAGIC = 0x1cd1;
export const PIPEFS_MAGIC = 0x50495045;
export const PROC_SUPER_MAGIC = 0x9fa0;
export const SOCKFS_MAGIC = 0x534f434b;
export const SYSFS_MAGIC = 0x62656572;
export const ANON_INODE_FS_MAGIC = 0x9041934;

export const ST_RDONLY = 1;
export const ST_NOSUID = 2;
/** Set by the kernel whenever f_flags is valid. */
export const ST_VALID = 0x20;

import { array, defineStruct, pad } from '../struct.ts';

/**
 * `struct stat`: the only one of x86_64; on i386 and ARM the old one of stat(2) with 16-bit ids, which cannot hold a big file.
 * Linux: uapi/asm/stat.h.
 */
export const stat = defineStruct(
  'stat',
  {
    st_dev: 'ulong',
    st_ino: 'ulong',
    st_mode: 'u16',
    st_nlink: 'u16',
    st_uid: 'u16',
    st_gid: 'u16',
    st_rdev: 'ulong',
    st_size: 'ulong',
    st_blksize: 'ulong',
    st_blocks: 'ulong',
    st_atime: 'ulong',
    st_atime_nsec: 'ulong',
    st_mtime: 'ulong',
    st_mtime_nsec: 'ulong',
    st_ctime: 'ulong',
    st_ctime_nsec: 'ulong',
    unused: array('ulong', 2),
  },
  {
    on: {
      x86_64: {
        st_dev: 'ulong',
        st_ino: 'ulong',
        st_nlink: 'ulong',
        st_mode: 'u32',
        st_uid: 'u32',
        st_gid: 'u32',
        st_rdev: 'ulong',
        st_size: 'long',
        st_blksize: 'long',
        st_blocks: 'long',
        st_atime: 'ulong',
        st_atime_nsec: 'ulong',
        st_mtime: 'ulong',
        st_mtime_nsec: 'ulong',
        st_ctime: 'ulong',
        st_ctime_nsec: 'ulong',
        unused: array('long', 3),
      },
    },
  },
);

/** `struct stat64` of i386 and ARM. `__st_ino` is st_ino's low word. */
export const stat64 = defineStruct('stat64', {
  st_dev: 'u64',
  pad0: pad(4),
  __st_ino: 'ulong',
  st_mode: 'u32',
  st_nlink: 'u32',
  st_uid: 'ulong',
  st_gid: 'ulong',
  st_rdev: 'u64',
  pad3: pad(4),
  st_size: 's64',
  st_blksize: 'ulong',
  st_blocks: 'u64',
  st_atime: 'ulong',
  st_atime_nsec: 'ulong',
  st_mtime: 'ulong',
  st_mtime_nsec: 'ulong',
  st_ctime: 'ulong',
  st_ctime_nsec: 'ulong',
  st_ino: 'u64',
});

export const statxTimestamp = defineStruct('statx_timestamp', { tv_sec: 's64', tv_nsec: 'u32', reserved: pad(4) });

/** The same on every ISA. Linux: uapi/linux/stat.h. */
export const statx = defineStruct('statx', {
  stx_mask: 'u32',
  stx_blksize: 'u32',
  stx_attributes: 'u64',
  stx_nlink: 'u32',
  stx_uid: 'u32',
  stx_gid: 'u32',
  stx_mode: 'u16',
  spare0: pad(2),
  stx_ino: 'u64',
  stx_size: 'u64',
  stx_blocks: 'u64',
  stx_attributes_mask: 'u64',
  stx_atime: statxTimestamp,
  stx_btime: statxTimestamp,
  stx_ctime: statxTimestamp,
  stx_mtime: statxTimestamp,
  stx_rdev_major: 'u32',
  stx_rdev_minor: 'u32',
  stx_dev_major: 'u32',
  stx_dev_minor: 'u32',
  stx_mnt_id: 'u64',
  stx_dio_mem_align: 'u32',
  stx_dio_offset_align: 'u32',
  spare3: pad(96),
});

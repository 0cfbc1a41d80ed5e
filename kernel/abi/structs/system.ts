import { array, bytes, defineStruct, pad } from '../struct.ts';

/** Six strings of 64 bytes and a NUL. Linux: uapi/linux/utsname.h new_utsname. */
export const utsname = defineStruct('new_utsname', {
  sysname: bytes(65),
  nodename: bytes(65),
  release: bytes(65),
  version: bytes(65),
  machine: bytes(65),
  domainname: bytes(65),
});

const SYSINFO = {
  uptime: 'long',
  loads: array('ulong', 3),
  totalram: 'ulong',
  freeram: 'ulong',
  sharedram: 'ulong',
  bufferram: 'ulong',
  totalswap: 'ulong',
  freeswap: 'ulong',
  procs: 'u16',
  pad: pad(2),
  totalhigh: 'ulong',
  freehigh: 'ulong',
  mem_unit: 'u32',
  _f: bytes(8),
} as const;

/** Linux: uapi/linux/sysinfo.h. */
export const sysinfo = defineStruct('sysinfo', SYSINFO, { on: { x86_64: { ...SYSINFO, _f: bytes(0) } } });

const STATFS_TAIL = {
  f_fsid: array('s32', 2),
  f_namelen: 'ulong',
  f_frsize: 'ulong',
  f_flags: 'ulong',
  f_spare: array('ulong', 4),
} as const;

/** Linux: uapi/asm-generic/statfs.h. */
export const statfs = defineStruct('statfs', {
  f_type: 'ulong',
  f_bsize: 'ulong',
  f_blocks: 'ulong',
  f_bfree: 'ulong',
  f_bavail: 'ulong',
  f_files: 'ulong',
  f_ffree: 'ulong',
  ...STATFS_TAIL,
});

/** Packed to 4 bytes on ARM, so 84 bytes on both 32-bit ISAs. ARM's calls also accept the length 88. */
export const statfs64 = defineStruct(
  'statfs64',
  {
    f_type: 'ulong',
    f_bsize: 'ulong',
    f_blocks: 'u64',
    f_bfree: 'u64',
    f_bavail: 'u64',
    f_files: 'u64',
    f_ffree: 'u64',
    ...STATFS_TAIL,
  },
  { maxAlign: 4 },
);

import { NAME_MAX } from '../abi/limits.ts';
import { EXT4_SUPER_MAGIC, PIPEFS_MAGIC, PROC_SUPER_MAGIC, ST_RDONLY, ST_VALID, TMPFS_MAGIC } from '../abi/statfs.ts';
import type { Kernel } from '../state.ts';
import { BLOCK_SIZE, DEV_PIPEFS } from './inode.ts';
import { ramfsBytes, ramfsLimit } from './raminode.ts';
import type { Inode } from './types.ts';

/**
 * What statfs(2) tells of the file system that holds the inode. Linux: fs/statfs.c, shmem_statfs(), simple_statfs().
 */
export function fsStatistics(k: Kernel, inode: Inode) {
  const common = {
    f_bsize: BLOCK_SIZE,
    f_frsize: BLOCK_SIZE,
    f_namelen: NAME_MAX,
    f_flags: ST_VALID | (inode.kind === 'host' ? ST_RDONLY : 0),
  };
  if (inode.dev === DEV_PIPEFS) return { ...common, f_type: PIPEFS_MAGIC };
  if (inode.kind === 'proc') return { ...common, f_type: PROC_SUPER_MAGIC };
  // A host mount is read-only: what the host has left of it is no concern of the guest.
  if (inode.kind === 'host') return { ...common, f_type: EXT4_SUPER_MAGIC };
  const blocks = Math.floor(ramfsLimit(k) / BLOCK_SIZE);
  const free = Math.max(0, blocks - Math.ceil(ramfsBytes(k) / BLOCK_SIZE));
  return { ...common, f_type: TMPFS_MAGIC, f_blocks: blocks, f_bfree: free, f_bavail: free };
}

import { EACCES, EINVAL, ENODEV, ENOMEM, EOVERFLOW } from '../../abi/errno.ts';
import {
  MAP_FIXED,
  MAP_GROWSDOWN,
  MAP_LOCKED,
  MAP_PRIVATE,
  MAP_SHARED,
  MAP_TYPE,
  PROT_READ,
  PROT_WRITE,
} from '../../abi/mman.ts';
import { READ_IMPLIES_EXEC } from '../../abi/personality.ts';
import { archOf } from '../../arch/index.ts';
import { fget } from '../../fs/file.ts';
import { mayRead, mayWrite } from '../../fs/open-flags.ts';
import { hasMmap, kernelRead } from '../../fs/read.ts';
import type { File } from '../../fs/types.ts';
import type { PhysAddr } from '../../ports.ts';
import type { Kernel } from '../../state.ts';
import { SyscallError } from '../../syscalls/row.ts';
import type { Task } from '../../task.ts';
import { allocContiguous } from '../frames.ts';
import { type MmapArgs, pageAlign, vmFlagsOfProt } from '../mmap.ts';
import { storeRange } from '../phys.ts';
import {
  type Mm,
  PAGE_SIZE,
  VM_EXEC,
  VM_GROWSDOWN,
  VM_LOCKED,
  VM_MAPPED_COPY,
  VM_MAYSHARE,
  VM_SHARED,
  type Vma,
} from '../types.ts';
import { addRegion, addVma, freeBytes } from './region.ts';
import { directAddress } from './shared-file.ts';
import type { NoMmu, Region } from './types.ts';

/** mmap(2) without an MMU: a mapping is memory of its own, or a file's. Linux: mm/nommu.c, Documentation/admin-guide/mm/nommu-mmap.rst. */

/** A request that can be granted. `lenBytes`: in whole pages; nothing more is kept (CONFIG_NOMMU_INITIAL_TRIM_EXCESS is 1). */
interface Wanted {
  lenBytes: number;
  vmFlags: number;
  file: File | null;
  offset: number;
  /** NOMMU_MAP_DIRECT: the file's own memory may be mapped. */
  direct: boolean;
  /** NOMMU_MAP_COPY */
  copy: boolean;
}

/** The address, or -errno. The address asked for is not looked at. Linux: do_mmap(). */
export function nommuMmap(k: Kernel, noMmu: NoMmu, task: Task, mm: Mm, args: MmapArgs): number {
  const caps = validateRequest(mm, args);
  if (typeof caps === 'number') return caps;
  const { file, offset } = args;
  const wanted: Wanted = {
    ...{ lenBytes: pageAlign(args.lenBytes), vmFlags: determineFlags(task, args, caps.direct), file, offset },
    ...caps,
  };
  const shared = shareRegion(noMmu, wanted);
  if (typeof shared === 'number') return shared;
  const vma = shared ?? newRegion(k, noMmu, wanted);
  if (typeof vma === 'number') return vma;
  if (file) fget(file);
  addVma(k, noMmu, mm, vma);
  return vma.start;
}

/** What can be done, or -errno. Linux: validate_mmap_request(). */
function validateRequest(
  mm: Mm,
  { flags, lenBytes, offset, file, prot }: MmapArgs,
): { direct: boolean; copy: boolean } | number {
  const type = flags & MAP_TYPE;
  if (flags & MAP_FIXED) return -EINVAL;
  if (type !== MAP_PRIVATE && type !== MAP_SHARED) return -EINVAL;
  if (lenBytes === 0) return -EINVAL;
  const wordEnd = 2 ** (8 * archOf(mm.isa).wordBytes);
  if (pageAlign(lenBytes) >= wordEnd) return -ENOMEM;
  if (offset + pageAlign(lenBytes) >= wordEnd * PAGE_SIZE) return -EOVERFLOW;
  if (!file) return { direct: false, copy: true };
  if (!hasMmap(file.inode)) return -ENODEV;
  if (!mayRead(file)) return -EACCES;
  // Files in RAM can lend their memory, all others are copied. Linux's shm_file_operations do not say that they can.
  const inRam = file.inode.kind === 'file' && !file.shm;
  if (type === MAP_PRIVATE) return { direct: inRam && (prot & PROT_WRITE) === 0, copy: true };
  if (prot & PROT_WRITE && !mayWrite(file)) return -EACCES;
  return inRam ? { direct: true, copy: false } : -ENODEV;
}

/** Linux: determine_vm_flags(). */
function determineFlags(task: Task, { flags, prot, file }: MmapArgs, direct: boolean): number {
  let vmFlags = vmFlagsOfProt(prot);
  if (prot & PROT_READ && task.personality & READ_IMPLIES_EXEC) vmFlags |= VM_EXEC;
  if (flags & MAP_GROWSDOWN) vmFlags |= VM_GROWSDOWN;
  if (flags & MAP_LOCKED) vmFlags |= VM_LOCKED;
  if (direct) vmFlags |= VM_MAYSHARE | ((flags & MAP_TYPE) === MAP_SHARED ? VM_SHARED : 0);
  else if (file && (prot & PROT_WRITE) === 0) vmFlags |= VM_MAYSHARE;
  // A tracer's breakpoints are not for others.
  return (flags & MAP_TYPE) === MAP_PRIVATE && task.ptrace ? vmFlags & ~VM_MAYSHARE : vmFlags;
}

/** An area in a region that holds these bytes of the file already; null when there is none. Linux: do_mmap(), its loop. */
function shareRegion({ regions }: NoMmu, { vmFlags, file, offset, lenBytes, direct }: Wanted): Vma | null | number {
  if ((vmFlags & VM_MAYSHARE) === 0 || !file) return null;
  const end = offset + lenBytes;
  for (const region of regions) {
    const regionEnd = region.offset + region.end - region.start;
    if ((region.flags & VM_MAYSHARE) === 0 || region.inode !== file.inode) continue;
    if (region.offset >= end || offset >= regionEnd) continue;
    if (offset < region.offset || end > regionEnd) {
      if (!direct) return -EINVAL;
      continue;
    }
    region.users++;
    const start = region.start + offset - region.offset;
    return {
      start,
      end: start + lenBytes,
      flags: vmFlags | (region.flags & VM_MAPPED_COPY),
      file,
      offset,
      name: '',
      region,
    };
  }
  return null;
}

/** Linux: do_mmap(), do_mmap_shared_file(), do_mmap_private(). */
function newRegion(k: Kernel, noMmu: NoMmu, wanted: Wanted): Vma | number {
  const { lenBytes, file, offset, copy } = wanted;
  const own = wanted.direct && file ? directAddress(k, file, offset, lenBytes) : 0;
  if (own === 0 && !copy) return -ENODEV;
  const start = own || allocContiguous(k, lenBytes / PAGE_SIZE) * PAGE_SIZE;
  if (start === 0) return -ENOMEM;
  if (own === 0 && file) copyFile(k, noMmu, file, offset, start, lenBytes);
  const flags = wanted.vmFlags | (own === 0 ? VM_MAPPED_COPY : 0);
  const region: Region = {
    start,
    end: start + lenBytes,
    top: start + lenBytes,
    flags,
    offset,
    inode: file?.inode ?? null,
    users: 1,
    image: null,
  };
  addRegion(noMmu, region);
  return { start, end: start + lenBytes, flags, file, offset, name: '', region };
}

/** The file's bytes; behind its end the memory is zero already. Throws what reading throws: a device is not read so. */
function copyFile(k: Kernel, noMmu: NoMmu, file: File, offset: number, start: PhysAddr, lenBytes: number): void {
  try {
    if (file.inode.kind === 'device') throw new SyscallError(EINVAL);
    storeRange(k, start, kernelRead(k, file, offset, lenBytes));
  } catch (error) {
    freeBytes(k, noMmu, start, start + lenBytes);
    throw error;
  }
}

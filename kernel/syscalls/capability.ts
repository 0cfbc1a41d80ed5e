import { EINVAL, EPERM, ESRCH } from '../abi/errno.ts';
import { readU32, writeU32 } from '../bytes.ts';
import { getBytes, mmOf, putBytes } from '../fs/uargs.ts';
import { putUserU32 } from '../mm/uaccess.ts';
import { findTaskOrSelf } from '../pid.ts';
import type { Kernel } from '../state.ts';
import type { Cred, Task } from '../task.ts';
import { isPrivileged } from './cred.ts';
import type { SyscallRow } from './row.ts';

/** Capabilities, of which root has all and nobody else any. Linux: kernel/capability.c. */

/** _LINUX_CAPABILITY_VERSION_1 has one set of three words, the later ones two. */
const VERSIONS = new Map([
  [0x1998_0330, 1],
  [0x2007_1026, 2],
  [0x2008_0522, 2],
]);
const VERSION_3 = 0x2008_0522;

/** CAP_CHOWN (0) to CAP_CHECKPOINT_RESTORE (40), 32 to a word. */
const ALL_CAPS = [0xffff_ffff, 0x1ff];
export const CAP_LAST_CAP = 40;

interface Header {
  sets: number;
  pid: number;
}

/** The header, or -EINVAL with the version that this kernel prefers written into it. Linux: cap_validate_magic(). */
function readHeader(k: Kernel, task: Task, addr: number): Header | number {
  const bytes = getBytes(k, task, addr, 8);
  const sets = VERSIONS.get(readU32(bytes, 0));
  if (sets !== undefined) return { sets, pid: readU32(bytes, 4) | 0 };
  putUserU32(k, mmOf(task), addr, VERSION_3);
  return -EINVAL;
}

/** struct __user_cap_data_struct: effective, permitted and inheritable, by word. */
function capData(cred: Cred, sets: number): Uint8Array {
  const bytes = new Uint8Array(sets * 12);
  if (!isPrivileged(cred)) return bytes;
  for (let i = 0; i < sets; i++) {
    writeU32(bytes, i * 12, ALL_CAPS[i] ?? 0);
    writeU32(bytes, i * 12 + 4, ALL_CAPS[i] ?? 0);
  }
  return bytes;
}

/** capget(2). */
const sys_capget: SyscallRow = {
  name: 'capget',
  nr: { i386: 184, x86_64: 125, arm: 184 },
  args: [
    ['header', 'ptr'],
    ['dataptr', 'ptr'],
  ],
  ret: 'int',
  handler(k, task, [header = 0, dataptr = 0]) {
    const head = readHeader(k, task, header);
    if (typeof head === 'number') return dataptr === 0 ? 0 : head;
    if (head.pid < 0) return -EINVAL;
    const target = findTaskOrSelf(k, task, head.pid);
    if (!target) return -ESRCH;
    if (dataptr !== 0) putBytes(k, task, dataptr, capData(target.cred, head.sets));
    return 0;
  },
};

/** capset(2): only what the process has already can be set; there is no way to drop single capabilities. */
const sys_capset: SyscallRow = {
  name: 'capset',
  nr: { i386: 185, x86_64: 126, arm: 185 },
  args: [
    ['header', 'ptr'],
    ['data', 'ptr'],
  ],
  ret: 'int',
  handler(k, task, [header = 0, data = 0]) {
    const head = readHeader(k, task, header);
    if (typeof head === 'number') return head;
    if (head.pid !== 0 && head.pid !== task.pid) return -EPERM;
    const has = capData(task.cred, head.sets);
    const wanted = getBytes(k, task, data, has.length);
    return wanted.every((byte, i) => byte === has[i]) ? 0 : -EPERM;
  },
};

export const CAPABILITY_ROWS: readonly SyscallRow[] = [sys_capget, sys_capset];

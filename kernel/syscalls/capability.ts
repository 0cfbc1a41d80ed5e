import {
  _LINUX_CAPABILITY_VERSION_1,
  _LINUX_CAPABILITY_VERSION_2,
  _LINUX_CAPABILITY_VERSION_3,
  CAP_SETPCAP,
} from '../abi/capability.ts';
import { EINVAL, EPERM, ESRCH } from '../abi/errno.ts';
import { readU32, writeU32 } from '../bytes.ts';
import { ALL_CAPS, type Caps, capable, commitCreds, isSubset } from '../commoncap.ts';
import { getBytes, mmOf, putBytes } from '../fs/uargs.ts';
import { putUserU32 } from '../mm/uaccess.ts';
import { findTaskOrSelf, pidVnr } from '../pid.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import type { SyscallRow } from './row.ts';

/** Linux: kernel/capability.c. */

/** The first version has one set of three words, the later ones two. */
const VERSIONS = new Map([
  [_LINUX_CAPABILITY_VERSION_1, 1],
  [_LINUX_CAPABILITY_VERSION_2, 2],
  [_LINUX_CAPABILITY_VERSION_3, 2],
]);

interface Header {
  sets: number;
  pid: number;
}

/** The header, or -EINVAL with the version that this kernel prefers written into it. Linux: cap_validate_magic(). */
function readHeader(k: Kernel, task: Task, addr: number): Header | number {
  const bytes = getBytes(k, task, addr, 8);
  const sets = VERSIONS.get(readU32(bytes, 0));
  if (sets !== undefined) return { sets, pid: readU32(bytes, 4) | 0 };
  putUserU32(k, mmOf(task), addr, _LINUX_CAPABILITY_VERSION_3);
  return -EINVAL;
}

/** Order of struct __user_cap_data_struct. */
const FIELDS = ['effective', 'permitted', 'inheritable'] as const;

function capData(caps: Caps, sets: number): Uint8Array {
  const bytes = new Uint8Array(sets * 12);
  for (let i = 0; i < sets; i++) {
    for (const [at, field] of FIELDS.entries()) {
      writeU32(bytes, i * 12 + at * 4, Number((caps[field] >> BigInt(32 * i)) & 0xffff_ffffn));
    }
  }
  return bytes;
}

function capSet(bytes: Uint8Array, sets: number, field: (typeof FIELDS)[number]): bigint {
  let set = 0n;
  for (let i = 0; i < sets; i++) set |= BigInt(readU32(bytes, i * 12 + FIELDS.indexOf(field) * 4)) << BigInt(32 * i);
  return set & ALL_CAPS;
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
    if (dataptr !== 0) putBytes(k, task, dataptr, capData(target.cred.caps, head.sets));
    return 0;
  },
};

/** Whether the sets may be changed so. Linux: cap_capset(). */
function mayCapset({ cred }: Task, wanted: Pick<Caps, (typeof FIELDS)[number]>): boolean {
  const { caps: old } = cred;
  const isCapped = !capable(cred, CAP_SETPCAP);
  if (isCapped && !isSubset(wanted.inheritable, old.inheritable | old.permitted)) return false;
  if (!isSubset(wanted.inheritable, old.inheritable | old.bset)) return false;
  return isSubset(wanted.permitted, old.permitted) && isSubset(wanted.effective, wanted.permitted);
}

/** capset(2): of the calling thread. */
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
    if (head.pid !== 0 && head.pid !== pidVnr(task, task.pid)) return -EPERM;
    const bytes = getBytes(k, task, data, head.sets * 12);
    const [effective, permitted, inheritable] = FIELDS.map((field) => capSet(bytes, head.sets, field));
    const wanted = { effective: effective ?? 0n, permitted: permitted ?? 0n, inheritable: inheritable ?? 0n };
    if (!mayCapset(task, wanted)) return -EPERM;
    const { caps } = task.cred;
    const ambient = caps.ambient & wanted.permitted & wanted.inheritable;
    commitCreds(task, { ...task.cred, caps: { ...caps, ...wanted, ambient } });
    return 0;
  },
};

export const CAPABILITY_ROWS: readonly SyscallRow[] = [sys_capget, sys_capset];

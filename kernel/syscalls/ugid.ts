import { CAP_SETGID, CAP_SETUID } from '../abi/capability.ts';
import { EINVAL, EPERM } from '../abi/errno.ts';
import { NGROUPS_MAX } from '../abi/limits.ts';
import { archOf } from '../arch/index.ts';
import { readU32 } from '../bytes.ts';
import { capable, commitCreds, emulateSetxuid, fixFsuid } from '../commoncap.ts';
import { callIsa, getBytes, mmOf, putBytes } from '../fs/uargs.ts';
import { putUserU32 } from '../mm/uaccess.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { type IdKind, type Ids, idsOf, NO_ID, setFsId, setId, setReId, setResId, withIds } from './cred.ts';
import type { SyscallRow } from './row.ts';

/**
 * Handlers of user and group ids. The names without 32 mean 16-bit ids on 32-bit ISAs, where 0xffff is -1 and an id that does not fit reads
 * as 65534. Linux: kernel/uid16.c.
 */

const OVERFLOW_ID = 65534;

type Width = 16 | 32;

function plainWidth(task: Task): Width {
  return archOf(callIsa(task)).wordBytes === 4 ? 16 : 32;
}

function fromUser(arg: number, width: Width): number {
  if (width === 32) return arg >>> 0;
  const id = arg & 0xffff;
  return id === 0xffff ? NO_ID : id;
}

function toUser(id: number, width: Width): number {
  return width === 16 && id > 0xffff ? OVERFLOW_ID : id;
}

/** `name` with 16-bit ids, `name`32 without. */
type Widths = 'plain' | 'wide';

function widthOf(task: Task, widths: Widths): Width {
  return widths === 'wide' ? 32 : plainWidth(task);
}

/** CAP_SETUID, CAP_SETGID. */
function mayAny({ cred }: Task, kind: IdKind): boolean {
  return capable(cred, kind === 'uid' ? CAP_SETUID : CAP_SETGID);
}

/** `fix`: what the change does to capabilities, which follow users only. */
function change(task: Task, kind: IdKind, next: Ids | number, fix = emulateSetxuid): number {
  if (typeof next === 'number') return next;
  const { cred } = task;
  const changed = withIds(cred, kind, next);
  commitCreds(task, kind === 'uid' ? fix(changed, cred) : changed);
  return 0;
}

export function getter(kind: IdKind, which: keyof Ids, widths: Widths): SyscallRow['handler'] {
  return (_k, task) => toUser(idsOf(task.cred, kind)[which], widthOf(task, widths));
}

export function setter(kind: IdKind, widths: Widths): SyscallRow['handler'] {
  return (_k, task, [id = 0]) => {
    const next = setId(idsOf(task.cred, kind), fromUser(id, widthOf(task, widths)), mayAny(task, kind));
    return change(task, kind, next);
  };
}

export function reSetter(kind: IdKind, widths: Widths): SyscallRow['handler'] {
  return (_k, task, [real = 0, effective = 0]) => {
    const width = widthOf(task, widths);
    const wanted = [fromUser(real, width), fromUser(effective, width)] as const;
    return change(task, kind, setReId(idsOf(task.cred, kind), ...wanted, mayAny(task, kind)));
  };
}

export function resSetter(kind: IdKind, widths: Widths): SyscallRow['handler'] {
  return (_k, task, [real = 0, effective = 0, saved = 0]) => {
    const width = widthOf(task, widths);
    const wanted = [fromUser(real, width), fromUser(effective, width), fromUser(saved, width)] as const;
    return change(task, kind, setResId(idsOf(task.cred, kind), ...wanted, mayAny(task, kind)));
  };
}

export function fsSetter(kind: IdKind, widths: Widths): SyscallRow['handler'] {
  return (_k, task, [id = 0]) => {
    const width = widthOf(task, widths);
    const old = idsOf(task.cred, kind);
    change(task, kind, setFsId(old, fromUser(id, width), mayAny(task, kind)), fixFsuid);
    return toUser(old.fs, width);
  };
}

function putId(k: Kernel, task: Task, addr: number, id: number, width: Width): void {
  if (width === 32) putUserU32(k, mmOf(task), addr, id);
  else putBytes(k, task, addr, Uint8Array.of(toUser(id, 16), toUser(id, 16) >>> 8));
}

export function resGetter(kind: IdKind, widths: Widths): SyscallRow['handler'] {
  return (k, task, [real = 0, effective = 0, saved = 0]) => {
    const width = widthOf(task, widths);
    const ids = idsOf(task.cred, kind);
    putId(k, task, real, ids.real, width);
    putId(k, task, effective, ids.effective, width);
    putId(k, task, saved, ids.saved, width);
    return 0;
  };
}

export function getgroups(widths: Widths): SyscallRow['handler'] {
  return (k, task, [size = 0, list = 0]) => {
    const { groups } = task.cred;
    if (size < 0) return -EINVAL;
    if (size === 0) return groups.length;
    if (groups.length > size) return -EINVAL;
    const width = widthOf(task, widths);
    groups.forEach((gid, i) => {
      putId(k, task, list + (i * width) / 8, gid, width);
    });
    return groups.length;
  };
}

export function setgroups(widths: Widths): SyscallRow['handler'] {
  return (k, task, [size = 0, list = 0]) => {
    if (!capable(task.cred, CAP_SETGID)) return -EPERM;
    if (size < 0 || size > NGROUPS_MAX) return -EINVAL;
    const width = widthOf(task, widths);
    const step = width / 8;
    const bytes = new Uint8Array(size * step + 4);
    bytes.set(getBytes(k, task, list, size * step));
    const groups = Array.from({ length: size }, (_, i) => fromUser(readU32(bytes, i * step), width));
    if (groups.includes(NO_ID)) return -EINVAL;
    task.cred = { ...task.cred, groups: groups.sort((a, b) => a - b) };
    return 0;
  };
}

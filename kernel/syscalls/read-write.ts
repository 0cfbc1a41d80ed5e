import { EINVAL, EOVERFLOW } from '../abi/errno.ts';
import { archOf } from '../arch/index.ts';
import { writeU64 } from '../bytes.ts';
import { fdget } from '../fs/file.ts';
import { doSendfile } from '../fs/sendfile.ts';
import { bufferArg, callIsa, iovArg, putBytes } from '../fs/uargs.ts';
import { vfsRead, vfsSeek, vfsWrite } from '../fs/vfs.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import type { SyscallRow } from './row.ts';

const RW_ARGS = {
  in: [
    ['fd', 'fd'],
    ['buf', 'inbuf'],
    ['count', 'size'],
  ],
  out: [
    ['fd', 'fd'],
    ['buf', 'outbuf'],
    ['count', 'size'],
  ],
  iniov: [
    ['fd', 'fd'],
    ['iov', 'iniov'],
    ['iovcnt', 'int'],
  ],
  outiov: [
    ['fd', 'fd'],
    ['iov', 'outiov'],
    ['iovcnt', 'int'],
  ],
} as const;

/** Whether `count` is negative as a ssize_t. */
function tooLong(task: Task, count: number): boolean {
  return count >= (archOf(callIsa(task)).wordBytes === 8 ? 2 ** 63 : 2 ** 31);
}

/** read(2). */
export const sys_read: SyscallRow = {
  name: 'read',
  nr: { i386: 3, x86_64: 0, arm: 3 },
  args: RW_ARGS.out,
  ret: 'int',
  handler: (k, task, [fd = 0, buf = 0, count = 0]) => {
    const file = fdget(task, fd);
    if (tooLong(task, count)) return -EINVAL;
    return vfsRead(k, task, file, bufferArg(k, task, buf, count), null);
  },
};

/** write(2). */
export const sys_write: SyscallRow = {
  name: 'write',
  nr: { i386: 4, x86_64: 1, arm: 4 },
  args: RW_ARGS.in,
  ret: 'int',
  handler: (k, task, [fd = 0, buf = 0, count = 0]) => {
    const file = fdget(task, fd);
    if (tooLong(task, count)) return -EINVAL;
    return vfsWrite(k, task, file, bufferArg(k, task, buf, count), null);
  },
};

/** readv(2). */
export const sys_readv: SyscallRow = {
  name: 'readv',
  nr: { i386: 145, x86_64: 19, arm: 145 },
  args: RW_ARGS.outiov,
  ret: 'int',
  handler: (k, task, [fd = 0, iov = 0, count = 0]) =>
    vfsRead(k, task, fdget(task, fd), iovArg(k, task, iov, count), null),
};

/** writev(2). */
export const sys_writev: SyscallRow = {
  name: 'writev',
  nr: { i386: 146, x86_64: 20, arm: 146 },
  args: RW_ARGS.iniov,
  ret: 'int',
  handler: (k, task, [fd = 0, iov = 0, count = 0]) =>
    vfsWrite(k, task, fdget(task, fd), iovArg(k, task, iov, count), null),
};

/** pread(2). */
export const sys_pread64: SyscallRow = {
  name: 'pread64',
  nr: { i386: 180, x86_64: 17, arm: 180 },
  args: [...RW_ARGS.out, ['offset', 'loff']],
  ret: 'int',
  handler: (k, task, [fd = 0, buf = 0, count = 0, pos = 0]) => {
    if (pos < 0) return -EINVAL;
    return vfsRead(k, task, fdget(task, fd), bufferArg(k, task, buf, count), pos);
  },
};

/** pwrite(2). */
export const sys_pwrite64: SyscallRow = {
  name: 'pwrite64',
  nr: { i386: 181, x86_64: 18, arm: 181 },
  args: [...RW_ARGS.in, ['offset', 'loff']],
  ret: 'int',
  handler: (k, task, [fd = 0, buf = 0, count = 0, pos = 0]) => {
    if (pos < 0) return -EINVAL;
    return vfsWrite(k, task, fdget(task, fd), bufferArg(k, task, buf, count), pos);
  },
};

/** The position of preadv and pwritev: two registers of which a 64-bit ISA uses the first. Linux: pos_from_hilo(). */
function positionOf(task: Task, low: number, high: number): number {
  return archOf(callIsa(task)).wordBytes === 8 ? low : high * 0x1_0000_0000 + (low >>> 0);
}

/** preadv(2). */
export const sys_preadv: SyscallRow = {
  name: 'preadv',
  nr: { i386: 333, x86_64: 295, arm: 361 },
  args: [...RW_ARGS.outiov, ['pos_l', 'long'], ['pos_h', 'long']],
  ret: 'int',
  handler: (k, task, [fd = 0, iov = 0, count = 0, low = 0, high = 0]) => {
    const pos = positionOf(task, low, high);
    if (pos < 0) return -EINVAL;
    return vfsRead(k, task, fdget(task, fd), iovArg(k, task, iov, count), pos);
  },
};

/** pwritev(2). */
export const sys_pwritev: SyscallRow = {
  name: 'pwritev',
  nr: { i386: 334, x86_64: 296, arm: 362 },
  args: [...RW_ARGS.iniov, ['pos_l', 'long'], ['pos_h', 'long']],
  ret: 'int',
  handler: (k, task, [fd = 0, iov = 0, count = 0, low = 0, high = 0]) => {
    const pos = positionOf(task, low, high);
    if (pos < 0) return -EINVAL;
    return vfsWrite(k, task, fdget(task, fd), iovArg(k, task, iov, count), pos);
  },
};

/** lseek(2). */
export const sys_lseek: SyscallRow = {
  name: 'lseek',
  nr: { i386: 19, x86_64: 8, arm: 19 },
  args: [
    ['fd', 'fd'],
    ['offset', 'off'],
    ['whence', 'whence'],
  ],
  ret: 'long',
  handler: (k, task, [fd = 0, offset = 0, whence = 0]) => {
    const pos = vfsSeek(k, fdget(task, fd), offset, whence);
    const isShort = archOf(callIsa(task)).wordBytes === 4;
    return isShort && pos > 0x7fff_ffff ? -EOVERFLOW : pos;
  },
};

/** _llseek(2). */
export const sys_llseek: SyscallRow = {
  name: '_llseek',
  nr: { i386: 140, arm: 140 },
  args: [
    ['fd', 'fd'],
    ['offset_high', 'ulong'],
    ['offset_low', 'ulong'],
    ['result', 'ptr'],
    ['whence', 'whence'],
  ],
  ret: 'int',
  handler: (k, task, [fd = 0, high = 0, low = 0, result = 0, whence = 0]) => {
    const pos = vfsSeek(k, fdget(task, fd), (high | 0) * 0x1_0000_0000 + low, whence);
    const bytes = new Uint8Array(8);
    writeU64(bytes, 0, pos);
    putBytes(k, task, result, bytes);
    return 0;
  },
};

/** sendfile(2): the position is `width` bytes long, or the input's own when the address is 0. */
function sendfile(k: Kernel, task: Task, args: readonly number[], width: 4 | 8): number {
  const [outFd = 0, inFd = 0, offsetAddr = 0, count = 0] = args;
  const input = fdget(task, inFd);
  const output = fdget(task, outFd);
  return doSendfile(k, task, { output, input, offsetAddr, width, count });
}

const SENDFILE_ARGS = [
  ['out_fd', 'fd'],
  ['in_fd', 'fd'],
  ['offset', 'ptr'],
  ['count', 'size'],
] as const;

/** sendfile(2) with an off_t. */
export const sys_sendfile: SyscallRow = {
  name: 'sendfile',
  nr: { i386: 187, x86_64: 40, arm: 187 },
  args: SENDFILE_ARGS,
  ret: 'int',
  handler: (k, task, args) => sendfile(k, task, args, archOf(callIsa(task)).wordBytes),
};

/** sendfile(2) with a loff_t. */
export const sys_sendfile64: SyscallRow = {
  name: 'sendfile64',
  nr: { i386: 239, arm: 239 },
  args: SENDFILE_ARGS,
  ret: 'int',
  handler: (k, task, args) => sendfile(k, task, args, 8),
};

export const READ_WRITE_ROWS = [
  sys_read,
  sys_write,
  sys_readv,
  sys_writev,
  sys_pread64,
  sys_pwrite64,
  sys_preadv,
  sys_pwritev,
  sys_lseek,
  sys_llseek,
  sys_sendfile,
  sys_sendfile64,
];

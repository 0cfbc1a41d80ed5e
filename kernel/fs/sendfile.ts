import { EBADF, EINVAL } from '../abi/errno.ts';
import { readU32, readU64, writeU32, writeU64 } from '../bytes.ts';
import type { VirtAddr } from '../ports.ts';
import type { Kernel } from '../state.ts';
import { SLEEP } from '../syscalls/row.ts';
import type { Task } from '../task.ts';
import { fileOpsOf } from './file-ops.ts';
import { kernelIter } from './iov-iter.ts';
import { mayRead, mayWrite } from './open-flags.ts';
import { kernelRead } from './read.ts';
import type { File } from './types.ts';
import { getBytes, putBytes } from './uargs.ts';
import { vfsWrite } from './vfs.ts';

const CHUNK_BYTES = 65536;

export interface SendfileArgs {
  output: File;
  input: File;
  /** Where the position stands, of `width` bytes; 0 for the input's own position. */
  offsetAddr: VirtAddr;
  width: 4 | 8;
  count: number;
}

/** Linux: fs/read_write.c do_sendfile(). The input must have pages; the output takes the bytes as write(2) does. */
export function doSendfile(k: Kernel, task: Task, args: SendfileArgs): number {
  const { input, output } = args;
  if (!mayRead(input) || !mayWrite(output)) return -EBADF;
  if (!fileOpsOf(input).seekable || (input.inode.kind !== 'file' && input.inode.kind !== 'host')) return -EINVAL;
  const start = startOf(k, task, args);
  if (start < 0) return -EINVAL;
  const resume = task.inSyscall?.resume;
  let done = resume?.kind === 'sendfile' ? Number(resume.done) : 0;
  let result = 0;
  while (done < args.count) {
    const bytes = kernelRead(k, input, start + done, Math.min(args.count - done, CHUNK_BYTES));
    if (bytes.length === 0) break;
    result = vfsWrite(k, task, output, kernelIter(bytes), null);
    if (result <= 0) break;
    done += result;
  }
  if (result === SLEEP) return asleep(task, done);
  if (done === 0 && result < 0) return result;
  finish(k, task, args, start + done);
  return done;
}

/** The output is full: what it took before it slept counts for the whole. */
function asleep(task: Task, done: number): number {
  const left = task.inSyscall?.resume;
  const taken = left?.kind === 'pipe-write' ? Number(left.done) : 0;
  if (task.inSyscall) task.inSyscall.resume = { kind: 'sendfile', done: done + taken };
  return SLEEP;
}

function startOf(k: Kernel, task: Task, { input, offsetAddr, width }: SendfileArgs): number {
  if (offsetAddr === 0) return input.pos;
  const bytes = getBytes(k, task, offsetAddr, width);
  return width === 8 ? readU64(bytes, 0) : readU32(bytes, 0) | 0;
}

function finish(k: Kernel, task: Task, { input, offsetAddr, width }: SendfileArgs, pos: number): void {
  if (offsetAddr === 0) {
    input.pos = pos;
    return;
  }
  const bytes = new Uint8Array(width);
  if (width === 8) writeU64(bytes, 0, pos);
  else writeU32(bytes, 0, pos);
  putBytes(k, task, offsetAddr, bytes);
}

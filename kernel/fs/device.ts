import { ENOSPC } from '../abi/errno.ts';
import { POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM } from '../abi/poll.ts';
import { randomBytes } from '../random.ts';
import type { Kernel } from '../state.ts';
import { makedev } from './inode.ts';
import { type IovIter, moved } from './iov-iter.ts';
import type { File } from './types.ts';

/** Memory devices. Linux: drivers/char/mem.c, drivers/char/random.c. */

export const DEV_NULL = makedev(1, 3);
export const DEV_ZERO = makedev(1, 5);
export const DEV_FULL = makedev(1, 7);
export const DEV_RANDOM = makedev(1, 8);
export const DEV_URANDOM = makedev(1, 9);
export const DEV_TTY = makedev(5, 0);
export const DEV_CONSOLE = makedev(5, 1);

interface DeviceOps {
  read(k: Kernel, to: IovIter): number;
  write(k: Kernel, from: IovIter): number;
}

/** Bytes made and taken at a time, so that a huge read of /dev/zero costs no huge buffer. */
const CHUNK_BYTES = 65536;

function produce(to: IovIter, make: (lenBytes: number) => Uint8Array): number {
  const wanted = to.count;
  let done = 0;
  while (to.count > 0) {
    const lenBytes = Math.min(to.count, CHUNK_BYTES);
    const copied = to.copyTo(make(lenBytes));
    done += copied;
    if (copied < lenBytes) break;
  }
  return moved(done, wanted);
}

const zeros: DeviceOps['read'] = (_k, to) => produce(to, (lenBytes) => new Uint8Array(lenBytes));
const random: DeviceOps['read'] = (k, to) => produce(to, (lenBytes) => randomBytes(k, lenBytes));
/** The null device does not look at the bytes: a bad address is not found. */
const swallow: DeviceOps['write'] = (_k, from) => from.count;

const OPS: ReadonlyMap<number, DeviceOps> = new Map([
  [DEV_NULL, { read: () => 0, write: swallow }],
  [DEV_ZERO, { read: zeros, write: swallow }],
  [DEV_FULL, { read: zeros, write: (_k: Kernel, from: IovIter) => (from.count === 0 ? 0 : -ENOSPC) }],
  [DEV_RANDOM, { read: random, write: takeEntropy }],
  [DEV_URANDOM, { read: random, write: takeEntropy }],
]);

/** Bytes written to the random devices are read and mixed into nothing: the machine is deterministic. */
function takeEntropy(_k: Kernel, from: IovIter): number {
  const wanted = from.count;
  let done = 0;
  while (from.count > 0) {
    const bytes = from.copyFrom(CHUNK_BYTES);
    if (bytes.length === 0) break;
    done += bytes.length;
  }
  return moved(done, wanted);
}

/** Undefined for a device number that no driver has: open is ENXIO. */
export function deviceOps(rdev: number): DeviceOps | undefined {
  return OPS.get(rdev);
}

export function deviceRead(k: Kernel, file: File, to: IovIter): number {
  return deviceOps(file.inode.rdev)?.read(k, to) ?? 0;
}

export function deviceWrite(k: Kernel, file: File, from: IovIter): number {
  return deviceOps(file.inode.rdev)?.write(k, from) ?? 0;
}

/** Always ready. */
export function devicePoll(): number {
  return POLLIN | POLLRDNORM | POLLOUT | POLLWRNORM;
}

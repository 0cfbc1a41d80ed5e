import { EFAULT, EINVAL } from '../abi/errno.ts';
import { GRND_INSECURE, GRND_NONBLOCK, GRND_RANDOM } from '../abi/random.ts';
import { mmOf } from '../fs/uargs.ts';
import { copyToUserPartial } from '../mm/uaccess.ts';
import { randomBytes } from '../random.ts';
import type { SyscallRow } from './row.ts';

/** Longest answer of getrandom(2), in bytes. Linux: INT_MAX, less a page. */
const GETRANDOM_MAX = 0x7fff_f000;
const CHUNK_BYTES = 4096;

/** getrandom(2). */
const sys_getrandom: SyscallRow = {
  name: 'getrandom',
  nr: { i386: 355, x86_64: 318, arm: 384 },
  args: [
    ['buf', 'outbuf'],
    ['count', 'size'],
    ['flags', 'uint'],
  ],
  ret: 'long',
  handler(k, task, [buf = 0, count = 0, flags = 0]) {
    if (flags & ~(GRND_NONBLOCK | GRND_RANDOM | GRND_INSECURE)) return -EINVAL;
    if ((flags & GRND_RANDOM) !== 0 && (flags & GRND_INSECURE) !== 0) return -EINVAL;
    const lenBytes = Math.min(count, GETRANDOM_MAX);
    let done = 0;
    while (done < lenBytes) {
      const part = Math.min(CHUNK_BYTES, lenBytes - done);
      const copied = copyToUserPartial(k, mmOf(task), buf + done, randomBytes(k, part));
      done += copied;
      if (copied < part) return done > 0 ? done : -EFAULT;
    }
    return done;
  },
};

export const RANDOM_ROWS: readonly SyscallRow[] = [sys_getrandom];

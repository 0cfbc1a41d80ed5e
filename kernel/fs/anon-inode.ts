import { POLLIN, POLLRDNORM } from '../abi/poll.ts';
import { hrtimerCancel } from '../signal/hrtimer.ts';
import type { Kernel } from '../state.ts';
import type { PrivateData } from './anon-types.ts';
import { eventfdPoll, eventfdRead, eventfdWrite } from './eventfd.ts';
import { epollDestroy, epollPoll } from './eventpoll.ts';
import { newFile } from './file.ts';
import type { FileOps } from './file-ops.ts';
import { blankInode, DEV_ANON } from './inode.ts';
import { releaseNamespace } from './nsfs.ts';
import { pidfdPoll } from './pidfd.ts';
import { memoryRead, memoryWrite } from './proc/mem.ts';
import { signalfdChannel, signalfdPoll, signalfdRead } from './signalfd.ts';
import { timerfdPoll, timerfdRead } from './timerfd.ts';
import type { File } from './types.ts';

/** Files that are no files: eventfd, timerfd, signalfd, epoll, pidfd, namespaces; and the memory of processes. Linux: fs/anon_inodes.c. */

/** All of them have one inode on Linux, with no type in its mode. */
const ANON_INO = 1;

/** An open file with one reference, the caller's. `flags`: O_RDWR and O_NONBLOCK. Linux: anon_inode_getfile(). */
export function anonFile(k: Kernel, data: PrivateData, flags: number, name: string): File {
  const inode = blankInode(ANON_INO, 'anon', 0o600);
  inode.dev = DEV_ANON;
  const file = newFile(k, inode, flags, `anon_inode:${name}`);
  file.privateData = data;
  return file;
}

/** The wait queue of an eventfd, timerfd or epoll. */
export function anonChannel(fileId: number): string {
  return `file:${fileId}`;
}

function ownChannel(file: File): string[] {
  return [anonChannel(file.id)];
}

const OPS: { readonly [kind in PrivateData['kind']]: FileOps } = {
  eventfd: { seekable: false, read: eventfdRead, write: eventfdWrite, poll: eventfdPoll, channels: ownChannel },
  timerfd: { seekable: false, read: timerfdRead, poll: timerfdPoll, channels: ownChannel },
  signalfd: {
    seekable: false,
    read: signalfdRead,
    poll: signalfdPoll,
    channels: (_file, k) => [signalfdChannel(k.state.tasks.get(k.state.current)?.tgid ?? 0)],
  },
  epoll: { seekable: false, poll: epollPoll, channels: ownChannel },
  pidfd: {
    seekable: false,
    poll: pidfdPoll,
    channels: ({ privateData }) => (privateData?.kind === 'pidfd' ? [`pidfd:${privateData.task.pid}`] : []),
  },
  namespace: { seekable: false },
  memory: { seekable: true, read: memoryRead, write: memoryWrite },
};

export function anonOps(data: PrivateData): FileOps {
  return OPS[data.kind];
}

/** The last reference is gone. */
export function releaseAnon(k: Kernel, file: File): void {
  const data = file.privateData;
  if (data?.kind === 'timerfd') hrtimerCancel(k, data);
  if (data?.kind === 'epoll') epollDestroy(k, data);
  if (data?.kind === 'namespace') releaseNamespace(k, data.namespace);
}

/** What poll tells of something to read. */
export const READABLE = POLLIN | POLLRDNORM;

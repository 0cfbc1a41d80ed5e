import type { ShmSegment } from '../ipc/shm.ts';
import type { EpollItem, PrivateData } from './anon-types.ts';
import type { NamespaceRef } from './namespaces.ts';

/**
 * Objects of the file system. All plain data; behaviour is looked up by `kind` (see fs/file-ops.ts), so a snapshot of
 * the kernel can hold open files and pipes.
 */

export type InodeKind =
  | 'file'
  | 'directory'
  | 'symlink'
  | 'device'
  | 'fifo'
  | 'host'
  | 'proc'
  | 'pipe'
  | 'console'
  | 'anon';

/** struct inode, with the directory entry's parent and name: the guest's tree has no hard links to directories. */
export interface Inode {
  ino: number;
  /** st_dev of its file system: see fs/inode.ts. */
  dev: number;
  kind: InodeKind;
  /** S_IFMT and permission bits. */
  mode: number;
  uid: number;
  gid: number;
  nlink: number;
  /** ns since the epoch, as [seconds, nanoseconds]. */
  atime: [number, number];
  mtime: [number, number];
  ctime: [number, number];
  /** The directory this was looked up in, itself for the root. */
  parent: Inode | null;
  name: string;
  /**
   * kind 'file': pages of 4096 bytes by index, see fs/raminode.ts. Null while nothing was written. Pages are replaced as a
   * whole, never changed: copies of the map share them.
   */
  data: Map<number, Uint8Array> | null;
  size: number;
  /** kind 'directory': entries in the order of their making. A host directory: inodes in use, and mount points. */
  entries: Map<string, Inode> | null;
  /** kind 'symlink'. */
  target: string;
  /** kinds 'device' and 'console': the st_rdev, 0 for a console stream that is no terminal. */
  rdev: number;
  /** kind 'host': index of the mount and path below it. */
  mount: number;
  hostPath: string;
  /** True for the root of a mount: it cannot be removed or renamed. */
  mountPoint: boolean;
  /** kind 'proc': which file of /proc it is. */
  proc: ProcNode | null;
  /** kind 'anon': the namespace that it stands for. */
  namespace: NamespaceRef | null;
  /** kind 'console': the console behind it, one for all such inodes. It is a terminal to them when `rdev` is not 0. */
  tty: Tty | null;
  /** kind 'console': the descriptor of the console that an open of it stands for. */
  stream: 0 | 1 | 2;
  /** kind 'pipe' and 'fifo'. */
  pipe: Pipe | null;
  /** flock(2): who holds the file. */
  flocks: Flock[];
  /** Record locks of fcntl(2), by start. */
  locks: PosixLock[];
  /** The root of the whole tree: opens of FIFOs that wait for the other side, by pid. Null elsewhere. */
  waitingOpens: Map<number, File> | null;
  /** Page cache: page index → frame, each holding one reference. Null until the file is mapped. */
  pages: Map<number, number> | null;
  /** F_SEAL_*: what may no longer be done to it. Only a memfd made for it can be sealed. */
  seals: number;
  /** Open files on this inode, so that an unlinked one lives on. */
  opens: number;
}

/** A file of /proc: `node` names it in the tables of fs/proc/. */
export interface ProcNode {
  node: string;
  /** 0 outside of /proc/PID. */
  pid: number;
  /** /proc/PID/fd/N. */
  fd: number;
}

/** The console and its terminal. Linux: struct tty_struct, as far as system calls show it. */
export interface Tty {
  /** Input that poll has seen and nobody has read; length 0 is an end of file; null when there is none. */
  input: Uint8Array | null;
  /** Session that has it as controlling terminal, and its foreground process group; 0 when none. */
  session: number;
  pgrp: number;
  /** The kernel's struct termios, 36 bytes. */
  termios: Uint8Array;
  /** Set by TIOCSWINSZ; null while the console's own size counts. */
  winsize: [rows: number, columns: number] | null;
}

/** A lock of flock(2), held by an open file description. */
export interface Flock {
  fileId: number;
  exclusive: boolean;
}

/** A record lock: bytes [start, end) held by a process; `end` is Infinity for all that follow. */
export interface PosixLock {
  pid: number;
  start: number;
  end: number;
  exclusive: boolean;
}

/**
 * struct pipe_inode_info. As in Linux the capacity is counted in slots of one page, and a write joins the last slot
 * only when all of its odd part fits there.
 */
export interface Pipe {
  id: number;
  slots: PipeSlot[];
  maxSlots: number;
  readers: number;
  writers: number;
  /** How often each side was opened: a FIFO's open waits for the other side's count to move. */
  readerOpens: number;
  writerOpens: number;
}

/** struct pipe_buffer: `lenBytes` bytes from `start` in a page of 4096. */
export interface PipeSlot {
  page: Uint8Array;
  start: number;
  lenBytes: number;
  /** O_DIRECT: one write is one read. */
  packet: boolean;
}

/** struct file: an open file description, shared by fork and dup. */
export interface File {
  id: number;
  inode: Inode;
  /** O_*: access mode and status flags, in the values of x86 whatever the ISA (see fs/open-flags.ts). */
  flags: number;
  pos: number;
  /** References from descriptor tables and mappings. */
  count: number;
  /** Absolute path at open, for /proc/PID/fd and traces; `pipe:[7]` for pipes. */
  path: string;
  /** Directories: the names being listed, taken at the first getdents; `pos` is the index of the next. */
  dirNames: string[] | null;
  /** kind 'proc': the text, made at the first read; null before. */
  procText: string | null;
  /** kind 'console': the descriptor of the console it stands for. */
  stream: 0 | 1 | 2;
  /** kind 'anon': what the descriptor is; see anon-types.ts. */
  privateData: PrivateData | null;
  /** The System V shared memory segment that it is, null when it is none. */
  shm: ShmSegment | null;
  /** Epoll instances that watch this file; null when none does. */
  epitems: EpollItem[] | null;
}

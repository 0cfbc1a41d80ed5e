import { EAGAIN, EIO, ENODEV, ENXIO, ERESTARTSYS } from '../abi/errno.ts';
import { O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY } from '../abi/fcntl.ts';
import { POLLHUP, POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM } from '../abi/poll.ts';
import { SI_KERNEL, SIGTTIN, SIGTTOU } from '../abi/signal.ts';
import { S_IFCHR, S_IFIFO } from '../abi/stat.ts';
import { termios } from '../abi/structs.ts';
import { TOSTOP, TTY_STD_TERMIOS } from '../abi/termios.ts';
import { signalPending, sleepOn } from '../sched.ts';
import type { Kernel } from '../state.ts';
import { SyscallError } from '../syscalls/row.ts';
import type { Task } from '../task.ts';
import { DEV_TTY } from './device.ts';
import { allocFd, newFile } from './file.ts';
import { DEV_PIPEFS, newInode } from './inode.ts';
import { type IovIter, moved } from './iov-iter.ts';
import { mayRead, mayWrite } from './open-flags.ts';
import { ignoresSignal, raiseGroup } from './raise.ts';
import type { File, Inode, Tty } from './types.ts';

/**
 * The console: what the host gives as standard input, output and error. Where that is a terminal the guest sees a
 * terminal, else something that looks like a pipe. Editing of lines and echo are the host terminal's. The run loop
 * wakes CONSOLE_CHANNEL when input may have come.
 */
export const CONSOLE_CHANNEL = 'console';

const WRITE_CHUNK_BYTES = 65536;
const STREAMS = [0, 1, 2] as const;

export function newTty(): Tty {
  return { input: null, session: 0, pgrp: 0, termios: termios.encode('x86_64', TTY_STD_TERMIOS), winsize: null };
}

export function isTerminal(file: File): boolean {
  return file.inode.kind === 'console' && file.inode.rdev !== 0;
}

/** The first of the host's streams that is a terminal, or undefined. */
function terminalStream(k: Kernel): 0 | 1 | 2 | undefined {
  return STREAMS.find((fd) => k.console.tty(fd) !== null);
}

/** Rows and columns that TIOCGWINSZ tells. */
export function consoleSize(k: Kernel, file: File): [number, number] {
  const own = file.inode.tty?.winsize;
  if (own) return own;
  const stream = k.console.tty(file.stream) ? file.stream : terminalStream(k);
  const size = stream === undefined ? null : k.console.tty(stream);
  return size ? [size.rows, size.columns] : [0, 0];
}

/**
 * Install descriptors 0, 1 and 2 of the first task. `terminal` is the inode of /dev/console; the task's session gets it
 * as its controlling terminal where the host has one. Linux: init/main.c console_on_rootfs().
 */
export function installConsole(k: Kernel, task: Task, terminal: Inode): void {
  for (const stream of STREAMS) {
    const isTty = k.console.tty(stream) !== null;
    const inode = isTty ? terminal : streamInode(k, terminal, stream);
    const flags = isTty ? O_RDWR : stream === 0 ? O_RDONLY : O_WRONLY;
    const file = newFile(k, inode, flags, isTty ? '/dev/console' : `pipe:[${inode.ino}]`);
    file.stream = stream;
    allocFd(task, file, false);
  }
  if (terminal.tty && terminalStream(k) !== undefined) {
    terminal.tty.session = task.signal.session;
    terminal.tty.pgrp = task.signal.pgrp;
  }
}

function streamInode(k: Kernel, terminal: Inode, stream: 0 | 1 | 2): Inode {
  const inode = newInode(k, 'console', S_IFIFO | 0o600, null);
  inode.dev = DEV_PIPEFS;
  inode.tty = terminal.tty;
  inode.stream = stream;
  return inode;
}

/** An inode of /dev/console or /dev/tty. */
export function consoleInode(k: Kernel, rdev: number, mode: number, tty: Tty): Inode {
  const inode = newInode(k, 'console', S_IFCHR | mode, null);
  inode.rdev = rdev;
  inode.tty = tty;
  return inode;
}

/**
 * Whether the device can be opened. Throws ENXIO where there is no controlling terminal, ENODEV without any terminal.
 */
export function checkConsoleOpen(k: Kernel, task: Task, inode: Inode): void {
  if (inode.rdev === 0) return;
  const isOurs = inode.tty?.session !== 0 && inode.tty?.session === task.signal.session;
  if (inode.rdev === DEV_TTY && !isOurs) throw new SyscallError(ENXIO);
  if (terminalStream(k) === undefined) throw new SyscallError(ENODEV);
}

/** Linux: n_tty_read(), pipe_read(). */
export function consoleRead(k: Kernel, task: Task, file: File, to: IovIter): number {
  const { tty } = file.inode;
  if (!tty || to.count === 0) return 0;
  if (isTerminal(file) && isBackground(task, tty)) return jobControl(k, task, SIGTTIN);
  if (!fillInput(k, tty, to.count)) {
    if (file.flags & O_NONBLOCK) return -EAGAIN;
    if (signalPending(task)) return -ERESTARTSYS;
    return sleepOn(k, task, [CONSOLE_CHANNEL]);
  }
  const input = tty.input ?? new Uint8Array(0);
  const wanted = Math.min(input.length, to.count);
  const copied = to.copyTo(input.subarray(0, wanted));
  tty.input = copied < input.length ? input.slice(copied) : null;
  return moved(copied, wanted);
}

/** Look whether input has come, and keep it. */
function fillInput(k: Kernel, tty: Tty, maxBytes: number): boolean {
  tty.input ??= k.console.read(maxBytes);
  return tty.input !== null;
}

/** Bytes of input that a read would find now: FIONREAD. */
export function consoleBytes(k: Kernel, tty: Tty): number {
  fillInput(k, tty, 4096);
  return tty.input?.length ?? 0;
}

export function consoleWrite(k: Kernel, task: Task, file: File, from: IovIter): number {
  const { tty } = file.inode;
  if (tty && isTerminal(file) && isBackground(task, tty) && lflag(tty) & TOSTOP) {
    if (!ignoresSignal(task, SIGTTOU)) return jobControl(k, task, SIGTTOU);
  }
  const stream = file.stream === 0 ? outputOfTerminal(k) : file.stream;
  const wanted = from.count;
  let done = 0;
  while (from.count > 0) {
    const bytes = from.copyFrom(WRITE_CHUNK_BYTES);
    if (bytes.length === 0) break;
    k.console.write(stream, bytes);
    done += bytes.length;
  }
  return moved(done, wanted);
}

function outputOfTerminal(k: Kernel): 1 | 2 {
  return k.console.tty(1) === null && k.console.tty(2) !== null ? 2 : 1;
}

export function consolePoll(k: Kernel, file: File): number {
  let mask = 0;
  const { tty } = file.inode;
  if (mayRead(file) && tty && fillInput(k, tty, 4096)) {
    const isEnd = tty.input?.length === 0 && !isTerminal(file);
    mask |= isEnd ? POLLHUP : POLLIN | POLLRDNORM;
  }
  if (mayWrite(file)) mask |= POLLOUT | POLLWRNORM;
  return mask;
}

/** The task belongs to the terminal's session, but not to its foreground group. */
export function isBackground(task: Task, tty: Tty): boolean {
  return tty.session !== 0 && tty.session === task.signal.session && tty.pgrp !== task.signal.pgrp;
}

/** Stop the group of a background task; -EIO where the signal cannot stop it. Linux: __tty_check_change(). */
export function jobControl(k: Kernel, task: Task, signo: number): number {
  if (ignoresSignal(task, signo)) return -EIO;
  raiseGroup(k, task.signal.pgrp, { signo, code: SI_KERNEL });
  return -ERESTARTSYS;
}

function lflag(tty: Tty): number {
  return termios.decode('x86_64', tty.termios).c_lflag;
}

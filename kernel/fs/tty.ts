import { CAP_SYS_ADMIN } from '../abi/capability.ts';
import { EINVAL, ENOTTY, EPERM, ESRCH } from '../abi/errno.ts';
import {
  TCFLSH,
  TCGETS,
  TCSBRK,
  TCSETS,
  TCSETSF,
  TCSETSW,
  TIOCGPGRP,
  TIOCGSID,
  TIOCGWINSZ,
  TIOCNOTTY,
  TIOCOUTQ,
  TIOCSCTTY,
  TIOCSPGRP,
  TIOCSWINSZ,
} from '../abi/ioctl.ts';
import { SI_KERNEL, SIGCONT, SIGHUP, SIGTTOU, SIGWINCH } from '../abi/signal.ts';
import { winsize } from '../abi/structs.ts';
import { readU32, writeU32 } from '../bytes.ts';
import { capable } from '../commoncap.ts';
import { findVpid, pidVnr } from '../pid.ts';
import type { VirtAddr } from '../ports.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { consoleSize, isBackground, jobControl } from './console.ts';
import { ignoresSignal, raiseGroup } from './raise.ts';
import type { File, Tty } from './types.ts';
import { callIsa, getBytes, putBytes } from './uargs.ts';

/** Requests to the terminal of the console. Linux: drivers/tty/tty_ioctl.c, tty_jobctrl.c. */

const TERMIOS_BYTES = 36;
/** Queues that TCFLSH may name. */
const TCIFLUSH = 0;
const TCIOFLUSH = 2;

/** 0, a negative errno, or -ERESTARTSYS where a background task has to stop first. */
export function ttyIoctl(k: Kernel, task: Task, file: File, cmd: number, arg: VirtAddr): number {
  const { tty } = file.inode;
  if (!tty) return -ENOTTY;
  switch (cmd) {
    case TCGETS:
      putBytes(k, task, arg, tty.termios);
      return 0;
    case TCSETS:
    case TCSETSW:
    case TCSETSF:
      return setTermios(k, task, tty, arg, cmd === TCSETSF);
    case TCFLSH:
      return flush(k, task, tty, arg);
    case TCSBRK:
      // tcdrain: output is never queued. A break is not sent anywhere.
      return 0;
    case TIOCOUTQ:
      return putInt(k, task, arg, 0);
    case TIOCGWINSZ: {
      const [ws_row, ws_col] = consoleSize(k, file);
      putBytes(k, task, arg, winsize.encode(callIsa(task), { ws_row, ws_col }));
      return 0;
    }
    case TIOCSWINSZ:
      return setWinsize(k, task, file, tty, arg);
    case TIOCGPGRP:
      return ownsTerminal(task, tty) ? putInt(k, task, arg, pidVnr(task, tty.pgrp)) : -ENOTTY;
    case TIOCGSID:
      return ownsTerminal(task, tty) ? putInt(k, task, arg, pidVnr(task, tty.session)) : -ENOTTY;
    case TIOCSPGRP:
      return setForeground(k, task, tty, readU32(getBytes(k, task, arg, 4), 0) | 0);
    case TIOCSCTTY:
      return takeTerminal(task, tty, arg);
    case TIOCNOTTY:
      return leaveTerminal(k, task, tty);
    default:
      return -ENOTTY;
  }
}

function putInt(k: Kernel, task: Task, addr: VirtAddr, value: number): number {
  const bytes = new Uint8Array(4);
  writeU32(bytes, 0, value);
  putBytes(k, task, addr, bytes);
  return 0;
}

function ownsTerminal(task: Task, tty: Tty): boolean {
  return tty.session !== 0 && tty.session === task.signal.session;
}

/** A background task that changes the terminal is stopped, unless it ignores SIGTTOU. Linux: tty_check_change(). */
function checkChange(k: Kernel, task: Task, tty: Tty): number {
  if (!isBackground(task, tty) || ignoresSignal(task, SIGTTOU)) return 0;
  return jobControl(k, task, SIGTTOU);
}

function setTermios(k: Kernel, task: Task, tty: Tty, addr: VirtAddr, flushes: boolean): number {
  const error = checkChange(k, task, tty);
  if (error !== 0) return error;
  tty.termios = getBytes(k, task, addr, TERMIOS_BYTES).slice();
  if (flushes) tty.input = null;
  return 0;
}

function flush(k: Kernel, task: Task, tty: Tty, queue: number): number {
  const error = checkChange(k, task, tty);
  if (error !== 0) return error;
  if (queue < TCIFLUSH || queue > TCIOFLUSH) return -EINVAL;
  if (queue !== 1) tty.input = null;
  return 0;
}

function setWinsize(k: Kernel, task: Task, file: File, tty: Tty, addr: VirtAddr): number {
  const isa = callIsa(task);
  const { ws_row, ws_col } = winsize.decode(isa, getBytes(k, task, addr, winsize.size(isa)));
  const [rows, columns] = consoleSize(k, file);
  tty.winsize = [ws_row, ws_col];
  const changed = rows !== ws_row || columns !== ws_col;
  if (changed && tty.pgrp !== 0) raiseGroup(k, tty.pgrp, { signo: SIGWINCH, code: SI_KERNEL });
  return 0;
}

/** Linux: tiocspgrp(). */
function setForeground(k: Kernel, task: Task, tty: Tty, nr: number): number {
  const error = checkChange(k, task, tty);
  if (error !== 0) return error;
  if (!ownsTerminal(task, tty)) return -ENOTTY;
  if (nr < 0) return -EINVAL;
  const pgrp = findVpid(task, nr);
  const member = [...k.state.tasks.values()].find((other) => other.signal.pgrp === pgrp);
  if (!member) return -ESRCH;
  if (member.signal.session !== task.signal.session) return -EPERM;
  tty.pgrp = pgrp;
  return 0;
}

/** Linux: tiocsctty(). `force` 1 lets root take it from another session. */
function takeTerminal(task: Task, tty: Tty, force: number): number {
  const { signal } = task;
  if (signal.session === task.tgid && tty.session === signal.session) return 0;
  if (signal.session !== task.tgid) return -EPERM;
  if (tty.session !== 0 && !(force === 1 && capable(task.cred, CAP_SYS_ADMIN))) return -EPERM;
  tty.session = signal.session;
  tty.pgrp = signal.pgrp;
  return 0;
}

/** Linux: disassociate_ctty(): the leader takes the terminal away from its whole session. */
function leaveTerminal(k: Kernel, task: Task, tty: Tty): number {
  if (!ownsTerminal(task, tty)) return -ENOTTY;
  if (task.signal.session !== task.tgid) return 0;
  raiseGroup(k, tty.pgrp, { signo: SIGHUP, code: SI_KERNEL });
  raiseGroup(k, tty.pgrp, { signo: SIGCONT, code: SI_KERNEL });
  tty.session = 0;
  tty.pgrp = 0;
  return 0;
}

import { describe, expect, test } from 'vitest';
import { EAGAIN, EINVAL, EIO, ENOTTY, ENXIO, EPERM, ERESTARTSYS, ESPIPE, ESRCH } from '../../../kernel/abi/errno.ts';
import { F_SETFL, O_NONBLOCK, O_RDWR, O_WRONLY } from '../../../kernel/abi/fcntl.ts';
import {
  FIONREAD,
  TCGETS,
  TCSETS,
  TIOCGPGRP,
  TIOCGSID,
  TIOCGWINSZ,
  TIOCSCTTY,
  TIOCSPGRP,
  TIOCSWINSZ,
} from '../../../kernel/abi/ioctl.ts';
import { POLLIN } from '../../../kernel/abi/poll.ts';
import { S_ISCHR, S_ISFIFO } from '../../../kernel/abi/stat.ts';
import { stat, termios, winsize } from '../../../kernel/abi/structs.ts';
import { readU32 } from '../../../kernel/bytes.ts';
import { CONSOLE_CHANNEL } from '../../../kernel/fs/console.ts';
import { fdget } from '../../../kernel/fs/file.ts';
import { filePoll } from '../../../kernel/fs/file-ops.ts';
import { wakeUp } from '../../../kernel/sched.ts';
import { sys_fcntl } from '../../../kernel/syscalls/fd.ts';
import { sys_ioctl } from '../../../kernel/syscalls/ioctl.ts';
import { sys_open } from '../../../kernel/syscalls/open.ts';
import { sys_lseek, sys_read, sys_write } from '../../../kernel/syscalls/read-write.ts';
import { SLEEP } from '../../../kernel/syscalls/row.ts';
import { sys_fstat } from '../../../kernel/syscalls/stat.ts';
import { testKernel } from '../support.ts';
import { bareTask, call, consoleTask, ISAS, run, scriptedConsole, start, text } from './harness.ts';

const none = new Uint8Array(0);
const SIGTTIN = 21;

describe.each(ISAS)('standard streams that are no terminal on %s', (isa) => {
  test('look like pipes', () => {
    const k = testKernel();
    const task = consoleTask(k, isa);
    for (const fd of [0, 1, 2]) {
      const { out } = run(k, task, sys_fstat, [fd, { out: stat.size(isa) }]);
      expect(S_ISFIFO(stat.decode(isa, out[0] ?? none).st_mode)).toBe(true);
      expect(call(k, task, sys_ioctl, fd, TCGETS, { out: 36 })).toBe(-ENOTTY);
      expect(call(k, task, sys_lseek, fd, 0, 1)).toBe(-ESPIPE);
    }
    expect(call(k, task, sys_open, '/dev/tty', O_RDWR, 0)).toBe(-ENXIO);
  });

  test('keep the order of bytes and tell 1 from 2', () => {
    const console = scriptedConsole([]);
    const k = testKernel(undefined, { console });
    const task = consoleTask(k, isa);
    call(k, task, sys_write, 1, 'a', 1);
    call(k, task, sys_write, 2, 'b', 1);
    call(k, task, sys_write, 1, 'c', 1);
    expect(console.written).toEqual(['1:a', '2:b', '1:c']);
  });

  test('can be opened again through /dev/stdout and /dev/stderr', () => {
    const console = scriptedConsole([]);
    const k = testKernel(undefined, { console });
    const task = consoleTask(k, isa);
    expect(call(k, task, sys_open, '/dev/stderr', O_WRONLY, 0)).toBe(3);
    expect(call(k, task, sys_open, '/dev/stdout', O_WRONLY, 0)).toBe(4);
    call(k, task, sys_write, 3, 'e', 1);
    call(k, task, sys_write, 4, 'o', 1);
    expect(console.written).toEqual(['2:e', '1:o']);
  });

  test('make a reader sleep until there is input, and end at its end', () => {
    const k = testKernel(undefined, { console: scriptedConsole([null, 'typed\n']) });
    const task = consoleTask(k, isa);
    const read = start(k, task, sys_read, [0, { out: 4 }, 4]);
    expect(read().result).toBe(SLEEP);
    wakeUp(k, CONSOLE_CHANNEL);
    expect(task.state).toBe('running');
    const first = read();
    expect(text(first.out[0], first.result)).toBe('type');
    expect(run(k, task, sys_read, [0, { out: 4 }, 4]).result).toBe(2);
    expect(run(k, task, sys_read, [0, { out: 4 }, 4]).result).toBe(0);
  });

  test('lose no byte to poll and FIONREAD', () => {
    const k = testKernel(undefined, { console: scriptedConsole(['abc']) });
    const task = consoleTask(k, isa);
    expect(filePoll(k, fdget(task, 0)) & POLLIN).toBe(POLLIN);
    expect(readU32(run(k, task, sys_ioctl, [0, FIONREAD, { out: 4 }]).out[0] ?? none, 0)).toBe(3);
    expect(text(run(k, task, sys_read, [0, { out: 8 }, 8]).out[0], 3)).toBe('abc');
  });

  test('do not sleep with O_NONBLOCK, and let a signal interrupt', () => {
    const k = testKernel(undefined, { console: scriptedConsole([null, null, null]) });
    const task = consoleTask(k, isa);
    const read = start(k, task, sys_read, [0, { out: 4 }, 4]);
    expect(read().result).toBe(SLEEP);
    task.sigPending = true;
    expect(read().result).toBe(-ERESTARTSYS);
    task.sigPending = false;
    expect(call(k, task, sys_fcntl, 0, F_SETFL, O_NONBLOCK)).toBe(0);
    expect(call(k, task, sys_read, 0, { out: 4 }, 4)).toBe(-EAGAIN);
  });
});

describe.each(ISAS)('a terminal on %s', (isa) => {
  function terminal(input: (string | null)[] = []) {
    const console = scriptedConsole(input, true);
    const k = testKernel(undefined, { console });
    return { k, console, task: consoleTask(k, isa) };
  }

  test('is a character device with the size and settings of a terminal', () => {
    const { k, task } = terminal();
    const { out } = run(k, task, sys_fstat, [0, { out: stat.size(isa) }]);
    const { st_mode, st_rdev } = stat.decode(isa, out[0] ?? none);
    expect([S_ISCHR(st_mode), st_rdev]).toEqual([true, 0x501]);
    const size = run(k, task, sys_ioctl, [1, TIOCGWINSZ, { out: 8 }]).out[0] ?? none;
    expect(winsize.decode(isa, size)).toMatchObject({ ws_row: 24, ws_col: 80 });
    const settings = run(k, task, sys_ioctl, [0, TCGETS, { out: 36 }]).out[0] ?? none;
    expect(termios.decode(isa, settings).c_lflag & 2).toBe(2);
  });

  test('keeps the settings that it is given', () => {
    const { k, task } = terminal();
    const settings = run(k, task, sys_ioctl, [0, TCGETS, { out: 36 }]).out[0] ?? none;
    settings[12] = 0;
    expect(call(k, task, sys_ioctl, 0, TCSETS, settings)).toBe(0);
    expect(run(k, task, sys_ioctl, [2, TCGETS, { out: 36 }]).out[0]).toEqual(settings);
    expect(call(k, task, sys_ioctl, 0, TIOCSWINSZ, winsize.encode(isa, { ws_row: 50, ws_col: 100 }))).toBe(0);
    const size = run(k, task, sys_ioctl, [1, TIOCGWINSZ, { out: 8 }]).out[0] ?? none;
    expect(winsize.decode(isa, size)).toMatchObject({ ws_row: 50, ws_col: 100 });
  });

  test('belongs to the session of the first program, which /dev/tty leads to', () => {
    const { k, task, console } = terminal(['line\n']);
    expect(readU32(run(k, task, sys_ioctl, [0, TIOCGPGRP, { out: 4 }]).out[0] ?? none, 0)).toBe(task.pid);
    expect(readU32(run(k, task, sys_ioctl, [0, TIOCGSID, { out: 4 }]).out[0] ?? none, 0)).toBe(task.pid);
    expect(call(k, task, sys_open, '/dev/tty', O_RDWR, 0)).toBe(3);
    expect(text(run(k, task, sys_read, [3, { out: 8 }, 8]).out[0], 5)).toBe('line\n');
    call(k, task, sys_write, 3, 'x', 1);
    call(k, task, sys_write, 0, 'y', 1);
    expect(console.written).toEqual(['1:x', '1:y']);
    const other = bareTask(k, isa);
    expect(call(k, other, sys_open, '/dev/tty', O_RDWR, 0)).toBe(-ENXIO);
    expect(call(k, other, sys_open, '/dev/console', O_RDWR, 0)).toBe(0);
    expect(call(k, other, sys_ioctl, 0, TIOCGPGRP, { out: 4 })).toBe(-ENOTTY);
    expect(call(k, other, sys_ioctl, 0, TIOCSCTTY, 0)).toBe(-EPERM);
  });

  test('changes its foreground group within the session only', () => {
    const { k, task } = terminal();
    const pid = (value: number): Uint8Array => Uint8Array.of(value, value >>> 8, value >>> 16, value >>> 24);
    expect(call(k, task, sys_ioctl, 0, TIOCSPGRP, pid(77))).toBe(-ESRCH);
    expect(call(k, task, sys_ioctl, 0, TIOCSPGRP, pid(-1))).toBe(-EINVAL);
    const other = bareTask(k, isa);
    expect(call(k, task, sys_ioctl, 0, TIOCSPGRP, pid(other.pid))).toBe(-EPERM);
    other.signal.session = task.signal.session;
    expect(call(k, task, sys_ioctl, 0, TIOCSPGRP, pid(other.pid))).toBe(0);
  });

  test('stops a background reader with SIGTTIN, or gives EIO where that is ignored', () => {
    const { k, task } = terminal(['secret']);
    const child = bareTask(k, isa);
    child.signal.session = task.signal.session;
    child.files = task.files;
    expect(call(k, child, sys_read, 0, { out: 4 }, 4)).toBe(-ERESTARTSYS);
    expect(child.signal.sharedPending.queue.map((info) => info.signo)).toEqual([SIGTTIN]);
    const action = child.sighand.action[SIGTTIN];
    if (action) action.handler = 1;
    expect(call(k, child, sys_read, 0, { out: 4 }, 4)).toBe(-EIO);
  });
});

import { expect, test } from 'vitest';
import { syscallNumbers } from '../../../kernel/abi/unistd.ts';
import { DIR_ROWS } from '../../../kernel/syscalls/dir.ts';
import { FD_ROWS } from '../../../kernel/syscalls/fd.ts';
import { IOCTL_ROWS } from '../../../kernel/syscalls/ioctl.ts';
import { OPEN_ROWS } from '../../../kernel/syscalls/open.ts';
import { PATH_ROWS } from '../../../kernel/syscalls/path.ts';
import { PIPE_ROWS } from '../../../kernel/syscalls/pipe.ts';
import { POLL_ROWS } from '../../../kernel/syscalls/poll.ts';
import { READ_WRITE_ROWS } from '../../../kernel/syscalls/read-write.ts';
import { STAT_ROWS } from '../../../kernel/syscalls/stat.ts';
import { STATFS_ROWS } from '../../../kernel/syscalls/statfs.ts';

const ROWS = [
  OPEN_ROWS,
  READ_WRITE_ROWS,
  STAT_ROWS,
  DIR_ROWS,
  PATH_ROWS,
  FD_ROWS,
  PIPE_ROWS,
  POLL_ROWS,
  IOCTL_ROWS,
  STATFS_ROWS,
].flat();

test.each([...new Set(ROWS.map((row) => row.name))])('%s has the numbers of the Linux headers on every ISA', (name) => {
  const numbers = Object.assign({}, ...ROWS.filter((row) => row.name === name).map((row) => row.nr));
  expect(numbers).toEqual(syscallNumbers(name));
});

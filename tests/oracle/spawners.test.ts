/** The host's own programs that vfork, or clone with CLONE_VM and CLONE_VFORK: natively and in forkscope, with the host's files read-only. */
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { show } from './compare.ts';
import { runForkscope } from './forkscope.ts';
import { runNative } from './native.ts';

const BUSYBOX = fileURLToPath(new URL('../../.guests/amd64/bin/busybox', import.meta.url));
const POSIX_SPAWN = `
import os
try:
    os.posix_spawn("/no/such", ["such"], {})
except OSError as error:
    print(error)
pid = os.posix_spawn("/bin/sh", ["sh", "-c", "exit 3"], {})
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;
const SUBPROCESS = `
import subprocess
print(subprocess.run(["/bin/sh", "-c", "echo out; echo err >&2; exit 4"], capture_output=True))
try:
    subprocess.run(["/no/such"])
except OSError as error:
    print(error)
`;
/** Where vfork is made a fork, make loses its error line, xargs ends with 123, and posix_spawn of a missing file returns a pid. */
const LINES: readonly (readonly [string, readonly string[]])[] = [
  ['/usr/bin/make', ['--eval=all: ; no-such-program']],
  ['/usr/bin/make', ['-k', '-j2', '--eval=all: a b\na: ; @echo one\nb: a ; @/no/such; echo two\n']],
  [BUSYBOX, ['xargs', '/no/such']],
  [BUSYBOX, ['xargs', '-n1', 'echo', 'got']],
  [BUSYBOX, ['find', '/etc/passwd', '-exec', '/no/such', '{}', ';']],
  ['/bin/dash', ['-c', '/no/such; echo $?; (exit 3); echo $?; echo a | (read x; echo $x); exec /no/such']],
  ['/usr/bin/awk', ['BEGIN { print system("exit 3"); print system("/no/such"); "echo x" | getline y; print y }']],
  ['/usr/bin/python3', ['-ISc', POSIX_SPAWN]],
  ['/usr/bin/python3', ['-ISc', SUBPROCESS]],
];
const RUN = { env: { PATH: '/usr/bin:/bin', HOME: '/', LC_ALL: 'C' }, stdin: 'first second\n', cwd: '/', root: '/' };

describe('a program that makes others by vfork does as natively', () => {
  test.each(LINES)('%s %j', async (path, args) => {
    const natively = show(await runNative(path, args, RUN));
    expect(show(runForkscope(path, args, RUN))).toEqual(natively);
    expect(natively.stdout + natively.stderr).not.toBe('');
  });
});

/** Debian's busybox-static: the same command lines natively and in forkscope; ARM has to print what the others print. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { BUSYBOX_LINES } from './busybox-lines.ts';
import { type Shown, show } from './compare.ts';
import { runForkscope } from './forkscope.ts';
import { runNative } from './native.ts';

const RUN = {
  argv0: 'busybox',
  env: { PATH: '/none', HOME: '/', LC_ALL: 'C' },
  cwd: '/',
  stdin: 'first line\nsecond line\n',
};

function busybox(architecture: string): string {
  const path = fileURLToPath(new URL(`../../.guests/${architecture}/bin/busybox`, import.meta.url));
  if (!existsSync(path)) throw new Error(`${path} is missing: run scripts/guests/fetch.sh test`);
  return path;
}

describe.each(['amd64', 'i386'])('busybox of %s', (architecture) => {
  test.each(BUSYBOX_LINES)('does as on Linux: %s', async (line) => {
    const path = busybox(architecture);
    const native = show(await runNative(path, ['sh', '-c', line], RUN));
    expect(show(runForkscope(path, ['sh', '-c', line], RUN))).toEqual(native);
  });
});

describe('busybox of armhf', () => {
  const expected = new Map<string, Shown>();
  beforeAll(async () => {
    const path = busybox('i386');
    for (const line of BUSYBOX_LINES) expected.set(line, show(await runNative(path, ['sh', '-c', line], RUN)));
  });
  test.each(BUSYBOX_LINES)('does as i386 does on Linux: %s', (line) => {
    expect(show(runForkscope(busybox('armhf'), ['sh', '-c', line], RUN))).toEqual(expected.get(line));
  });
});

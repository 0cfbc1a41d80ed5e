/** Debian's busybox-static: the same command lines natively and in forkscope; ARM has to print what the others print. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { BUSYBOX_LINES } from './busybox-lines.ts';
import { type Shown, show } from './compare.ts';
import { runForkscope } from './forkscope.ts';
import { runNative } from './native.ts';

const RUN = {
  argv0: 'busybox',
  env: { PATH: '/none', HOME: '/', LC_ALL: 'C' },
  stdin: 'first line\nsecond line\n',
};

/** In an empty folder of its own. */
async function natively(path: string, line: string): Promise<Shown> {
  const cwd = mkdtempSync(join(tmpdir(), 'oracle-'));
  try {
    return show(await runNative(path, ['sh', '-c', line], { ...RUN, cwd }));
  } finally {
    rmSync(cwd, { recursive: true });
  }
}

function here(path: string, line: string): Shown {
  return show(runForkscope(path, ['sh', '-c', line], { ...RUN, cwd: '/tmp' }));
}

function busybox(architecture: string): string {
  const path = fileURLToPath(new URL(`../../.guests/${architecture}/bin/busybox`, import.meta.url));
  if (!existsSync(path)) throw new Error(`${path} is missing: run scripts/guests/fetch.sh test`);
  return path;
}

describe.each(['amd64', 'i386'])('busybox of %s', (architecture) => {
  test.each(BUSYBOX_LINES)('does as on Linux: %s', async (line) => {
    const path = busybox(architecture);
    expect(here(path, line)).toEqual(await natively(path, line));
  });
});

describe('busybox of armhf', () => {
  const expected = new Map<string, Shown>();
  beforeAll(async () => {
    const path = busybox('i386');
    for (const line of BUSYBOX_LINES) expected.set(line, await natively(path, line));
  });
  test.each(BUSYBOX_LINES)('does as i386 does on Linux: %s', (line) => {
    expect(here(busybox('armhf'), line)).toEqual(expected.get(line));
  });
});

/** The auxiliary vector and the new stack, next to those of a native run without randomisation. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  AT_BASE,
  AT_CLKTCK,
  AT_EGID,
  AT_ENTRY,
  AT_EUID,
  AT_EXECFN,
  AT_FLAGS,
  AT_GID,
  AT_HWCAP,
  AT_NULL,
  AT_PAGESZ,
  AT_PHDR,
  AT_PHENT,
  AT_PHNUM,
  AT_PLATFORM,
  AT_RANDOM,
  AT_SECURE,
  AT_UID,
} from '../../../kernel/abi/auxvec.ts';
import { runForkscope } from '../../oracle/forkscope.ts';
import { runProcess } from '../../oracle/native.ts';
import { buildHostC } from './probe.ts';

const SOURCE = fileURLToPath(new URL('show.c', import.meta.url));
/** What does not depend on the CPU, the vDSO or the C library. */
const COMPARED = [
  ...[AT_PAGESZ, AT_CLKTCK, AT_PHENT, AT_PHNUM, AT_BASE, AT_FLAGS, AT_UID, AT_EUID, AT_GID, AT_EGID, AT_SECURE],
  ...[AT_RANDOM, AT_EXECFN, AT_PLATFORM],
];
const ENV = { ONE: '1', EMPTY: '' };
const ARGS = ['auxv', '', 'three'];

interface Shown {
  readonly firstLine: string;
  readonly order: number[];
  readonly values: Map<number, string>;
}

describe.each([
  ['x86_64', ['-m64']],
  ['i386', ['-m32']],
  ['x86_64', ['-m64', '-static-pie', '-fPIE']],
  ['i386', ['-m32', '-static-pie', '-fPIE']],
] as const)('a program of %s built with %j', (_, flags) => {
  const linkedThere = flags.length === 1;
  let folder = '';
  let native: Shown;
  let forkscope: Shown;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'exec-'));
    const path = join(folder, 'a-name-longer-than-comm');
    copyFileSync(await buildHostC(SOURCE, ...flags), path);
    const options = { env: ENV, cwd: folder };
    native = shown((await runProcess('/usr/bin/setarch', ['-R', path, ...ARGS], options)).stdout);
    forkscope = shown(runForkscope(path, ARGS, { env: ENV, cwd: folder }).stdout);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('gets the same strings, name and alignment as natively', () => {
    expect(forkscope.firstLine).toBe(native.firstLine);
  });

  test('gets the same entries of the auxiliary vector, strings at the same addresses', () => {
    const compared = linkedThere ? [...COMPARED, AT_PHDR, AT_ENTRY] : COMPARED;
    for (const key of compared) expect([key, forkscope.values.get(key)]).toEqual([key, native.values.get(key)]);
  });

  test('gets its entries in the order of native Linux, and none that Linux has not', () => {
    expect(forkscope.order).toEqual(native.order.filter((key) => forkscope.values.has(key)));
    expect(forkscope.order).toEqual(expect.arrayContaining([...COMPARED, AT_HWCAP, AT_PHDR, AT_ENTRY, AT_NULL]));
  });

  test('finds its program headers and its entry as far apart as natively', () => {
    const distance = ({ values }: Shown): number => Number(values.get(AT_ENTRY)) - Number(values.get(AT_PHDR));
    expect(distance(forkscope)).toBe(distance(native));
  });
});

function shown(stdout: Uint8Array): Shown {
  const [firstLine = '', ...lines] = Buffer.from(stdout).toString().split('\n');
  const entries = lines.flatMap((line): [number, string][] => {
    const [, key, value = ''] = /^auxv (\d+) (\w+)$/.exec(line) ?? [];
    return key === undefined ? [] : [[Number(key), value]];
  });
  return { firstLine, order: entries.map(([key]) => key), values: new Map(entries) };
}

/** ARM accesses that want an alignment: here as under qemu-arm, and SIGBUS with Linux's code and address. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { buildCFile } from './build.ts';
import { show } from './compare.ts';
import { runForkscope } from './forkscope.ts';

/** <bits/siginfo-consts.h> */
const BUS_ADRALN = 1;
const SIGBUS = 7;

test('VFP and NEON accesses end by SIGBUS where they are not aligned, integer ones are fixed up', async () => {
  const source = fileURLToPath(new URL('cpu/alignment.c', import.meta.url));
  const path = await buildCFile(source, 'alignment', 'arm');
  const { stdout, status } = show(runForkscope(path, []));
  expect(status).toBe('exited 0');
  const lines = stdout.trim().split('\n');
  expect(lines).toContain(`vldr d +1 signal ${SIGBUS} code ${BUS_ADRALN} at +1`);
  expect(lines).toContain('vldr d +4 done');
  expect(lines).toContain('vld1 +1 done');
  expect(lines).toContain(`vld1 :64 +4 signal ${SIGBUS} code ${BUS_ADRALN} at +4`);
  expect(lines).toContain('ldm +1 done');
  // qemu-arm fixes nothing up, and takes an alignment of 32 bytes for one of 16.
  const compared = (text: string): string[] =>
    text
      .trim()
      .split('\n')
      .filter((line) => !/^(ldm|vld1 :256)/.test(line))
      .map((line) => line.replace(/ code.*/, ''));
  expect(compared(stdout)).toEqual(compared(execFileSync('qemu-arm', [path], { encoding: 'utf8' })));
});

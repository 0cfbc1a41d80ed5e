/** Programs that never end and take what they can get: Ctrl-C, the limits and the memory bound hold from the outside. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { IsaName } from '../../../kernel/ports.ts';
import { buildCFile } from '../../oracle/build.ts';
import { endedBySecondInterrupt, FORKSCOPE, forkscope, PLAIN_ENV } from './support.ts';

const SOURCE = fileURLToPath(new URL('../../kernel/bad-guests/endless.c', import.meta.url));
const ISAS: readonly IsaName[] = ['x86_64', 'i386', 'arm'];
/** What the guests of endless.c do, and the ISA on which it is done. */
const GUESTS = [
  ['loop', 'an endless loop'],
  ['forks', 'a fork bomb'],
  ['hogs', 'memory hogs, one after the other'],
  ['recursion', 'children that recurse until their stack is used up'],
  ['faults', 'a handler that returns to the fault'],
  ['handlers', 'handlers that fault themselves'],
  ['threads', 'threads without end'],
  ['execs', 'a program that executes itself'],
  ['vforks', 'a chain of vfork children'],
  ['signals', 'signals to oneself'],
].map(([name = '', what = ''], i) => ({ name, what, isa: ISAS[i % ISAS.length] ?? 'x86_64' }));

const GUEST_MEMORY_MIB = 64;
/** Node, the engine with its 64 MiB of translated code, and the kernel's objects for what 64 MiB can hold. */
const OWN_MEMORY_MIB = 400;

function build(isa: IsaName): Promise<string> {
  return buildCFile(SOURCE, 'endless', isa);
}

/** Most memory that a process of the host has had, in MiB. */
function peakMiB(pid: number): number {
  return Number(/^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

/** Start a guest and let it get under way. */
async function start(name: string, isa: IsaName) {
  const args = ['run', '--memory', `${GUEST_MEMORY_MIB}M`, await build(isa), name, 'loud'];
  const child = spawn(FORKSCOPE, args, { env: PLAIN_ENV, stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = once(child, 'close');
  await once(child.stdout, 'data');
  await setTimeout(700);
  return { child, ended, pid: child.pid ?? 0 };
}

describe('Ctrl-C ends, within the memory that was allowed,', () => {
  test.each(GUESTS)('$what on $isa', async ({ name, isa }) => {
    const { child, ended, pid } = await start(name, isa);
    expect(peakMiB(pid)).toBeLessThan(GUEST_MEMORY_MIB + OWN_MEMORY_MIB);
    child.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
  });

  test('at its second time also a loop that ignores every signal', async () => {
    const { child } = await start('ignore', 'i386');
    expect(await endedBySecondInterrupt(child)).toEqual([130, null]);
  });
});

describe.each(GUESTS)('$what on $isa', ({ name, isa }) => {
  test('stops at --max-insns', async () => {
    const run = forkscope(['run', '--memory', '64M', '--max-insns', '20000', await build(isa), name]);
    expect(run).toEqual({
      ...{ status: 124, stdout: '' },
      stderr: 'forkscope: run: --max-insns: still running after 20000 instructions\n',
    });
  });

  test('stops at --timeout', async () => {
    const run = forkscope(['run', '--memory', '64M', '--timeout', '0.5', await build(isa), name]);
    expect(run.stderr).toMatch(/forkscope: run: timeout: still running after 0\.5 s \(t=\d+\)\n$/);
    expect([run.status, run.stdout]).toEqual([124, '']);
  });
});

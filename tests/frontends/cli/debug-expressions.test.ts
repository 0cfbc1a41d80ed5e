import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { forkscope, openWorkshop, type Workshop } from './support.ts';

let workshop: Workshop;

beforeAll(() => {
  workshop = openWorkshop();
});

afterAll(() => workshop.remove());

/** What gdb makes of its own: no program, so it thinks of i386. */
const ASKED = [
  ...['p/f 1', 'p (unsigned char)-1', 'p 0x7fffffff + 1', 'p -1 > 0u', 'p 5L', 'p/x -1', 'p/o 0', 'p/t 0', 'p/z 5'],
  ...['p/c 65', 'p/d 0xffffffff', 'p/u -1', 'p/a 0x1234', 'p sizeof(long)', 'p 10/3*3%4', 'p 1<<31', 'p ~0', 'p !5'],
  ...['p (char)300', 'p 0xffffffff', 'p 4294967296', "p 'a'+1", 'p 7 == 7 && 3 < 2', 'p (short)0x12345', 'p 017'],
  ...['p 1 ? 2 : 3', 'p/x (short)-1', 'p/t 10', 'p/f 1078530011', 'p/x 0x12', 'p 2147483648', 'p -5/2', 'p -5%3'],
  ...["p '\\n'", 'p sizeof(int*)', 'p (int*)4 + 1', 'p (char)0', 'p/f 1LL', 'p 3 > 2 > 1', 'p 5 & 3 == 3', 'p/z -1'],
  ...['p/x (char)-1', 'p/d (unsigned char)255', 'p/o -1', 'p/t (char)3', 'p (unsigned short)65535 + 1', 'p 1 - 2u'],
  ...['p (unsigned)1 - 2', 'p $1', 'p $$3', 'p $', 'p $mine = 0x10', 'p $mine * 2', 'p 1 +', 'p )', 'p 1/0', 'p $99'],
  ...[
    'p (long long)1 << 40',
    'p 2 + 3 * 4 - 6 / 2',
    'p 1 | 2 ^ 3 & 4',
    'p -(-3)',
    'p/c 300',
    'p 5ull - 6',
    'p/f 0x3dcccccd',
    'p/f 0x3fb999999999999a',
    'p/f 0x7149f2ca',
  ],
];

describe('expressions of forkscope debug', () => {
  test('are what gdb makes of them', async ({ skip }) => {
    const args = ['-nx', '-batch', ...ASKED.flatMap((command) => ['-ex', `echo >>>\\n`, '-ex', command])];
    const gdb = spawnSync('gdb', args, { encoding: 'utf8' });
    if (gdb.error) skip('gdb is not installed');
    // Its errors go to the other stream: one by one.
    const theirs = `${gdb.stdout}`.split('>>>\n').slice(1);
    const program = await workshop.guest('vfork-step', 'i386');
    const { stdout } = forkscope(['debug', ...ASKED.flatMap((command) => ['--ex', command]), program]);
    const ours = stdout.split(/^\(forkscope\) .*\n/m).slice(1);
    const said = ASKED.map((command, i) => [command, ours[i]]);
    const expected = ASKED.map((command, i) => [command, theirs[i] === '' ? errorOf(command) : theirs[i]]);
    expect(said).toEqual(expected);
  });
});

function errorOf(command: string): string {
  return spawnSync('gdb', ['-nx', '-batch', '-ex', command], { encoding: 'utf8' }).stderr;
}

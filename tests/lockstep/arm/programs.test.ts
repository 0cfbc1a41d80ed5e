/** Debian's busybox-static for both ARM ABIs: the same output and status under qemu-arm and in forkscope. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { runForkscope } from '../../oracle/forkscope.ts';

const INPUT = Array.from({ length: 400 }, (_, i) => `${(i * 7919) % 1000} line ${i} ${'x'.repeat(i % 17)}\n`).join('');

/** One process each: qemu-arm is no oracle for what vfork does, and cannot exec ARM programs by itself. */
const COMMANDS: readonly string[][] = [
  ['sha256sum'],
  ['sha512sum'],
  ['md5sum'],
  ['cksum'],
  ['sort', '-n'],
  ['sort', '-k3r', '-u'],
  ['sed', '-E', 's/([0-9]+) line ([0-9]+)/\\2:\\1/'],
  ['awk', '{ s += $1; q += sqrt($1) * 1.5; l = l length($4) % 7 } END { printf "%d %.9f %g %s\\n", s, q, s / 7, l }'],
  [
    'awk',
    'BEGIN { for (i = 1; i < 40; i++) printf "%.12g %x\\n", exp(i / 3) * sin(i) / log(i + 1), i * 2654435761 % 65536 }',
  ],
  ['dc', '-e', '10k 2v p 3 7/ p 2 100^ p'],
  ['bc', '-e', 'scale=30; 4*a(1)'],
  ['gzip', '-c', '-9'],
  ['bzip2', '-c'],
  ['od', '-A', 'x', '-t', 'x4z'],
  ['base64'],
  ['wc'],
  ['tr', 'a-z', 'n-za-m'],
  ['grep', '-E', '(1|3)9.*x{5,}$'],
  ['cut', '-c', '3-9'],
  ['fold', '-w', '13'],
  ['factor', '600851475143', '4294967291', '1000000007'],
  [
    'sh',
    '-c',
    'i=0; s=1; while [ $i -lt 300 ]; do i=$((i+1)); s=$(((s * 1103515245 + 12345) % 2147483648)); done; echo $s; exit 7',
  ],
  ['false'],
  ['no-such-applet'],
];
const ENV = { PATH: '/none', HOME: '/', LC_ALL: 'C' };

interface Shown {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}

function underQemu(path: string, args: readonly string[]): Promise<Shown> {
  return new Promise((resolve, reject) => {
    const options = { env: { ...ENV, PATH: process.env.PATH }, encoding: 'latin1' as const, maxBuffer: 1 << 24 };
    const guest = ['-cpu', 'cortex-a15', '-0', 'busybox', '-E', 'PATH=/none', path, ...args];
    const child = execFile('qemu-arm', guest, options, (error, stdout, stderr) => {
      const status = error === null ? 0 : error.code;
      if (typeof status === 'number') resolve({ stdout, stderr, status });
      else reject(error);
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(INPUT);
  });
}

function inForkscope(path: string, args: readonly string[]): Shown {
  const { stdout, stderr, status } = runForkscope(path, args, { argv0: 'busybox', env: ENV, stdin: INPUT });
  if (!('exited' in status)) throw new Error(`killed by ${status.signaled}`);
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
  return { stdout: text(stdout), stderr: text(stderr), status: status.exited };
}

describe.each(['armhf', 'armel'])('busybox of %s', (architecture) => {
  const path = fileURLToPath(new URL(`../../../.guests/${architecture}/bin/busybox`, import.meta.url));
  test.each(COMMANDS.map((words): [string, string[]] => [words.join(' '), words]))(
    'prints what it prints under qemu-arm: %s',
    async (_, words) => {
      if (!existsSync(path)) throw new Error(`${path} is missing: run scripts/guests/fetch.sh test`);
      expect(inForkscope(path, words)).toEqual(await underQemu(path, words));
    },
  );
});

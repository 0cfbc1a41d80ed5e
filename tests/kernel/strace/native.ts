import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { IMAGE_BYTES } from './image.ts';

/** Plays calls under the host's strace: see player.c. */

const HERE = dirname(fileURLToPath(import.meta.url));
/** Times are told in UTC, and errors in English. */
const PLAIN_ENV = { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' };
const COMPILE = { x86_64: ['-m64'], i386: ['-m32', '-fno-pie', '-no-pie'] } as const;
export type NativeIsa = keyof typeof COMPILE;

/** Number and up to six arguments. */
export type RawCall = readonly number[];

export interface Played {
  /** strace's line. */
  readonly line: string;
  readonly result: bigint;
  /** The image after the call. */
  readonly after: Uint8Array;
}

function works(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

/** Why the comparison cannot be made here, or null. The texts are those of strace 6.1 alone. */
export function whyNotHere(): string | null {
  const version = spawnSync('strace', ['--version'], { encoding: 'utf8' }).stdout ?? '';
  if (!version.startsWith('strace -- version 6.1\n')) return 'strace 6.1 is not installed';
  if (!works('gcc', ['--version'])) return 'gcc is not installed';
  return works('strace', ['-o', '/dev/null', 'true']) ? null : 'ptrace is not allowed';
}

export function play(isa: NativeIsa, image: Uint8Array, calls: readonly RawCall[]): Played[] {
  const folder = mkdtempSync(join(tmpdir(), 'strace-player-'));
  try {
    const file = (name: string): string => join(folder, name);
    execFileSync('gcc', ['-O1', '-w', ...COMPILE[isa], join(HERE, 'player.c'), '-o', file('player')]);
    writeFileSync(file('image'), image);
    const words = new BigInt64Array(calls.length * 7);
    calls.forEach((call, i) => {
      call.forEach((word, n) => {
        words[i * 7 + n] = BigInt(word);
      });
    });
    writeFileSync(file('calls'), new Uint8Array(words.buffer));
    writeFileSync(file('results'), new Uint8Array(calls.length * (8 + IMAGE_BYTES)));
    const files = [file('image'), file('calls'), file('results')];
    execFileSync('strace', ['-o', file('trace'), file('player'), ...files], { cwd: folder, env: PLAIN_ENV });
    const lines = readFileSync(file('trace'), 'latin1').split('\n');
    const first = lines.findIndex((line) => line.startsWith('getppid()')) + 1;
    const results = readFileSync(file('results'));
    return calls.map((_, i) => {
      const at = i * (8 + IMAGE_BYTES);
      return {
        line: lines[first + i] ?? '',
        result: results.readBigInt64LE(at),
        after: new Uint8Array(results.subarray(at + 8, at + 8 + IMAGE_BYTES)),
      };
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

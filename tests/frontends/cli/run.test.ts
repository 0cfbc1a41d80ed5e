import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  COPIES_FOUR,
  endedBySecondInterrupt,
  exitsWith,
  FORKSCOPE,
  forkscope,
  LOOPS,
  openWorkshop,
  PAUSES,
  PLAIN_ENV,
  type Workshop,
  writesForever,
} from './support.ts';

let workshop: Workshop;
let printedTwice: string;
let exits3: string;
let loops: string;

beforeAll(async () => {
  workshop = openWorkshop();
  printedTwice = await workshop.guest('child-printed-twice', 'i386');
  exits3 = await workshop.program('exits3', 'i386', exitsWith(3));
  loops = await workshop.program('loops', 'i386', LOOPS);
});

afterAll(() => workshop.remove());

const BUSYBOX = fileURLToPath(new URL('../../../.guests/amd64/bin/busybox', import.meta.url));

describe('exit status of forkscope run', () => {
  test("is the guest's", () => {
    expect(forkscope(['run', exits3])).toEqual({ status: 3, stdout: '', stderr: '' });
  });

  test('is 128 and the signal that killed the guest, without a word of ours', () => {
    expect(forkscope(['run', printedTwice])).toEqual({
      status: 139,
      stdout: 'child proc:0\n0\nchild proc:0\n',
      stderr: '',
    });
  });

  test('is 127 for a program that is not there', () => {
    const { status, stderr } = forkscope(['run', './nowhere']);
    expect(status).toBe(127);
    expect(stderr).toMatch(/^forkscope: \.\/nowhere: no such program\n/);
  });

  test('is 126 for what is no executable of ours', () => {
    const text = join(workshop.directory, 'text');
    writeFileSync(text, 'no program\n', { mode: 0o755 });
    expect(forkscope(['run', text])).toMatchObject({ status: 126 });
    const elf = join(workshop.directory, 'mips');
    const bytes = readFileSync(exits3);
    bytes.writeUInt16LE(8, 18);
    writeFileSync(elf, bytes, { mode: 0o755 });
    const { status, stderr } = forkscope(['run', elf]);
    expect(status).toBe(126);
    expect(stderr).toContain('Exec format error');
    expect(forkscope(['run', workshop.directory])).toMatchObject({ status: 126 });
  });

  test('is 126 for a file without execute permission', () => {
    const path = join(workshop.directory, 'unmarked');
    writeFileSync(path, readFileSync(exits3));
    chmodSync(path, 0o644);
    const { status, stderr } = forkscope(['run', path]);
    expect(status).toBe(126);
    expect(stderr).toContain('Permission denied');
  });

  test('is 125 for our own failures', () => {
    for (const args of [
      ['run'],
      ['run', '--nonsense', exits3],
      ['run', '--timeout', 'x', exits3],
      ['run', '-E', 'x', exits3],
    ]) {
      const { status, stdout, stderr } = forkscope(args);
      expect(status, args.join(' ')).toBe(125);
      expect(stdout).toBe('');
      expect(stderr).toMatch(/^forkscope: /);
      expect(stderr).not.toContain('    at ');
    }
  });

  test('is 124 at --timeout, with the output that came before', async () => {
    const chatty = await workshop.program('chatty', 'i386', writesForever('tick\n', 1));
    // A busy machine may not get to the guest in a short time.
    for (let seconds = 0.2, written = ''; written === ''; seconds *= 4) {
      const { status, stdout, stderr } = forkscope(['run', '--timeout', String(seconds), chatty]);
      expect(status).toBe(124);
      expect(stdout).toMatch(/^(tick\n)*$/);
      expect(stderr).toMatch(/^forkscope: run: timeout: /);
      written = stdout;
    }
  });

  test('is 124 at --timeout also while all processes sleep', async () => {
    const pauses = await workshop.program('pauses', 'i386', PAUSES);
    expect(forkscope(['run', '--timeout', '0.2', pauses])).toMatchObject({ status: 124 });
  });

  test('is 124 at --max-insns, exactly there', () => {
    const { status, stderr } = forkscope(['run', '--max-insns', '123457', loops]);
    expect(status).toBe(124);
    expect(stderr).toContain('after 123457 instructions');
  });

  test('is 1 where --expect or --reject is not met', () => {
    expect(forkscope(['run', '--expect', 'proc:0\n0\n', printedTwice])).toMatchObject({ status: 139, stderr: '' });
    const missing = forkscope(['run', '--expect', '-1', printedTwice]);
    expect(missing.status).toBe(1);
    expect(missing.stderr).toBe('forkscope: run: --expect: the guest did not write "-1"\n');
    expect(forkscope(['run', '--reject', 'proc', printedTwice])).toMatchObject({ status: 1 });
  });
});

describe('streams of forkscope run', () => {
  test('bytes pass through untouched', () => {
    const bytes = Buffer.from(Array.from({ length: 1 << 16 }, (_, i) => (i * 7 + (i >> 8)) & 255));
    const path = join(workshop.directory, 'bytes');
    writeFileSync(path, bytes);
    const out = execFileSync('sh', ['-c', '"$0" run "$1" cat < "$2" | cat', FORKSCOPE, BUSYBOX, path], {
      env: PLAIN_ENV,
      maxBuffer: 1 << 20,
    });
    expect(Buffer.compare(out, bytes)).toBe(0);
  });

  test('no input is taken that the guest did not read', async () => {
    const copies = await workshop.program('copies', 'i386', COPIES_FOUR);
    const path = join(workshop.directory, 'input');
    writeFileSync(path, 'fourrest of it\n');
    const script = '("$0" run "$1"; echo " / "; cat)';
    const file = execFileSync('sh', ['-c', `${script} < "$2"`, FORKSCOPE, copies, path], {
      env: PLAIN_ENV,
      encoding: 'utf8',
    });
    expect(file).toBe('four / \nrest of it\n');
    const pipe = execFileSync('sh', ['-c', `cat "$2" | ${script}`, FORKSCOPE, copies, path], {
      env: PLAIN_ENV,
      encoding: 'utf8',
    });
    expect(pipe).toBe('four / \nrest of it\n');
  });

  test('what the host refuses is the error of the call in the guest', () => {
    const sh = (script: string) =>
      spawnSync('sh', ['-c', script, FORKSCOPE, BUSYBOX], { env: PLAIN_ENV, encoding: 'utf8' });
    expect(sh('"$0" run "$1" echo x > /dev/full')).toMatchObject({
      status: 1,
      stderr: 'echo: write error: No space left on device\n',
    });
    expect(sh('"$0" run "$1" cat < /')).toMatchObject({ status: 1, stderr: 'cat: read error: Is a directory\n' });
  });

  test('input that comes late is waited for', async () => {
    const out = execFileSync('sh', ['-c', '(sleep 0.3; echo late) | "$0" run "$1" cat', FORKSCOPE, BUSYBOX], {
      env: PLAIN_ENV,
      encoding: 'utf8',
    });
    expect(out).toBe('late\n');
  });

  test('a reader that goes away ends it quietly, as a filter', async () => {
    const chatty = await workshop.program('yes', 'i386', writesForever('y\n', 1));
    const script = '{ "$0" run "$1"; echo "status $?" >&2; } | head -n 1';
    const child = spawn('sh', ['-c', script, FORKSCOPE, chatty], { env: PLAIN_ENV, stdio: ['ignore', 'pipe', 'pipe'] });
    let stderr = '';
    child.stderr.on('data', (bytes: Buffer) => {
      stderr += bytes.toString();
    });
    await new Promise((ended) => child.on('close', ended));
    expect(stderr).toBe('status 141\n');
  });

  test('a slow reader of a non-blocking pipe loses nothing', async () => {
    const script = '"$0" run "$1" seq 20000 | (sleep 0.3; wc -l)';
    expect(execFileSync('sh', ['-c', script, FORKSCOPE, BUSYBOX], { env: PLAIN_ENV, encoding: 'utf8' }).trim()).toBe(
      '20000',
    );
  });

  test("Ctrl-C reaches the guest first, and its end is the guest's", async () => {
    const child = spawn(FORKSCOPE, ['run', BUSYBOX, 'sh', '-c', 'echo ready; while :; do :; done'], {
      env: PLAIN_ENV,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const ended = new Promise<number | null>((done) => child.on('close', (status) => done(status)));
    await new Promise((ready) => child.stdout.once('data', ready));
    child.kill('SIGINT');
    expect(await ended).toBe(130);
  });

  test('a second Ctrl-C ends a guest that ignores the first', async () => {
    const script = 'trap "" INT; echo ready; while :; do :; done';
    const child = spawn(FORKSCOPE, ['run', BUSYBOX, 'sh', '-c', script], {
      env: PLAIN_ENV,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await once(child.stdout, 'data');
    expect(await endedBySecondInterrupt(child)).toEqual([130, null]);
  });
});

describe('what the guest sees', () => {
  const busybox = (...args: string[]) => forkscope(['run', BUSYBOX, ...args]);

  test("everything behind PROGRAM is the guest's", () => {
    expect(busybox('echo', '--expect', '-h', '--', '-strace', 'x').stdout).toBe('--expect -h -- -strace x\n');
    expect(forkscope(['run', '--', BUSYBOX, 'echo', 'x']).stdout).toBe('x\n');
  });

  test('the environment is passed on and edited', () => {
    const { stdout } = forkscope(['run', '-U', 'HOME', '-E', 'COLOUR=grün', BUSYBOX, 'env']);
    const lines = stdout.split('\n');
    expect(lines).toContain('COLOUR=grün');
    expect(lines).toContain(`PATH=${PLAIN_ENV.PATH}`);
    expect(stdout).not.toContain('HOME=');
  });

  test('argv[0] is the name as typed, or what -0 says', () => {
    expect(forkscope(['run', '-0', 'echo', BUSYBOX, 'zero']).stdout).toBe('zero\n');
  });

  test('of the host it sees the program file and what is mounted, nothing else', () => {
    const data = join(workshop.directory, 'data');
    mkdirSync(data, { recursive: true });
    writeFileSync(join(data, 'file'), 'mounted\n');
    expect(busybox('cat', join(data, 'file'))).toMatchObject({ status: 1, stdout: '' });
    expect(forkscope(['run', '--mount', data, BUSYBOX, 'cat', join(data, 'file')]).stdout).toBe('mounted\n');
    expect(forkscope(['run', '--mount', `${data}:/x/y`, BUSYBOX, 'cat', '/x/y/file']).stdout).toBe('mounted\n');
    expect(busybox('ls', '/').stdout).not.toContain('root');
    expect(forkscope(['run', '--mount', data, BUSYBOX, 'touch', join(data, 'new')])).toMatchObject({ status: 1 });
    expect(forkscope(['run', '--mount', data, BUSYBOX, 'pwd'], { cwd: data }).stdout).toBe(`${data}\n`);
    expect(busybox('pwd').stdout).toBe('/\n');
  });

  test('-L mounts a system, and finds programs in it', () => {
    const sysroot = fileURLToPath(new URL('../../../.guests/armhf', import.meta.url));
    expect(forkscope(['run', '-L', sysroot, '/bin/busybox', 'uname', '-m']).stdout).toBe('armv7l\n');
    expect(forkscope(['run', '-L', sysroot, 'busybox', 'ls', '/bin/busybox']).stdout).toBe('/bin/busybox\n');
  });

  test('a program is found in this directory by its name', () => {
    expect(forkscope(['run', 'exits3'], { cwd: workshop.directory })).toMatchObject({ status: 3 });
  });

  test('-s is the limit of the stack', () => {
    expect(forkscope(['run', '-s', '256K', BUSYBOX, 'sh', '-c', 'ulimit -s']).stdout).toBe('256\n');
  });

  test('two runs with one seed are the same, with another they differ', () => {
    const random = (seed: string) =>
      forkscope(['run', '--seed', seed, BUSYBOX, 'sh', '-c', 'head -c 16 /dev/urandom | od -tx1']).stdout;
    expect(random('1')).toBe(random('1'));
    expect(random('1')).not.toBe(random('2'));
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { forkscope, openWorkshop, type Workshop } from './support.ts';

let workshop: Workshop;
let step: string;

beforeAll(async () => {
  workshop = openWorkshop();
  step = await workshop.guest('vfork-step', 'i386');
});

afterAll(() => workshop.remove());

const OUTPUT = 'child: vfork returned 0\nparent: wait status 0\n';

test("strace's lines go to standard error, the guest's output and status stay as they are", () => {
  const { status, stdout, stderr } = forkscope(['strace', step]);
  expect(status).toBe(0);
  expect(stdout).toBe(OUTPUT);
  const lines = stderr.split('\n');
  expect(lines[0]).toMatch(/^execve\(".*vfork-step\.i386", \[".*"\.*\], 0x[0-9a-f]+ \/\* \d+ vars \*\/\) = 0$/);
  expect(lines[1]).toBe('vfork( <unfinished ...>');
  expect(lines[2]).toBe('strace: Process 1001 attached');
  expect(lines).toContain('[pid  1001] +++ exited with 0 +++');
  expect(lines).toContain('<... vfork resumed>)                    = 1001');
  expect(lines.at(-2)).toBe('+++ exited with 0 +++');
});

test('run -strace prints the same', () => {
  const { status, stdout, stderr } = forkscope(['run', '-strace', step]);
  expect({ status, stdout }).toEqual({ status: 0, stdout: OUTPUT });
  expect(stderr).toBe(forkscope(['strace', step]).stderr);
});

test('-o and -D write to a file and leave standard error empty', () => {
  const file = join(workshop.directory, 'calls');
  expect(forkscope(['strace', '-f', '-o', file, step])).toEqual({ status: 0, stdout: OUTPUT, stderr: '' });
  expect(readFileSync(file, 'utf8')).toContain('wait4(1001, ');
  expect(forkscope(['run', '-strace', '-D', file, step])).toEqual({ status: 0, stdout: OUTPUT, stderr: '' });
  expect(readFileSync(file, 'utf8')).toContain('wait4(1001, ');
});

test('-e chooses system calls', () => {
  const calls = (expression: string) =>
    [...forkscope(['strace', '-e', expression, step]).stderr.matchAll(/(?:^|] )(\w+)\(/gm)].map((match) => match[1]);
  expect(calls('trace=write')).toEqual(['write', 'write']);
  expect(calls('wait4,vfork')).toEqual(['vfork', 'wait4']);
  expect(new Set(calls('trace=!write'))).toEqual(new Set(['execve', 'vfork', 'exit_group', 'wait4']));
  expect(calls('%process')).not.toContain('write');
});

test('-s cuts strings', () => {
  expect(forkscope(['strace', '-s', '5', '-e', 'write', step]).stderr).toContain('write(1, "child"..., 24)');
});

test('--json is JSON Lines with a schema, numbers of calls in order of t', () => {
  const { stderr } = forkscope(['strace', '--json', step]);
  const [schema, ...events] = stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(schema).toEqual({ schema: 'forkscope-strace', version: 1 });
  const times = events.map((event) => event.t);
  expect(times).toEqual([...times].sort((a, b) => a - b));
  const vfork = events.find((event) => event.event === 'fork');
  expect(vfork).toMatchObject({ pid: 1000, how: 'vfork', child: 1001 });
  const written = events.find((event) => event.name === 'write' && event.pid === 1001);
  expect(written).toMatchObject({
    args: { fd: 1 },
    result: '0x18',
    text: 'write(1, "child: vfork returned 0\\n", 24) = 24',
  });
});

test('system calls that are not there are told with --verbose only', async () => {
  const path = await workshop.program(
    'absent',
    'i386',
    '.global _start\n_start:\n mov $31,%eax\n int $0x80\n mov $1,%eax\n xor %ebx,%ebx\n int $0x80\n',
  );
  expect(forkscope(['run', path])).toEqual({ status: 0, stdout: '', stderr: '' });
  const { stderr } = forkscope(['run', '--verbose', path]);
  expect(stderr).toMatch(/^forkscope: .*stty.*ENOSYS\n$/);
});

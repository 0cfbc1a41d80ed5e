import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COPIES_FOUR, FORKSCOPE, forkscope, LOOPS, openWorkshop, PLAIN_ENV, type Workshop } from './support.ts';

let workshop: Workshop;

beforeAll(() => {
  workshop = openWorkshop();
});

afterAll(() => workshop.remove());

type Line = Record<string, unknown> & { kind?: string };

function lines(stdout: string): Line[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map((line): Line => JSON.parse(line));
}

describe('forkscope debug --json', () => {
  test('says what it is, then objects: stops, answers, errors, output of the guest', async () => {
    const program = await workshop.guest('child-printed-twice', 'i386');
    const input = ['b vfork', 'c', 'p $eax', 'x/2xw $sp', 'nosuch', 'info b', 'd', 'c', 'goto 17', 'set $eax = 1', ''];
    const { status, stdout, stderr } = forkscope(['debug', '--json', program], { input: input.join('\n') });
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    const [first, ...rest] = lines(stdout);
    expect(first).toEqual({ schema: 'forkscope-debug', version: 1 });
    expect(rest.map(({ kind, command }) => [kind, ...(command === undefined ? [] : [command])])).toEqual([
      ['stop'],
      ['answer', 'b vfork'],
      ['stop'],
      ['answer', 'c'],
      ['answer', 'p $eax'],
      ['answer', 'x/2xw $sp'],
      ['error', 'nosuch'],
      ['answer', 'info b'],
      ['answer', 'd'],
      ['output'],
      ['output'],
      ['output'],
      ['stop'],
      ['answer', 'c'],
      ['stop'],
      ['answer', 'goto 17'],
      ['answer', 'set $eax = 1'],
    ]);
    const stop = rest[2] ?? {};
    expect(stop).toMatchObject({
      reason: 'breakpoint',
      number: 1,
      t: 17,
      end: 17,
      pid: 1000,
      isa: 'i386',
      symbol: 'vfork',
    });
    expect(stop.stack).toContainEqual(expect.objectContaining({ return: true, pointers: [1000] }));
    expect(rest[4]).toMatchObject({
      data: [{ kind: 'value', type: 'int', value: expect.stringMatching(/^0x[0-9a-f]{8}$/) }],
    });
    expect(rest[6]).toMatchObject({ message: 'Undefined command: "nosuch".', hint: 'Try "help".' });
    expect(rest[7]).toMatchObject({ data: [{ kind: 'point', number: 1, what: 'breakpoint', hits: 1 }] });
    const output = rest
      .filter(({ kind }) => kind === 'output')
      .map(({ bytes }) => Buffer.from(String(bytes), 'base64'));
    expect(Buffer.concat(output).toString()).toBe('child proc:0\n0\nchild proc:0\n');
    expect(rest[12]).toMatchObject({ reason: 'caught', what: 'signal', process: 1002 });
    expect(rest[16]).toMatchObject({ data: [{ kind: 'branch', id: 1, parent: { id: 0, t: 17 } }] });
  });

  test('values of 64 bits are exact', async () => {
    const program = await workshop.guest('vfork-step', 'x86_64');
    const input = 'set $rax = 0xfedcba9876543210\np $rax\ninfo reg rax\n';
    const { stdout } = forkscope(['debug', '--json', program], { input });
    const [set, print, info] = lines(stdout).filter(({ kind }) => kind === 'answer');
    expect(set).toMatchObject({ text: '' });
    expect(print).toMatchObject({ data: [{ value: '0xfedcba9876543210' }] });
    expect(info).toMatchObject({ data: [{ kind: 'register', name: 'rax', value: '0xfedcba9876543210' }] });
  });

  test('Ctrl-C stops what runs and the session goes on; twice with nothing in between ends it with 130', async () => {
    const program = await workshop.program('loops', 'i386', LOOPS);
    const child = spawn(FORKSCOPE, ['debug', '--json', program], {
      env: PLAIN_ENV,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const said = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const next = async (): Promise<Line> => JSON.parse(String((await said.next()).value));
    await next();
    expect(await next()).toMatchObject({ kind: 'stop', reason: 'there' });
    child.stdin.write('p 1\nc\n');
    expect(await next()).toMatchObject({ kind: 'answer', command: 'p 1' });
    child.kill('SIGINT');
    expect(await next()).toMatchObject({ kind: 'stop', reason: 'interrupted' });
    expect(await next()).toMatchObject({ kind: 'answer', command: 'c' });
    child.stdin.write('when\nc\n');
    expect(await next()).toMatchObject({ kind: 'answer', command: 'when' });
    child.kill('SIGINT');
    expect(await next()).toMatchObject({ kind: 'stop', reason: 'interrupted' });
    expect(await next()).toMatchObject({ kind: 'answer', command: 'c' });
    child.kill('SIGINT');
    const [status] = await once(child, 'close');
    expect(status).toBe(130);
  });

  test("a guest's input is --stdin's, and is recorded", async () => {
    const program = await workshop.program('copies', 'i386', COPIES_FOUR);
    const path = `${workshop.directory}/input`;
    const recording = `${workshop.directory}/copies.fsr`;
    writeFileSync(path, 'abcdef');
    const commands = ['--ex', 'c', '--ex', `record ${recording}`, '--ex', 'quit 7'];
    const first = forkscope(['debug', '--stdin', path, ...commands, program]);
    expect(first.status).toBe(7);
    expect(first.stdout).toContain('abcd');
    writeFileSync(path, 'other');
    expect(forkscope(['replay', recording])).toMatchObject({ status: 0, stdout: 'abcd' });
  });
});

import { describe, expect, test } from 'vitest';
import { VERBS } from '../../../frontends/cli/verbs.ts';
import { forkscope } from './support.ts';

describe('help', () => {
  test.each(VERBS.map((verb) => verb.name))('forkscope %s -h gives examples first, in 80 columns', (verb) => {
    for (const args of [
      [verb, '-h'],
      [verb, '--help'],
      ['help', verb],
    ]) {
      const { status, stdout, stderr } = forkscope(args);
      expect(status).toBe(0);
      expect(stderr).toBe('');
      expect(stdout).toMatch(new RegExp(`^Examples:\\n  forkscope ${verb}`));
      expect(stdout).toContain(`Usage: forkscope ${verb} [options]`);
      expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    }
  });

  test('forkscope -h lists every verb with its summary', () => {
    const { status, stdout } = forkscope(['-h']);
    expect(status).toBe(0);
    for (const { name, summary } of VERBS) expect(stdout).toMatch(new RegExp(`^  ${name} +${summary}$`, 'm'));
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  test('every verb that is listed can be loaded', async () => {
    for (const verb of VERBS) expect(typeof (await verb.load()).main, verb.name).toBe('function');
  });
});

describe('a wrong command line', () => {
  test.each([
    [['rnu', 'x'], 'forkscope: rnu: unknown verb\nDid you mean run?\n'],
    [['tracee'], 'forkscope: tracee: unknown verb\nDid you mean trace?\n'],
    [['zzzzz'], 'forkscope: zzzzz: unknown verb\nforkscope -h lists the verbs.\n'],
    [['run', '--timeuot', '1', 'x'], "forkscope: run: unknown option '--timeuot'\nDid you mean --timeout?\n"],
    [['demo', 'vfrok'], 'forkscope: demo: vfrok: no such demo\nOne of: vfork, printed-twice, fork, busybox.\n'],
    [['asm', '-m', 'z80', 'x.S'], 'forkscope: asm: -m z80: unknown machine\nOne of i386, x86_64 and arm.\n'],
    [
      ['strace', '-e', 'trace=vfrok', 'x'],
      'forkscope: strace: -e trace=vfrok: no system call vfrok\nSystem calls have the names that Linux gives them.\n',
    ],
  ])('%j is one line that says why, and one that says what to do', (args, message) => {
    const { status, stdout, stderr } = forkscope(args);
    expect(status).toBe(125);
    expect(stdout).toBe('');
    expect(stderr).toBe(message);
  });

  test('no verb at all names them', () => {
    expect(forkscope([])).toMatchObject({ status: 125, stdout: '' });
    expect(forkscope([]).stderr).toContain('run, debug, tui, record, replay, strace, trace');
  });
});

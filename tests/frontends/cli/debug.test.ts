import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { IsaName } from '../../../kernel/ports.ts';
import { forkscope, openWorkshop, type Workshop } from './support.ts';

const ISAS: IsaName[] = ['i386', 'x86_64', 'arm'];

let workshop: Workshop;

beforeAll(() => {
  workshop = openWorkshop();
});

afterAll(() => workshop.remove());

/** What the debugger prints after each command, by command; the first is '' for the start. */
async function debug(
  program: string,
  commands: string[],
  { input, status = 0 }: { input?: string; status?: number } = {},
): Promise<{ command: string; text: string }[]> {
  const script = join(workshop.directory, 'script');
  writeFileSync(script, commands.join('\n'));
  const from = input === undefined ? ['-x', script] : [];
  const { stdout, ...ran } = forkscope(['debug', ...from, program], { input: input ?? '' });
  expect(ran).toEqual({ status, stderr: '' });
  const [start = '', ...rest] = stdout.split(/^\(forkscope\) /m);
  return [
    { command: '', text: start },
    ...rest.map((part) => {
      const end = part.indexOf('\n');
      return { command: part.slice(0, end), text: part.slice(end + 1) };
    }),
  ];
}

const statusOf = (text = ''): string => /^t=.*$/m.exec(text)?.[0] ?? '';
const pointers = (text = ''): string[] => [...text.matchAll(/^.*<- .*sp$/gm)].map(([line]) => line);

describe('forkscope debug', () => {
  test('goes from the crash of the program that prints "child proc" twice back to the store that caused it', async () => {
    const said = await debug(await workshop.guest('child-printed-twice', 'i386'), [
      ...['c', 'tb *createproc+51', 'rc', 'why $esp', 'watch $esp', 'rc', 'when'],
      // The first child's return into main: it made the parent's return address another one.
      ...['d', 'tb *createproc+51', 'goto 0', 'c', 'c', 'why $esp', 'disas main'],
    ]);
    expect(said[1]?.text).toContain('process 1002 terminated with signal SIGSEGV.');
    expect(statusOf(said[1]?.text)).toMatch(/pid 1002 \(vfork child of 1000\) {2}i386 {2}at 0x0/);
    expect(statusOf(said[3]?.text)).toMatch(/pid 1002 .*at createproc\+51 {2}\[recorded\]$/);
    const writer = /written at t=(\d+) by process (\d+)/.exec(said[4]?.text ?? '');
    expect(said[6]?.text).toContain(`written by process ${writer?.[2]} at t=${writer?.[1]},`);
    expect(said[7]?.text).toContain(`t=${writer?.[1]} of `);
  });

  test("finds the child's push of the address that the parent took: rc to the ret, watch on its slot, rc", async () => {
    const program = await workshop.guest('child-printed-twice', 'i386');
    // The parent's own return out of createproc, the second one: the child's is the first.
    const said = await debug(program, ['b *createproc+51', 'c', 'c', 'p/a *$esp', 'watch $esp', 'rc', 'x/i $pc']);
    expect(statusOf(said[2]?.text)).toContain('pid 1001 (vfork child of 1000)');
    expect(statusOf(said[3]?.text)).toContain('pid 1000  i386');
    expect(said[4]?.text.trim()).toMatch(/^\$1 = .*<createproc>$/);
    expect(said[6]?.text).toMatch(/written by process 1001 at t=\d+, pc 0x[0-9a-f]+ <main\+\d+>/);
    expect(statusOf(said[6]?.text)).toContain('pid 1001 (vfork child of 1000)');
    expect(said[7]?.text).toContain('call exit');
  });

  test.each(ISAS)('single-steps vfork on %s: both stack pointers on the one stack, and back again', async (isa) => {
    const program = await workshop.guest('vfork-step', isa);
    const said = await debug(program, ['catch vfork', 'c', 'info vfork', 'rsi', 'si', 'proc 1000', 'si', 'rsi']);
    expect(said[2]?.text).toContain('Catchpoint 1 (process 1000 vforked process 1001)');
    expect(statusOf(said[2]?.text)).toContain('pid 1001 (vfork child of 1000)');
    expect(pointers(said[2]?.text)[0]).toMatch(/<- PC sp$/);
    expect(said[3]?.text).toMatch(/1000 {2}sp 0x[0-9a-f]+ {2}sleeps in vfork for 1001/);
    expect(statusOf(said[4]?.text)).toMatch(/pid 1000 {2}.*\[recorded\]$/);
    expect(statusOf(said[5]?.text)).toBe(statusOf(said[2]?.text));
    // The parent's next instruction comes when the child has let it go.
    const [, before] = /^t=(\d+)/.exec(statusOf(said[6]?.text)) ?? [];
    const [, after] = /^t=(\d+)/.exec(statusOf(said[7]?.text)) ?? [];
    expect(Number(after)).toBeGreaterThan(Number(before) + 5);
    expect(statusOf(said[7]?.text)).toContain('pid 1000  ');
    expect(Number(/^t=(\d+)/.exec(statusOf(said[8]?.text))?.[1])).toBe(Number(after) - 1);
  });

  test.each(ISAS)('nexti, finish and their reverse step over calls, %s', async (isa) => {
    const program = await workshop.guest('vfork-step', isa);
    const said = await debug(program, ['b vfork', 'c', 'rfin', 'ni', 'rni', 'tb vfork', 'd 1', 'c', 'fin', 'rni']);
    const call = statusOf(said[3]?.text);
    expect(said[3]?.text).toMatch(/=> .*: (call|bl) vfork/);
    expect(statusOf(said[4]?.text)).toContain('pid 1000  ');
    expect(said[4]?.text).not.toMatch(/=> .*: (call|bl) vfork/);
    expect(statusOf(said[5]?.text).replace(/\/\d+/, '')).toBe(call.replace(/\/\d+/, '').replace('live', 'recorded'));
    expect(said[8]?.text).toContain('Breakpoint 2, vfork');
    expect(statusOf(said[9]?.text)).toContain('pid 100');
    expect(statusOf(said[10]?.text).replace(/ .*/, '')).toBe(
      call.replace(/ .*/, '').replace(/\/\d+/, `/${/\/(\d+)/.exec(statusOf(said[9]?.text))?.[1]}`),
    );
  });

  test('an edit in the past begins a branch, and "branch 0" goes back', async () => {
    const source = '.global _start\n_start:\n mov $1,%eax\n mov $7,%ebx\n nop\n int $0x80\n';
    const program = await workshop.program('seven', 'i386', source);
    const said = await debug(program, ['c', 'goto 2', 'set $ebx = 3 * 3', 'c', 'info branches', 'branch 0', 'c']);
    expect(said[1]?.text).toContain('exited with code 7');
    expect(said[3]?.text).toContain('A new branch begins here: 1 edit-1');
    expect(said[4]?.text).toContain('exited with code 9');
    expect(said[5]?.text).toMatch(/^ {2}0 main: t=0\.\.4\n\* 1 edit-1: t=0\.\.4 from 0 at t=2\n/);
    expect(said[7]?.text).toContain('exited with code 7');
  });

  test('stops at a condition, a system call and a signal, and counts the hits', async () => {
    const program = await workshop.guest('vfork-step', 'x86_64');
    const said = await debug(program, [
      'b vfork if $pid == 1',
      'catch syscall exit_group',
      'c',
      'info b',
      'd',
      'info b',
    ]);
    expect(said[3]?.text).toMatch(/Catchpoint 2 \(process 1001 call to exit_group\)/);
    expect(said[4]?.text).toMatch(
      /^1 +breakpoint .*vfork if \$pid == 1\n2 +catchpoint .*syscall exit_group {2}hit 1 time\n$/,
    );
    expect(said[6]?.text).toContain('No breakpoints');
  });

  test('bad input is one line, and the session goes on', async () => {
    const program = await workshop.guest('vfork-step', 'i386');
    const said = await debug(
      program,
      [
        ...[
          'b nowhere',
          'frobnicate',
          're',
          'x/4x 8',
          'goto 99999',
          'goto soon',
          'watch',
          'p 1 +',
          'p 1/0',
          'p $rax',
          'proc 7',
          'info x',
          'set x',
          'si many',
          'set {int}8 = 1',
          'branch 7',
          'record /nowhere/x',
          'replay /nowhere',
        ],
        'when',
      ],
      { status: 1 },
    );
    const lines = said.slice(1, -1).map(({ text }) => text.trim().split('\n')[0]);
    expect(lines).toEqual([
      'Function "nowhere" not defined.',
      'Undefined command: "frobnicate".',
      expect.stringMatching(/^Ambiguous command "re": /),
      'Cannot access memory at address 0x8',
      't=99999 is not recorded: 0 to 0 is',
      'soon: not an instant',
      'Argument required (expression to compute).',
      expect.stringContaining('A syntax error in expression'),
      'Division by zero',
      'no register $rax here',
      'No process 7.',
      'info x: not known',
      'set x: not understood',
      'many: not a number of steps',
      'Cannot access memory at address 0x8',
      'no branch 7',
      'record: /nowhere/x: no such file or directory',
      '/nowhere: no such file or directory',
    ]);
    expect(said.at(-1)?.text).toBe('t=0 of 0\n');
  });

  test('commands come from standard input as well, and an empty line repeats the last step', async () => {
    const said = await debug(await workshop.guest('vfork-step', 'i386'), [], { input: 'si\n\n\nwhen\nquit\nsi\n' });
    expect(said.map(({ command }) => command)).toEqual(['', 'si', '', '', 'when', 'quit']);
    expect(said[4]?.text).toBe('t=3 of 3\n');
  });

  test("-ex is --ex in front of the program, and the guest's own behind it", async () => {
    const program = await workshop.guest('vfork-step', 'i386');
    const { status, stdout } = forkscope(['debug', '-ex', 'p *$esp', program, '-ex', 'when']);
    expect({ status, asked: stdout.match(/^\(forkscope\) .*/gm) }).toEqual({
      status: 0,
      asked: ['(forkscope) p *$esp'],
    });
    expect(stdout).toContain('\n$1 = 3\n');
  });

  test('a file that is not there, and a program that is not, are errors of the command line', async () => {
    expect(forkscope(['debug', '-x', '/nowhere', '/bin/true'])).toMatchObject({
      status: 125,
      stderr: 'forkscope: /nowhere: no such file or directory\n',
    });
    expect(forkscope(['debug', '/nowhere/x'])).toMatchObject({ status: 127 });
  });
});

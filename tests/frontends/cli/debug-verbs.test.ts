import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMMANDS } from '../../../frontends/cli/debug/debugger.ts';
import { forkscope, openWorkshop, type Workshop } from './support.ts';

let workshop: Workshop;

beforeAll(() => {
  workshop = openWorkshop();
});

afterAll(() => workshop.remove());

/** What is said after each command. */
function answers(args: readonly string[], commands: readonly string[]): { status: number | null; said: string[] } {
  const { status, stdout, stderr } = forkscope(['debug', ...commands.flatMap((command) => ['--ex', command]), ...args]);
  expect(stderr).toBe('');
  return { status, said: stdout.split(/^\(forkscope\) .*\n/m).slice(1) };
}

const statusOf = (text = ''): string => /^t=.*$/m.exec(text)?.[0] ?? '';

test('every verb has help with an example', () => {
  for (const { names, help, example = '' } of COMMANDS) {
    expect(help, names[0]).not.toBe('');
    const [first = ''] = example.split(/[\s/]/);
    expect([names, names.includes(first)]).toEqual([names, true]);
  }
});

describe('verbs of forkscope debug', () => {
  test('first-write, last-write and last-change stand in front of who did it', async () => {
    const program = await workshop.guest('child-printed-twice', 'i386');
    const { said } = answers(
      [program],
      [
        ...['b *createproc+51', 'c', 'c', 'p/x $esp', 'last-write', 'x/i $pc', 'goto end', 'first-write $1', 'when'],
        ...['goto end', 'last-change eax', 'x/i $pc', 'si', 'info reg eax'],
      ],
    );
    expect(statusOf(said[4])).toContain('pid 1001 (vfork child of 1000)');
    expect(said[5]).toContain('call exit');
    const first = Number(/t=(\d+)/.exec(said[8] ?? '')?.[1]);
    expect(first).toBeLessThan(Number(/t=(\d+)/.exec(statusOf(said[4]))?.[1]));
    expect(said[11]).toMatch(/%eax|int/);
  });

  test('condition and ignore choose among the hits of a breakpoint', async () => {
    const program = await workshop.guest('child-printed-twice', 'i386');
    const every = answers([program], ['b vfork', 'c', 'c', 'c', 'c', 'info b']).said;
    const hits = every
      .slice(1, 5)
      .filter((text) => text.includes('Breakpoint 1,'))
      .map(statusOf);
    expect(hits.length).toBeGreaterThanOrEqual(2);
    const t = /^t=(\d+)/.exec(hits[1] ?? '')?.[1];
    const ignored = answers([program], ['b vfork', 'ignore 1 1', 'c', 'info b']).said;
    expect(statusOf(ignored[2])).toMatch(new RegExp(`^t=${t}/`));
    expect(ignored[3]).toContain('hit 2 times');
    const conditional = answers([program], ['b vfork', `condition 1 $t == ${t}`, 'c', 'condition 1', 'info b']).said;
    expect(statusOf(conditional[2])).toMatch(new RegExp(`^t=${t}/`));
    expect(conditional[3]).toBe('Breakpoint 1 now unconditional.\n');
  });

  test('memory is set as registers are: in the past on a branch, and why tells of the edit', async () => {
    const program = await workshop.guest('vfork-step', 'x86_64');
    const { status, said } = answers(
      [program],
      [
        ...['b vfork', 'c', 'set {short}($rsp + 8) = 0x1234', 'x/2xb $rsp+8', 'why $rsp+8', 'info branches'],
        ...[
          'rsi',
          'set {char}($rsp + 8) = 1',
          'info branches',
          'branch 0',
          'x/2xb $rsp+8',
          'branch edit-1',
          'x/2xb $rsp+8',
        ],
      ],
    );
    expect(status).toBe(0);
    expect(said[3]).toContain('0x34\t0x12');
    expect(said[4]).toContain('by an edit');
    expect(said[5]).toMatch(/^\* 0 main/);
    expect(said[7]).toContain('A new branch begins here: 1 edit-1');
    expect(said[8]).toMatch(/^ {2}0 main.*\n\* 1 edit-1/);
    expect(said[12]).toContain('0x01');
  });

  test('a watchpoint sees an edit in the past, from either side', async () => {
    const program = await workshop.guest('vfork-step', 'i386');
    const { said } = answers(
      [program],
      [
        ...[
          'b vfork',
          'c',
          'set {int}($esp - 64) = 5',
          'd',
          'watch {int}($esp - 64)',
          'goto end',
          'si',
          'rc',
          'goto 0',
          'c',
        ],
      ],
    );
    for (const text of [said[7], said[9]]) expect(text).toMatch(/New value = 0x00000005\nwritten by an edit/);
    expect(statusOf(said[7]).split(' ')[0]).toBe(statusOf(said[9]).split(' ')[0]);
  });

  test('diff, events and system calls tell of the time between', async () => {
    const program = await workshop.guest('vfork-step', 'arm');
    const { said } = answers([program], ['c', 'events 100', 'info syscalls 1', 'diff 0 0', 'diff 0 10', 'info record']);
    expect(said[1]).toMatch(/vfork\( <unfinished \.\.\.>\n.*vfork: process 1001 begins\n.*sleeps until 1001/);
    expect(said[2]).toMatch(/exit_group\(\d+\)|exited with/);
    expect(said[3]).toBe('No register and no memory differs.\n');
    expect(said[4]).toMatch(/^1000 {2}\w+ +0x[0-9a-f]+ -> 0x[0-9a-f]+\n/);
    expect(said[5]).toMatch(/entries from outside/);
  });

  test('display takes formats, and one that cannot be shown does not hide the others', async () => {
    const program = await workshop.guest('vfork-step', 'i386');
    const { said } = answers(
      [program],
      ['display/i $pc', 'display/x $esp', 'display *$edi', 'display/2xw $esp', 'si', 'undisplay 1', 'si'],
    );
    expect(said[2]).toBe('3: *$edi = Cannot access memory at address 0x0\n');
    expect(said[4]).toMatch(/\n1: x\/i \$pc\n=> 0x.*\n2: \/x \$esp = 0x[0-9a-f]+\n3: x\/2xw \$esp\n0x[0-9a-f]+:\t/);
    expect(said[6]).not.toContain('1: x/i');
  });
});

describe('a recording in the debugger', () => {
  test('that was cut short is a stop, and going back works', async () => {
    const program = await workshop.guest('child-printed-twice', 'i386');
    const path = join(workshop.directory, 'cut.fsr');
    forkscope(['record', '-o', path, program]);
    const lines = gunzipSync(readFileSync(path)).toString().trimEnd().split('\n');
    writeFileSync(path, gzipSync(`${lines.slice(0, -2).join('\n')}\n`));
    const { status, said } = answers(['--replay', path], ['c', 'rsi', 'si', 'si', 'c', 'goto 5', 'when']);
    expect(status).toBe(0);
    expect(said[0]).toMatch(/^Nothing more is known: the recording was cut short here\.$/m);
    const at = /^t=(\d+)/m.exec(said[0] ?? '')?.[1];
    expect(statusOf(said[1])).toMatch(new RegExp(`^t=${Number(at) - 1}/${at} `));
    expect(said[3]).toContain('Nothing more is known: the recording was cut short here.');
    expect(said[6]).toBe(`t=5 of ${at}\n`);
  });

  test('that is edited to ask for another file stops in front of the call', async () => {
    const source = `.global _start
_start:
  mov $5,%eax
  mov $path,%ebx
  xor %ecx,%ecx
  int $0x80
  mov $1,%eax
  xor %ebx,%ebx
  int $0x80
.data
path: .asciz "${workshop.directory}/a"
other: .asciz "${workshop.directory}/b"
`;
    const program = await workshop.program('opens', 'i386', source);
    writeFileSync(join(workshop.directory, 'a'), '');
    const path = join(workshop.directory, 'opens.fsr');
    expect(forkscope(['record', '-o', path, '--mount', workshop.directory, program]).status).toBe(0);
    const commands = ['goto 3', 'set $ebx = other', 'c', 'when', 'rsi', 'branch 0', 'c'];
    const { said } = answers(['--replay', path], commands);
    expect(said[2]).toMatch(/^Nothing more is known: the recording has no answer to lstat .*b\.$/m);
    expect(statusOf(said[2])).toMatch(/^t=3\/3 /);
    expect(said[3]).toBe('t=3 of 3\n');
    expect(statusOf(said[4])).toMatch(/^t=2\/3 /);
    expect(said[6]).toContain('The program exited with code 0.');
  });

  test('is made in the debugger as well, edits included, and plays without the program', async () => {
    const program = await workshop.program(
      'seven',
      'i386',
      '.global _start\n_start:\n mov $1,%eax\n mov $7,%ebx\n int $0x80\n',
    );
    const path = join(workshop.directory, 'edited.fsr');
    answers([program], ['goto 0', 'si 2', 'set $ebx = 9', 'c', `record ${path}`]);
    renameSync(program, `${program}.away`);
    expect(forkscope(['replay', path])).toEqual({ status: 9, stdout: '', stderr: '' });
    const { status, said } = answers(['--replay', path], ['record /dev/full', 'c']);
    expect(status).toBe(1);
    expect(said[0]).toBe('record: /dev/full: no space left on device\n');
    expect(said[1]).toContain('The program exited with code 9.');
  });
});

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { IsaName } from '../../../kernel/ports.ts';
import { forkscope, LOOPS, openWorkshop, type Workshop } from '../cli/support.ts';
import { type Bench, openBench } from './support.ts';

const ISAS: IsaName[] = ['i386', 'x86_64', 'arm'];
let workshop: Workshop;
let bench: Bench;

beforeAll(() => {
  workshop = openWorkshop();
});

afterAll(() => {
  bench.close();
  workshop.remove();
});

async function open(name: string, isa: IsaName = 'i386', size = { width: 80, height: 24 }): Promise<Bench> {
  bench?.close();
  bench = await openBench(await workshop.guest(name, isa), size);
  return bench;
}

const instant = (): number => Number(/t=(\d+)/.exec(bench.rows()[0] ?? '')?.[1]);
const bottom = (): string => bench.rows().at(-1) ?? '';
const stackRow = (mark: string): string =>
  bench.rows().find((row) => row.split('│')[2]?.trimEnd().endsWith(mark)) ?? '';

test.each(ISAS)(
  'behind vfork both stack pointers are on the one stack, and each process has its registers, %s',
  async (isa) => {
    const { keys, rows, app } = await open('vfork-step', isa);
    await keys(':', ...'catch vfork', 'enter', 'c');
    expect(rows()[0]).toMatch(/ pid 1001 \(vfork child of 1000\) {2}\w+ {2}at vfork\+\d+ {2}\[live\]/);
    expect(rows()[1]).toContain('the one stack of 1000, 1001');
    expect(stackRow('<PC')).not.toBe('');
    expect(rows()[1]).toContain(' P 1000 ');
    expect(rows().join('\n')).toContain('=>C 1001');
    expect(app.instant?.registers.map(({ pid }) => pid)).toEqual([1000, 1001]);
    // What the screen says of the child is what the debugger says of it.
    await keys(':', ...'p $sp', 'enter');
    const sp = BigInt(/0x[0-9a-f]+/.exec(bottom())?.[0] ?? '');
    const shown = app.instant?.registers[1]?.rows.find(({ name }) => ['esp', 'rsp', 'sp'].includes(name));
    expect(shown?.value).toBe(sp);
  },
);

test('a return address of Thumb code, whose bit 0 is set, is tagged too', async () => {
  const { keys, app } = await open('vfork-step-thumb', 'arm', { width: 200, height: 60 });
  await keys(':', ...'b print', 'enter', 'c', 's', 's', 's');
  const odd =
    app.instant?.stack.rows.filter(({ hex, isReturn }) => isReturn && Number.parseInt(hex, 16) % 2 === 1) ?? [];
  expect(odd.map(({ points }) => points[0])).toEqual(expect.arrayContaining([expect.stringMatching(/^<main\+\d+>$/)]));
});

test('words of pages that are not there leave the rest of the stack to be seen', async () => {
  const source = '.global _start\n_start:\n and $0xfffff000,%esp\n push $7\n pop %eax\n nop\n jmp _start\n';
  bench?.close();
  bench = await openBench(await workshop.program('edge', 'i386', source));
  const { app, keys } = bench;
  await keys('s');
  const rows = app.instant?.stack.rows ?? [];
  expect(rows.find(({ offset }) => offset === 0)?.sp).toEqual(['P']);
  expect(rows.every(({ offset }) => offset >= 0)).toBe(true);
  await keys('s');
  expect(app.instant?.stack.rows.find(({ offset }) => offset === 0)?.hex).toBe('00000007');
});

test('a register is marked where it differs from the previous stop of its own process, also while another one is stepped', async () => {
  const { keys, app } = await open('vfork-step');
  const marked = (pid: number): string[] =>
    app.instant?.registers
      .find((view) => view.pid === pid)
      ?.rows.filter(({ isChanged }) => isChanged)
      .map(({ name }) => name) ?? [];
  await keys('s', ':', ...'catch vfork', 'enter', 'c');
  // The parent was looked at last in front of its second instruction.
  const parent = marked(1000);
  expect(parent).toContain('eip');
  await keys('s', 's', 's');
  expect(marked(1001)).toContain('eip');
  expect(marked(1000)).toEqual(parent);
});

/** read(0, esp, 16) and write(1, esp, what came), until the end of input; its length is the exit status. */
const ECHO = [
  ...['.globl _start', '_start:', ' sub $16,%esp', '1: mov $3,%eax', ' xor %ebx,%ebx', ' mov %esp,%ecx'],
  ...[' mov $16,%edx', ' int $0x80', ' test %eax,%eax', ' jle 2f', ' mov %eax,%edx', ' mov $4,%eax', ' mov $1,%ebx'],
  ...[' mov %esp,%ecx', ' int $0x80', ' jmp 1b', '2: mov %eax,%ebx', ' mov $1,%eax', ' int $0x80', ''],
].join('\n');

test('a guest that reads waits for what i types, has it again when one goes back, and finds the end with Ctrl-D', async () => {
  bench?.close();
  bench = await openBench(await workshop.program('echo', 'i386', ECHO));
  const { keys } = bench;
  const output = (): readonly string[] => bench.app.instant?.output ?? [];
  await keys('c');
  expect(bottom()).toBe('All sleep: i types a line for who reads, c goes on.  S, C and left go back.');
  const asleep = instant();
  await keys('i', ...'two words', 'enter');
  expect(bottom()).toBe('"two words\\n": the guest reads it as it goes on');
  await keys('c');
  expect(output()).toContain('two words');
  const end = instant();
  expect(end).toBeGreaterThan(asleep);
  await keys('home');
  expect(output()).not.toContain('two words');
  await keys('c', 'i', 'ctrl-d');
  expect(bottom()).toMatch(/^the end of its input: the guest reads it /);
  await keys('c');
  expect(bottom()).toMatch(/^The program exited with code 0\./);
  expect(output()).toContain('two words');
  await keys('g', ...String(asleep + 1), 'enter', ':', ...'p $eax', 'enter');
  expect(bottom()).toBe('$1 = 10');
});

test('from the crash to the store: the word that the parent’s ret took, and [ to who wrote it', async () => {
  const { keys } = await open('child-printed-twice', 'i386', { width: 200, height: 60 });
  await keys('c');
  expect(bottom()).toBe('process 1002 terminated with signal SIGSEGV.');
  await keys('g', ...'276', 'enter', '[');
  expect(instant()).toBe(258);
  expect(bottom()).toMatch(/^ffff\w+: 0x08048227 -> 0x08048233, by process 1001 at t=258$/);
  expect(bench.rows().join('\n')).toMatch(/=> .*call exit/);
  await keys('[');
  expect(instant()).toBe(198);
  await keys(']', ']');
  expect(instant()).toBe(259);
});

test('[ and ] go through the changes of the selected register, and stay where there is none', async () => {
  const { keys, app } = await open('child-printed-twice');
  await keys('c', 'g', ...'30', 'enter');
  app.selection.register = { pid: 1001, name: 'esp' };
  const valueAt = async (t: number): Promise<bigint | undefined> => {
    await keys('g', ...String(t), 'enter');
    const view = app.instant?.registers.find(({ pid }) => pid === 1001);
    return view?.rows.find(({ name }) => name === 'esp')?.value;
  };
  for (const [key, from] of [
    ['[', 60],
    [']', 60],
  ] as const) {
    await keys('g', ...String(from), 'enter');
    app.selection.register = { pid: 1001, name: 'esp' };
    await keys(key);
    const t = instant();
    const [before, after] = key === '[' ? [t, t + 1] : [t - 1, t];
    expect(await valueAt(before)).not.toBe(await valueAt(after));
    expect(await valueAt(key === '[' ? after : from)).toBe(await valueAt(key === '[' ? from : before));
  }
  await keys('g', ...'21', 'enter');
  app.selection.register = { pid: 1001, name: 'eflags' };
  await keys('[');
  expect(bottom()).toBe('eflags of 1001 is not written before this instant');
  expect(instant()).toBe(21);
});

test('PgDn and PgUp go from event to event', async () => {
  const { keys } = await open('child-printed-twice');
  const forward: number[] = [];
  for (;;) {
    await keys('pagedown');
    if (!/^process/.test(bottom()) || forward.length > 40) break;
    forward.push(instant());
  }
  expect(forward.length).toBeGreaterThan(6);
  expect(forward).toEqual([...forward].sort((a, b) => a - b));
  await keys('pageup');
  expect(bottom()).toMatch(/^process 1\d{3} /);
  expect(instant()).toBeLessThan(forward.at(-1) ?? 0);
});

test('Tab chooses the process that s steps, until all have had their turn', async () => {
  const { keys, app } = await open('vfork-step');
  await keys(':', ...'catch vfork', 'enter', 'c');
  const t = instant();
  await keys('tab');
  expect(bench.rows()[0]).toContain('pid 1000  ');
  expect(instant()).toBe(t);
  // A machine step is anybody's; the screen stays with the process.
  await keys('right');
  expect(instant()).toBe(t + 1);
  expect(bench.rows()[0]).toContain('pid 1000  ');
  await keys('s');
  expect(bench.rows()[0]).toContain('pid 1000  ');
  expect(instant()).toBeGreaterThan(t + 5);
  await keys('S', 'g', ...String(t), 'enter', 'tab');
  expect(bench.rows()[0]).toContain('pid 1001 ');
  await keys('tab');
  expect(app.session.selected).toBe(null);
});

test('b sets a breakpoint at the selected line and removes it', async () => {
  const { keys, rows, app } = await open('child-printed-twice');
  await keys('down', 'down', 'b');
  expect(rows().some((row) => /^b +\+4 /.test(row))).toBe(true);
  expect(app.session.points).toHaveLength(1);
  await keys('c');
  expect(bottom()).toBe('Breakpoint 1, _start+4');
  await keys('b');
  expect(app.session.points).toHaveLength(0);
});

test('a command of more than a line is a page, an error one line, and an edit in the past a branch', async () => {
  const { keys, rows } = await open('child-printed-twice');
  await keys(':', ...'info reg', 'enter');
  expect(rows()[1]).toContain(' info reg ');
  expect(rows().join('\n')).toContain('eflags ');
  await keys('escape', ':', ...'frobnicate', 'enter');
  expect(bottom()).toBe('Undefined command: "frobnicate".  Try "help".');
  await keys('c', 'g', ...'nowhere', 'enter');
  expect(bottom()).toContain('nowhere: not an instant');
  await keys('g', ...'99999', 'enter');
  expect(bottom()).toContain('t=99999 is not recorded');
  await keys('home', ':', ...'set $eax = 5', 'enter');
  expect(bottom()).toContain('A new branch begins here');
  expect(rows()[0]).toContain('t=0/0 ');
  expect(rows().join('\n')).toContain('eax  00000005*');
});

test('what is displayed stands in the last line at every stop, and the end says how to go back', async () => {
  const { keys } = await open('child-printed-twice');
  await keys(':', ...'display $esp - 4', 'enter', 's');
  expect(bottom()).toMatch(/^1: \$esp - 4 = \(void \*\) 0xffff\w+$/);
  await keys(':', ...'undisplay 1', 'enter', ':', ...'p *0', 'enter');
  expect(bottom()).toContain('Cannot access memory at address 0x0');
  await keys('c', 'c', 'c', 'c');
  expect(bottom()).toBe('The program was killed by signal 11.  S, C and left go back.');
  expect(bench.rows()[0]).toMatch(/^ t=(\d+)\/\1 {2}The program was killed by signal 11\. {2}\[live\]/);
  await keys('S');
  expect(bench.rows()[0]).toContain(' pid 1000 ');
});

test('the whole timeline of a recording is there at once', async () => {
  const program = await workshop.guest('child-printed-twice', 'i386');
  const recording = `${workshop.directory}/run.fsr`;
  forkscope(['record', '-o', recording, program]);
  bench?.close();
  bench = await openBench(program, { replay: recording });
  const lanes = bench.rows().filter((row) => /^[PC] 100\d /.test(row));
  expect(lanes.map((row) => row.slice(0, 6))).toEqual(['P 1000', 'C 1001', 'C 1002']);
  expect(bench.rows()[0]).toMatch(/^ t=0\/\d\d\d .*\[recorded\]/);
});

test('with lines, s and n step those of the source, which stand between the instructions', async () => {
  const source = [
    '#include <unistd.h>',
    'static int twice(int n) {',
    '  return n + n;',
    '}',
    'int main(void) {',
    '  int n = twice(21);',
    '  if (vfork() == 0)',
    '    _exit(n);',
    '  return 0;',
    '}',
  ];
  const path = `${workshop.directory}/lines`;
  writeFileSync(`${path}.c`, source.join('\n'));
  execFileSync('gcc', ['-g', '-O0', '-static', '-o', path, `${path}.c`]);
  bench?.close();
  bench = await openBench(path, { width: 120, height: 40 });
  const { keys, rows } = bench;
  const line = (): string => /lines\.c:(\d+)/.exec(rows()[0] ?? '')?.[1] ?? '';
  await keys(':', ...'tb main', 'enter', 'c');
  expect(line()).toBe('6');
  expect(rows().some((row) => /^ +6 int n = twice\(21\);/.test(row))).toBe(true);
  await keys('s');
  expect(line()).toBe('3');
  expect(rows()[1]).toContain('code: twice');
  await keys('S');
  expect(line()).toBe('6');
  await keys('n');
  expect(line()).toBe('7');
  const t = instant();
  await keys('right');
  expect(instant()).toBe(t + 1);
});

test('Ctrl-C stops a run, clears what was typed ahead, and leaves when it comes twice', async () => {
  bench?.close();
  bench = await openBench(await workshop.program('loop', 'i386', LOOPS));
  const { app, keys, left } = bench;
  const run = keys('c');
  const ahead = app.press({ kind: 'key', key: 'q' });
  app.interrupt();
  await Promise.all([run, ahead]);
  expect(bottom()).toBe('Interrupted.');
  expect(left).toEqual([]);
  await keys('s');
  app.interrupt();
  expect(left).toEqual([]);
  app.interrupt();
  expect(left).toEqual([130]);
});

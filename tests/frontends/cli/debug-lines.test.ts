import { execFileSync } from 'node:child_process';
import { appendFileSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { IsaName } from '../../../kernel/ports.ts';
import { buildDebug, PROGRAMS } from '../../asm/dwarf/build.ts';
import { gdb } from './gdb.ts';
import { forkscope, openWorkshop, type Workshop } from './support.ts';

const NATIVE = ['x86_64', 'i386'] as const;
/** What programs are compiled for. */
interface Target {
  readonly name: string;
  readonly isa: IsaName;
  readonly compiler: 'gcc' | 'clang';
  readonly flags: readonly string[];
}

const X86_64: Target = { name: 'x86-64', isa: 'x86_64', compiler: 'gcc', flags: [] };
const I386: Target = { name: 'i386', isa: 'i386', compiler: 'gcc', flags: [] };
const GCC: readonly Target[] = [
  X86_64,
  I386,
  { name: 'ARM', isa: 'arm', compiler: 'gcc', flags: ['-marm'] },
  { name: 'Thumb', isa: 'arm', compiler: 'gcc', flags: ['-mthumb'] },
];
const TARGETS: readonly Target[] = [...GCC, { name: 'ARM by clang', isa: 'arm', compiler: 'clang', flags: [] }];
const ROOTS = { x86_64: 'amd64', i386: 'i386', arm: 'armhf' } as const;

let workshop: Workshop;

beforeAll(() => {
  workshop = openWorkshop();
});

afterAll(() => workshop.remove());

function rootOf(isa: IsaName): string {
  return fileURLToPath(new URL(`../../../.guests/${ROOTS[isa]}`, import.meta.url));
}

/** What the line debugger says to each command. */
function debug(program: string, commands: readonly string[], options: readonly string[] = []): string[] {
  const { status, stdout, stderr } = forkscope(['debug', ...options, program], { input: commands.join('\n') });
  expect(stderr).toBe('');
  // 1: a command of it failed, which some are meant to.
  expect([0, 1]).toContain(status);
  const [, ...said] = stdout.split(/^\(forkscope\) .*\n/m);
  return said;
}

/** A program of tests/asm/dwarf/programs, static, with lines. */
function build(source: string, { isa, compiler, flags }: Target, options = ['-g', '-O0']): Promise<string> {
  return buildDebug(source, compiler, isa, [...options, ...flags, '-static'], [`${source}.c`]);
}

/** `name file:line` of each frame, the innermost first. */
function framesIn(text: string): string[] {
  return [
    ...text.matchAll(
      /^#\d+ +(?:0x[0-9a-f]+ in )?(<signal handler called>|[\w.]+)(?:\+\d+)?(?: \(.*?\))?(?: at (\S+))?/gm,
    ),
  ].map(([, name, line]) => (line === undefined ? `${name}` : `${name} ${line.replace(/^.*\//, '')}`));
}

/** `name = value` of plain variables. */
function valuesIn(text: string): string[] {
  return [...text.matchAll(/^(\w+ = (?:-?\d+|<optimized out>))$/gm)].flatMap(([, one]) => one ?? []);
}

/** Numbers of the source lines that were shown. */
function shownLines(text: string): number[] {
  return [...text.matchAll(/^(\d+)\t/gm)].map(([, line]) => Number(line));
}

const instantOf = (text = ''): number => Number(/^t=(\d+)/m.exec(text)?.[1] ?? -1);

describe.each(GCC)('as gdb does on $name', (target) => {
  const { isa } = target;

  test.each([
    ['-O0', '-gdwarf-5'],
    ['-O1', '-gdwarf-4'],
    ['-O2', '-gdwarf-2'],
  ])('bt in a function that a signal handler has called, %s %s', async (...options) => {
    const program = await build('signals', target, ['-g', ...options]);
    // libc's symbol for what returns from a handler differs; frames of main's callers have gdb's own names.
    const expected = framesIn(await gdb(program, isa, ['b deep if n == 0', 'run', 'bt']));
    const said = debug(program, ['b deep', 'c', 'c', 'c', 'bt']);
    const ours = framesIn(said[4] ?? '');
    const signal = expected.indexOf('<signal handler called>');
    expect(signal).toBeGreaterThan(2);
    expect(ours.slice(0, signal + 1).map(nameOf)).toEqual(expected.slice(0, signal + 1).map(nameOf));
    expect(ours.slice(1, signal + 1)).toEqual(expected.slice(1, signal + 1));
    // Out of the frame that qemu-arm wrote for the signal gdb does not find.
    if (isa !== 'arm') {
      expect(ours.slice(ours.findIndex(isRaise) + 1).slice(0, 2)).toEqual(
        expected.slice(expected.findIndex(isRaise) + 1).slice(0, 2),
      );
    }
    expect(ours.at(-1)).toBe('_start');
  });

  test.each(['s', 'n'])('%s from main on, line for line', async (verb) => {
    const program = await build('steps', target);
    const steps = Array.from({ length: verb === 's' ? 45 : 16 }, () => verb);
    const expected = shownLines(await gdb(program, isa, ['b main', 'run', ...steps]));
    // gdb goes with the parent.
    const ours = shownLines(
      debug(program, ['b main', 'c', 'proc 1000', ...steps])
        .filter((_, i) => i !== 2)
        .join(''),
    );
    expect(expected.length).toBeGreaterThan(verb === 's' ? 30 : 13);
    expect(ours).toEqual(expected);
  });

  test.each([
    ['-O1', '-gdwarf-4'],
    ['-O2', '-gdwarf-5'],
    ['-O2', '-gdwarf-3'],
  ])('info args and info locals of optimised code, whose places change, %s %s', async (...options) => {
    const program = await buildDebug('optimised', 'gcc', isa, ['-g', ...options, ...target.flags, '-static']);
    for (const name of ['changing', 'fact']) {
      const commands = ['info args', 'info locals', 'stepi', 'stepi', 'stepi', 'stepi', 'info args', 'info locals'];
      const theirs = valuesIn(await gdb(program, isa, [`b ${name}`, 'run', ...commands]));
      const ours = valuesIn(debug(program, [`b ${name}`, 'c', ...commands]).join(''));
      // gdb also asks the caller's code what it has given; what we do not know is said.
      const known = ours.map((value, i) => (value.endsWith('<optimized out>') ? value : theirs[i]));
      expect(ours).toEqual(known);
      expect(ours.map((value) => value.replace(/ = .*/, ''))).toEqual(
        theirs.map((value) => value.replace(/ = .*/, '')),
      );
      expect(ours.filter((value) => /\d$/.test(value)).length).toBeGreaterThan(0);
    }
  });

  test.runIf(isa === 'x86_64')("rs is gdb's reverse-step through its own recording", async () => {
    const program = await build('steps', target);
    const steps = Array.from({ length: 18 }, () => 'reverse-step');
    const theirs = shownLines(await gdb(program, isa, ['b main', 'run', 'record', 'tb 25', 'c', ...steps]));
    expect(theirs.length).toBeGreaterThan(18);
    expect(shownLines(debug(program, ['b main', 'c', 'tb 25', 'c', ...steps]).join(''))).toEqual(theirs);
  });

  test('finish, up, down and a register of a frame further out', async () => {
    const program = await build('steps', target);
    const pc = '$pc';
    const said = debug(program, ['b twice', 'c', 'up', `p/x ${pc}`, 'down', 'down', 'fin', 'up']);
    const expected = /^#1 +(0x[0-9a-f]+) in main/m.exec(await gdb(program, isa, ['b twice', 'run', 'up']))?.[1] ?? '';
    expect(said[2]).toMatch(/^#1 {2}0x[0-9a-f]+ in main\+\d+ at steps\.c:24 {2}by cfi\n24\t/);
    expect(Number((said[3] ?? '').replace(/^\$1 = /, ''))).toBe(Number(expected));
    expect(said[4]).toMatch(/^#0 {2}0x[0-9a-f]+ in twice\+\d+ at steps\.c:9\n9\t/);
    expect(said[5]).toMatch(/^Bottom \(innermost\) frame selected/);
    expect(said[6]).toContain('24\t');
    expect(
      Number(/^=> ([0-9a-f]+)/m.exec(said[6] ?? '')?.[1] && `0x${/^=> ([0-9a-f]+)/m.exec(said[6] ?? '')?.[1]}`),
    ).toBe(Number(expected));
  });
});

describe.each(TARGETS)('variables on $name', (target) => {
  test('have the values that were given to them, in the scope and the frame they belong to', async () => {
    const program = await build('variables', target);
    const said = debug(program, [
      ...[
        'b 20',
        'c',
        'info args',
        'info locals',
        'p hidden',
        'p hidden * 2 + small',
        'p *to',
        'up',
        'info locals',
        'p hidden',
      ],
      ...['down', 'b 22', 'c', 'p hidden', 'p pair'],
    ]);
    expect(said[2]).toMatch(
      /^text = 0x[0-9a-f]+ "hello"\nsmall = -3 '.*'\nmiddle = 65535\nbig = -1234567890123\npart = 2\.5\n$/,
    );
    const locals = (said[3] ?? '').replace(/0x[0-9a-f]+/g, '0x');
    expect(locals).toContain(
      "colour = GREEN\ncount = 3000000000\npair = {a = 1, b = 2}\nhidden = -7\nletter = 113 'q'\nyes = true\nhalf = 0.5\nto = 0x\nhidden = 8\n",
    );
    expect(said[4]).toBe('$1 = 8\n');
    expect(said[5]).toBe('$2 = 13\n');
    expect(Number.parseInt((said[6] ?? '').replace(/^\$3 = /, ''), 10) & 0xffff_ffff).toBe(-7);
    expect(said[8]).toBe('outer = 4\n');
    expect(said[9]).toBe('No symbol "hidden" in current context.\n');
    // The inner one is gone.
    expect(said[13]).toBe('$4 = -7\n');
    expect(said[14]).toBe('$5 = {a = 9, b = 2}\n');
  });

  test('are conditions, can be watched, and rc finds who changed them', async () => {
    const program = await build('steps', target);
    const said = debug(program, [
      'b 24 if i == 2',
      'c',
      'p sum',
      'watch sum',
      'rc',
      'p i',
      'b 24 if nobody == 2',
      'goto 0',
      'c',
    ]);
    expect(said[2]).toBe('$1 = 2\n');
    expect(said[3]).toMatch(/^Watchpoint 2: 4 bytes at 0x/);
    expect(said[4]).toMatch(/New value = 0x00000002\nwritten by process 1000 at t=\d+, pc 0x[0-9a-f]+ <main\+\d+>/);
    expect(said[5]).toBe('$2 = 1\n');
  });
});

/** What is asked in `look` of structs.c. */
const STRUCTS = [
  ...['p *list', 'p list->name', 'p list->next->value', 'p *list->next', 'p local.at', 'p local.at.x', 'p where'],
  ...['p local.low', 'p local.middle', 'p local.high', 'p local.whole', 'p local.bytes[1]', 'p list->inner.part'],
  ...['p list->visit', 'p *corner', 'p corner[1]', 'p corner->y + 1', 'p numbers', 'p numbers[2]', 'p &numbers[2]'],
  ...['p raw', 'p/x raw', 'p/x where', 'p/x numbers', 'p table', 'p *table', 'p table[1][2]', 'p grid', 'p grid[1]'],
  ...['p zeros', 'p zeros[1]', 'p corners', 'p corners[2].y', 'p line', 'p words', 'p words[1]', 'p head', 'p *head'],
  ...['p first.next', 'p &first', 'p &first.name', 'p sizeof(struct node)', 'p sizeof(point)', 'p (point *)corner'],
  ...['p *(point *)corner', 'p list->colour', 'p list->flags', 'p list->next->flags', 'p list->colour == 5'],
  ...['whatis local', 'whatis corner', 'whatis *list', 'whatis table', 'whatis words', 'whatis list->visit'],
  ...['whatis point', 'whatis grid', 'whatis &grid', 'whatis numbers[1]', 'whatis list->name', 'ptype struct node'],
  ...['ptype point', 'ptype list->visit', 'ptype local.colour', 'ptype numbers', 'ptype corner', 'ptype int *'],
  ...['info locals', 'info args', 'p list->nobody', 'p where.x.y', 'p numbers.x', 'p local.inner', 'p *list->text@4'],
  ...['p numbers[0]@2', 'p *numbers@2', 'p list->name[0]', 'p &list->value', 'p/d list->at', 'p -list->value'],
  ...['up', 'p second.name', 'p first', 'whatis second'],
];

describe.each(TARGETS)('structs, arrays and globals on $name', (target) => {
  test('are printed by their members, as gdb prints them', async () => {
    const program = await build('structs', target);
    const said = debug(program, ['b 53', 'c', ...STRUCTS]).slice(2);
    const asked = STRUCTS.flatMap((command) => [`echo >>>\\n`, command]);
    const theirs = (await gdb(program, target.isa, ['set style enabled off', 'b 53', 'run', ...asked])).split('>>>\n');
    const ours = STRUCTS.map((command, i) => [command, comparable(said[i] ?? '')]);
    // gdb's errors are on its other stream.
    const expected = STRUCTS.map((command, i) => [command, comparable(theirs[i + 1] || (said[i] ?? ''))]);
    expect(ours).toEqual(expected);
    expect(theirs.filter((text) => text === '').length).toBe(3);
  });

  test('are watched, set and asked in conditions by their members', async () => {
    const program = await build('structs', target);
    const commands = [
      'b look if list->at.y == -6',
      'c',
      'p first.next->value',
      'watch first.low',
      'watch list->colour',
    ];
    const said = debug(program, [...commands, 'set var list->at.x = 77', 'p first.at', 'd 2', 'rc', 'p first.colour']);
    expect(said[1]).toMatch(/^Breakpoint 1, look/);
    expect(said[2]).toBe('$1 = 2\n');
    expect(said[3]).toMatch(/^Watchpoint 2: 1 bytes at 0x/);
    expect(said[4]).toMatch(/^Watchpoint 3: 4 bytes at 0x/);
    expect(said[6]).toBe('$2 = {x = 77, y = -6}\n');
  });
});

/** Without what two machines need not share: addresses of the stack, line ends behind frames. */
function comparable(text: string): string {
  return text
    .replace(/^#.*\n.*\n/, '')
    .replace(/0x(?:7f|f|4|b)[0-9a-f]{7,}/g, 'STACK')
    .trimEnd();
}

function nameOf(frame: string): string {
  return frame.replace(/ .*/, '');
}

/** raise(3), by the name that the symbol table has first. */
function isRaise(frame: string): boolean {
  return /^(raise|gsignal|__GI_raise)\b/.test(frame);
}

describe.each(TARGETS)('on $name', (target) => {
  test('s goes through both sides of a vfork, and rs comes back over the same instants', async () => {
    const program = await build('steps', target);
    const said = debug(program, ['b 26', 'c', 's', 's', 's', 's', 's', 'rs', 'rs', 'rn']);
    const status = said.map((text) => /^t=.*$/m.exec(text)?.[0] ?? '');
    expect(status[1]).toMatch(/pid 1000 .*steps\.c:26 /);
    expect(status[2]).toMatch(/pid 1001 \(vfork child of 1000\) .*steps\.c:27 /);
    expect(status[3]).toMatch(/pid 1001 .*steps\.c:28 /);
    // The child has gone; its parent comes out of the same call.
    expect(status[4]).toMatch(/pid 1000 .*steps\.c:26 /);
    expect(status[5]).toMatch(/pid 1000 .*steps\.c:27 /);
    expect(status[6]).toMatch(/pid 1000 .*steps\.c:31 /);
    expect(status[7]).toBe(status[5]?.replace('[live]', '[recorded]').replace(/\/\d+/, `/${instantOf(said[6])}`));
    expect(instantOf(said[8])).toBe(instantOf(said[1]));
    expect(status[9]).toMatch(/pid 1000 .*steps\.c:25 /);
  });

  test("bt finds the caller in front of every instruction of libc's vfork, on both sides", async () => {
    const program = await build('steps', target);
    const said = debug(program, ['b vfork', 'c', 'bt 2', ...Array.from({ length: 14 }, () => ['si', 'bt 2']).flat()]);
    const frames = said.filter((text) => text.startsWith('#')).map((text) => framesIn(text));
    const inside = frames.filter(([name]) => /vfork/.test(name ?? ''));
    expect(inside.length).toBeGreaterThan(5);
    expect(new Set(inside.map(([, caller]) => caller))).toEqual(new Set(['main steps.c:26']));
    expect(said.join('')).not.toContain('guess');
  });

  test("bt goes from a handler through the signal's frame to main", async () => {
    const program = await build('signals', target);
    const [, , , , bt = ''] = debug(program, ['b deep', 'c', 'c', 'c', 'bt']);
    const frames = framesIn(bt);
    expect(frames.slice(0, 5).map(nameOf)).toEqual(['deep', 'deep', 'deep', 'handler', '<signal']);
    expect(frames.filter((frame) => /^(work|main) /.test(frame))).toEqual(['work signals.c:24', 'main signals.c:36']);
    expect(frames.at(-1)).toBe('_start');
    expect(bt).not.toContain('?');
  });

  test('rs and rn stand where s and n have stood', async () => {
    const program = await build('steps', target);
    const there = debug(program, ['b 23', 'c', 'd', ...'sssssssssss'])
      .slice(3)
      .map(instantOf);
    const last = there.at(-1) ?? 0;
    const back = debug(program, [
      'b 23',
      'c',
      'd',
      'c',
      `goto ${last}`,
      ...'ssssss'
        .replaceAll('s', 'r')
        .split('')
        .map(() => 'rs'),
    ])
      .slice(5)
      .map(instantOf);
    expect(back.length).toBe(6);
    // Forward, a return is a stop in the middle of the caller's line; backward that line begins with its first instruction.
    for (const t of back) expect(there).toContain(t);
    expect([...back].sort((a, b) => b - a)).toEqual(back);
  });

  test('file:line breakpoints, info line, list, until and advance', async () => {
    const program = await build('steps', target);
    const said = debug(program, [
      ...['b steps.c:9', 'tb steps.c:24', 'info b', 'c', 'info line 9', 'list', 'list 1,3', 'c', 'advance 25'],
      ...['d', 'goto 0', 'b 23', 'c', 'until', 'until', 'until', 'list twice'],
    ]);
    expect(said[0]).toMatch(/^Breakpoint 1 at 0x[0-9a-f]+: steps\.c:9\n$/);
    expect(said[2]).toMatch(/steps\.c:9\n.*del .*steps\.c:24\n$/);
    expect(said[3]).toMatch(/^Breakpoint 2, main\+\d+ steps\.c:24\n/);
    expect(said[4]).toMatch(/^Line 9 of ".*\/steps\.c" starts at address 0x[0-9a-f]+ <twice\+\d+> and ends at 0x/);
    expect(shownLines(said[5] ?? '')).toEqual([19, 20, 21, 22, 23, 24, 25, 26, 27, 28]);
    expect(shownLines(said[6] ?? '')).toEqual([1, 2, 3]);
    expect(said[7]).toMatch(/^Breakpoint 1, twice\+\d+ steps\.c:9\n/);
    // The function returned before that line came.
    expect(said[8]).toMatch(/at main\+\d+ steps\.c:24 /);
    expect([said[13], said[14], said[15]].map((text) => shownLines(text ?? '')[0])).toEqual([24, 23, 25]);
    expect(shownLines(said[16] ?? '')[0]).toBe(4);
  });
});

/** A program whose main calls part() of a library beside it, by lazy binding. */
function buildWithLibrary(isa: (typeof NATIVE)[number]): string {
  const cwd = workshop.directory;
  const machine = isa === 'i386' ? '-m32' : '-m64';
  const library = `part-${isa}.so`;
  writeFileSync(join(cwd, 'part.c'), 'int part(int x)\n{\n  int y = x * 2;\n  return y;\n}\n');
  writeFileSync(
    join(cwd, 'use.c'),
    'int part(int);\nint main(void)\n{\n  int a = 3;\n  a = part(a);\n  return a;\n}\n',
  );
  execFileSync('gcc', [machine, '-g', '-fPIC', '-shared', 'part.c', '-o', library], { cwd });
  const lazy = ['-L.', `-l:${library}`, `-Wl,-rpath,${cwd}`, '-Wl,-z,lazy'];
  execFileSync('gcc', [machine, '-g', 'use.c', '-o', `use-${isa}`, ...lazy], { cwd });
  return join(cwd, `use-${isa}`);
}

test.each(NATIVE)('s goes through the stubs of dynamic linking into a library with lines, and rs back, %s', (isa) => {
  const cwd = workshop.directory;
  const program = buildWithLibrary(isa);
  const steps = ['s', 's', 's', 's', 's', 'rs', 'rs', 'rs', 'rs', 'bt 2'];
  const said = debug(program, ['b main', 'c', 'd', ...steps], ['-L', rootOf(isa), '--mount', cwd]);
  const where = said.slice(3, -1).map((text) => /(\w+\.c:\d+) {2}\[/.exec(text)?.[1]);
  const [last] = where.splice(4, 1);
  expect(where.slice(0, 4)).toEqual(['use.c:5', 'part.c:3', 'part.c:4', 'part.c:5']);
  expect(last).toMatch(/^use\.c:[56]$/);
  expect(where.slice(4)).toEqual(['part.c:5', 'part.c:4', 'part.c:3', 'use.c:5']);
});

describe.each(NATIVE)('breakpoints that wait, on %s', (isa) => {
  const ON = 'set breakpoint pending on';

  test('stop in a library that the loader maps later, forward and back, and are not taken without being asked for', () => {
    const options = ['-L', rootOf(isa), '--mount', workshop.directory];
    const commands = [
      'b part',
      ON,
      'b part',
      'tb part.c:4',
      'b nowhere',
      'info b',
      'c',
      'p x',
      'c',
      'info b',
      'rc',
      'rc',
    ];
    const said = debug(buildWithLibrary(isa), [...commands, 'c'], options);
    expect(said[0]).toMatch(/^Function "part" not defined\.\n"set breakpoint pending on" /);
    expect(said[2]).toBe('Function "part" not defined.\nBreakpoint 1 (part) pending.\n');
    expect(said[3]).toMatch(/\nTemporary breakpoint 2 \(part\.c:4\) pending\.\n$/);
    expect(said[5]?.match(/<PENDING>/g)?.length).toBe(3);
    expect(said[6]).toMatch(/^Breakpoint 1, part\+\d+ part\.c:3\n/);
    expect(said[7]).toBe('$1 = 3\n');
    expect(said[8]).toMatch(/^(?:Temporary breakpoint|Breakpoint) 2, part\+\d+ part\.c:4\n/);
    expect(said[9]).toMatch(/^1 .* keep y {2}0x[0-9a-f]+ part {2}hit 1 time\n3 .* keep y {2}<PENDING> nowhere\n$/);
    expect(said[10]).toMatch(/^Breakpoint 1, part/);
    expect(said[11]).toMatch(/^No more reverse-execution history\./);
    expect(instantOf(said[12])).toBe(instantOf(said[6]));
  });

  test('stop in a program that a vfork child execs', async () => {
    const starter = join(workshop.directory, `starter-${isa}`);
    const source = `${starter}.c`;
    writeFileSync(
      source,
      '#include <unistd.h>\nint main(int c, char **v)\n{\n  if (vfork() == 0) {\n    execv(v[1], v + 1);\n    _exit(127);\n  }\n  return c != 2;\n}\n',
    );
    execFileSync('gcc', [isa === 'i386' ? '-m32' : '-m64', '-g', '-static', source, '-o', starter]);
    const program = await build('steps', isa === 'i386' ? I386 : X86_64);
    const options = ['--mount', dirname(program)];
    const { stdout } = forkscope(['debug', ...options, starter, program], {
      input: [ON, 'b twice', 'c', 'rc'].join('\n'),
    });
    expect(stdout).toMatch(/^Breakpoint 1, twice\+\d+ steps\.c:9\nt=\d+\/\d+ {2}pid 1001 /m);
    expect(stdout).toContain('No more reverse-execution history.');
  });
});

test('assembler with lines is stepped by them, from the trap into the child and back into the parent', async () => {
  const program = join(workshop.directory, 'vfork-lines');
  const lines = [
    ...['.globl _start', 'fork:', 'pop %rdi', 'mov $58,%eax', 'syscall', 'push %rdi', 'ret', '_start:', 'call fork'],
    ...['test %eax,%eax', 'jnz 1f', 'mov $60,%eax', 'syscall', '1: mov $60,%eax', 'syscall', ''],
  ];
  writeFileSync(`${program}.S`, lines.join('\n'));
  execFileSync('gcc', ['-g', '-nostdlib', '-static', `${program}.S`, '-o', program]);
  const said = debug(program, [...Array.from({ length: 16 }, () => 's'), 'rs', 'rs', 'rs', 'rs']);
  const where = said.map((text) => /^t=\d+.* pid (\d+).*\.S:(\d+) /m.exec(text)?.slice(1).join(':') ?? 'end');
  const parent = ['1000:3', '1000:4', '1000:5'];
  const child = ['1001:6', '1001:7', '1001:10', '1001:11', '1001:12', '1001:13'];
  const after = ['1000:6', '1000:7', '1000:10', '1000:11', '1000:14', '1000:15', 'end'];
  expect(where.slice(0, 16)).toEqual([...parent, ...child, ...after]);
  expect(where.slice(16)).toEqual(['1000:15', '1000:14', '1000:11', '1000:10']);
});

describe('debug information in a file of its own', () => {
  const ASKED = ['b look', 'c', 'p list->value', 'bt 2'];

  /** The program stripped, and what was taken out of it. */
  async function stripped(
    isa: (typeof NATIVE)[number],
    folder: string,
  ): Promise<{ program: string; debugFile: string }> {
    const root = join(workshop.directory, `${folder}-${isa}`);
    mkdirSync(join(root, 'bin'), { recursive: true });
    const whole = await build('structs', isa === 'i386' ? I386 : X86_64, ['-g', '-O0', '-Wl,--build-id']);
    const [program, debugFile] = [join(root, 'bin', 'structs'), join(root, 'structs.debug')];
    execFileSync('objcopy', ['--only-keep-debug', whole, debugFile]);
    execFileSync('strip', [whole, '-o', program]);
    return { program, debugFile };
  }

  const isFound = (said: readonly string[]): boolean =>
    /^Breakpoint 1, look\+\d+ structs\.c:\d+\n/.test(said[1] ?? '') && said[2] === '$1 = -1\n';

  test.each(NATIVE)(
    'is found by its build-id below /usr/lib/debug of the root that the program is in, %s',
    async (isa) => {
      const { program, debugFile } = await stripped(isa, 'ids');
      const [, id = ''] =
        /Build ID: ([0-9a-f]+)/.exec(execFileSync('readelf', ['-n', program], { encoding: 'utf8' })) ?? [];
      const folder = join(dirname(dirname(program)), 'usr/lib/debug/.build-id', id.slice(0, 2));
      mkdirSync(folder, { recursive: true });
      copyFileSync(debugFile, join(folder, `${id.slice(2)}.debug`));
      expect(isFound(debug(program, ASKED))).toBe(true);
      // The file of another program.
      writeFileSync(join(folder, `${id.slice(2)}.debug`), 'no ELF file');
      expect(isFound(debug(program, ASKED))).toBe(false);
    },
  );

  test.each(['bin', 'bin/.debug', 'usr/lib/debug/bin'])('is found by its .gnu_debuglink in %s', async (place) => {
    const { program, debugFile } = await stripped('x86_64', place.replaceAll('/', '-'));
    const folder = join(dirname(dirname(program)), place);
    const [target, link] = [
      join(folder, 'structs.debug'),
      [`--add-gnu-debuglink=${debugFile}`, '-R', '.note.gnu.build-id'],
    ];
    execFileSync('objcopy', [...link, program]);
    expect(isFound(debug(program, ASKED))).toBe(false);
    mkdirSync(folder, { recursive: true });
    copyFileSync(debugFile, target);
    expect(isFound(debug(program, ASKED))).toBe(true);
    // Its checksum is another one.
    appendFileSync(target, 'x');
    expect(isFound(debug(program, ASKED))).toBe(false);
  });
});

describe('programs that are not as one would like them', () => {
  test('names of functions come from DWARF where .symtab is gone', async () => {
    const program = await build('steps', X86_64);
    const stripped = join(workshop.directory, 'no-symtab');
    execFileSync('objcopy', ['--wildcard', '--strip-symbol=*', program, stripped]);
    const said = debug(stripped, ['b fact', 'c', 'c', 'bt 3']);
    expect(framesIn(said[3] ?? '')).toEqual(['fact steps.c:15', 'fact steps.c:17', 'main steps.c:25']);
  });

  test.each([
    ['x86_64', 'bin/bash-static', ['-c', 'echo hello']],
    ['i386', 'bin/bash-static', ['-c', 'echo hello']],
  ] as const)('a stripped program of Debian has frames down to its first function, %s', (isa, program, args) => {
    const root = rootOf(isa);
    const { stdout } = forkscope(['debug', '-L', root, join(root, program), ...args], {
      input: ['catch syscall write', 'c', 'bt'].join('\n'),
    });
    const frames = stdout.split('\n').filter((line) => line.startsWith('#'));
    expect(frames.length).toBeGreaterThan(4);
    expect(frames.filter((line) => line.includes('guess'))).toEqual([]);
    expect(frames.slice(1).filter((line) => !line.includes(' by cfi'))).toEqual([]);
  });

  // busybox's own code was compiled without it, the C library's in the same file was not.
  test.each([
    ['x86_64', 'cfi'],
    ['arm', 'exidx'],
  ] as const)('code without call frame information has guesses, and they are marked, %s', (isa, evidence) => {
    const root = rootOf(isa);
    const { stdout } = forkscope(['debug', '-L', root, join(root, 'bin/busybox'), 'ls', '/bin'], {
      input: ['catch syscall write', 'c', 'bt'].join('\n'),
    });
    const frames = stdout.split('\n').filter((line) => line.startsWith('#'));
    expect(frames.slice(1, 8).filter((line) => !line.endsWith(` by ${evidence}`))).toEqual([]);
    expect(frames.filter((line) => line.endsWith('? a guess')).length).toBeGreaterThan(1);
    expect(frames.slice(1).filter((line) => !/( by \w+|\? a guess|\? its caller is not known)$/.test(line))).toEqual(
      [],
    );
  });

  test('a source that is gone, a line that is not there and a program without lines are one line each', async () => {
    const program = join(workshop.directory, 'moved');
    copyFileSync(join(PROGRAMS, 'steps.c'), join(workshop.directory, 'moved.c'));
    execFileSync('gcc', ['-g', '-static', 'moved.c', '-o', 'moved'], { cwd: workshop.directory });
    execFileSync('rm', [join(workshop.directory, 'moved.c')]);
    const said = debug(program, ['b 24', 'c', 'list', 'b 999', 'b nowhere.c:3', 'frame 99', 'info line 999']);
    expect(said[1]).toMatch(/^Breakpoint 1, main\+\d+ moved\.c:24\n/);
    expect(said[2]).toMatch(/moved\.c: No such file or directory\.\n$/);
    expect(said[3]).toMatch(/^No line 999 in file "moved\.c"\.\n/);
    expect(said[4]).toMatch(/^No line 3 in file "nowhere\.c"\.\n/);
    expect(said[5]).toMatch(/^No frame at level 99\.\n/);
    expect(said[6]).toBe('No line 999 in file "moved.c".\n');
    const guest = await workshop.guest('vfork-step', 'i386');
    const without = debug(guest, ['list', 'b 12', 'info line', 's', 'n', 'rs', 'bt']);
    expect(without[0]).toMatch(/^No line is known here\.\n/);
    expect(without[1]).toMatch(/^No line is known here\.\n/);
    expect(without[2]).toMatch(/^No line number information available for address 0x/);
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { IsaName } from '../../../kernel/ports.ts';
import { forkscope, openWorkshop, PLAIN_ENV, type Workshop } from './support.ts';

let workshop: Workshop;
let step: string;

beforeAll(async () => {
  workshop = openWorkshop();
  step = await workshop.guest('vfork-step', 'i386');
});

afterAll(() => workshop.remove());

interface Line {
  t: number;
  pid: number;
  mark: string;
  rest: string;
}

function parse(text: string): Line[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const match = /^ *(\d+) ([PC])(\d+) (.*)$/.exec(line);
      if (!match) throw new Error(`not a line of a trace: ${line}`);
      return { t: Number(match[1]), mark: match[2] ?? '', pid: Number(match[3]), rest: match[4] ?? '' };
    });
}

const isInstruction = (line: Line): boolean => /^[0-9a-f]{8}/.test(line.rest);

describe('forkscope trace', () => {
  test('prints every instruction once, in order of t, and leaves the guest alone', () => {
    const { status, stdout, stderr } = forkscope(['trace', step]);
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'child: vfork returned 0\nparent: wait status 0\n' });
    const instructions = parse(stderr).filter(isInstruction);
    expect(instructions.map((line) => line.t)).toEqual(instructions.map((_, at) => at));
    for (const line of instructions) expect(line.mark).toBe(line.pid === 1000 ? 'P' : 'C');
  });

  test('names symbols, changed registers and written words', () => {
    const lines = forkscope(['trace', step]).stderr.split('\n');
    const call = lines.find((line) => line.includes('call vfork')) ?? '';
    expect(call).toMatch(/ P1000 [0-9a-f]{8} main\+7 .* esp=([0-9a-f]{8}) \[\1\]=[0-9a-f]{8}$/);
    expect(lines.find((line) => line.includes('mov $0xbe,%eax'))).toMatch(/ vfork\+1 .* eax=be$/);
  });

  test('system calls, forks and ends stand between the instructions', () => {
    const lines = parse(forkscope(['trace', step]).stderr);
    const trap = lines.findIndex((line) => line.rest.includes('vfork+6'));
    expect(lines.slice(trap + 1, trap + 3).map((line) => line.rest)).toEqual([
      'vfork( <unfinished ...>',
      'process 1001 attached (vfork)',
    ]);
    expect(lines[trap + 3]).toMatchObject({ mark: 'C', pid: 1001 });
    const resumed = lines.findIndex((line) => line.rest.startsWith('<... vfork resumed>'));
    expect(lines[resumed - 1]?.rest).toBe('+++ exited with 0 +++');
    expect(lines[resumed + 1]?.rest).toContain('--- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=1001');
    expect(lines[resumed + 2]?.rest).toContain('vfork+8');
  });

  test('--from, --to and --pid narrow it', () => {
    const times = (...args: string[]) => parse(forkscope(['trace', ...args, step]).stderr).filter(isInstruction);
    expect(times('--from', '10', '--to', '13').map((line) => line.t)).toEqual([10, 11, 12]);
    const child = times('--pid', '1001');
    expect(child.length).toBeGreaterThan(100);
    expect(new Set(child.map((line) => line.pid))).toEqual(new Set([1001]));
    const all = parse(forkscope(['trace', step]).stderr).filter((line) => isInstruction(line) && line.pid === 1001);
    expect(child).toEqual(all);
  });

  test('--around shows a function with the call into it and the return behind it, as the whole trace does', () => {
    const whole = forkscope(['trace', step]).stderr.split('\n');
    const around = forkscope(['trace', '--around', 'vfork', step])
      .stderr.split('\n')
      .filter((line) => line !== '');
    const instructions = around.filter((line) => isInstruction(parse(line)[0] ?? { t: 0, pid: 0, mark: '', rest: '' }));
    expect(instructions[0]).toContain('call vfork');
    expect(instructions.slice(1).every((line) => whole.includes(line))).toBe(true);
    const inside = whole.filter((line) => / [0-9a-f]{8} vfork(\+\d+)? /.test(line));
    expect(inside.every((line) => around.includes(line))).toBe(true);
    expect(instructions.length).toBe(inside.length + 3);
  });

  test('--json is JSON Lines with a schema', () => {
    const file = join(workshop.directory, 'trace.json');
    expect(forkscope(['trace', '--json', '-o', file, step])).toMatchObject({ status: 0, stderr: '' });
    const [schema, ...lines] = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(schema).toEqual({ schema: 'forkscope-trace', version: 1 });
    const call = lines.find((line) => line.instruction === 'call vfork');
    expect(call).toMatchObject({ pid: 1000, role: 'parent', symbol: 'main', offset: 7 });
    expect(call.registers.esp).toBe(call.writes[0].addr);
    expect(Buffer.from(call.bytes, 'base64')[0]).toBe(0xe8);
    const fork = lines.find((line) => line.event === 'fork');
    expect(fork).toMatchObject({ how: 'vfork', child: 1001 });
  });

  test('colour comes only where it is asked for, and changes nothing but colour', () => {
    const plain = forkscope(['trace', step]).stderr;
    const coloured = forkscope(['trace', '--color', 'always', step]).stderr;
    expect(plain).not.toContain('\u001b');
    expect(coloured).toContain('\u001b[36mP1000\u001b[39m');
    expect(coloured).toContain('\u001b[33mC1001\u001b[39m');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colour is escape sequences
    expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(plain);
    const forced = (env: NodeJS.ProcessEnv) => forkscope(['trace', step], { env: { ...PLAIN_ENV, ...env } }).stderr;
    expect(forced({ FORCE_COLOR: '1' })).toContain('\u001b[36m');
    expect(forced({ FORCE_COLOR: '1', NO_COLOR: '1' })).not.toContain('\u001b');
  });

  test.each<IsaName>(['i386', 'x86_64', 'arm'])(
    't counts the same instructions as a run at full speed, %s',
    async (isa) => {
      const path = await workshop.guest('vfork-step', isa);
      const instructions = parse(forkscope(['trace', path]).stderr).filter(isInstruction);
      const { stderr } = forkscope(['run', '--max-insns', '1000000', path]);
      expect(stderr).toBe('');
      const last = instructions.at(-1)?.t ?? 0;
      expect(forkscope(['run', '--max-insns', String(last), path])).toMatchObject({ status: 124 });
      expect(forkscope(['run', '--max-insns', String(last + 1), path])).toMatchObject({ status: 0 });
    },
  );
});

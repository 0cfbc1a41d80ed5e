import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { forkscope, openWorkshop, PLAIN_ENV, type Workshop } from './support.ts';

let workshop: Workshop;

beforeAll(() => {
  workshop = openWorkshop();
});

afterAll(() => workshop.remove());

interface TraceLine {
  t: number;
  pid: number;
  pc?: string;
  symbol?: string;
  offset?: number;
  instruction?: string;
  registers?: Record<string, string>;
  writes?: { addr: string; bytes: string }[];
}

/** Every instruction of a guest, from the trace: what the demo is compared with. */
async function traceOf(name: string): Promise<TraceLine[]> {
  const path = await workshop.guest(name, 'i386');
  const lines = forkscope(['trace', '--json', path]).stderr.trim().split('\n').slice(1);
  return lines.map((line) => JSON.parse(line) as TraceLine).filter((line) => line.pc !== undefined);
}

/** The return of the parent that lands on the first byte of createproc, the last write to its slot, and the parent's vfork before. */
function threeInstructions(trace: readonly TraceLine[]): { pushed: TraceLine; slept: TraceLine; took: TraceLine } {
  const parent = trace.filter((line) => line.pid === 1000);
  const took = parent.find((line, at) => {
    const next = parent[at + 1];
    return line.instruction === 'ret' && next?.symbol === 'createproc' && next.offset === 0;
  });
  if (!took) throw new Error('no return lands on createproc');
  const slot = Number(took.registers?.esp) - 4;
  const before = trace.filter((line) => line.t < took.t);
  const pushed = before.findLast((line) => line.writes?.some((write) => Number(write.addr) === slot));
  const slept = before.findLast((line) => line.pid === 1000 && line.instruction === 'int $0x80');
  if (!pushed || !slept) throw new Error('nobody wrote the slot or slept');
  return { pushed, slept, took };
}

const mark = (line: TraceLine): string => `t=${String(line.t).padEnd(4)} ${line.pid === 1000 ? 'P' : 'C'}${line.pid}`;

describe('forkscope demo', () => {
  test('shows the four parts in order, in 80 columns and without colour', () => {
    const { status, stdout, stderr } = forkscope(['demo']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const titles = ['vfork as uClibc', '"child proc" printed twice', 'The same program, with fork', 'Real programs'];
    const places = titles.map((title) => stdout.indexOf(title));
    expect(places.every((place) => place >= 0)).toBe(true);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(stdout).not.toContain('\u001b');
  });

  test('vfork: steps every instruction of the stub in both processes, with the stack beside it', async () => {
    const { stdout } = forkscope(['demo', 'vfork']);
    const stub = (await traceOf('vfork-step')).filter((line) => line.symbol === 'vfork');
    const shown = stdout.split('\n').filter((line) => /^ *\d+ [PC]\d+ [0-9a-f]+ vfork(\+\d+)? /.test(line));
    expect(shown.length).toBe(stub.length);
    stub.forEach((line, at) => {
      expect(shown[at]).toMatch(new RegExp(`^ *${line.t} ${line.pid === 1000 ? 'P' : 'C'}${line.pid} `));
    });
    expect(stdout).toMatch(/\| [0-9a-f]{4} [0-9a-f]{8} .* <PC$/m);
    expect(stdout).toMatch(/\*[0-9a-f]{8} ret 1000@\d+ +<P$/m);
    expect(stdout).toMatch(/\*[0-9a-f]{8} ret 1001@\d+ +<C$/m);
    expect(stdout).toContain('vfork( <unfinished ...>');
    expect(stdout).toContain('<... vfork resumed>) = 1001');
  });

  test("printed-twice: native Linux's bytes, the death, and the three instructions with their t", async () => {
    const { stdout } = forkscope(['demo', 'printed-twice']);
    expect(stdout).toContain('  child proc:0\n  0\n  child proc:0\n');
    expect(stdout).toMatch(/P1000 is killed by SIGSEGV at t=\d+\./);
    const { pushed, slept, took } = threeInstructions(await traceOf('child-printed-twice'));
    const below = (heading: string): string => stdout.slice(stdout.indexOf(heading)).split('\n')[1] ?? '';
    expect(below('Who pushed the address')).toContain(`${mark(pushed)} `);
    expect(below('Who pushed the address')).toMatch(/ main\+\d+ +call exit$/);
    expect(below('Who slept')).toContain(`${mark(slept)} `);
    expect(below('Who slept')).toMatch(/ vfork\+6 +int \$0x80$/);
    expect(below('Whose ret took it')).toContain(`${mark(took)} `);
    expect(below('Whose ret took it')).toMatch(/ createproc\+\d+ +ret$/);
  });

  test('fork: the other output, and no return that was taken over', () => {
    const { stdout } = forkscope(['demo', 'fork']);
    expect(stdout).toContain('  -1\n  child proc:0\n  0\n');
    expect(stdout).toContain('in 2 address spaces');
    expect(stdout).toContain('put there by another process: 0.');
  });

  test('busybox: three architectures say the same', () => {
    const { stdout } = forkscope(['demo', 'busybox']);
    for (const arch of ['amd64', 'i386', 'armhf']) {
      expect(stdout).toMatch(new RegExp(`^  ${arch} +wrote 3, 3; status 0; 4 processes, [\\d,]+ instructions$`, 'm'));
    }
  });

  test('two runs are the same to the byte', () => {
    expect(forkscope(['demo']).stdout).toBe(forkscope(['demo']).stdout);
  });

  test('colour is asked for and means nothing by itself', () => {
    const coloured = forkscope(['demo', 'vfork', '--color=always'], { env: { ...PLAIN_ENV, TERM: 'dumb' } }).stdout;
    expect(coloured).toContain('\u001b[36m');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colour is escape sequences
    expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(forkscope(['demo', 'vfork']).stdout);
  });
});

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { FORKSCOPE, forkscope, LOOPS, openWorkshop, PLAIN_ENV, type Workshop } from '../cli/support.ts';
import { expectSoon, Pane } from './pane.ts';

const SIZE = { width: 80, height: 24 };
const MODES = ['alternate_on', 'cursor_flag', 'mouse_any_flag', 'mouse_sgr_flag'] as const;
const OURS = '1 0 1 1';
const FOUND = '0 1 0 0';

let workshop: Workshop;
let twice: string;
let loop: string;
let pane: Pane | null = null;

beforeAll(async () => {
  workshop = openWorkshop();
  twice = await workshop.guest('child-printed-twice', 'i386');
  loop = await workshop.program('loop', 'i386', LOOPS);
});

afterEach(() => {
  pane?.close();
  pane = null;
});

afterAll(() => workshop.remove());

/** A shell that tells the modes of its terminal before and after, and the exit status. */
function open(program: string, { args = '', env = {} }: { args?: string; env?: Record<string, string> } = {}): Pane {
  const settings = Object.entries(env)
    .map(([name, value]) => `${name}='${value}'`)
    .join(' ');
  const saved = join(mkdtempSync(join(tmpdir(), 'forkscope-tui-')), 'modes');
  const script = `stty -g > "${saved}"; ${settings} "${FORKSCOPE}" tui ${args} "${program}"; echo "status $?"; stty -g | cmp -s - "${saved}" && echo same modes; rm -r "${join(saved, '..')}"; cat`;
  pane = new Pane(script, SIZE);
  return pane;
}

async function expectFound(left: Pane, status: number): Promise<void> {
  const rows = await left.shows('same modes');
  expect(rows).toContain(`status ${status}`);
  await expectSoon(() => left.modes(...MODES)).toBe(FOUND);
}

describe('the terminal', () => {
  test('is ours while the screen is up, and as it was found after q', async () => {
    const screen = open(twice);
    await screen.shows('t=0/0  pid 1000  i386  at _start  [live]');
    await expectSoon(() => screen.modes(...MODES)).toBe(OURS);
    screen.keys('q');
    await expectFound(screen, 0);
  });

  test.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('is as it was found after %s', async (signal, status) => {
    const screen = open(twice);
    await screen.shows('at _start');
    process.kill(screen.child(), signal);
    await expectFound(screen, status);
  });

  test('is as it was found after a crash, which is told in one line', async () => {
    const crash = 'process.on("SIGUSR2",()=>{throw new Error("made to crash")})';
    const screen = open(twice, { env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(crash)}` } });
    await screen.shows('at _start');
    process.kill(screen.child(), 'SIGUSR2');
    await expectFound(screen, 125);
    expect(screen.rows()).toContain('forkscope: made to crash');
  });

  test('is the shell’s while Ctrl-Z has stopped us, and ours again after fg', async () => {
    const bash = new Pane(`bash --norc -i`, { ...SIZE, env: { PS1: '$ ' } });
    pane = bash;
    pane.raw(`"${FORKSCOPE}" tui "${twice}"\r`);
    await pane.shows('at _start');
    pane.keys('s');
    await pane.shows('t=1/1');
    pane.keys('C-z');
    await pane.shows('Stopped');
    await expectSoon(() => bash.modes(...MODES)).toBe(FOUND);
    pane.raw('fg\r');
    await pane.shows('t=1/1');
    await expectSoon(() => bash.modes(...MODES)).toBe(OURS);
    pane.keys('s');
    await pane.shows('t=2/2');
  });

  test('shows the guest’s output in its panel and nowhere else', async () => {
    const screen = open(twice, { args: '--ex c' });
    await screen.shows('terminated with signal SIGSEGV');
    const panel = (): (string | undefined)[] => {
      const rows = screen.rows();
      const at = rows.findIndex((row) => row.startsWith('─ output ─'));
      return rows.slice(at + 1, at + 4).map((row) => row.split('│')[0]?.trim());
    };
    await expectSoon(panel).toEqual(['child proc:0', '0', 'child proc:0']);
    expect(screen.rows().filter((row) => row.startsWith('child proc:0'))).toHaveLength(2);
  });
});

describe('Ctrl-C', () => {
  test('stops a guest that runs for ever', async () => {
    const screen = open(loop);
    await screen.shows('at _start');
    screen.keys('c');
    await screen.shows('running');
    screen.keys('C-c');
    await screen.shows('Interrupted.');
    await expectSoon(() => screen.rows()[0]).toMatch(/^ t=(\d+)\/\1 {2}pid 1000 {2}i386 {2}at _start {2}\[live\]/);
  });

  test('leaves with status 130 when it comes twice', async () => {
    const screen = open(loop);
    await screen.shows('at _start');
    screen.keys('c');
    await screen.shows('running');
    screen.keys('C-c', 'C-c');
    await expectFound(screen, 130);
  });
});

describe('keys and mouse', () => {
  test('the wheel over code is one machine step, over the timeline a column of it', async () => {
    const screen = open(twice, { args: '--ex c --ex "goto 200"' });
    await screen.shows('t=200/457');
    screen.raw('\u001b[<65;5;5M');
    await screen.shows('t=201/457');
    screen.raw('\u001b[<64;5;5M\u001b[<64;5;5M');
    await screen.shows('t=199/457');
    screen.raw('\u001b[<64;30;21M');
    await screen.shows('t=191/457');
    screen.raw('\u001b[<0;8;21M');
    await screen.shows('t=0/457');
  });

  test('the screen follows the terminal’s size, and says when it is too small', async () => {
    const screen = open(twice);
    await screen.shows('at _start');
    screen.resize(200, 60);
    await screen.until((all) => all.length === 60 && (all[0] ?? '').trimEnd().length > 190);
    await expectSoon(() => screen.rows().filter((row) => row.includes('│')).length).toBeGreaterThan(50);
    screen.resize(70, 20);
    await screen.shows('70x20 is too small');
    screen.resize(80, 24);
    await screen.shows('at _start');
  });

  test('colours are the terminal’s 16, and none with NO_COLOR', async () => {
    const colored = open(twice, { args: '--ex c' });
    await colored.shows('SIGSEGV');
    await expectSoon(() => sequences(colored)).toMatch(/\^\[[\d;]*36m/);
    await expectSoon(() => sequences(colored)).toMatch(/\^\[[\d;]*31m[^^]*\*/);
    expect(sequences(colored)).not.toMatch(/\^\[[\d;]*[34]8;/);
    colored.close();
    const plain = open(twice, { args: '--ex c', env: { NO_COLOR: '1' } });
    await plain.shows('SIGSEGV');
    expect(sequences(plain)).not.toMatch(/\^\[(?:\d+;)*(?:3[0-8]|9[0-7])(?:;\d+)*m/);
  });
});

/** The screen with its escape sequences in view. */
function sequences(screen: Pane): string {
  return screen.styledRows().join('\n').replaceAll('^', ' ').replaceAll('\u001b', '^');
}

describe('what cannot be drawn on is refused in one line', () => {
  test('no terminal', () => {
    expect(forkscope(['tui', twice])).toEqual({
      status: 125,
      stdout: '',
      stderr: 'forkscope: tui: standard input and output are no terminal\n"forkscope debug" needs no screen.\n',
    });
  });

  test('TERM=dumb', async () => {
    const screen = open(twice, { env: { TERM: 'dumb' } });
    pane = screen;
    const rows = await screen.shows('same modes');
    expect(rows[0]).toBe('forkscope: tui: TERM=dumb: a terminal that has no cursor to move');
    expect(rows).toContain('status 125');
  });

  test('no program', () => {
    const { stderr } = forkscope(['tui'], { env: PLAIN_ENV });
    expect(stderr).toContain('forkscope: tui: ');
  });
});

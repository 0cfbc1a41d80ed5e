import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { buildGuest } from '../../../asm/guests/build.ts';
import { loadDisassembler } from '../../../asm/index.ts';
import { startRecorded } from '../../../debugger/history/index.ts';
import { EventLog, lastWriters, Session, spOf } from '../../../debugger/session/index.ts';
import { createMemoryConsole } from '../../../emulator/machine/console.ts';
import { announceProgram, createTraceSink } from '../../../frontends/cli/strace-watch.ts';
import type { IsaName } from '../../../kernel/ports.ts';

const ISAS: IsaName[] = ['i386', 'x86_64', 'arm'];
const BUSYBOX = fileURLToPath(new URL('../../../.guests/i386/bin/busybox', import.meta.url));

let session: Session | null = null;

afterEach(() => session?.close());

const breathe = async (): Promise<boolean> => true;

async function start(hostPath: string, argv: string[] = ['guest']): Promise<Session> {
  const history = startRecorded({
    ...{ program: '/guest', argv, env: [], cwd: '/', console: createMemoryConsole() },
    mounts: [{ hostPath, guestPath: '/guest' }],
    memoryBytes: 64 * 1024 ** 2,
  });
  session = new Session(history, await loadDisassembler());
  return session;
}

async function startGuest(name: string, isa: IsaName): Promise<Session> {
  const directory = mkdtempSync(join(tmpdir(), 'forkscope-session-'));
  try {
    const path = join(directory, 'guest');
    writeFileSync(path, await buildGuest(name, isa), { mode: 0o755 });
    return await start(path);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

describe('who wrote the stack', () => {
  test.each(ISAS)('is what a search of the whole history finds, wherever one comes from, %s', async (isa) => {
    const { history, writes, task: first, kernel } = await startGuest('child-printed-twice', isa);
    history.advance();
    const space = first?.mm?.space ?? -1;
    const sp = first ? spOf(kernel, first) : 0;
    const places = fc.array(
      fc.record({ t: fc.nat(history.end), down: fc.nat(40), words: fc.integer({ min: 1, max: 16 }) }),
      {
        minLength: 5,
        maxLength: 25,
      },
    );
    await fc.assert(
      fc.asyncProperty(places, async (list) => {
        for (const { t, down, words } of list) {
          history.seek(t);
          const range = { space, start: sp - 4 * down, lenBytes: 4 * words };
          const kept = await writes.lastWriters(range, breathe);
          expect(history.t).toBe(t);
          expect(kept).toEqual(await lastWriters(history, range, Number.POSITIVE_INFINITY, breathe));
        }
      }),
      { numRuns: 8 },
    );
  });

  test('the user may give up, and what is asked next is right all the same', async () => {
    const { history, writes, task, kernel } = await startGuest('child-printed-twice', 'i386');
    const range = { space: task?.mm?.space ?? -1, start: (task ? spOf(kernel, task) : 0) - 64, lenBytes: 64 };
    history.advance();
    history.seek(300);
    await writes.lastWriters(range, async () => false);
    expect(history.t).toBe(300);
    expect(await writes.lastWriters(range, breathe)).toEqual(await lastWriters(history, range, 1e9, breathe));
  });
});

describe('the log of events', () => {
  const told = ({ events }: EventLog): string[] =>
    events.map(({ t, pid, kind, text }) => `${t} ${pid} ${kind} ${text ?? ''}`);

  test('has each event once and in order, however often the machine goes to and fro', async () => {
    const argv = ['busybox', 'sh', '-c', 'for i in 1 2; do echo $i; done | wc -l; (exit 3); kill -9 $$'];
    const straight = await start(BUSYBOX, argv);
    const expected = new EventLog(straight.history, createTraceSink, announceProgram);
    straight.history.advance();
    const all = told(expected);
    const { end } = straight.history;
    straight.close();
    expect(all.length).toBeGreaterThan(60);

    const { history } = await start(BUSYBOX, argv);
    const log = new EventLog(history, createTraceSink, announceProgram);
    for (const [on, back] of [
      [0.2, 0.1],
      [0.5, 0],
      [0.6, 0.55],
      [0.9, 0.3],
    ] as const) {
      history.advance({ untilT: Math.floor(end * on) });
      history.seek(Math.floor(end * back));
    }
    history.advance();
    expect(told(log)).toEqual(all);
    expect(log.events.map(({ from }) => from)).toEqual(log.events.map(({ from }) => from).sort((a, b) => a - b));
  });

  test('at an instant has what has happened by then: not what the instruction that comes next will cause', async () => {
    const { history } = await startGuest('child-printed-twice', 'i386');
    const log = new EventLog(history, createTraceSink, announceProgram);
    history.advance();
    const killed = log.events.find(({ kind }) => kind === 'killed');
    const at = (t: number): number =>
      log.events.slice(0, log.countAt(t)).filter(({ kind }) => kind === 'killed').length;
    expect(killed).toBeDefined();
    // It stands in front of address 0 at the instant of its death.
    expect([at(killed?.t ?? 0), at((killed?.t ?? 0) + 1)]).toEqual([0, 1]);
    expect(log.countAt(-1)).toBe(0);
    expect(log.countAt(history.end + 1)).toBe(log.events.length);
  });

  test('a branch has the events of its past, then its own', async () => {
    const { history, kernel } = await startGuest('child-printed-twice', 'i386');
    const log = new EventLog(history, createTraceSink, announceProgram);
    history.advance();
    const whole = told(log);
    history.seek(100);
    const before = log.events.slice(0, log.countAt(100)).length;
    const pid = kernel.state.tasks.keys().next().value ?? 0;
    history.happen({ kind: 'set-register', pid, name: 'eflags', value: 0x246n });
    expect(log.events).toHaveLength(before);
    history.advance();
    expect(log.events.length).toBeGreaterThan(before);
    history.switchTo(0);
    expect(told(log)).toEqual(whole);
  });
});

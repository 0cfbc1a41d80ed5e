import {
  type AnyPoint,
  type Caught,
  type Direction,
  registerNamed,
  type Stop,
  toRegisterChange,
} from '../../debugger/session/index.ts';
import { archOf } from '../../kernel/arch/index.ts';
import { WATCH } from '../../kernel/ports.ts';
import { watchedText, writerText } from '../cli/debug/show.ts';
import type { App } from './app.ts';
import { living } from './model/processes.ts';

/** Numbers of our own points, which are in no list: the user's never come so far. */
const OWN_ID = 0xffff_0000;
const OWN = { id: OWN_ID, text: '', enabled: true, temporary: true, hits: 0, condition: null, ignore: 0 } as const;

const EVENTS: readonly Caught[] = ['syscall', 'signal', 'fork', 'vfork', 'exec', 'exit'];

/** To what the kernel tells next, or told last. */
export function nextEvent(app: App, direction: Direction): Promise<void> {
  const points = EVENTS.map((what): AnyPoint => ({ ...OWN, kind: 'catchpoint', what, names: [] }));
  return move(app, points, direction);
}

async function move(app: App, points: readonly AnyPoint[], direction: Direction): Promise<void> {
  const stop = await app.session.toAny(points, direction, app.breathe);
  const text = stop.kind === 'caught' && stop.id === OWN_ID ? `process ${stop.pid} ${stop.text}` : undefined;
  await app.stopped(stop, text);
}

/** To where the selected word is written, or the selected register changes. Stays where it is when nobody does that. */
export async function nextWrite(app: App, direction: Direction): Promise<void> {
  const { session } = app;
  const { register: chosen } = app.selection;
  const task = chosen ? session.kernel.state.tasks.get(chosen.pid) : session.task;
  const register = task && chosen ? registerNamed(task, chosen.name) : undefined;
  const from = session.history.t;
  let stop: Stop | null = null;
  let what = '';
  if (register && task) {
    what = `${register.name} of ${task.pid}`;
    stop = await toRegisterChange(session.history, { pid: task.pid, register, direction }, app.breathe);
  } else if (task?.mm) {
    const address = app.selectedWord() ?? 0;
    app.selection.stackAt = address;
    what = address.toString(16);
    const range = { lenBytes: archOf(task.isa).wordBytes, kinds: WATCH.write, root: task.mm.pgd, isa: task.isa };
    stop = await session.toAny([{ ...OWN, kind: 'watchpoint', address, ...range }], direction, app.breathe);
  }
  if (!stop) return;
  if (stop.kind === 'done' || stop.kind === 'idle' || stop.kind === 'beginning') {
    session.goto(from);
    const when = direction === 'forward' ? 'from here to the end' : 'before this instant';
    await app.stopped({ kind: 'there' }, `${what} is not written ${when}`);
  } else await app.stopped(stop, textOf(stop, what, direction));
}

function textOf(stop: Stop, what: string, direction: Direction): string | undefined {
  if (stop.kind === 'there') return direction === 'forward' ? `${what} has changed` : `${what} is about to change`;
  if (stop.kind !== 'watchpoint' || stop.id !== OWN_ID) return undefined;
  return `${what}: ${watchedText(stop.before)} -> ${watchedText(stop.after)}, by ${writerText(stop)} at t=${stop.at}`;
}

/** Process after process, then the one that runs next again. */
export function nextProcess(app: App): Promise<void> {
  const { session } = app;
  const pids = living(session).map(({ pid }) => pid);
  const { selected } = session;
  const next = pids.find((pid) => pid > (selected ?? 0)) ?? null;
  session.selected = next;
  return app.stopped(
    { kind: 'there' },
    next === null ? 'about whichever process runs next' : `about process ${next}: s, n and f step it`,
  );
}

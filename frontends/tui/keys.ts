import { type Direction, pcOf } from '../../debugger/session/index.ts';
import type { App } from './app.ts';
import { help } from './help.ts';
import type { Input } from './input.ts';
import { type PanelName, panelAt } from './layout.ts';
import { nextEvent, nextProcess, nextWrite } from './moves.ts';
import { placeRegisters } from './render/registers.ts';
import { instantAt, instantsAColumn } from './render/timeline.ts';
import { moveSelection, toggleBreakpoint } from './select.ts';

export interface Key {
  /** Any of these does it. See input.ts for their names. */
  readonly keys: readonly string[];
  /** As the help names them; '' for a key that is told of at another. */
  readonly shown: string;
  readonly help: string;
  readonly press: (app: App) => Promise<void> | void;
}

/** Whichever process that is, also while one is chosen. */
function stepMachine(direction: Direction): Key['press'] {
  return (app) => {
    const { session } = app;
    const { t } = session.history;
    if (direction === 'back') return app.go(async () => session.goto(Math.max(0, t - 1)));
    return app.go((breathe) => session.forward({ untilT: t + 1 }, breathe));
  };
}

function hasLines({ session }: App): boolean {
  const { task } = session;
  const line = task?.mm ? session.code.lines.at(task.mm, pcOf(session.kernel, task)) : null;
  return line !== null && line.line > 0;
}

/** The key does it forward, in upper case backwards. */
function bothWays(key: string, text: string, run: (app: App, way: Direction) => Promise<void>): Key[] {
  const upper = key.toUpperCase();
  return [
    { keys: [key], shown: `${key} ${upper}`, help: text, press: (app) => run(app, 'forward') },
    { keys: [upper], shown: '', help: '', press: (app) => run(app, 'back') },
  ];
}

const FOCUS: readonly PanelName[] = ['code', 'stack', 'registers', 'events'];

function moveFocus(by: number): Key['press'] {
  return ({ selection }) => {
    const at = FOCUS.indexOf(selection.focus) + by + FOCUS.length;
    selection.focus = FOCUS[at % FOCUS.length] ?? 'code';
  };
}

function goto(app: App): void {
  const { end, t } = app.session.history;
  app.ask(
    `go to t (0..${end}, +N, -N, start, end): `,
    async (text) => {
      const relative = /^\s*([+-]\d+)\s*$/.exec(text);
      if (text.trim() !== '')
        await app.command(`goto ${relative ? Math.max(0, t + Number(relative[1])) : text.trim()}`);
    },
    false,
  );
}

/** What Enter does to what is selected. */
function enter(app: App): Promise<void> | void {
  const { focus } = app.selection;
  const event = app.instant?.events.at(-1);
  const word = app.selectedWord();
  if (focus === 'events' && event)
    return app.go(async () => app.session.goto(Math.min(event.t, app.session.history.end)));
  if (focus === 'stack' && word !== null) return app.command(`why ${word}`);
}

/** Every key there is, in the order of the help. */
export const KEYS: readonly Key[] = [
  ...bothWays('s', 'an instruction; a line, where the source has lines', (app, way) =>
    app.go((breathe) =>
      hasLines(app) ? app.session.stepLine('into', way, breathe) : app.session.stepInstructions(1, way, breathe),
    ),
  ),
  ...bothWays('n', 'the same, a call is part of it', (app, way) =>
    app.go((breathe) =>
      hasLines(app) ? app.session.stepLine('over', way, breathe) : app.session.nextInstruction(way, breathe),
    ),
  ),
  ...bothWays('c', 'on, until a breakpoint or the end', (app, way) =>
    app.go((breathe) => app.session.resume(way, breathe)),
  ),
  ...bothWays('f', 'until this function has returned; F: to its call', (app, way) =>
    app.go((breathe) => app.session.finish(way, breathe)),
  ),
  { keys: ['right'], shown: 'right left', help: 'one machine step', press: stepMachine('forward') },
  { keys: ['left'], shown: '', help: '', press: stepMachine('back') },
  {
    keys: ['pagedown'],
    shown: 'PgDn PgUp',
    help: 'next event: system call, signal, fork, exec, exit',
    press: (app) => nextEvent(app, 'forward'),
  },
  { keys: ['pageup'], shown: '', help: '', press: (app) => nextEvent(app, 'back') },
  {
    keys: ['home'],
    shown: 'Home End',
    help: 'the first instant, the last one known',
    press: (app) => app.go(async () => app.session.goto(0)),
  },
  { keys: ['end'], shown: '', help: '', press: (app) => app.go(async () => app.session.goto(app.session.history.end)) },
  { keys: ['g'], shown: 'g', help: 'go to an instant', press: goto },
  {
    keys: [']'],
    shown: '] [',
    help: 'next write of the selected word or register',
    press: (app) => nextWrite(app, 'forward'),
  },
  { keys: ['['], shown: '', help: '', press: (app) => nextWrite(app, 'back') },
  {
    keys: ['tab'],
    shown: 'Tab',
    help: 'next process: s, n and f step it; then all again',
    press: nextProcess,
  },
  {
    keys: ['up'],
    shown: 'up down',
    help: 'select a line, word, register or event',
    press: (app) => moveSelection(app, -1),
  },
  { keys: ['down'], shown: '', help: '', press: (app) => moveSelection(app, 1) },
  { keys: ['w'], shown: 'w Shift-Tab', help: 'next panel, the one before', press: moveFocus(1) },
  { keys: ['backtab'], shown: '', help: '', press: moveFocus(-1) },
  { keys: ['enter'], shown: 'Enter', help: 'who wrote the word; to the event', press: enter },
  { keys: ['b'], shown: 'b', help: 'set or remove a breakpoint at the selected line', press: toggleBreakpoint },
  { keys: ['i'], shown: 'i', help: 'type a line for the guest to read', press: (app) => app.askInput() },
  {
    keys: [':'],
    shown: ':',
    help: 'a command of "forkscope debug" (Tab completes, up recalls)',
    press: (app) => app.ask(':', (text) => app.command(text), true),
  },
  { keys: ['?', 'h'], shown: '?', help: 'this', press: (app) => app.show('keys', help(KEYS)) },
  { keys: ['ctrl-l'], shown: 'Ctrl-L', help: 'draw the screen again', press: (app) => app.redraw() },
  { keys: ['escape'], shown: 'Esc', help: 'nothing selected', press: deselect },
  { keys: ['q'], shown: 'q', help: 'leave', press: (app) => app.quit() },
];

function deselect(app: App): Promise<void> {
  Object.assign(app.selection, { codeAt: null, stackAt: null, register: null, eventsBack: 0 });
  return app.look();
}

/** The wheel over code and timeline is time; over lists it moves the selection. A press selects, on the timeline it goes there. */
export async function pressMouse(app: App, input: Exclude<Input, { kind: 'key' }>): Promise<void> {
  const { layout, session } = app;
  const panel = panelAt(layout, input.x, input.y);
  if (!panel || !app.instant) return;
  app.message = '';
  const { end, t } = session.history;
  if (input.kind === 'wheel') {
    const direction = input.by < 0 ? 'back' : 'forward';
    if (panel === 'code') await stepMachine(direction)(app);
    else if (panel === 'timeline') {
      const to = t + input.by * instantsAColumn(layout.timeline, end);
      await app.go(async () => session.goto(Math.min(end, Math.max(0, to))));
    } else {
      app.selection.focus = panel;
      await moveSelection(app, input.by);
    }
  } else await pressAt(app, panel, input.x, input.y);
  app.draw();
}

async function pressAt(app: App, panel: PanelName, x: number, y: number): Promise<void> {
  const { layout, instant, selection, session } = app;
  const row = y - layout[panel].y;
  if (panel === 'timeline') {
    const to = instantAt(layout.timeline, x, session.history.end);
    if (to !== null) await app.go(async () => session.goto(to));
    return;
  }
  selection.focus = panel;
  const line = instant?.code.rows[row];
  if (panel === 'code' && line?.kind === 'line') selection.codeAt = line.address;
  const word = instant?.stack.rows[row];
  if (panel === 'stack' && word) Object.assign(selection, { stackAt: word.addr, register: null });
  if (panel === 'registers') {
    const place = placeRegisters(layout, instant?.registers ?? [], selection.register).find(
      ({ rect }) => x >= rect.x && x < rect.x + rect.width && y >= rect.y && y < rect.y + rect.height,
    );
    const register = place?.rows[y - place.rect.y];
    if (place && register) selection.register = { pid: place.view.pid, name: register.name };
  }
}

import { placeText } from '../../debugger/code.ts';
import { flagsOf, pcOf } from '../../debugger/session/index.ts';
import { archOf } from '../../kernel/arch/index.ts';
import type { App } from './app.ts';
import { isAt } from './model/code.ts';
import { placeRegisters } from './render/registers.ts';

/** The selection of the panel that has the keyboard, `by` rows further down. */
export async function moveSelection(app: App, by: 1 | -1): Promise<void> {
  const { selection } = app;
  if (selection.focus === 'code') moveInCode(app, by);
  else if (selection.focus === 'stack') moveInStack(app, by);
  else if (selection.focus === 'registers') return moveInRegisters(app, by);
  else if (selection.focus === 'events') moveInEvents(app, by);
  else return;
  await app.look();
}

function moveInCode({ instant, selection }: App, by: 1 | -1): void {
  const lines = instant?.code.rows.filter((row) => row.kind === 'line') ?? [];
  const at = lines.findIndex(({ address, isNext }) =>
    selection.codeAt === null ? isNext : address === selection.codeAt,
  );
  const next = lines[at + by];
  const last = lines.at(-1);
  if (next) selection.codeAt = next.address;
  else if (by > 0 && last) selection.codeAt = last.address + last.bytes.length;
}

/** The highest address stands at the top. */
function moveInStack(app: App, by: 1 | -1): void {
  const { task } = app.session;
  const word = app.selectedWord();
  if (!task || word === null) return;
  const { wordBytes } = archOf(task.isa);
  app.selection.register = null;
  app.selection.stackAt = word - (word % wordBytes) - by * wordBytes;
}

function moveInRegisters({ instant, layout, selection }: App, by: 1 | -1): void {
  const all = placeRegisters(layout, instant?.registers ?? [], selection.register).flatMap(({ view, rows }) =>
    rows.map(({ name }) => ({ pid: view.pid, name, isCurrent: view.isCurrent })),
  );
  const { register } = selection;
  const at = all.findIndex(({ pid, name }) => pid === register?.pid && name === register.name);
  const next = at < 0 ? all.find(({ isCurrent }) => isCurrent) : all[at + by];
  if (next) selection.register = { pid: next.pid, name: next.name };
}

function moveInEvents({ instant, selection }: App, by: 1 | -1): void {
  if (by < 0 && (instant?.events.length ?? 0) <= 1) return;
  selection.eventsBack = Math.max(0, selection.eventsBack - by);
}

/** Set a breakpoint at the selected line, or remove those that are there. */
export async function toggleBreakpoint(app: App): Promise<void> {
  const { session } = app;
  const { task } = session;
  if (!task?.mm) return;
  const address = app.selection.codeAt ?? pcOf(session.kernel, task);
  const here = session.points.filter((point) => isAt(point, task, address));
  if (here.length > 0) return app.command(`delete ${here.map(({ id }) => id).join(' ')}`);
  const { place } = session.code.at(task.mm, address, flagsOf(session.kernel, task));
  // By its name it is the program's, in every process that runs it.
  return app.command(`break ${place ? placeText(place) : `*0x${address.toString(16)}`}`);
}

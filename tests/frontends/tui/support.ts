import { EventLog } from '../../../debugger/session/index.ts';
import { createTypedConsole } from '../../../emulator/machine/typed-console.ts';
import { openSession } from '../../../frontends/cli/debug/open.ts';
import { announceProgram, createTraceSink } from '../../../frontends/cli/strace-watch.ts';
import { App } from '../../../frontends/tui/app.ts';
import type { Screen } from '../../../frontends/tui/render/screen.ts';

/** A guest's environment that is the same everywhere: its stack is too. */
const EMPTY_ENV = Object.keys(process.env);

/** The full screen without a terminal. */
export interface Bench {
  readonly app: App;
  readonly screens: Screen[];
  readonly left: number[];
  /** Press keys, one after the other, by the names of input.ts. */
  keys(...names: string[]): Promise<void>;
  /** Type a text. */
  type(text: string): Promise<void>;
  /** What the screen shows now. */
  rows(): string[];
  close(): void;
}

export async function openBench(
  program: string,
  { width = 80, height = 24, replay }: { width?: number; height?: number; replay?: string } = {},
): Promise<Bench> {
  const options = { color: 'never', unset: EMPTY_ENV, argv0: 'guest', ...(replay === undefined ? {} : { replay }) };
  const typed = createTypedConsole(() => {});
  const { session } = await openSession('tui', replay === undefined ? [program] : [], options, {
    output: () => {},
    hasInput: false,
    typed,
  });
  const screens: Screen[] = [];
  const left: number[] = [];
  const app = new App({
    session,
    log: new EventLog(session.history, createTraceSink, announceProgram),
    guestInput: typed,
    size: { width, height },
    draw: (screen) => screens.push(screen),
    forget: () => {},
    quit: (status) => left.push(status),
  });
  await app.start([]);
  const keys = async (...names: string[]): Promise<void> => {
    for (const key of names) await app.press({ kind: 'key', key });
  };
  return {
    ...{ app, screens, left, keys },
    type: (text) => keys(...text),
    rows: () => screens.at(-1)?.cells.rows() ?? [],
    close: () => session.close(),
  };
}

/** A screen without what tells how one came there: which registers changed, and why it stopped. */
export function withoutChanges(rows: readonly string[]): string[] {
  const line = (_: string, digits: string): string => ` ${'─'.repeat(digits.length + 3)}`;
  return rows.slice(0, -1).map((row) =>
    row
      .replace(/ \+(\d+)\*(?: |$)/, line)
      .replaceAll('*', ' ')
      .trimEnd(),
  );
}

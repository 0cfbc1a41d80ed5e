import { type History, type RecordedOptions, RecordingWriter } from '../../../debugger/history/index.ts';
import type { Session } from '../../../debugger/session/index.ts';
import { CliError, hostMessage } from '../errors.ts';
import type { Recordings } from './debugger.ts';

/** A history, and how its machine was made. */
export interface Played {
  readonly history: History;
  readonly options: RecordedOptions;
}

/** What a debugger plays: a program at first, a recording after `replay FILE`. */
export class Playing implements Recordings {
  session: Session;
  private options: RecordedOptions;
  private readonly replay: (path: string) => Played;
  private readonly createSession: (history: History) => Session;

  constructor(first: Played, replay: (path: string) => Played, createSession: (history: History) => Session) {
    this.options = first.options;
    this.replay = replay;
    this.createSession = createSession;
    this.session = createSession(first.history);
  }

  save(path: string): void {
    try {
      save(this.session.history, this.options, path);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error;
      throw new CliError(`record: ${path}: ${hostMessage(error).replace(`${path}: `, '')}`);
    }
  }

  open(path: string): Session {
    const { history, options } = this.replay(path);
    this.session.close();
    this.options = options;
    this.session = this.createSession(history);
    return this.session;
  }
}

/** All of the branch, to its end; the machine then stands where it stood. Throws Node's error. */
function save(history: History, options: RecordedOptions, path: string): void {
  const { machine, t } = history;
  const writer = new RecordingWriter(path, options);
  try {
    history.seekEnd();
    for (const entry of history.entries) writer.write(entry);
    writer.writeBeside(history.programs());
    writer.end(machine.t, machine.status, machine.hash());
  } finally {
    writer.close();
    history.seek(t);
  }
}

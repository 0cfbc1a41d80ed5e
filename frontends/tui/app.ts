import { type EventLog, runForward, type Session, type Stop, spOf } from '../../debugger/session/index.ts';
import type { TypedConsole } from '../../emulator/machine/typed-console.ts';
import { archOf } from '../../kernel/arch/index.ts';
import { createPaint } from '../cli/color.ts';
import { COMMANDS, Debugger } from '../cli/debug/debugger.ts';
import { showDisplay, statusLine, stopText } from '../cli/debug/show.ts';
import { CliError, STATUS } from '../cli/errors.ts';
import type { Input } from './input.ts';
import { KEYS, pressMouse } from './keys.ts';
import { type Layout, layoutFor, MIN_HEIGHT, MIN_WIDTH, type PanelName } from './layout.ts';
import type { Instant } from './model/instant.ts';
import { lookAt } from './model/look.ts';
import { Changes, type RegisterChoice } from './model/registers.ts';
import { Prompt } from './prompt.ts';
import { type Page, scrolled } from './render/page.ts';
import { renderScreen, renderTooSmall, type Screen } from './render/screen.ts';
import { Running } from './run.ts';
import { selectionText } from './selection.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface AppOptions {
  readonly session: Session;
  readonly log: EventLog;
  /** What the guest reads, where we are to type it; null where it reads something else. */
  readonly guestInput: TypedConsole | null;
  readonly size: Size;
  readonly draw: (screen: Screen) => void;
  /** What the terminal shows is not what was drawn last. */
  readonly forget: () => void;
  /** The user has left, with this exit status. */
  readonly quit: (status: number) => void;
}

/** What the user has chosen to look at. */
export interface Selection {
  focus: PanelName;
  /** Addresses; null for the next instruction and the stack pointer. */
  codeAt: number | null;
  stackAt: number | null;
  register: RegisterChoice | null;
  /** Events left out at the end of the list. */
  eventsBack: number;
}

/** A line that is being typed, what is done with it, and what Ctrl-D in an empty one does. */
interface Asked {
  readonly line: Prompt;
  readonly done: (text: string) => Promise<void>;
  readonly ended?: () => Promise<void>;
}

/** The full screen: takes keys, drives the session, draws. Nothing is known of terminals here. */
export class App {
  readonly session: Session;
  readonly log: EventLog;
  readonly selection: Selection = { focus: 'code', codeAt: null, stackAt: null, register: null, eventsBack: 0 };
  instant: Instant | null = null;
  message = '';
  private readonly options: AppOptions;
  private readonly debug: Debugger;
  private readonly changes = new Changes();
  private readonly running: Running;
  private size: Size;
  private layoutNow: Layout;
  private page: Page | null = null;
  private prompt: Asked | null = null;
  private readonly typed: string[] = [];
  private said = '';
  private interrupts = 0;
  /** Work is done one piece after the other. */
  private queue: (() => Promise<void> | void)[] = [];
  private worker: Promise<void> | null = null;

  constructor(options: AppOptions) {
    const { session, log, size } = options;
    this.options = options;
    this.session = session;
    this.log = log;
    this.size = size;
    this.layoutNow = layoutFor(size.width, size.height, 4);
    this.running = new Running((seconds) => {
      this.message = `running${seconds < 1 ? '' : ` for ${seconds.toFixed(0)} s`}; Ctrl-C stops it`;
      this.draw();
    });
    this.debug = new Debugger({
      session,
      paint: createPaint(false),
      write: (text) => {
        this.said += text;
      },
      breathe: this.running.breathe,
      onStop: (stop) => this.stopped(stop),
    });
  }

  get layout(): Layout {
    return this.layoutNow;
  }

  get breathe(): () => Promise<boolean> {
    return this.running.breathe;
  }

  /** Do these commands, then show the first screen. */
  async start(commands: readonly string[]): Promise<void> {
    await this.do(async () => {
      await this.survey();
      await this.stopped({ kind: 'there' });
      for (const line of commands) await this.command(line);
    });
  }

  /** A key or the mouse. Resolves when all that has been asked for has been done. */
  press(input: Input): Promise<void> {
    if (input.kind === 'key' && input.key === 'ctrl-c') {
      this.interrupt();
      return this.worker ?? Promise.resolve();
    }
    this.interrupts = 0;
    return this.do(() => this.take(input));
  }

  /** Ctrl-C: stops what runs; the second one leaves. */
  interrupt(): void {
    this.interrupts++;
    if (this.interrupts > 1) {
      this.options.quit(STATUS.interrupted);
      return;
    }
    this.queue = [];
    if (this.running.isBusy) this.running.interrupt();
    else {
      this.prompt = null;
      this.page = null;
      this.message = 'q leaves; so does a second Ctrl-C';
      this.draw();
    }
  }

  /** Give up what is under way; resolves when nothing is. */
  async abandon(): Promise<void> {
    this.queue = [];
    this.running.interrupt();
    await this.worker?.catch(() => {});
  }

  resize(size: Size): Promise<void> {
    this.size = size;
    return this.do(() => this.look());
  }

  /** Draw what is known. */
  draw(): void {
    const { width, height } = this.size;
    if (width < MIN_WIDTH || height < MIN_HEIGHT) {
      this.options.draw(renderTooSmall(width, height));
      return;
    }
    if (!this.instant) return;
    const { focus, codeAt, register } = this.selection;
    const stackAt = register ? null : this.selection.stackAt;
    const scrolling = this.page ? 'up, down, PgUp and PgDn scroll; any other key goes back' : '';
    const message = scrolling || this.message || selectionText(this.instant, this.selection);
    const prompt = this.prompt?.line ?? null;
    const shown = {
      focus,
      codeAt,
      stackAt,
      register,
      isEventSelected: focus === 'events',
      message,
      prompt,
      page: this.page,
    };
    this.options.draw(renderScreen(this.instant, this.layoutNow, shown));
  }

  /** Draw everything anew. */
  redraw(): void {
    this.options.forget();
    this.draw();
  }

  /** Go somewhere, and show where that led. */
  async go(run: (breathe: () => Promise<boolean>) => Promise<Stop | null>): Promise<void> {
    const stop = await run(this.running.breathe);
    if (stop) await this.stopped(stop);
    else this.message = 'no return address is known for this function';
  }

  /** The session stands somewhere else: look there. */
  async stopped(stop: Stop, text = stopText(this.debug, stop)): Promise<void> {
    const { session, selection } = this;
    if (session.selected !== null && !session.kernel.state.tasks.has(session.selected)) session.selected = null;
    const { task } = session;
    if (task?.mm) this.changes.stopped(session, task);
    Object.assign(selection, { codeAt: null, eventsBack: 0 });
    Object.assign(this.debug, { frame: 0, listed: null });
    if (selection.register && task && selection.register.pid !== task.pid) {
      selection.register = { ...selection.register, pid: task.pid };
    }
    const waits = stop.kind === 'idle' && this.options.guestInput !== null;
    const parts = [waits ? 'All sleep: i types a line for who reads, c goes on.' : text, ...(await this.displays())];
    if (stop.kind === 'done' || stop.kind === 'idle') parts.push('S, C and left go back.');
    this.message = parts
      .map((part) => part.trim().replaceAll('\n', '  '))
      .join('  ')
      .trim();
    await this.look();
  }

  /** What is displayed at every stop. */
  private async displays(): Promise<string[]> {
    const { said } = this;
    const texts: string[] = [];
    for (const display of this.debug.displays) {
      this.said = '';
      await this.attempt(() => showDisplay(this.debug, display));
      texts.push(this.said.trimEnd());
    }
    this.said = said;
    return texts;
  }

  /** What cannot be done is said, and the session goes on. */
  private async attempt(work: () => Promise<void> | void): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      this.said += `${error.message}  ${error.hint}`;
    }
  }

  /** Read everything anew, of the instant at which the machine stands. */
  async look(): Promise<void> {
    const { session, log, changes, selection, size } = this;
    const { task } = session;
    const wordBytes = task?.mm ? archOf(task.isa).wordBytes : (this.instant?.wordBytes ?? 4);
    this.layoutNow = layoutFor(Math.max(size.width, MIN_WIDTH), Math.max(size.height, MIN_HEIGHT), wordBytes);
    const { code, stack, output, events, timeline } = this.layoutNow;
    const wanted = {
      ...{ codeRows: code.height, stackRows: stack.height, outputRows: output.height, eventRows: events.height },
      ...{ lanes: timeline.height, codeAt: selection.codeAt, stackAt: selection.stackAt },
      eventsBack: selection.eventsBack,
    };
    const status = (): string => (task?.mm ? statusLine(this.debug, task) : this.endedLine());
    this.instant = await lookAt(session, log, changes, wanted, {
      status,
      sources: this.debug.sources,
      breathe: this.running.breathe,
    });
    this.draw();
  }

  /** A line of the line debugger. What it says is shown, on a page when it is more than a line. */
  async command(line: string): Promise<void> {
    this.said = '';
    this.message = '';
    await this.attempt(() => this.debug.execute(line));
    if (!this.said.trimEnd().includes('\n')) this.message ||= this.said.trim();
    else this.page = { title: line, lines: this.said.trimEnd().split('\n'), top: 0 };
    if (this.debug.hasQuit) this.options.quit(0);
    await this.look();
  }

  ask(label: string, done: Asked['done'], isCommand: boolean, ended?: Asked['ended']): void {
    const names = COMMANDS.flatMap(({ names: [name = ''] }) => name);
    const complete = isCommand ? (text: string) => names.filter((name) => name.startsWith(text)) : undefined;
    const line = new Prompt(label, isCommand ? this.typed : [], complete);
    this.prompt = ended ? { line, done, ended } : { line, done };
    this.draw();
  }

  /** A line for the guest to read, or the end of its input. */
  askInput(): void {
    const { guestInput } = this.options;
    if (!guestInput) {
      this.message = 'the guest reads what --stdin or --tty gives it';
      return;
    }
    const given = (what: string) => async (): Promise<void> => {
      const { isLive } = this.session.history;
      this.message = `${what}: the guest reads it ${isLive ? 'as it goes on' : 'at the end of what is recorded'}`;
      await this.look();
    };
    const typed = async (text: string): Promise<void> => {
      guestInput.type(Buffer.from(`${text}\n`));
      await given(JSON.stringify(`${text}\n`))();
    };
    const ended = async (): Promise<void> => {
      guestInput.end();
      await given('the end of its input')();
    };
    this.ask('for the guest (Ctrl-D: the end): ', typed, false, ended);
  }

  show(title: string, lines: readonly string[]): void {
    this.page = { title, lines, top: 0 };
    this.draw();
  }

  /** The word that is selected: the one at the stack pointer when none is. */
  selectedWord(): number | null {
    const { task } = this.session;
    return this.selection.stackAt ?? (task?.mm ? spOf(this.session.kernel, task) : null);
  }

  quit(): void {
    this.options.quit(0);
  }

  /** Run through a recording once: the timeline shows what lies ahead. */
  private async survey(): Promise<void> {
    const { history } = this.session;
    if (history.end === 0) return;
    await runForward(history, { untilT: history.end, observer: { ran: () => false } }, this.running.breathe);
    history.seek(0);
  }

  private endedLine(): string {
    const { t, end } = this.session.history;
    return `t=${t}/${end}  ${stopText(this.debug, { kind: 'done' })}  [${t < end ? 'recorded' : 'live'}]`;
  }

  private async take(input: Input): Promise<void> {
    if (this.page) return this.turn(input);
    if (this.prompt) return input.kind === 'key' ? this.type(input.key) : undefined;
    if (input.kind !== 'key') return pressMouse(this, input);
    const key = KEYS.find(({ keys }) => keys.includes(input.key));
    if (!key) {
      this.message = `${JSON.stringify(input.key)} does nothing; ? lists the keys`;
      return this.draw();
    }
    this.message = '';
    this.said = '';
    await this.attempt(() => key.press(this));
    this.message ||= this.said.trim();
    this.draw();
  }

  private turn(input: Input): void {
    const { height } = this.size;
    const steps: Readonly<Record<string, number>> = { up: -1, down: 1, pageup: 4 - height, pagedown: height - 4 };
    const by = input.kind === 'wheel' ? input.by * 3 : input.kind === 'key' ? steps[input.key] : undefined;
    this.page = by === undefined || !this.page ? null : scrolled(this.page, by, height);
    this.draw();
  }

  private async type(key: string): Promise<void> {
    const { prompt } = this;
    if (key === 'ctrl-d' && prompt?.ended && prompt.line.text === '') {
      this.prompt = null;
      await prompt.ended();
      return this.draw();
    }
    const text = prompt?.line.press(key);
    if (prompt && text !== undefined) {
      this.prompt = null;
      this.message = '';
      if (text !== null && text.trim() !== '' && text !== this.typed.at(-1)) this.typed.push(text);
      if (text !== null) await prompt.done(text);
    }
    this.draw();
  }

  private do(work: () => Promise<void> | void): Promise<void> {
    this.queue.push(work);
    this.worker ??= this.work();
    return this.worker;
  }

  private async work(): Promise<void> {
    try {
      for (let next = this.queue.shift(); next; next = this.queue.shift()) {
        const job = next;
        await this.running.while(async () => job());
      }
    } finally {
      this.worker = null;
    }
  }
}

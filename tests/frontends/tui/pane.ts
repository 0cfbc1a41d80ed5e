import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect } from 'vitest';
import { PATIENCE_MS, PLAIN_ENV } from '../cli/support.ts';

/** A screen comes in parts: what one has of it may not be the whole of it yet. */
export function expectSoon<T>(look: () => T) {
  return expect.poll(look, { timeout: PATIENCE_MS, interval: 50 });
}

/** A terminal with a program in it: tmux without a client. */
export class Pane {
  private readonly directory = mkdtempSync(join(tmpdir(), 'forkscope-pane-'));

  constructor(
    command: string,
    { width, height, env = {} }: { width: number; height: number; env?: Readonly<Record<string, string>> },
  ) {
    const settings = Object.entries(env).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
    // The session outlives its program, so that what is left of the terminal can be looked at.
    const options = ['set-option', '-g', 'status', 'off', ';', 'set-option', '-g', 'remain-on-exit', 'on', ';'];
    const size = ['-x', String(width), '-y', String(height)];
    this.tmux('-f', '/dev/null', ...options, 'new-session', '-d', ...size, ...settings, command);
  }

  /** Names of tmux's send-keys: `PageUp`, `C-c`, or text. */
  keys(...names: string[]): void {
    for (const name of names) this.tmux('send-keys', name);
  }

  /** Bytes as the terminal would send them. */
  raw(text: string): void {
    this.tmux('send-keys', '-l', text);
  }

  resize(width: number, height: number): void {
    this.tmux('resize-window', '-x', String(width), '-y', String(height));
  }

  rows(): string[] {
    return this.tmux('capture-pane', '-p').split('\n').slice(0, -1);
  }

  /** The same with its SGR sequences. */
  styledRows(): string[] {
    return this.tmux('capture-pane', '-p', '-e').split('\n').slice(0, -1);
  }

  /** Modes of the terminal, by tmux's names: `alternate_on`, `cursor_flag` … */
  modes(...names: string[]): string {
    return this.tmux('display-message', '-p', names.map((name) => `#{${name}}`).join(' ')).trim();
  }

  /** Wait for a screen. Throws with the last one when it does not come. */
  async until(isIt: (rows: string[]) => boolean): Promise<string[]> {
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      const rows = this.rows();
      if (isIt(rows)) return rows;
      if (performance.now() > end) throw new Error(`the screen did not come:\n${rows.join('\n')}`);
      await setTimeout(50);
    }
  }

  /** Wait for a screen with this text in it. */
  shows(text: string | RegExp): Promise<string[]> {
    return this.until((rows) =>
      typeof text === 'string' ? rows.join('\n').includes(text) : text.test(rows.join('\n')),
    );
  }

  /** The process that the pane's shell waits for. */
  child(): number {
    const shell = this.modes('pane_pid');
    const children = readFileSync(`/proc/${shell}/task/${shell}/children`, 'utf8').trim().split(' ');
    const pid = Number(children[0]);
    // 0 would be our own group to kill(2).
    if (pid === 0) throw new Error('the shell waits for nobody');
    return pid;
  }

  close(): void {
    this.tmux('kill-server');
    rmSync(this.directory, { recursive: true });
  }

  private tmux(...args: string[]): string {
    return execFileSync('tmux', ['-S', join(this.directory, 'socket'), ...args], { env: PLAIN_ENV, encoding: 'utf8' });
  }
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { FORKSCOPE, PLAIN_ENV } from './support.ts';

const BUSYBOX = fileURLToPath(new URL('../../../.guests/amd64/bin/busybox', import.meta.url));

let child: ChildProcess | null = null;

afterEach(() => {
  child?.kill('SIGKILL');
  child = null;
});

/** forkscope on a terminal of its own: types, and waits for what it says. */
function onTerminal(command: string): {
  type(text: string): void;
  until(text: string | RegExp): Promise<void>;
  end(): Promise<number>;
} {
  const env = { ...PLAIN_ENV, NO_COLOR: '1', F: FORKSCOPE, B: BUSYBOX };
  const running = spawn('script', ['-qefc', command, '/dev/null'], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  child = running;
  let seen = '';
  let heard: () => void = () => {};
  running.stdout.on('data', (bytes: Buffer) => {
    seen += bytes.toString();
    heard();
  });
  return {
    type: (text) => void running.stdin.write(text),
    async until(text) {
      for (;;) {
        const at = typeof text === 'string' ? seen.indexOf(text) : seen.search(text);
        if (at >= 0) {
          seen = seen.slice(at + 1);
          return;
        }
        await new Promise<void>((resolve) => {
          heard = resolve;
        });
      }
    },
    async end() {
      const [status] = await once(running, 'close');
      return Number(status);
    },
  };
}

const PROMPT = '(forkscope) ';

test('the guest reads the terminal while it runs, Ctrl-C stops it, and what was typed is in the history', async () => {
  const terminal = onTerminal('exec "$F" debug "$B" sh -c "echo ready; cat"');
  await terminal.until(PROMPT);
  terminal.type('c\r');
  await terminal.until('ready');
  terminal.type('hello\r');
  // The terminal's echo, and cat's.
  await terminal.until('hello\r\n');
  await terminal.until('hello\r\n');
  terminal.type('\u0003');
  await terminal.until('Interrupted.');
  await terminal.until(PROMPT);
  terminal.type('catch syscall write\r');
  await terminal.until('Catchpoint 1');
  terminal.type('rc\r');
  await terminal.until('call to write');
  await terminal.until(PROMPT);
  terminal.type('quit 3\r');
  expect(await terminal.end()).toBe(3);
});

test('Tab completes, Ctrl-C at the prompt clears the line, twice leaves with 130', async () => {
  const terminal = onTerminal('exec "$F" debug "$B" true');
  await terminal.until(PROMPT);
  terminal.type('p $efl\t');
  await terminal.until('ags');
  terminal.type('\r');
  await terminal.until('$1 = [');
  await terminal.until(PROMPT);
  terminal.type('nonsense\u0003');
  await terminal.until('Ctrl-C once more leaves');
  await terminal.until(PROMPT);
  terminal.type('p 6*7\r');
  await terminal.until('$2 = 42');
  await terminal.until(PROMPT);
  terminal.type('\u0003');
  await terminal.until('Ctrl-C once more leaves');
  terminal.type('\u0003');
  expect(await terminal.end()).toBe(130);
});

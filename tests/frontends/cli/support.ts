import { type ChildProcess, type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { buildGuest } from '../../../asm/guests/build.ts';
import { assemble, linkExecutable } from '../../../asm/index.ts';
import type { IsaName } from '../../../kernel/ports.ts';

export const FORKSCOPE = fileURLToPath(new URL('../../../bin/forkscope', import.meta.url));

/** How long a command may take, or a screen to come: only a hang meets it. */
export const PATIENCE_MS = 300_000;

/** The environment of a user without colour settings. */
export const PLAIN_ENV: NodeJS.ProcessEnv = { PATH: process.env.PATH, HOME: '/root', TERM: 'xterm' };

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Run bin/forkscope to its end. */
export function forkscope(
  args: readonly string[],
  options: { input?: string; env?: NodeJS.ProcessEnv; cwd?: string } = {},
): Ran {
  const { input = '', env = PLAIN_ENV, cwd } = options;
  const ran: SpawnSyncReturns<string> = spawnSync(FORKSCOPE, args, {
    input,
    env,
    cwd,
    encoding: 'utf8',
    timeout: PATIENCE_MS,
  });
  return { status: ran.status, stdout: ran.stdout, stderr: ran.stderr };
}

/**
 * Ctrl-C twice: how it ended. Two signals are one to a process that gets no time between them, so the second is sent until
 * it is heard.
 */
export async function endedBySecondInterrupt(child: ChildProcess): Promise<unknown[]> {
  const ended = once(child, 'close');
  child.kill('SIGINT');
  await setTimeout(300);
  expect(child.exitCode).toBeNull();
  const again = setInterval(() => child.kill('SIGINT'), 1000);
  child.kill('SIGINT');
  try {
    return await ended;
  } finally {
    clearInterval(again);
  }
}

/** A directory that is removed with `remove`, and programs in it. */
export interface Workshop {
  readonly directory: string;
  /** Path of a guest of asm/guests. */
  guest(name: string, isa: IsaName): Promise<string>;
  /** Path of a program from a source of our own. */
  program(name: string, isa: IsaName, source: string): Promise<string>;
  remove(): void;
}

export function openWorkshop(): Workshop {
  const directory = mkdtempSync(join(tmpdir(), 'forkscope-cli-'));
  function write(name: string, bytes: Uint8Array): string {
    const path = join(directory, name);
    writeFileSync(path, bytes, { mode: 0o755 });
    return path;
  }
  return {
    directory,
    guest: async (name, isa) => write(`${name}.${isa}`, await buildGuest(name, isa)),
    program: async (name, isa, text) =>
      write(name, linkExecutable(await assemble([{ file: `${name}.S`, text }], { isa }))),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** i386: exits with the status given. */
export function exitsWith(status: number): string {
  return `.global _start\n_start:\n mov $1,%eax\n mov $${status},%ebx\n int $0x80\n`;
}

/** i386: runs for ever. */
export const LOOPS = '.global _start\n_start:\n jmp _start\n';

/** i386: waits for a signal for ever. */
export const PAUSES = '.global _start\n_start:\n mov $29,%eax\n int $0x80\n jmp _start\n';

/** i386: copies at most four bytes of input to output, once. */
export const COPIES_FOUR = `
.bss
buffer: .space 4
.text
.global _start
_start:
  mov $3,%eax
  xor %ebx,%ebx
  mov $buffer,%ecx
  mov $4,%edx
  int $0x80
  mov %eax,%edx
  mov $4,%eax
  mov $1,%ebx
  int $0x80
  mov $1,%eax
  xor %ebx,%ebx
  int $0x80
`;

/** i386: writes `text` to descriptor `fd` for ever. */
export function writesForever(text: string, fd: number): string {
  return `
.section .rodata
text: .ascii ${JSON.stringify(text)}
.text
.global _start
_start:
  mov $4,%eax
  mov $${fd},%ebx
  mov $text,%ecx
  mov $${text.length},%edx
  int $0x80
  jmp _start
`;
}

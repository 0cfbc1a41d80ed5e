import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';
import { buildGuest } from '../../../asm/guests/build.ts';
import { assemble, linkExecutable } from '../../../asm/index.ts';
import { type Entry, type History, startRecorded } from '../../../debugger/history/index.ts';
import { createMemoryConsole, type MemoryConsole } from '../../../emulator/machine/console.ts';
import type { MachineOptions } from '../../../emulator/machine/machine.ts';
import type { IsaName } from '../../../kernel/ports.ts';

const ARCH = { i386: 'i386', x86_64: 'amd64', arm: 'armhf' } as const;

const open: History[] = [];
let output: MemoryConsole = createMemoryConsole();

afterEach(() => {
  for (const one of open.splice(0)) {
    one.close();
    one.machine.close();
  }
});

/** Closed at the end of the test. */
export function keep(history: History): History {
  open.push(history);
  return history;
}

/** What the last guest wrote. */
export function written(): string {
  return output.bytes().toString();
}

/** The machine's options; its console is what `written` tells of. */
export function guestOptions(hostPath: string, argv: string[], options: Partial<MachineOptions> = {}): MachineOptions {
  output = createMemoryConsole(Buffer.from('one\ntwo\n'));
  return {
    ...{ program: '/guest', argv, env: [], cwd: '/', console: output, mounts: [{ hostPath, guestPath: '/guest' }] },
    memoryBytes: 64 * 1024 ** 2,
    ...options,
  };
}

export interface StartOptions extends Partial<MachineOptions> {
  readonly hear?: (entry: Entry) => void;
  readonly maxBytes?: number;
}

export function start(hostPath: string, argv: string[], { hear, maxBytes, ...options }: StartOptions = {}): History {
  const bound = maxBytes === undefined ? {} : { maxBytes };
  return keep(startRecorded(guestOptions(hostPath, argv, options), bound, hear ?? null));
}

export async function startGuest(name: string, isa: IsaName): Promise<History> {
  return startBytes(await buildGuest(name, isa));
}

export function startBytes(elf: Uint8Array, options: StartOptions = {}): History {
  const directory = mkdtempSync(join(tmpdir(), 'forkscope-history-'));
  const path = join(directory, 'guest');
  writeFileSync(path, elf, { mode: 0o755 });
  try {
    return start(path, ['guest'], options);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

export async function startSource(text: string, isa: IsaName, options: StartOptions = {}): Promise<History> {
  return startBytes(linkExecutable(await assemble([{ file: 'test.S', text }], { isa })), options);
}

/** A program of the fetched guests. */
export function guestPath(isa: IsaName, name: string): string {
  return fileURLToPath(new URL(`../../../.guests/${ARCH[isa]}/bin/${name}`, import.meta.url));
}

/** busybox sh over a script. */
export function startShell(isa: IsaName, script: string, options: StartOptions = {}): History {
  return start(guestPath(isa, 'busybox'), ['busybox', 'sh', '-c', script], options);
}

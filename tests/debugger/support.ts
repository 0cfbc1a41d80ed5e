import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildGuest } from '../../asm/guests/build.ts';
import { assemble, linkExecutable, loadDisassembler } from '../../asm/index.ts';
import { type CodeReader, createCodeReader } from '../../debugger/code.ts';
import { createImages } from '../../debugger/images.ts';
import { createMemoryConsole, type MemoryConsole } from '../../emulator/machine/console.ts';
import { createMachine, type Machine, type MachineOptions } from '../../emulator/machine/machine.ts';
import type { IsaName } from '../../kernel/ports.ts';

export interface Guest {
  readonly machine: Machine;
  readonly console: MemoryConsole;
  readonly code: CodeReader;
}

/** A machine with a guest of asm/guests that has not run yet. The caller closes it. */
export async function startGuest(name: string, isa: IsaName, options: Partial<MachineOptions> = {}): Promise<Guest> {
  return startElf(await buildGuest(name, isa), options);
}

/** The same with a program from a source. */
export async function startSource(text: string, isa: IsaName, options: Partial<MachineOptions> = {}): Promise<Guest> {
  return startElf(linkExecutable(await assemble([{ file: 'test.S', text }], { isa })), options);
}

/** The same with an executable. */
export async function startElf(elf: Uint8Array, options: Partial<MachineOptions>): Promise<Guest> {
  const directory = mkdtempSync(join(tmpdir(), 'forkscope-guest-'));
  const console = createMemoryConsole();
  try {
    const hostPath = join(directory, 'guest');
    writeFileSync(hostPath, elf, { mode: 0o755 });
    const machine = createMachine({
      ...{
        program: '/guest',
        argv: ['guest'],
        env: [],
        cwd: '/',
        mounts: [{ hostPath, guestPath: '/guest' }],
        console,
      },
      memoryBytes: 64 * 1024 ** 2,
      ...options,
    });
    const code = createCodeReader(machine.kernel, await loadDisassembler(), createImages(machine.kernel));
    return { machine, console, code };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

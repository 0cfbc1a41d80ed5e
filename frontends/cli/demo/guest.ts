import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildGuest } from '../../../asm/guests/build.ts';
import { loadDisassembler } from '../../../asm/index.ts';
import { type CodeReader, createCodeReader } from '../../../debugger/code.ts';
import { createImages } from '../../../debugger/images.ts';
import { createMemoryConsole, type MemoryConsole } from '../../../emulator/machine/console.ts';
import { createMachine, type Machine } from '../../../emulator/machine/machine.ts';
import type { IsaName } from '../../../kernel/ports.ts';

/** A guest program of ours, assembled now and ready to be stepped. */
export interface GuestRun {
  readonly machine: Machine;
  readonly console: MemoryConsole;
  readonly code: CodeReader;
}

export async function startGuest(name: string, isa: IsaName): Promise<GuestRun> {
  const [elf, disassembler] = await Promise.all([buildGuest(name, isa), loadDisassembler()]);
  const console = createMemoryConsole();
  const machine = machineOf(name, elf, console);
  const code = createCodeReader(machine.kernel, disassembler, createImages(machine.kernel));
  return { machine, console, code };
}

/** The machine keeps the file open: it can go as soon as the program has started. */
function machineOf(name: string, elf: Uint8Array, console: MemoryConsole): Machine {
  const directory = mkdtempSync(join(tmpdir(), 'forkscope-demo-'));
  try {
    const hostPath = join(directory, name);
    writeFileSync(hostPath, elf, { mode: 0o755 });
    const guestPath = `/${name}`;
    return createMachine({
      ...{ program: guestPath, argv: [name], env: [], cwd: '/', mounts: [{ hostPath, guestPath }] },
      console,
      memoryBytes: 64 * 1024 ** 2,
    });
  } finally {
    rmSync(directory, { recursive: true });
  }
}

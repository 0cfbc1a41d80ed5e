/** Machines without an MMU whose program is bytes in memory. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { findGuest } from '../../../asm/guests/guests.ts';
import { assemble, linkExecutable } from '../../../asm/index.ts';
import { createMemoryConsole, type MemoryConsole } from '../../../emulator/machine/console.ts';
import type { HostFilesPort } from '../../../emulator/machine/host-files.ts';
import { createMachine, type Machine } from '../../../emulator/machine/machine.ts';
import { EINVAL, ENOTDIR } from '../../../kernel/abi/errno.ts';
import type { HostStat, IsaName } from '../../../kernel/ports.ts';

export const ISAS = ['i386', 'x86_64', 'arm'] as const;
/** Small enough that memory can be used up. */
export const MEMORY_BYTES = 8 << 20;
const ROOT = new URL('../../../', import.meta.url);

export interface Started {
  readonly machine: Machine;
  readonly console: MemoryConsole;
}

/** Throws StartError where the program is refused. */
export function start(program: Uint8Array, argv: readonly string[] = ['guest']): Started {
  const console = createMemoryConsole();
  const machine = createMachine({
    ...{ program: '/guest', argv, env: ['A=1'], cwd: '/', console, noMmu: true },
    ...{ memoryBytes: MEMORY_BYTES, quantum: 2000 },
    mounts: [{ hostPath: 'guest', guestPath: '/guest' }],
    openFiles: () => oneFile(program),
  });
  return { machine, console };
}

/** One mount: a file. */
function oneFile(bytes: Uint8Array): HostFilesPort {
  const stat: HostStat = {
    ...{ type: 'file', mode: 0o755, lenBytes: bytes.length, ino: 1, nlink: 1, uid: 0, gid: 0, mtimeNs: 0n },
  };
  return {
    lstat: () => stat,
    readlink: () => -EINVAL,
    readdir: () => -ENOTDIR,
    read: (_mount, _path, offset, lenBytes) => bytes.slice(offset, offset + lenBytes),
    close: () => {},
  };
}

const ELF_TYPE = 16;
const ET_DYN = 3;

/**
 * A guest of asm/guests as a program of type ET_DYN, linked for the very place where a machine of ours puts it: its code names its data by
 * addresses.
 */
export async function pieGuest(name: string, isa: IsaName): Promise<Uint8Array> {
  const sources = (findGuest(name, isa)?.sources ?? []).map((file) => ({
    file,
    text: readFileSync(fileURLToPath(new URL(file, ROOT)), 'utf8'),
  }));
  const objects = await assemble(sources, { isa });
  const link = (base?: number): Uint8Array => {
    const elf = linkExecutable(objects, base === undefined ? {} : { base });
    elf[ELF_TYPE] = ET_DYN;
    return elf;
  };
  const { machine } = start(link());
  const base = [...machine.kernel.state.tasks.values()][0]?.mm?.startCode;
  machine.close();
  return link(base);
}

/** Machines with real programs, for tests that go back and forth in them. */
import { fileURLToPath } from 'node:url';
import { createMemoryConsole, type MemoryConsole } from '../../../emulator/machine/console.ts';
import { createMachine, type Machine } from '../../../emulator/machine/machine.ts';
import type { IsaName } from '../../../kernel/ports.ts';
import { buildC } from '../../oracle/build.ts';
import { machineOptions } from '../../oracle/forkscope.ts';
import { RUN } from '../../oracle/programs.ts';

/** Short, so that processes meet in many places. */
const QUANTUM = 20_000;
const GUESTS = fileURLToPath(new URL('../../../.guests/', import.meta.url));
const BUSYBOX: Record<IsaName, string> = { i386: 'i386', x86_64: 'amd64', arm: 'armhf' };

export interface Started {
  readonly machine: Machine;
  readonly console: MemoryConsole;
}

export function start(hostPath: string, argv: readonly string[], memoryBytes = 64 * 2 ** 20): Started {
  const console = createMemoryConsole(Buffer.from('one\ntwo\nthree\n'));
  const machine = createMachine({
    ...{ program: '/bin/guest', argv, env: ['PATH=/bin'], cwd: '/', console, memoryBytes, quantum: QUANTUM },
    mounts: ['guest', 'sh', 'busybox'].map((name) => ({ hostPath, guestPath: `/bin/${name}` })),
  });
  return { machine, console };
}

const SCRIPT = `while read word; do echo "$word" | tr a-z A-Z; done; for i in 1 2; do echo $i; done | sort -r > /tmp/f
cat /tmp/f /tmp/f | wc -l; trap 'echo caught' USR1; kill -USR1 $$; (exit 3) || echo $?; busybox ls /bin | busybox xargs echo`;

export function startShell(isa: IsaName, script = SCRIPT): Started {
  return start(`${GUESTS}${BUSYBOX[isa]}/bin/busybox`, ['sh', '-c', script]);
}

/** What makes machines with a program of tests/guests. */
export async function makerOf(name: string, isa: IsaName): Promise<() => Started> {
  const path = await buildC(name, isa);
  return () => {
    const console = createMemoryConsole();
    const machine = createMachine({
      ...machineOptions(path, [], RUN),
      console,
      memoryBytes: 64 << 20,
      quantum: QUANTUM,
    });
    return { machine, console };
  };
}

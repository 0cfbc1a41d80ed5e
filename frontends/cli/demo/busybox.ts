import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createMemoryConsole } from '../../../emulator/machine/console.ts';
import { createMachine } from '../../../emulator/machine/machine.ts';
import { CliError } from '../errors.ts';
import { exitStatus } from '../guest-run.ts';
import type { Demo } from './types.ts';

/** Debian's names of the architectures. */
const ARCHITECTURES = ['amd64', 'i386', 'armhf'];
const SCRIPT = 'for i in 1 2 3; do echo $i; done | wc -l; (exit 3); echo $?';

export const busyboxDemo: Demo = {
  name: 'busybox',
  title: "Real programs: Debian's busybox on three architectures",
  async play({ write, paint }) {
    write(`${paint.dim(`busybox sh -c '${SCRIPT}'`)}\n`);
    for (const arch of ARCHITECTURES) {
      const { output, status, t, processes } = runBusybox(arch);
      const lines = output.trimEnd().split('\n').join(', ');
      const count = t.toLocaleString('en-US');
      write(`  ${arch.padEnd(6)} wrote ${lines}; status ${status}; ${processes} processes, ${count} instructions\n`);
    }
  },
};

function runBusybox(arch: string): { output: string; status: number; t: number; processes: number } {
  const hostPath = fileURLToPath(new URL(`../../../.guests/${arch}/bin/busybox`, import.meta.url));
  if (!existsSync(hostPath)) {
    throw new CliError(`demo: no busybox for ${arch} in .guests`, { hint: 'make demo fetches it.' });
  }
  const console = createMemoryConsole();
  const machine = createMachine({
    ...{ program: '/bin/busybox', argv: ['busybox', 'sh', '-c', SCRIPT], env: ['PATH=/bin'], cwd: '/', console },
    mounts: [{ hostPath, guestPath: '/bin/busybox' }],
    memoryBytes: 256 * 1024 ** 2,
  });
  try {
    let processes = 1;
    machine.kernel.trace = { event: (event) => (processes += event.kind === 'fork' ? 1 : 0) };
    machine.run();
    const status = exitStatus(machine.status ?? 0);
    return { output: console.bytes().toString(), status, t: machine.t, processes };
  } finally {
    machine.close();
  }
}

/** What Debian's gdb says: of native programs it runs them, of ARM's through qemu-arm, in which a vfork is a fork. */
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IsaName } from '../../../kernel/ports.ts';
import { toolFor } from '../../asm/dwarf/build.ts';
import { PATIENCE_MS } from './support.ts';

const SETUP = [
  'handle SIGUSR1 nostop noprint pass',
  'set debuginfod enabled off',
  'set pagination off',
  'set confirm off',
  'set width 0',
];

/** gdb's standard output for the commands; `run` is among them. */
export async function gdb(program: string, isa: IsaName, commands: readonly string[]): Promise<string> {
  if (isa !== 'arm') return runGdb(program, isa, commands);
  const folder = mkdtempSync(join(tmpdir(), 'forkscope-gdb-'));
  const socket = join(folder, 'socket');
  const qemu = spawn('qemu-arm', ['-g', socket, program], { stdio: 'ignore' });
  const failed = new Promise<never>((_, reject) => {
    qemu.once('error', reject);
    qemu.once('exit', (status) => reject(new Error(`qemu-arm ended with ${status}`)));
  });
  failed.catch(() => undefined);
  try {
    await Promise.race([listening(socket), failed]);
    const remote = commands.map((command) => (command === 'run' ? 'continue' : command));
    return await runGdb(program, isa, [`target remote ${socket}`, ...remote]);
  } finally {
    qemu.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

function runGdb(program: string, isa: IsaName, commands: readonly string[]): Promise<string> {
  const { command, env } = toolFor('gdb', isa);
  const args = ['-nx', '-q', '-batch', ...[...SETUP, ...commands].flatMap((one) => ['-ex', one]), program];
  // Its status is that of the last command, which may be meant to fail.
  return new Promise((resolve) => {
    execFile(command, args, { env, timeout: PATIENCE_MS }, (_error, stdout) => resolve(stdout));
  });
}

/** Somebody listens at the unix socket: between bind and listen it is there, and refuses. */
async function listening(socket: string): Promise<void> {
  // Num RefCount Protocol Flags Type St Inode Path; __SO_ACCEPTCON is a flag of Linux's include/linux/net.h.
  const line = new RegExp(`: \\S+ \\S+ 00010000 .* ${socket}$`, 'm');
  while (!line.test(readFileSync('/proc/net/unix', 'latin1'))) await new Promise((resolve) => setTimeout(resolve, 10));
}

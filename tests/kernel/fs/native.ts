import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { IsaName } from '../../../kernel/ports.ts';
import type { SyscallRow } from '../../../kernel/syscalls/row.ts';
import type { Arg, Outcome } from './harness.ts';

/** The same calls on the host's own kernel, in directories of a tmpfs. */

const SOURCE = join(dirname(fileURLToPath(import.meta.url)), 'native-calls.c');
const SHM = '/dev/shm';

/** Why this host cannot be the oracle, or null. */
export function noOracle(): string | null {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'the oracle is an x86-64 Linux';
  if (process.getuid?.() !== 0) return 'the oracle needs root, as the guest is root';
  const links = readFileSync('/proc/sys/fs/protected_hardlinks', 'utf8').trim();
  if (links !== '1') return 'the oracle needs fs.protected_hardlinks = 1';
  return existsSync(SHM) ? null : 'the oracle needs a tmpfs at /dev/shm';
}

export type NativeCall = readonly [row: SyscallRow, ...args: Arg[]];

function encodeArg(arg: Arg): string {
  if (typeof arg === 'number') return String(arg);
  if (typeof arg === 'string') {
    return `s:${arg.replace(/[^\w./-]/g, (c) => `%${c.charCodeAt(0).toString(16).padStart(2, '0')}`)}`;
  }
  if (arg instanceof Uint8Array || 'inout' in arg) throw new Error('bytes go as strings');
  return `o:${arg.out}`;
}

function decodeLine(line: string): Outcome {
  const [result = '', ...out] = line.split(' ');
  return { result: Number(result), out: out.map((hex) => Uint8Array.from(Buffer.from(hex, 'hex'))) };
}

/** Run each sequence in a directory of its own, on a Linux of this ISA. */
export function runNatively(isa: IsaName, sequences: readonly (readonly NativeCall[])[]): Outcome[][] {
  const build = mkdtempSync(join(tmpdir(), 'native-calls-'));
  const base = mkdtempSync(join(SHM, 'native-calls-'));
  try {
    const program = join(build, 'native-calls');
    const flags = isa === 'i386' ? ['-m32'] : [];
    execFileSync('gcc', ['-O1', '-D_FILE_OFFSET_BITS=64', ...flags, '-o', program, SOURCE]);
    const input = sequences.map((calls) =>
      ['D', ...calls.map(([row, ...args]) => ['C', row.nr[isa], ...args.map(encodeArg)].join(' '))].join('\n'),
    );
    const ran = spawnSync(program, [base], { input: `${input.join('\n')}\n`, maxBuffer: 1 << 28 });
    if (ran.status !== 0) throw new Error(`native-calls: ${ran.status} ${ran.signal} ${ran.stderr}`);
    const lines = ran.stdout.toString().split('\n');
    let at = 0;
    return sequences.map((calls) => calls.map(() => decodeLine(lines[at++] ?? '')));
  } finally {
    rmSync(build, { recursive: true, force: true });
    rmSync(base, { recursive: true, force: true });
  }
}

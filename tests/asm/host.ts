import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AssembledObject } from '../../asm/index.ts';
import type { IsaName } from '../../kernel/ports.ts';

export interface Run {
  readonly status: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Is this program installed? */
export function has(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}

export function run(program: string, args: readonly string[] = [], cwd?: string): Run {
  const { status, signal, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', cwd, maxBuffer: 1 << 28 });
  return { status, signal, stdout: stdout ?? '', stderr: stderr ?? '' };
}

/** A folder that is gone afterwards. */
export function inFolder<T>(body: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'forkscope-asm-'));
  try {
    return body(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const AS_MODE = { i386: '--32', x86_64: '--64' } as const;

/** The object file GNU as makes of a source. */
export function gnuAs(isa: 'i386' | 'x86_64', source: string): Uint8Array {
  return inFolder((folder) => {
    writeFileSync(join(folder, 'a.s'), source);
    const result = run('as', [AS_MODE[isa], 'a.s', '-o', 'a.o'], folder);
    if (result.status !== 0) throw new Error(`as: ${result.stderr}`);
    return readFileSync(join(folder, 'a.o'));
  });
}

/** Run an executable: natively, or an ARM one under qemu. */
export function execute(isa: IsaName, executable: Uint8Array): Run {
  return inFolder((folder) => {
    const path = join(folder, 'program');
    writeFileSync(path, executable);
    chmodSync(path, 0o755);
    return isa === 'arm' ? run('qemu-arm', [path]) : run(path);
  });
}

export const canExecute = (isa: IsaName): boolean => isa !== 'arm' || has('qemu-arm');

export function text(object: AssembledObject | undefined, section = '.text'): Uint8Array {
  return object?.sections.find((s) => s.name === section)?.bytes ?? new Uint8Array(0);
}

export const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

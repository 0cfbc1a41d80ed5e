import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readElf } from '../../../asm/elf/reader.ts';
import type { IsaName } from '../../../kernel/ports.ts';
import { cached } from '../../oracle/build.ts';

export const PROGRAMS = fileURLToPath(new URL('./programs/', import.meta.url));

const TARGETS: { readonly [isa in IsaName]: readonly string[] } = {
  i386: ['-m32'],
  x86_64: ['-m64'],
  arm: ['--target=arm-linux-gnueabihf', '-march=armv7-a', '-nostdinc', '-isystem', armRoot('usr/include')],
};

function armRoot(path: string): string {
  return fileURLToPath(new URL(`../../../.guests/armhf/${path}`, import.meta.url));
}

/** Sources of tests/asm/dwarf/programs, compiled with these options into one file: an executable that is complete, or objects linked for ARM. */
export async function buildDebug(
  name: string,
  compiler: 'gcc' | 'clang',
  isa: IsaName,
  options: readonly string[],
  sources: readonly string[] = ['main.c', 'other.c'],
): Promise<string> {
  const texts = [...sources, 'shared.h'].map((file) => readFileSync(`${PROGRAMS}${file}`));
  const arm = ['-ffreestanding', '-isystem', armRoot('usr/include/arm-linux-gnueabihf'), '-nostdlib', '-fuse-ld=lld'];
  const armLink = ['-Wl,--unresolved-symbols=ignore-all', '-static', '-isystem', clangHeaders(isa)];
  const args = [...TARGETS[isa], ...(isa === 'arm' ? [...arm, ...armLink] : []), ...options, ...sources];
  const version = execFileSync(compiler, ['--version']);
  return cached(name, [compiler, version, ...args, ...texts], (output) => {
    execFileSync(compiler, [...args, '-o', output], { cwd: PROGRAMS, stdio: ['ignore', 'ignore', 'pipe'] });
  });
}

function clangHeaders(isa: IsaName): string {
  if (isa !== 'arm') return '';
  return `${execFileSync('clang', ['-print-resource-dir'], { encoding: 'utf8' }).trim()}/include`;
}

export function elfOf(path: string) {
  return readElf(readFileSync(path));
}

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readElf } from '../../../asm/elf/reader.ts';
import type { IsaName } from '../../../kernel/ports.ts';
import { cached } from '../../oracle/build.ts';

export const PROGRAMS = fileURLToPath(new URL('./programs/', import.meta.url));

const ARM_ROOT = fileURLToPath(new URL('../../../.guests/armhf', import.meta.url));
const ARM_LIBC = `${ARM_ROOT}/usr/lib/arm-linux-gnueabihf`;
const ARM_GCC = `${ARM_ROOT}/usr/lib/gcc/arm-linux-gnueabihf/12`;

/** What stands before the sources, and behind them. */
const TARGETS: { readonly [isa in IsaName]: readonly [readonly string[], readonly string[]] } = {
  i386: [['-m32'], []],
  x86_64: [['-m64'], []],
  arm: [
    [
      ...['--target=arm-linux-gnueabihf', '-march=armv7-a', '-mfpu=vfpv3-d16', `--sysroot=${ARM_ROOT}`, '-isystem'],
      ...[`${ARM_ROOT}/usr/include/arm-linux-gnueabihf`, '-nostdlib', '-static', '-fuse-ld=lld'],
      ...[`${ARM_LIBC}/crt1.o`, `${ARM_LIBC}/crti.o`],
    ],
    [
      ...['-Wl,--start-group', `${ARM_LIBC}/libc.a`, `${ARM_GCC}/libgcc.a`, `${ARM_GCC}/libgcc_eh.a`],
      ...['-Wl,--end-group', `${ARM_LIBC}/crtn.o`],
    ],
  ],
};

/** An executable of sources of tests/asm/dwarf/programs, compiled with these options; for ARM, with clang, a static one. */
export async function buildDebug(
  name: string,
  compiler: 'gcc' | 'clang',
  isa: IsaName,
  options: readonly string[],
  sources: readonly string[] = ['main.c', 'other.c'],
): Promise<string> {
  const texts = [...sources, 'shared.h'].map((file) => readFileSync(`${PROGRAMS}${file}`));
  const [before, behind] = TARGETS[isa];
  const args = [...before, ...options, ...sources, ...behind];
  const version = execFileSync(compiler, ['--version']);
  // The sources are found by the folder that the file names: another checkout's is gone one day.
  return cached(name, [compiler, version, PROGRAMS, ...args, ...texts], (output) => {
    execFileSync(compiler, [...args, '-o', output], { cwd: PROGRAMS, stdio: ['ignore', 'ignore', 'pipe'] });
  });
}

export function elfOf(path: string) {
  return readElf(readFileSync(path));
}

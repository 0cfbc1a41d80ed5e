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

/** Debian's cross tools for ARM: unpacked, not installed, so they are told where their libraries are. */
const CROSS = fileURLToPath(new URL('../../../.guests/amd64/usr', import.meta.url));
const CROSS_ENV = { ...process.env, LD_LIBRARY_PATH: `${CROSS}/lib/x86_64-linux-gnu` };

type Compiler = 'gcc' | 'clang';

export interface Tool {
  readonly command: string;
  readonly env: NodeJS.ProcessEnv;
}

interface Toolchain extends Tool {
  /** What stands before the sources, and behind them. */
  readonly before: readonly string[];
  readonly behind?: readonly string[];
}

const ARM_CLANG: Toolchain = {
  ...{ command: 'clang', env: process.env },
  before: [
    ...['--target=arm-linux-gnueabihf', '-march=armv7-a', '-mfpu=vfpv3-d16', `--sysroot=${ARM_ROOT}`, '-isystem'],
    ...[`${ARM_ROOT}/usr/include/arm-linux-gnueabihf`, '-nostdlib', '-static', '-fuse-ld=lld'],
    ...[`${ARM_LIBC}/crt1.o`, `${ARM_LIBC}/crti.o`],
  ],
  behind: [
    ...['-Wl,--start-group', `${ARM_LIBC}/libc.a`, `${ARM_GCC}/libgcc.a`, `${ARM_GCC}/libgcc_eh.a`],
    ...['-Wl,--end-group', `${ARM_LIBC}/crtn.o`],
  ],
};

const ARM_GNU: Toolchain = {
  ...{ command: `${CROSS}/bin/arm-linux-gnueabihf-gcc-12`, env: CROSS_ENV },
  before: [`--sysroot=${ARM_ROOT}`, `-B${ARM_GCC}`, '-isystem', `${ARM_GCC}/include`, '-static'],
};

function toolchainOf(compiler: Compiler, isa: IsaName): Toolchain {
  if (isa === 'arm') return compiler === 'gcc' ? ARM_GNU : ARM_CLANG;
  return { command: compiler, env: process.env, before: [isa === 'i386' ? '-m32' : '-m64'] };
}

/** The tool of this name that knows the ISA. */
export function toolFor(name: 'readelf' | 'addr2line' | 'gdb', isa: IsaName): Tool {
  if (isa !== 'arm') return { command: name, env: process.env };
  const command = name === 'gdb' ? 'gdb-multiarch' : `arm-linux-gnueabihf-${name}`;
  return { command: `${CROSS}/bin/${command}`, env: CROSS_ENV };
}

/**
 * An executable of sources of tests/asm/dwarf/programs, compiled with these options. For ARM it is a static one, and with gcc
 * Thumb code as Debian's armhf has it, or ARM code with -marm.
 */
export async function buildDebug(
  name: string,
  compiler: Compiler,
  isa: IsaName,
  options: readonly string[],
  sources: readonly string[] = ['main.c', 'other.c'],
): Promise<string> {
  const texts = [...sources, 'shared.h'].map((file) => readFileSync(`${PROGRAMS}${file}`));
  const { command, env, before, behind = [] } = toolchainOf(compiler, isa);
  const args = [...before, ...options, ...sources, ...behind];
  const version = execFileSync(command, ['--version'], { env });
  // The sources are found by the folder that the file names: another checkout's is gone one day.
  return cached(name, [command, version, PROGRAMS, ...args, ...texts], (output) => {
    execFileSync(command, [...args, '-o', output], { cwd: PROGRAMS, env, stdio: ['ignore', 'ignore', 'pipe'] });
  });
}

export function elfOf(path: string) {
  return readElf(readFileSync(path));
}

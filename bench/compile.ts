import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { IsaName } from '../kernel/ports.ts';
import { have } from './peers.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const BUILT = join(ROOT, 'dist/workloads');
const ARMHF = join(ROOT, '.guests/armhf/usr/lib');

/** Without a library: freestanding, and no loop becomes a call of memcpy. */
const FLAT_FLAGS = '-ffreestanding -fno-math-errno -fno-pic -fno-stack-protector -fno-asynchronous-unwind-tables';
const GCC_FLAGS = '-fcf-protection=none -fno-tree-loop-distribute-patterns';
const COMPILER: Readonly<Record<IsaName, readonly string[]>> = {
  i386: ['gcc', '-m32'],
  x86_64: ['gcc', '-m64'],
  arm: ['clang', '--target=arm-linux-gnueabihf', '-march=armv7-a', '-marm'],
};

/** Whether the programs for this ISA can be built. */
export function canBuild(isa: IsaName): boolean {
  return have(COMPILER[isa][0] ?? '') && have('ld.lld');
}

function run(words: readonly string[]): void {
  const [program = '', ...args] = words;
  execFileSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
}

function output(name: string, isa: IsaName): string {
  mkdirSync(BUILT, { recursive: true });
  return join(BUILT, `${name}.${isa}`);
}

/** A program of bench/workloads: the flat bytes, and the same as an executable. Throws when the compiler does. */
export function buildFlat(name: string, isa: IsaName): { flat: string; elf: string } {
  const to = output(name, isa);
  const source = join(ROOT, 'bench/workloads', `${name}.c`);
  const flags = isa === 'arm' ? FLAT_FLAGS : `${FLAT_FLAGS} ${GCC_FLAGS}`;
  run([...COMPILER[isa], '-O2', ...flags.split(' '), '-c', source, '-o', `${to}.o`]);
  const link = ['ld.lld', '-T', join(ROOT, 'bench/workloads/flat.lds'), '-e', '_start', `${to}.o`];
  run([...link, '--oformat=binary', '-o', `${to}.bin`]);
  run([...link, '-o', `${to}.elf`]);
  return { flat: `${to}.bin`, elf: `${to}.elf` };
}

/** bench/processes/loops.c with the C library, static: the path of the executable. */
export function buildLoops(isa: IsaName): string {
  const to = output('loops', isa);
  const source = join(ROOT, 'bench/processes/loops.c');
  const compile = [...COMPILER[isa], '-O2', '-fno-pie', '-Wall'];
  if (isa !== 'arm') {
    run([...compile, '-static', '-no-pie', source, '-o', to]);
    return to;
  }
  // clang has no C library for ARM: that of Debian's armhf, fetched by scripts/guests/fetch.sh.
  const libc = join(ARMHF, 'arm-linux-gnueabihf');
  const libgcc = join(ARMHF, 'gcc/arm-linux-gnueabihf/12');
  const root = join(ROOT, '.guests/armhf');
  const include = ['-isystem', join(root, 'usr/include/arm-linux-gnueabihf')];
  run([...compile, '-mfpu=vfpv3-d16', `--sysroot=${root}`, ...include, '-c', source, '-o', `${to}.o`]);
  const [crt1 = '', crti = '', crtn = '', c = ''] = ['crt1.o', 'crti.o', 'crtn.o', 'libc.a'].map((f) => join(libc, f));
  const libraries = ['--start-group', c, join(libgcc, 'libgcc.a'), join(libgcc, 'libgcc_eh.a'), '--end-group'];
  run(['ld.lld', '-static', crt1, crti, `${to}.o`, ...libraries, crtn, '-o', to]);
  return to;
}

/** Builds the C programs of this folder: with the host's gcc, and with clang and the C library of .guests/armhf for ARM. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { IsaName } from '../../../kernel/ports.ts';
import { cached } from '../../oracle/build.ts';

const SOURCES = fileURLToPath(new URL('programs/', import.meta.url));
const SHARED = fileURLToPath(new URL('../../guests/guest.h', import.meta.url));
export const GUESTS_ARMHF = fileURLToPath(new URL('../../../.guests/armhf', import.meta.url));

const FLAGS = '-std=gnu11 -O1 -fno-pie -fno-stack-protector -Wall -Wextra -Wno-unused-result -Werror'.split(' ');

/** [sentence, name] of each program: the sentence is its first line's comment. */
export const PROGRAMS: readonly (readonly [sentence: string, name: string])[] = readdirSync(SOURCES)
  .filter((file) => file.endsWith('.c'))
  .sort()
  .map((file) => [/^\/\* (.+) \*\/\n/.exec(readFileSync(join(SOURCES, file), 'utf8'))?.[1] ?? file, file.slice(0, -2)]);

function commands(isa: IsaName, source: string, output: string): string[][] {
  if (isa !== 'arm') {
    return [['gcc', isa === 'i386' ? '-m32' : '-m64', ...FLAGS, '-static', '-no-pie', source, '-o', output]];
  }
  const libc = join(GUESTS_ARMHF, 'usr/lib/arm-linux-gnueabihf');
  const libgcc = join(GUESTS_ARMHF, 'usr/lib/gcc/arm-linux-gnueabihf/12');
  const target = `--target=arm-linux-gnueabihf -march=armv7-a -marm -mfpu=vfpv3-d16 --sysroot=${GUESTS_ARMHF}`.split(
    ' ',
  );
  const include = ['-isystem', join(GUESTS_ARMHF, 'usr/include/arm-linux-gnueabihf')];
  const start = [`${libc}/crt1.o`, `${libc}/crti.o`, `${output}.o`];
  const libraries = [`${libc}/libc.a`, `${libgcc}/libgcc.a`, `${libgcc}/libgcc_eh.a`];
  const link = [...start, '--start-group', ...libraries, '--end-group', `${libc}/crtn.o`, '-o', output];
  return [
    ['clang', ...target, ...include, ...FLAGS, '-c', source, '-o', `${output}.o`],
    ['ld.lld', '-static', ...link],
    ['rm', `${output}.o`],
  ];
}

/** The path of a static executable, kept outside the checkout under the hash of what it was made from. */
export function buildProgram(name: string, isa: IsaName): Promise<string> {
  const source = join(SOURCES, `${name}.c`);
  const parts = [...commands(isa, source, '').flat(), readFileSync(source), readFileSync(SHARED)];
  return cached(`signal-${basename(name)}.${isa}`, parts, (output) => {
    for (const [program = '', ...args] of commands(isa, source, output)) execFileSync(program, args, { stdio: 'pipe' });
  });
}

/** Builds the programs of tests/guests/nommu: freestanding, in the formats that Linux without an MMU runs. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { linkBflt, readObject } from '../../../asm/index.ts';
import type { IsaName } from '../../../kernel/ports.ts';
import { cached } from '../build.ts';

/** flat: bFLT in RAM; rom: bFLT whose text stays as it is in the file; pie: a static PIE; fdpic: ELF, its segments placed apart. */
export const FORMATS = ['flat', 'rom', 'pie', 'fdpic'] as const;
export type Format = (typeof FORMATS)[number];

const SOURCES = fileURLToPath(new URL('../../guests/nommu/', import.meta.url));
const RUNTIME = join(SOURCES, 'nommu.h');
/** Headers of the kernel, and the compiler's own. */
const HOST_HEADERS = ['/usr/include', '/usr/include/x86_64-linux-gnu'];
const HEADERS: Readonly<Record<IsaName, readonly string[]>> = {
  i386: HOST_HEADERS,
  x86_64: HOST_HEADERS,
  arm: ['/usr/arm-linux-gnueabihf/include'],
};
/** Cortex-M3 runs no other than Thumb-2 code, which every ARMv7 runs. */
const TARGETS: Readonly<Record<IsaName, readonly string[]>> = {
  i386: ['--target=i386-linux-gnu', '-march=i686', '-mgeneral-regs-only'],
  x86_64: ['--target=x86_64-linux-gnu', '-mgeneral-regs-only'],
  arm: ['--target=arm-linux-gnueabi', '-mthumb', '-march=armv7-m', '-mno-movt'],
};
const FLAGS = [
  ...['-std=gnu11', '-O1', '-ffreestanding', '-fno-builtin', '-nostdlibinc', '-fno-stack-protector'],
  ...['-fomit-frame-pointer', '-fno-jump-tables', '-fno-unwind-tables', '-fno-asynchronous-unwind-tables'],
  ...['-Wall', '-Wextra', '-Werror', `-I${SOURCES}`],
];
const PIECES: Readonly<Record<Format, readonly string[]>> = {
  flat: ['-DFLAT', '-fno-pic'],
  rom: ['-DFLAT', '-DROM', '-fno-pic', '-fropi', '-frwpi'],
  pie: ['-fPIE', '-fvisibility=hidden'],
  fdpic: ['-DFDPIC', '-fno-pic', '-fropi', '-frwpi'],
};
/** ELFOSABI_ARM_FDPIC, and where it stands. */
const EI_OSABI = 7;
const FDPIC = 65;
/** What the header of a bFLT program asks for. */
export const STACK_BYTES = 8192;

export interface NommuProgram {
  readonly name: string;
  readonly sentence: string;
  readonly formats: readonly Format[];
}

/**
 * The programs: the first line is the fact. One about a format has its name in front (flat-, rom-, pie-, fdpic-), the others
 * are run as bFLT and as PIE.
 */
export function nommuPrograms(): NommuProgram[] {
  return readdirSync(SOURCES)
    .filter((file) => file.endsWith('.c'))
    .sort()
    .map((file) => {
      const sentence = /^\/\* (.+) \*\/\n/.exec(readFileSync(join(SOURCES, file), 'utf8'))?.[1];
      if (sentence === undefined) throw new Error(`tests/guests/nommu/${file}: the first line is to be the fact`);
      const name = file.slice(0, -2);
      const own = FORMATS.find((format) => name.startsWith(`${format}-`));
      return { name, sentence, formats: own ? [own] : ['flat', 'pie'] };
    });
}

/** The path of a program as an executable. Rejects with the compiler's messages. */
export function buildNommu(name: string, isa: IsaName, format: Format): Promise<string> {
  return buildNommuFile(join(SOURCES, `${name}.c`), name, isa, format);
}

/** A C file that stands on nommu.h. */
export async function buildNommuFile(source: string, name: string, isa: IsaName, format: Format): Promise<string> {
  const headers = HEADERS[isa].flatMap((folder) => ['-idirafter', folder]);
  const compile = [...TARGETS[isa], ...FLAGS, ...PIECES[format], ...headers, '-c', source];
  const parts = [...compile, ...LINK[format], ...[source, RUNTIME].map((file) => readFileSync(file))];
  return cached(`${name}.${isa}.${format}`, parts, async (output) => {
    const object = `${output}.o`;
    await run('clang', [...compile, '-o', object]);
    if (format === 'flat' || format === 'rom') {
      const linked = linkBflt([readObject(`${name}.c`, readFileSync(object))], { stackBytes: STACK_BYTES });
      writeFileSync(output, linked.file, { mode: 0o755 });
    } else {
      await run('ld.lld', [...LINK[format], object, '-o', output]);
      if (format === 'fdpic') markFdpic(output);
    }
    rmSync(object);
  });
}

/** Pages of 4 KiB keep the block small that a program is given without an MMU. */
const ELF = ['-z', 'max-page-size=4096', '-z', 'norelro', '-z', 'noexecstack', '--build-id=none'];
const LINK: Readonly<Record<Format, readonly string[]>> = {
  flat: [],
  rom: [],
  pie: [...ELF, '-pie', '--no-dynamic-linker', '-z', `stack-size=${STACK_BYTES}`],
  // Two segments: what is read and run, and what is written.
  fdpic: [...ELF, '-static', '--no-rosegment', '-z', `stack-size=${STACK_BYTES}`],
};

function markFdpic(path: string): void {
  const bytes = readFileSync(path);
  bytes[EI_OSABI] = FDPIC;
  writeFileSync(path, bytes);
}

async function run(program: string, args: readonly string[]): Promise<void> {
  await promisify(execFile)(program, [...args]);
}

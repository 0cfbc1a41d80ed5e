/** The commands that make a static executable from a C file: an ISA and a C library each. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { IsaName } from '../../kernel/ports.ts';

/** glibc is the host's (ARM: Debian's armhf), the others are of .guests; armel is Debian's glibc for ARM of before v7, its arguments in core registers. */
export type Libc = 'glibc' | 'musl' | 'dietlibc' | 'armel';

/** The commands that write the executable at `output`. */
export type Commands = (output: string) => string[][];

/** Included in front of programs for musl and dietlibc. */
export const GAPS = fileURLToPath(new URL('../guests/gaps.h', import.meta.url));

const FLAGS = [
  '-std=gnu11',
  '-O1',
  '-fno-pie',
  '-fno-stack-protector',
  '-Wall',
  '-Wextra',
  '-Wno-unused-result',
  '-Werror',
];
const GUESTS = fileURLToPath(new URL('../../.guests/', import.meta.url));
const HOST = 'x86_64-linux-gnu';
const MACHINE = { i386: '-m32', x86_64: '-m64' } as const;
const DEBIAN = { i386: 'i386', x86_64: 'amd64' } as const;

export function commandsFor(source: string, isa: IsaName, libc: Libc): Commands {
  if (isa === 'arm') {
    if (libc === 'glibc') return armCommands(source, 'armhf');
    if (libc === 'armel') return armCommands(source, 'armel');
  } else {
    if (libc === 'glibc') return gcc([MACHINE[isa], ...FLAGS, '-pthread', '-static', '-no-pie', source]);
    if (libc === 'musl') return muslCommands(source, isa);
    if (libc === 'dietlibc') return dietCommands(source, isa);
  }
  throw new Error(`no ${libc} for ${isa}`);
}

function gcc(args: readonly string[]): Commands {
  return (output) => [['gcc', ...args, '-o', output]];
}

interface OtherLibc {
  /** Its headers; behind them come the host's, for the kernel's. */
  readonly headers: string;
  readonly flags?: readonly string[];
  readonly start: readonly string[];
  readonly end: readonly string[];
}

/** The host's gcc with a C library of .guests. */
function withLibc(source: string, isa: 'i386' | 'x86_64', { headers, flags = [], start, end }: OtherLibc): Commands {
  const include = [
    '-nostdinc',
    '-isystem',
    headers,
    '-idirafter',
    '/usr/include',
    '-idirafter',
    `/usr/include/${HOST}`,
  ];
  return gcc([
    ...[MACHINE[isa], ...FLAGS, ...flags, ...include, '-include', GAPS, '-static', '-no-pie', '-nostdlib'],
    ...[...start, source, ...end],
  ]);
}

/** Package musl-dev. */
function muslCommands(source: string, isa: 'i386' | 'x86_64'): Commands {
  const lib = (file: string): string => fetched(DEBIAN[isa], `usr/lib/${isa}-linux-musl`, file);
  const libc = lib('libc.a');
  return withLibc(source, isa, {
    headers: fetched(DEBIAN[isa], `usr/include/${isa}-linux-musl`),
    start: [lib('crt1.o'), lib('crti.o')],
    end: [libc, '-lgcc', '-lgcc_eh', libc, lib('crtn.o')],
  });
}

/** Package dietlibc-dev, as its wrapper `diet` calls gcc. */
function dietCommands(source: string, isa: 'i386' | 'x86_64'): Commands {
  const lib = (file: string): string => fetched(DEBIAN[isa], `usr/lib/${isa}-linux-gnu/diet/lib-${isa}`, file);
  const libc = lib('libc.a');
  return withLibc(source, isa, {
    headers: fetched(DEBIAN[isa], 'usr/include/diet'),
    flags: ['-D__dietlibc__'],
    start: [lib('start.o')],
    end: [lib('libpthread.a'), libc, lib('libcompat.a'), libc, '-lgcc'],
  });
}

/** Debian's ports to ARM. */
const ARM = {
  armhf: { triplet: 'arm-linux-gnueabihf', flags: ['-march=armv7-a', '-mfpu=vfpv3-d16'] },
  armel: { triplet: 'arm-linux-gnueabi', flags: ['-march=armv6k', '-mfpu=vfpv2', '-mfloat-abi=softfp'] },
} as const;

/** ARM: clang and lld with the C library of .guests (packages libc6-dev, linux-libc-dev and libgcc-12-dev). */
function armCommands(source: string, port: keyof typeof ARM): Commands {
  const { triplet, flags } = ARM[port];
  const root = fetched(port);
  const libc = (file: string): string => fetched(port, 'usr/lib', triplet, file);
  const libgcc = (file: string): string => fetched(port, 'usr/lib/gcc', triplet, '12', file);
  const target = [`--target=${triplet}`, '-marm', ...flags, `--sysroot=${root}`];
  const include = ['-isystem', join(root, 'usr/include', triplet)];
  const start = [libc('crt1.o'), libc('crti.o')];
  const libraries = [libc('libc.a'), libgcc('libgcc.a'), libgcc('libgcc_eh.a')];
  return (output) => [
    ['clang', ...target, ...include, ...FLAGS, '-c', source, '-o', `${output}.o`],
    [
      ...['ld.lld', '-static', ...start, `${output}.o`, '--start-group', ...libraries, '--end-group', libc('crtn.o')],
      ...['-o', output],
    ],
    ['rm', `${output}.o`],
  ];
}

/** A file or folder of .guests. */
function fetched(...parts: readonly string[]): string {
  const path = join(GUESTS, ...parts);
  if (!existsSync(path)) throw new Error(`${path} is missing: run scripts/guests/fetch.sh test`);
  return path;
}

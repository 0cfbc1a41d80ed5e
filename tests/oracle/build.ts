/**
 * Builds test programs from C: with the host's gcc for the ISAs that run natively, with clang for ARM. What is built is
 * kept outside the checkout, under the hash of all it was made from.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { IsaName } from '../../kernel/ports.ts';

/** The ISAs that the host runs natively. */
export const NATIVE_ISAS = ['i386', 'x86_64'] as const;

const SOURCES = fileURLToPath(new URL('../guests/', import.meta.url));
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

/** A program of tests/guests: its name is the file's, its sentence the first comment. */
export interface CProgram {
  readonly name: string;
  readonly sentence: string;
}

/** All programs of tests/guests, or of a folder in it, by name. */
export function cPrograms(folder = ''): CProgram[] {
  return readdirSync(join(SOURCES, folder))
    .filter((file) => file.endsWith('.c'))
    .sort()
    .map((file) => {
      const sentence = /^\/\* (.+) \*\/\n/.exec(readFileSync(join(SOURCES, folder, file), 'utf8'))?.[1];
      if (sentence === undefined)
        throw new Error(`${join('tests/guests', folder, file)}: the first line is to be the fact, as a comment`);
      return { name: file.slice(0, -2), sentence };
    });
}

/** `name` of tests/guests for `isa`: the path of a static executable. Rejects with the compiler's messages. */
export function buildC(name: string, isa: IsaName): Promise<string> {
  return buildCFile(join(SOURCES, `${name}.c`), name, isa);
}

/** A program of tests/guests/threads for `isa`, with this C library. */
export function buildThreads(name: string, isa: IsaName, libc: 'glibc' | 'musl'): Promise<string> {
  const source = join(SOURCES, 'threads', `${name}.c`);
  const headers = [join(SOURCES, 'threads', 'threads.h')];
  if (libc === 'glibc' || isa === 'arm') return buildWith(source, headers, name, isa, commandsFor(source, isa));
  return buildWith(source, headers, `${name}.musl`, isa, muslCommands(source, isa));
}

/** A C file, which may include guest.h and tracer.h of tests/guests, for `isa`; `name` is the first part of the executable's name. */
export function buildCFile(source: string, name: string, isa: IsaName): Promise<string> {
  const headers = ['guest.h', 'tracer.h'].map((file) => join(SOURCES, file));
  return buildWith(source, headers, name, isa, commandsFor(source, isa));
}

async function buildWith(
  source: string,
  headers: readonly string[],
  name: string,
  isa: IsaName,
  commands: Commands,
): Promise<string> {
  const texts = [source, ...headers].map((file) => readFileSync(file));
  const words = commands('').flat();
  return cached(`${name}.${isa}`, [await compilerVersion(words[0] ?? ''), ...words, ...texts], async (output) => {
    for (const [program = '', ...args] of commands(output)) await promisify(execFile)(program, args);
  });
}

/** The commands that write the executable at `output`. */
type Commands = (output: string) => string[][];

function commandsFor(source: string, isa: IsaName): Commands {
  return isa === 'arm' ? armCommands(source) : gccCommands(source, isa === 'i386' ? '-m32' : '-m64');
}

/** The host's gcc with musl of .guests (package musl-dev); the kernel's headers are the host's. */
function muslCommands(source: string, isa: 'i386' | 'x86_64'): Commands {
  const root = fileURLToPath(new URL(`../../.guests/${isa === 'i386' ? 'i386' : 'amd64'}/usr`, import.meta.url));
  const libc = join(root, 'lib', `${isa}-linux-musl`);
  if (!existsSync(join(libc, 'libc.a'))) throw new Error(`${libc} is missing: run scripts/guests/fetch.sh test`);
  const include = ['-nostdinc', '-isystem', join(root, 'include', `${isa}-linux-musl`)];
  const kernel = ['-idirafter', '/usr/include', '-idirafter', '/usr/include/x86_64-linux-gnu'];
  const start = ['crt1.o', 'crti.o'].map((file) => join(libc, file));
  const end = [join(libc, 'libc.a'), '-lgcc', '-lgcc_eh', join(libc, 'libc.a'), join(libc, 'crtn.o')];
  const machine = isa === 'i386' ? '-m32' : '-m64';
  return (output) => [
    [
      'gcc',
      machine,
      ...FLAGS,
      ...include,
      ...kernel,
      '-static',
      '-no-pie',
      '-nostdlib',
      ...start,
      source,
      ...end,
      '-o',
      output,
    ],
  ];
}

function gccCommands(source: string, machine: string): Commands {
  return (output) => [['gcc', machine, ...FLAGS, '-pthread', '-static', '-no-pie', source, '-o', output]];
}

/** ARM: clang and lld with the C library of .guests/armhf (packages libc6-dev, linux-libc-dev and libgcc-12-dev). */
function armCommands(source: string): Commands {
  const root = fileURLToPath(new URL('../../.guests/armhf', import.meta.url));
  const libc = join(root, 'usr/lib/arm-linux-gnueabihf');
  const libgcc = join(root, 'usr/lib/gcc/arm-linux-gnueabihf/12');
  for (const file of [join(libc, 'libc.a'), join(libgcc, 'libgcc.a')]) {
    if (!existsSync(file)) throw new Error(`${file} is missing: run scripts/guests/fetch.sh test`);
  }
  const target = ['--target=arm-linux-gnueabihf', '-march=armv7-a', '-marm', '-mfpu=vfpv3-d16', `--sysroot=${root}`];
  const include = ['-isystem', join(root, 'usr/include/arm-linux-gnueabihf')];
  const start = ['crt1.o', 'crti.o'].map((file) => join(libc, file));
  const libraries = [join(libc, 'libc.a'), join(libgcc, 'libgcc.a'), join(libgcc, 'libgcc_eh.a')];
  return (output) => [
    ['clang', ...target, ...include, ...FLAGS, '-c', source, '-o', `${output}.o`],
    [
      'ld.lld',
      '-static',
      ...start,
      `${output}.o`,
      '--start-group',
      ...libraries,
      '--end-group',
      join(libc, 'crtn.o'),
      '-o',
      output,
    ],
    ['rm', `${output}.o`],
  ];
}

/**
 * The path of `name` made from `parts`: from the cache, or made by `make`, which writes the file at the path it is given.
 * Several processes may build the same at once: each writes its own file and renames it.
 */
export async function cached(
  name: string,
  parts: readonly (string | Uint8Array)[],
  make: (output: string) => Promise<void> | void,
): Promise<string> {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'forkscope', 'test-guests');
  const path = join(folder, `${name}.${hash.digest('hex').slice(0, 16)}`);
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true });
    const output = `${path}.${process.pid}`;
    await make(output);
    renameSync(output, path);
  }
  return path;
}

const versions = new Map<string, Promise<string>>();

function compilerVersion(compiler: string): Promise<string> {
  let version = versions.get(compiler);
  version ??= promisify(execFile)(compiler, ['-v']).then(({ stderr }) => stderr);
  versions.set(compiler, version);
  return version;
}

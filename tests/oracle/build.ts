/** Builds test programs from C. What is built is kept outside the checkout, under the hash of all it was made from. */
import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { IsaName } from '../../kernel/ports.ts';
import { commandsFor, type Libc } from './toolchains.ts';

/** The ISAs that the host runs natively. */
export const NATIVE_ISAS = ['i386', 'x86_64'] as const;

const SOURCES = fileURLToPath(new URL('../guests/', import.meta.url));
const HEADERS = ['guest.h', 'tracer.h', 'threads/threads.h', 'caps.h', 'gaps.h', 'dietlibc.h'].map((file) =>
  join(SOURCES, file),
);

/** A program of tests/guests: its name is the file's with its folder, its sentence the first comment. */
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
      return { name: join(folder, file.slice(0, -2)), sentence };
    });
}

/** `name` of tests/guests, with its folder: the path of a static executable. Rejects with the compiler's messages. */
export function buildC(name: string, isa: IsaName, libc: Libc = 'glibc'): Promise<string> {
  return buildCFile(join(SOURCES, `${name}.c`), name.replaceAll('/', '-'), isa, libc);
}

/** A C file, which may include the headers of tests/guests; `name` is the first part of the executable's name. */
export async function buildCFile(source: string, name: string, isa: IsaName, libc: Libc = 'glibc'): Promise<string> {
  const commands = commandsFor(source, isa, libc);
  const texts = [source, ...HEADERS].map((file) => readFileSync(file));
  const words = commands('').flat();
  const parts = [await compilerVersion(words[0] ?? ''), ...words, ...texts];
  return cached(`${name}.${isa}.${libc}`, parts, async (output) => {
    for (const [program = '', ...args] of commands(output)) await promisify(execFile)(program, args);
  });
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
  const folder = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'forkscope', 'test-guests');
  const path = join(folder, `${name}.${hash.digest('hex').slice(0, 16)}`);
  let making = inTheMaking.get(path);
  if (making === undefined && !existsSync(path)) {
    making = build(path, make);
    inTheMaking.set(path, making);
  }
  await making;
  return path;
}

/** What this process builds or has built, by path: two tests may ask for the same at once. */
const inTheMaking = new Map<string, Promise<void>>();

async function build(path: string, make: (output: string) => Promise<void> | void): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  const output = `${path}.${randomUUID()}`;
  await make(output);
  renameSync(output, path);
}

const versions = new Map<string, Promise<string>>();

function compilerVersion(compiler: string): Promise<string> {
  let version = versions.get(compiler);
  version ??= promisify(execFile)(compiler, ['-v']).then(({ stderr }) => stderr);
  versions.set(compiler, version);
  return version;
}

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IsaName } from '../../../kernel/ports.ts';

/** Asks a C compiler for the values of expressions under some of Linux's header files, without running anything. */

const ARM_HEADERS = process.env.FORKSCOPE_ARM_HEADERS ?? '/usr/arm-linux-gnueabihf/include';

function armCompiler(): string[] {
  const builtin = execFileSync('clang', ['-print-resource-dir'], { encoding: 'utf8' }).trim();
  const target = ['--target=arm-linux-gnueabihf', '-mfloat-abi=hard', '-nostdinc'];
  return ['clang', ...target, '-isystem', join(builtin, 'include'), '-isystem', ARM_HEADERS];
}

function runs(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

/** Why the ISA's headers cannot be asked here, or null. */
export function whyNotHere(isa: IsaName): string | null {
  if (isa === 'arm') {
    if (!existsSync(join(ARM_HEADERS, 'asm/unistd-eabi.h'))) return 'linux-libc-dev-armhf-cross is not unpacked';
    return runs('clang', '--version') ? null : 'clang is not installed';
  }
  if (!existsSync('/usr/include/linux/fcntl.h')) return 'linux-libc-dev is not installed';
  return runs('gcc', '--version') ? null : 'gcc is not installed';
}

const COMPILER: { readonly [isa in IsaName]: () => string[] } = {
  x86_64: () => ['gcc', '-m64'],
  i386: () => ['gcc', '-m32'],
  arm: armCompiler,
};

const ABSENT = -(2n ** 63n);

export interface Group {
  readonly headers: readonly string[];
  /** Names asked for: `#ifdef` guards a plain macro, so that an absent one is told. */
  readonly macros?: readonly string[];
  /** Any constant expressions. */
  readonly expressions?: readonly string[];
}

/** Value of each macro and expression; macros that the headers do not define are missing from the map. */
export function probe(isa: IsaName, groups: readonly Group[]): Map<string, bigint>[] {
  const folder = mkdtempSync(join(tmpdir(), 'abi-probe-'));
  try {
    const [command = '', ...options] = COMPILER[isa]();
    const sources = groups.map((group, i) => {
      writeFileSync(join(folder, `${i}.c`), source(group));
      return `${i}.c`;
    });
    execFileSync(command, [...options, '-w', '-c', ...sources], { cwd: folder, stdio: 'pipe' });
    return groups.map((group, i) => {
      const format = isa === 'x86_64' ? 'elf64-little' : 'elf32-little';
      const files = [`${i}.o`, `${i}.bin`];
      execFileSync('objcopy', ['-I', format, '-O', 'binary', '-j', '.probe', ...files], { cwd: folder });
      return collect(group, readFileSync(join(folder, `${i}.bin`)));
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function names({ macros = [], expressions = [] }: Group): string[] {
  return [...macros, ...expressions];
}

function source(group: Group): string {
  const { headers, macros = [], expressions = [] } = group;
  const lines = [
    ...headers.map((header) => `#include <${header}>`),
    'const long long probe[] __attribute__((section(".probe"), used)) = {',
    ...macros.flatMap((name) => [
      `#ifdef ${name}`,
      `(long long)(${name}),`,
      '#else',
      '-0x7fffffffffffffffLL - 1,',
      '#endif',
    ]),
    ...expressions.map((expression) => `(long long)(${expression}),`),
    '};',
  ];
  return `${lines.join('\n')}\n`;
}

function collect(group: Group, bytes: Buffer): Map<string, bigint> {
  const values = names(group).map((name, i) => [name, bytes.readBigInt64LE(i * 8)] as const);
  return new Map(values.filter(([, value]) => value !== ABSENT));
}

/** Debian's busybox, bash and dash, with arguments that keep them busy. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { X86Isa } from '../x86/sequence.ts';
import { compareProgram, type Outcome } from './compare.ts';

const MAX_STEPS = 50_000_000;
const SYNC_EVERY = 20_000;

interface Guest {
  readonly path: string;
  /** What argv begins with. */
  readonly argv: readonly string[];
}

const GUESTS = fileURLToPath(new URL('../../../.guests/', import.meta.url));

const LOADER = {
  i386: ['i386', 'lib/i386-linux-gnu', 'ld-linux.so.2'],
  x86_64: ['amd64', 'lib/x86_64-linux-gnu', 'ld-linux-x86-64.so.2'],
} as const;

function there(path: string): string {
  if (!existsSync(path)) throw new Error(`${path} is missing: run scripts/guests/fetch.sh test`);
  return path;
}

/** busybox and bash are static; dash is loaded by glibc's dynamic linker, which so is compared too. */
function guest(isa: X86Isa, name: GuestName): Guest {
  const [architecture, folder, loader] = LOADER[isa];
  const root = `${GUESTS}${architecture}/`;
  if (name === 'busybox') return { path: there(`${root}bin/busybox`), argv: ['busybox'] };
  if (name === 'bash') return { path: there(`${root}bin/bash-static`), argv: ['bash', '--norc'] };
  const path = there(`${root}${folder}/${loader}`);
  return { path, argv: [loader, '--library-path', root + folder, there(`${root}bin/dash`)] };
}

export const GUEST_NAMES = ['busybox', 'bash', 'dash'] as const;
export type GuestName = (typeof GUEST_NAMES)[number];

export interface Script {
  readonly args: readonly string[];
  /** What it prints. */
  readonly expected: string;
}

const AWK = `BEGIN {
  for (i = 1; i < 12; i++) { s += 1 / i - i * 0.1; t = t sprintf("%x", i * 40503 % 65536) }
  gsub(/[13579]/, "-", t); n = split(t, part, "-"); printf "%.6f %d %s\\n", s, n, substr(toupper(t), 1, 9)
}`;

const BASH = `declare -A seen; words=(one two three two one)
for word in "\${words[@]}"; do seen[$word]=$((\${seen[$word]:-0} + 1)); done
[[ "a1b22" =~ ([0-9]+)$ ]] && echo "\${BASH_REMATCH[1]} \${seen[two]}"
printf "%.3f %08x %q\\n" 1.5 48879 "a b"; x=$(echo "sub $((7 * 6))"); echo "\${x^^} \${x//[aeiou]/_}"`;

const DASH = `count() { i=0; while [ $i -lt $1 ]; do i=$((i + 1)); case $i in *7) continue ;; *3) t=$((t + i)) ;; esac; done; }
t=0; count 60; (exit 3); echo "$t $? $(echo inner | { read -r line; echo "<$line>"; })"`;

/** More than 100,000 instructions each. The children that they fork run on their own, outside the comparison. */
export const SCRIPTS: Readonly<Record<GuestName, Script>> = {
  busybox: { args: ['awk', AWK], expected: '-3.580123 17 -E---C6ED\n' },
  bash: { args: ['-c', BASH], expected: '22 2\n1.500 0000beef a\\ b\nSUB 42 s_b 42\n' },
  dash: { args: ['-c', DASH], expected: '168 3 <inner>\n' },
};

export interface LongScript {
  readonly name: GuestName;
  readonly title: string;
  readonly args: readonly string[];
}

/** For `make test-all`. */
export const LONG_SCRIPTS: readonly LongScript[] = [
  {
    name: 'busybox',
    title: 'busybox sh, a loop of arithmetic',
    args: [
      'sh',
      '-c',
      'i=0; s=1; while [ $i -lt 60 ]; do i=$((i+1)); s=$(((s * 1103515245 + 12345) % 2147483648)); done; echo $s',
    ],
  },
  {
    name: 'busybox',
    title: 'busybox awk, floating point',
    args: [
      'awk',
      'BEGIN { for (x = i = 1; i < 150; i++) { x = x * 1.37 - x * x / (i + 3.25); printf "%.12g %x\\n", x, i * 2654435761 % 65536 } }',
    ],
  },
  { name: 'busybox', title: 'busybox dc', args: ['dc', '-e', '20k 2v p 3 7/ p 2 200^ p'] },
  {
    name: 'dash',
    title: 'dash, strings and functions',
    args: [
      '-c',
      `f() { [ $1 -le 1 ] && r=1 && return; f $(($1 - 1)); r=$((r * $1)); }; for n in 3 5 7 9 11 12; do f $n; echo $n \${r#?} \${r%??}; done`,
    ],
  },
  {
    name: 'bash',
    title: 'bash, arrays and patterns',
    args: [
      '-c',
      `for ((i = 0; i < 60; i++)); do a[i]=$((i * i % 17)); done; IFS=,; s="\${a[*]}"; echo "\${s//1/x}" "\${#s}"; printf "%g %a\\n" 0.1 2.5`,
    ],
  },
];

// The kernel writes into an rseq area whenever it likes, not only at system calls.
const ENV = { PATH: '/none', HOME: '/', LC_ALL: 'C', GLIBC_TUNABLES: 'glibc.pthread.rseq=0' };

/** What a program prints when nobody looks on. */
export function printedNatively(isa: X86Isa, name: GuestName, args: readonly string[]): string {
  const { path, argv } = guest(isa, name);
  const { stdout, error } = spawnSync(path, [...argv.slice(1), ...args], { argv0: argv[0] ?? name, env: ENV });
  if (error !== undefined) throw error;
  return stdout.toString();
}

export interface Run extends Outcome {
  readonly output: string;
}

/** Run a program to its end. Throws ProgramMismatch at the first difference. */
export async function runGuest(isa: X86Isa, name: GuestName, args: readonly string[]): Promise<Run> {
  const { path, argv } = guest(isa, name);
  const folder = mkdtempSync(join(tmpdir(), 'forkscope-lockstep-'));
  const output = join(folder, 'output');
  try {
    const program = { path, argv: [...argv, ...args], env: ENV, output, maxSteps: MAX_STEPS, syncEvery: SYNC_EVERY };
    const { compared, kernelCalls, status, known } = await compareProgram(isa, program);
    return { compared, kernelCalls, status, known, output: readFileSync(output, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

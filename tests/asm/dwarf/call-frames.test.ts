import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { CallFrames } from '../../../asm/dwarf/call-frames.ts';
import type { RegisterRule, UnwindRow } from '../../../asm/dwarf/unwind-row.ts';
import type { IsaName } from '../../../kernel/ports.ts';
import { buildDebug, elfOf } from './build.ts';

/** A row as readelf --debug-dump=frames-interp prints it: `rsp+16`, and `c-16` and the like by column. */
interface ReadelfRow {
  readonly address: number;
  readonly cfa: string;
  readonly columns: ReadonlyMap<string, string>;
}

const NAMES: { readonly [isa in IsaName]: readonly string[] } = {
  i386: ['eax', 'ecx', 'edx', 'ebx', 'esp', 'ebp', 'esi', 'edi'],
  x86_64: ['rax', 'rdx', 'rcx', 'rbx', 'rsi', 'rdi', 'rbp', 'rsp'],
  arm: [],
};

function readelfRows(path: string): ReadelfRow[] {
  const text = execFileSync('readelf', ['--debug-dump=frames-interp', path], { encoding: 'utf8', maxBuffer: 1 << 28 });
  const rows: ReadelfRow[] = [];
  let columns: string[] = [];
  let isFunction = false;
  let end = 0;
  for (const line of text.split('\n')) {
    const words = line.trim().split(/\s+/);
    if (/ (CIE|FDE) /.test(line)) {
      isFunction = line.includes(' FDE ');
      end = Number.parseInt(/\.\.([0-9a-f]+)$/.exec(line)?.[1] ?? '0', 16);
    }
    if (words[0] === 'LOC') columns = words.slice(2);
    else if (isFunction && !line.includes('DE ') && /^[0-9a-f]{8,16} (?!ZERO)/.test(line)) {
      // A register in a register is printed twice.
      const [address = '', cfa = '', ...values] = words.filter((word) => !word.startsWith('('));
      // A row may begin where its function ends.
      if (Number.parseInt(address, 16) >= end) continue;
      rows.push({
        address: Number.parseInt(address, 16),
        cfa,
        columns: new Map(columns.map((name, i) => [name, values[i] ?? ''])),
      });
    }
  }
  return rows;
}

function nameOf(isa: IsaName, register: number): string {
  return NAMES[isa][register] ?? `r${register}`;
}

function signed(offset: number): string {
  return `${offset < 0 ? '' : '+'}${offset}`;
}

function ruleText(isa: IsaName, rule: RegisterRule | undefined): string {
  if (!rule || rule.kind === 'same') return 'u';
  switch (rule.kind) {
    case 'undefined':
      return 'u';
    case 'offset':
      return `c${signed(rule.offset)}`;
    case 'valOffset':
      return `v${signed(rule.offset)}`;
    case 'register':
      return nameOf(isa, rule.register);
    case 'expression':
      return 'exp';
    case 'valExpression':
      return 'vexp';
  }
}

/** "same" is not told from "unspecified", and registers are called by their numbers. */
function theirText(isa: IsaName, text: string): string {
  const [, number] = /^r(\d+)$/.exec(text) ?? [];
  return text === 's' ? 'u' : number === undefined ? text : nameOf(isa, Number(number));
}

/** The same of our row, in the columns that readelf has. */
function rowText(isa: IsaName, row: UnwindRow | null, columns: readonly string[]): string[] {
  if (!row) return ['none'];
  const { cfa } = row;
  const start = cfa.kind === 'expression' ? 'exp' : `${nameOf(isa, cfa.register)}${signed(cfa.offset)}`;
  const numbers = columns.map((name) => {
    if (name === 'ra') return row.returnAddress;
    const known = NAMES[isa].indexOf(name);
    return known >= 0 ? known : Number(name.slice(1));
  });
  return [start, ...numbers.map((number) => ruleText(isa, row.registers.get(number)))];
}

function expectRows(path: string, isa: IsaName, atLeast: number): void {
  const frames = new CallFrames(elfOf(path));
  const expected = readelfRows(path);
  expect(expected.length).toBeGreaterThan(atLeast);
  // Of rows at one address the last one holds.
  const last = new Map(expected.map((row) => [row.address, row]));
  const ours = [...last.values()].map((row) => [
    row.address,
    ...rowText(isa, frames.rowAt(row.address), [...row.columns.keys()]),
  ]);
  const theirs = [...last.values()].map((row) => [
    row.address,
    row.cfa,
    ...[...row.columns.values()].map((text) => theirText(isa, text)),
  ]);
  expect(ours).toEqual(theirs);
}

describe('every row of call frame information is what readelf computes', () => {
  test.each(['-O0', '-O2'])('.eh_frame of gcc for x86-64 and i386, with frames of changing size, %s', async (level) => {
    expectRows(await buildDebug('frames', 'gcc', 'x86_64', [level]), 'x86_64', 15);
    expectRows(await buildDebug('frames', 'gcc', 'i386', [level]), 'i386', 15);
  });

  test('.eh_frame of a static program, of which glibc wrote expressions and signal frames', async () => {
    expectRows(await buildDebug('static', 'gcc', 'x86_64', ['-static']), 'x86_64', 5000);
    expectRows(await buildDebug('static', 'gcc', 'i386', ['-static']), 'i386', 5000);
  }, 60_000);

  test.each(['2', '4', '5'])('.debug_frame of ARM, DWARF %s', async (version) => {
    expectRows(await buildDebug('frames', 'clang', 'arm', ['-g', `-gdwarf-${version}`, '-O1']), 'arm', 5);
    for (const mode of ['-marm', '-mthumb']) {
      expectRows(await buildDebug('frames', 'gcc', 'arm', ['-g', `-gdwarf-${version}`, '-O1', mode]), 'arm', 8);
    }
  });

  test('.debug_frame of x86-64 alone', async () => {
    const options = ['-g', '-fno-asynchronous-unwind-tables', '-fno-exceptions', '-nostartfiles', '-Wl,-e,main'];
    expectRows(await buildDebug('debug-frame', 'gcc', 'x86_64', options), 'x86_64', 10);
  });

  test.each([
    ['amd64', 'x86_64', 'bin/busybox'],
    ['i386', 'i386', 'bin/bash-static'],
  ] as const)(
    '.eh_frame of a stripped program of Debian, %s',
    (folder, isa, program) => {
      expectRows(fileURLToPath(new URL(`../../../.guests/${folder}/${program}`, import.meta.url)), isa, 5000);
    },
    60_000,
  );
});

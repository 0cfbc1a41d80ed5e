import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { DebugInfo } from '../../../asm/dwarf/debug-info.ts';
import { type LineContext, linePrograms, readLineHeader } from '../../../asm/dwarf/line-header.ts';
import { ROW, runLineProgram } from '../../../asm/dwarf/line-program.ts';
import { sectionsOf } from '../../../asm/dwarf/sections.ts';
import type { IsaName } from '../../../kernel/ports.ts';
import { buildDebug, elfOf, toolFor } from './build.ts';

type Compiler = 'gcc' | 'clang';
const VERSIONS = ['2', '3', '4', '5'];
const CASES: readonly [Compiler, IsaName][] = [
  ['gcc', 'x86_64'],
  ['gcc', 'i386'],
  ['gcc', 'arm'],
  ['clang', 'x86_64'],
  ['clang', 'arm'],
];

interface Row {
  readonly address: number;
  readonly line: number;
  readonly isStmt: boolean;
}

/** What readelf --debug-dump=decodedline prints, as rows; the ends of sequences have line 0. */
function readelfRows(path: string): Row[] {
  const text = execFileSync('readelf', ['--debug-dump=decodedline', path], { encoding: 'utf8', maxBuffer: 1 << 28 });
  return [...text.matchAll(/^\S+ +(\d+|-) +(0x[0-9a-f]+|0)(?:\[\d+\])?((?: +\d+)?(?: +x)?(?: +END)?)\s*$/gm)].map(
    ([, line = '', address = '', marks = '']) => ({
      address: Number(address),
      line: line === '-' ? 0 : Number(line),
      isStmt: / x\b/.test(marks),
    }),
  );
}

function ourRows(path: string): Row[] {
  const elf = elfOf(path);
  const sections = sectionsOf(elf);
  const context: LineContext = {
    ...{ version: 4, is64: false, addressBytes: elf.file.is64 ? 8 : 4 },
    ...{ strOffsetsBase: 8, addrBase: 0, directory: '' },
  };
  return linePrograms(sections).flatMap((offset) => {
    const rows = runLineProgram(sections('.debug_line'), readLineHeader(sections, offset, context));
    return Array.from({ length: rows.count }, (_, i) => {
      const isEnd = ((rows.flags[i] ?? 0) & ROW.endSequence) !== 0;
      return {
        address: rows.address[i] ?? 0,
        line: isEnd ? 0 : (rows.line[i] ?? 0),
        isStmt: ((rows.flags[i] ?? 0) & ROW.isStmt) !== 0 && !isEnd,
      };
    });
  });
}

/** `file:line` of each address, as addr2line has it. */
function addr2line(path: string, isa: IsaName, addresses: readonly number[]): string[] {
  const input = addresses.map((address) => address.toString(16)).join('\n');
  const { command, env } = toolFor('addr2line', isa);
  const text = execFileSync(command, ['-e', path], { input, env, encoding: 'utf8' });
  return text
    .trim()
    .split('\n')
    .map((line) =>
      line
        .replace(/ \(discriminator \d+\)$/, '')
        .replace(/^.*\//, '')
        .replace(/:\?$/, ':0'),
    );
}

/** The same as gdb has it: of rows at one address it takes one at which a statement begins. */
function gdbLines(path: string, isa: IsaName, addresses: readonly number[]): string[] {
  const script = addresses.map((address) => `info line *0x${address.toString(16)}`).join('\n');
  const { command, env } = toolFor('gdb', isa);
  const args = ['-nx', '-q', '-iex', 'set debuginfod enabled off', '-iex', 'set prompt', path];
  const text = execFileSync(command, args, { input: script, env, encoding: 'utf8' });
  return text
    .split('\n')
    .filter((said) => /^(Line|Address|No line)/.test(said))
    .map((said) => {
      const [, line, file = ''] = /^(?:Line|Address .* is at line) (\d+) of "(.*?)"/.exec(said) ?? [];
      return line === undefined ? '??:0' : `${file.replace(/^.*\//, '')}:${line}`;
    });
}

/** All addresses of the functions that the programs have. */
function codeOf(info: DebugInfo): number[] {
  const addresses: number[] = [];
  for (const name of ['main', 'fact', 'changing', 'elsewhere']) {
    for (const { start, end } of info.functionNamed(name)?.ranges ?? []) {
      for (let at = start; at < end; at++) addresses.push(at);
    }
  }
  expect(addresses.length).toBeGreaterThan(200);
  return addresses;
}

function ourLines(info: DebugInfo, addresses: readonly number[]): string[] {
  return addresses.map((at) => {
    const span = info.lineAt(at);
    return !span ? '??:0' : `${span.file.name}:${span.line}`;
  });
}

describe.each(CASES)('%s for %s', (compiler, isa) => {
  describe.each(VERSIONS)('DWARF %s', (version) => {
    const options = (level: string): string[] => ['-g', `-gdwarf-${version}`, level];

    test.each(['-O0', '-O2'])('the rows of the line programs are those that readelf decodes, %s', async (level) => {
      const path = await buildDebug(`lines${version}`, compiler, isa, options(level));
      const expected = readelfRows(path);
      expect(expected.length).toBeGreaterThan(40);
      expect(ourRows(path)).toEqual(expected);
    });

    test('every address has the line that addr2line says, -O0', async () => {
      const path = await buildDebug(`lines${version}`, compiler, isa, options('-O0'));
      const info = new DebugInfo(elfOf(path));
      const addresses = codeOf(info);
      expect(ourLines(info, addresses)).toEqual(addr2line(path, isa, addresses));
    });

    // What clang optimises has rows of line 0, of which gdb makes other stretches.
    test.runIf(compiler === 'gcc')('every address has the line that gdb says, -O2', async () => {
      const path = await buildDebug(`lines${version}`, compiler, isa, options('-O2'));
      const info = new DebugInfo(elfOf(path));
      const addresses = codeOf(info);
      expect(ourLines(info, addresses)).toEqual(gdbLines(path, isa, addresses));
    });
  });
});

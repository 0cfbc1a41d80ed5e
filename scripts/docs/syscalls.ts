import { syscallNames, syscallNumbers } from '../../kernel/abi/unistd.ts';
import type { IsaName } from '../../kernel/ports.ts';
import { SYSCALLS } from '../../kernel/syscalls/table.ts';

const ISAS: readonly IsaName[] = ['i386', 'x86_64', 'arm'];

/** docs/syscalls.md, made from the rows: what is there with its numbers and arguments, and what is -ENOSYS. */
export function syscallsPage(): string {
  const rows = [...SYSCALLS].sort((a, b) => a.name.localeCompare(b.name, 'en'));
  const there = new Set(rows.map((row) => row.name));
  const absent = syscallNames().filter((name) => !there.has(name) && ISAS.some((isa) => numberOf(name, isa)));
  const lines = rows.map((row) => {
    const numbers = ISAS.map((isa) => row.nr[isa] ?? '-').join(' | ');
    return `| ${row.name} | ${numbers} | ${row.args.map(([name]) => name).join(', ')} |`;
  });
  return [
    '# System calls',
    '',
    'Generated from the rows in kernel/syscalls; `UPDATE_GOLDEN=1 npx vitest run tests/kernel/syscalls-page.test.ts` rewrites it. What a call',
    'refuses, of its flags and operations, is said at its row.',
    '',
    `| name | ${ISAS.join(' | ')} | arguments |`,
    '|---|---|---|---|---|',
    ...lines,
    '',
    '## Not there',
    '',
    'These are -ENOSYS, and `--verbose` names them when a program asks for one:',
    '',
    `${wrap(absent.sort().join(', '), 120)}`,
    '',
  ].join('\n');
}

function numberOf(name: string, isa: IsaName): boolean {
  return syscallNumbers(name)?.[isa] !== undefined;
}

/** Lines of at most `width` characters, broken at spaces. */
function wrap(text: string, width: number): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines.join('\n');
}

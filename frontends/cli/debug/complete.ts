import { readdirSync } from 'node:fs';
import { generalRegisters } from '../../../debugger/session/index.ts';
import { TOPICS } from './commands/info.ts';
import { CAUGHT } from './commands/points.ts';
import { COMMANDS, type Debugger, findCommand } from './debugger.ts';

/** What readline asks for: all that the last word can become, and the part that they replace. */
export function complete(debug: Debugger, line: string): [string[], string] {
  const [, first = '', rest] = /^\s*(\S*)(?:\s+(.*))?$/s.exec(line) ?? [];
  const names = COMMANDS.map(({ names: [name = ''] }) => name);
  if (rest === undefined) return [names.filter((name) => name.startsWith(first)), first];
  const word = /[\w.$/~-]*$/.exec(rest)?.[0] ?? '';
  const isFirst = word === rest;
  const found = candidates(debug, fullName(first), { word, isFirst, names }).filter((name) => name.startsWith(word));
  return [found, word];
}

function fullName(first: string): string {
  try {
    return findCommand(first.replace(/\/.*/, '')).names[0] ?? '';
  } catch {
    return '';
  }
}

interface Word {
  readonly word: string;
  /** Nothing stands between the command and it. */
  readonly isFirst: boolean;
  readonly names: readonly string[];
}

function candidates(debug: Debugger, command: string, { word, isFirst, names }: Word): readonly string[] {
  const { task } = debug.session;
  if (word.startsWith('$')) {
    const registers = task ? ['pc', 'sp', ...generalRegisters(task).map(({ name }) => name)] : [];
    return [...registers, 't', 'pid', '_', '__', ...debug.variables.names()].map((name) => `$${name}`);
  }
  if (command === 'help') return names;
  if (command === 'info' && isFirst) return Object.keys(TOPICS);
  if (command === 'catch' && isFirst) return CAUGHT;
  if (/^(record|replay|source)$/.test(command)) return files(word);
  if (/^(process|goto|branch)$/.test(command)) return [];
  return task?.mm ? debug.session.code.symbols.names(task.mm, word) : [];
}

function files(word: string): string[] {
  const directory = word.slice(0, word.lastIndexOf('/') + 1);
  try {
    const entries = readdirSync(directory || '.', { withFileTypes: true });
    return entries.map((entry) => `${directory}${entry.name}${entry.isDirectory() ? '/' : ''}`);
  } catch {
    return [];
  }
}

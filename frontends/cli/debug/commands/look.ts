import { placeText } from '../../../../debugger/code.ts';
import { littleEndian, peek } from '../../../../debugger/memory.ts';
import { flagsOf, lastWriters, pcOf, spOf, wordWriter } from '../../../../debugger/session/index.ts';
import { archOf } from '../../../../kernel/arch/index.ts';
import { CliError } from '../../errors.ts';
import type { DebugCommand } from '../command.ts';
import type { Debugger } from '../debugger.ts';
import { stackText } from '../show.ts';
import { variableText } from './variables.ts';

const UNITS: Readonly<Record<string, number>> = { b: 1, h: 2, w: 4, g: 8 };

/** `x/8xw ADDRESS`, `x/4i $pc`, `x/s ADDRESS`. */
function examine(debug: Debugger, args: string): void {
  const match = /^(?:\/(\d*)([a-z]*))?\s*(.*)$/s.exec(args);
  const letters = match?.[2] ?? '';
  const task = debug.task();
  const count = Number(match?.[1] || 1);
  const format = /[xduoctasi]/.exec(letters)?.[0] ?? 'x';
  const unit = /[bhwg]/.exec(letters)?.[0];
  const lenBytes =
    unit === undefined ? (format === 's' || format === 'c' ? 1 : archOf(task.isa).wordBytes) : (UNITS[unit] ?? 4);
  const start = match?.[3] ? debug.address(match[3]) : Number(debug.nextAddress);
  if (format === 'i') disassembleAt(debug, start, count);
  else if (format === 's') strings(debug, start, count);
  else words(debug, start, { count, lenBytes, format });
}

function words(
  debug: Debugger,
  start: number,
  { count, lenBytes, format }: { count: number; lenBytes: number; format: string },
): void {
  const perLine = Math.max(1, 16 / lenBytes);
  for (let done = 0; done < count; done += perLine) {
    const at = start + done * lenBytes;
    const values: string[] = [];
    for (let i = done; i < Math.min(count, done + perLine); i++)
      values.push(valueText(debug, start + i * lenBytes, lenBytes, format));
    debug.write(`0x${at.toString(16)}${symbolText(debug, at)}:\t${values.join('\t')}\n`);
  }
  debug.nextAddress = BigInt(start + count * lenBytes);
}

function symbolText(debug: Debugger, at: number): string {
  const { mm } = debug.task();
  const place = mm ? debug.session.code.symbols.place(mm, at) : null;
  return place ? ` <${placeText(place)}>` : '';
}

function read(debug: Debugger, at: number, lenBytes: number): Uint8Array {
  const { mm } = debug.task();
  const bytes = mm ? peek(debug.session.kernel, mm, at, lenBytes) : new Uint8Array(0);
  if (bytes.length < lenBytes) throw new CliError(`Cannot access memory at address 0x${at.toString(16)}`);
  return bytes;
}

function valueText(debug: Debugger, at: number, lenBytes: number, format: string): string {
  const bytes = read(debug, at, lenBytes);
  return numberText(debug, littleEndian(bytes), lenBytes, format);
}

function numberText(debug: Debugger, value: bigint, lenBytes: number, format: string): string {
  if (format === 'd') return BigInt.asIntN(lenBytes * 8, value).toString();
  if (format === 'u') return value.toString();
  if (format === 'o') return `0${value.toString(8)}`;
  if (format === 't') return value.toString(2);
  if (format === 'c') return `${BigInt.asIntN(8, value)} ${JSON.stringify(String.fromCharCode(Number(value & 0xffn)))}`;
  if (format === 'a') return `0x${value.toString(16)}${value < 1n << 47n ? symbolText(debug, Number(value)) : ''}`;
  return `0x${value.toString(16).padStart(lenBytes * 2, '0')}`;
}

function strings(debug: Debugger, start: number, count: number): void {
  let at = start;
  for (let i = 0; i < count; i++) {
    const text: number[] = [];
    const from = at;
    for (;;) {
      const byte = read(debug, at++, 1)[0] ?? 0;
      if (byte === 0 || text.length >= 200) break;
      text.push(byte);
    }
    debug.write(`0x${from.toString(16)}:\t${JSON.stringify(Buffer.from(text).toString('latin1'))}\n`);
  }
  debug.nextAddress = BigInt(at);
}

function disassembleAt(debug: Debugger, start: number, count: number): void {
  const task = debug.task();
  const { mm } = task;
  if (!mm) return;
  const pc = pcOf(debug.session.kernel, task);
  let at = start;
  for (let i = 0; i < count; i++) {
    const line = debug.session.code.at(mm, at, flagsOf(debug.session.kernel, task));
    if (line.bytes.length === 0) throw new CliError(`Cannot access memory at address 0x${at.toString(16)}`);
    const mark = at === pc ? debug.paint.pc('=>') : '  ';
    const place = line.place ? ` <${placeText(line.place)}>` : '';
    debug.write(`${mark} 0x${at.toString(16)}${place}:\t${`${line.mnemonic} ${line.operands}`.trim()}\n`);
    at += line.bytes.length;
  }
  debug.nextAddress = BigInt(at);
}

/** The function around an address. */
function disassemble(debug: Debugger, args: string): void {
  const { mm } = debug.task();
  const at = args === '' ? debug.pc() : debug.address(args);
  const place = mm ? debug.session.code.symbols.place(mm, at) : null;
  if (!mm || !place) {
    disassembleAt(debug, at, 10);
    return;
  }
  const start = at - place.offset;
  const lenBytes = Math.max(debug.session.code.symbols.find(mm, place.name)?.lenBytes ?? 0, place.offset + 1);
  debug.write(`Dump of assembler code for function ${place.name}:\n`);
  const flags = flagsOf(debug.session.kernel, debug.task());
  let count = 0;
  for (let pc = start; pc < start + lenBytes; count++) {
    const line = debug.session.code.at(mm, pc, flags);
    if (line.bytes.length === 0) break;
    pc += line.bytes.length;
  }
  disassembleAt(debug, start, count);
}

function print(debug: Debugger, args: string): void {
  const match = /^(?:\/([a-z]))?\s*(.*)$/s.exec(args);
  const variable = match?.[1] === undefined ? debug.variable(match?.[2] ?? '') : undefined;
  if (variable) {
    debug.write(`${variableText(debug, variable)}\n`);
    return;
  }
  const value = debug.evaluate(match?.[2] ?? '');
  const { wordBytes } = archOf(debug.task().isa);
  const format = match?.[1];
  debug.write(
    format === undefined
      ? `${value} (0x${BigInt.asUintN(64, value).toString(16)})\n`
      : `${numberText(debug, value, wordBytes, format)}\n`,
  );
}

async function stack(debug: Debugger, args: string): Promise<void> {
  const count = args === '' ? 16 : Number(args);
  if (!Number.isInteger(count) || count < 1 || count > 512) throw new CliError(`stack ${args}: 1 to 512 words`);
  debug.write(await stackText(debug, debug.task(), count));
}

/** Who wrote a word, and what it was for. */
async function why(debug: Debugger, args: string): Promise<void> {
  const task = debug.task();
  const { session } = debug;
  const { wordBytes } = archOf(task.isa);
  const start = args === '' ? spOf(session.kernel, task) : debug.address(args);
  const range = { mm: task.mm?.id ?? 0, start, lenBytes: wordBytes };
  const writers = await lastWriters(session.history, range, Number.POSITIVE_INFINITY, debug.breathe);
  const { writer, torn } = wordWriter(writers, 0, wordBytes);
  const value = valueText(debug, start, wordBytes, 'a');
  if (!writer) {
    debug.write(`0x${start.toString(16)}: ${value}: there since the program started, or since a fork\n`);
    return;
  }
  const { at, pid, pc, by } = writer;
  const line = task.mm ? session.code.at(task.mm, pc, flagsOf(session.kernel, task)) : null;
  const instruction = line ? `${line.mnemonic} ${line.operands}`.trim() : '';
  const who = by === 'kernel' ? `the kernel, for process ${pid} (${instruction})` : `process ${pid}: ${instruction}`;
  debug.write(
    `0x${start.toString(16)}: ${value}\n  written at t=${at} by ${who} at 0x${pc.toString(16)}${symbolText(debug, pc)}${torn ? ', not all of it' : ''}\n  "goto ${at}" stands in front of it\n`,
  );
}

/** Looking around. */
export const lookCommands: readonly DebugCommand[] = [
  {
    names: ['x'],
    usage: '/[COUNT][FORMAT][SIZE] ADDRESS',
    help: 'memory: formats x d u o t c a s i, sizes b h w g',
    repeats: true,
    run: examine,
  },
  {
    names: ['print', 'p'],
    usage: '[/FORMAT] EXPRESSION',
    help: 'the value of an expression: $eax, vfork+9, *0xffffd000',
    run: print,
  },
  { names: ['disassemble', 'disas'], usage: '[ADDRESS]', help: 'the function around an address', run: disassemble },
  { names: ['stack'], usage: '[WORDS]', help: 'the stack of all that share it, and who wrote each word', run: stack },
  { names: ['why'], usage: '[ADDRESS]', help: 'who wrote this word last', run: why },
];

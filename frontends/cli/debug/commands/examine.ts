import { placeText } from '../../../../debugger/code.ts';
import { littleEndian } from '../../../../debugger/memory.ts';
import { flagsOf, pcOf } from '../../../../debugger/session/index.ts';
import { archOf } from '../../../../kernel/arch/index.ts';
import { CliError } from '../../errors.ts';
import type { Data, Debugger } from '../debugger.ts';
import { isLetter, numberText } from '../format.ts';
import { surroundings, userAddress, userBytes } from '../scope.ts';
import { symbolText } from '../show.ts';
import { STRING_BYTES, stringText } from '../strings.ts';
import { intType, pointerType } from '../types.ts';
import { make } from '../value.ts';

const UNITS: Readonly<Record<string, number>> = { b: 1, h: 2, w: 4, g: 8 };
const MAX_COUNT = 100_000;

/** `x/8xw ADDRESS`, `x/4i $pc`, `x/2s ADDRESS`; what is not given is as it was the last time. */
export function examine(debug: Debugger, args: string): void {
  const [, digits = '', letters = '', where = ''] = /^(?:\/(\d*)([a-z]*))?\s*(.*)$/s.exec(args) ?? [];
  const task = debug.task();
  const { examine: state } = debug;
  const count = digits === '' ? 1 : Number(digits);
  if (count > MAX_COUNT) throw new CliError(`x/${digits}: at most ${MAX_COUNT}`);
  for (const letter of letters) {
    const unit = UNITS[letter];
    if (unit !== undefined) state.lenBytes = unit;
    else if (letter === 'i' || letter === 's' || isLetter(letter)) state.letter = letter;
    else throw new CliError(`Undefined output format "${letter}".`);
  }
  const hasUnit = [...letters].some((letter) => letter in UNITS);
  if (state.letter === 'a') state.lenBytes = archOf(task.isa).wordBytes;
  if (state.letter === 'c' && !hasUnit && letters !== '') state.lenBytes = 1;
  if (state.letter === 'f' && state.lenBytes < 4) state.lenBytes = 8;
  if (where !== '') state.address = BigInt(debug.address(where));
  if (state.letter === 'i') instructions(debug, count);
  else if (state.letter === 's') strings(debug, count);
  else words(debug, count);
}

function at(debug: Debugger, address: bigint): string {
  return `0x${address.toString(16)}${symbolText(debug, debug.task(), userAddress(address))}`;
}

function words(debug: Debugger, count: number): void {
  const { examine: state } = debug;
  const { lenBytes, letter } = state;
  if (letter === 'i' || letter === 's') return;
  const task = debug.task();
  const around = surroundings(debug, task);
  const perLine = letter === 'a' ? 2 : Math.min(8, 16 / lenBytes);
  for (let done = 0; done < count; done += perLine) {
    const start = state.address;
    const values: string[] = [];
    const bytes = userBytes(debug, task, start, Math.min(perLine, count - done) * lenBytes);
    for (let i = done; i < Math.min(count, done + perLine); i++) {
      const offset = (i - done) * lenBytes;
      const word = bytes.subarray(offset, offset + lenBytes);
      if (word.length < lenBytes) {
        if (values.length > 0) debug.write(`${at(debug, start)}:\t${values.join('\t')}\n`);
        throw new CliError(`Cannot access memory at address 0x${(start + BigInt(offset)).toString(16)}`);
      }
      const value = littleEndian(word);
      values.push(numberText(value, lenBytes, letter, { symbolText: around.symbolText, pad: true }));
      remember(debug, start + BigInt(offset), value);
    }
    state.address = start + BigInt(values.length * lenBytes);
    debug.write(`${at(debug, start)}:\t${values.join('\t')}\n`, {
      kind: 'memory',
      address: `0x${start.toString(16)}`,
      bytes: Buffer.from(bytes).toString('base64'),
    });
  }
}

/** gdb: `$_` is the last address that was looked at, `$__` what stands there. */
function remember(debug: Debugger, address: bigint, value: bigint): void {
  const { lenBytes } = debug.examine;
  const { wordBytes } = archOf(debug.task().isa);
  const to = intType(lenBytes * 8, true);
  debug.variables.set('_', make(pointerType(to, wordBytes), address));
  debug.variables.set('__', make(to, value, { kind: 'memory', address }));
}

function strings(debug: Debugger, count: number): void {
  const task = debug.task();
  for (let i = 0; i < count; i++) {
    const { address } = debug.examine;
    const bytes = userBytes(debug, task, address, STRING_BYTES);
    if (bytes.length === 0) throw new CliError(`Cannot access memory at address 0x${address.toString(16)}`);
    const end = bytes.indexOf(0);
    const text = bytes.subarray(0, end < 0 ? STRING_BYTES - 1 : end);
    debug.write(`${at(debug, address)}:\t${stringText(bytes)}\n`, {
      kind: 'string',
      address: `0x${address.toString(16)}`,
      bytes: Buffer.from(text).toString('base64'),
    });
    debug.examine.address = address + BigInt(end < 0 ? text.length : end + 1);
  }
}

function instructions(debug: Debugger, count: number): void {
  debug.examine.address = BigInt(disassembleAt(debug, userAddress(debug.examine.address), count));
}

/** `count` instructions from an address: returns the address behind them. */
export function disassembleAt(debug: Debugger, start: number, count: number): number {
  const task = debug.task();
  const { mm } = task;
  if (!mm) return start;
  const { kernel: k, code } = debug.session;
  const pc = pcOf(k, task);
  let address = start;
  for (let i = 0; i < count; i++) {
    const line = code.at(mm, address, flagsOf(k, task));
    if (line.bytes.length === 0) throw new CliError(`Cannot access memory at address 0x${address.toString(16)}`);
    const mark = address === pc ? debug.paint.pc('=>') : '  ';
    const place = line.place ? ` <${placeText(line.place)}>` : '';
    const text = `${line.mnemonic} ${line.operands}`.trim();
    const data: Data = {
      kind: 'instruction',
      address: `0x${address.toString(16)}`,
      symbol: line.place ? placeText(line.place) : null,
      bytes: Buffer.from(line.bytes).toString('base64'),
      text,
    };
    debug.write(`${mark} 0x${address.toString(16)}${place}:\t${text}\n`, data);
    address += line.bytes.length;
  }
  return address;
}

import { wordNumber } from '../../../../debugger/memory.ts';
import { flagsOf, lastWriters, spOf, wordWriter } from '../../../../debugger/session/index.ts';
import { archOf } from '../../../../kernel/arch/index.ts';
import { CliError } from '../../errors.ts';
import { hex } from '../../hex.ts';
import type { DebugCommand } from '../command.ts';
import type { Debugger } from '../debugger.ts';
import { numberText } from '../format.ts';
import { printed } from '../print.ts';
import { surroundings, userBytes } from '../scope.ts';
import { stackText, symbolText } from '../show.ts';
import { disassembleAt, examine } from './examine.ts';

/** `disas`, `disas ADDRESS`, `disas START,END`, `disas START,+LENGTH`. */
function disassemble(debug: Debugger, args: string): void {
  const { mm } = debug.task();
  const [first = '', second] = args.split(',');
  const at = first.trim() === '' ? debug.pc() : debug.address(first);
  if (second !== undefined) {
    const end = second.trim().startsWith('+') ? at + debug.address(second.trim().slice(1)) : debug.address(second);
    for (let pc = at; pc < end; ) pc = disassembleAt(debug, pc, 1);
    return;
  }
  const place = mm ? debug.session.code.symbols.place(mm, at) : null;
  if (!mm || !place) {
    disassembleAt(debug, at, 10);
    return;
  }
  const start = at - place.offset;
  const lenBytes = Math.max(debug.session.code.symbols.find(mm, place.name)?.lenBytes ?? 0, place.offset + 1);
  debug.write(`Dump of assembler code for function ${place.name}:\n`);
  for (let pc = start; pc < start + lenBytes; ) pc = disassembleAt(debug, pc, 1);
  debug.write('End of assembler dump.\n');
}

/** `p`, `p EXPRESSION`, `p/FORMAT EXPRESSION`: the value gets a number, `$1`. */
function print(debug: Debugger, args: string): void {
  const [, format = '', text = ''] = /^(?:\/([a-z]+))?\s*(.*)$/s.exec(args) ?? [];
  const { value, shown, data } = printed(debug, format, text);
  const number = debug.variables.keep(value);
  debug.write(`$${number} = ${shown}\n`, { kind: 'value', number, ...data });
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
  const range = { space: task.mm?.space ?? -1, start, lenBytes: wordBytes };
  const writers = await lastWriters(session.history, range, Number.POSITIVE_INFINITY, debug.breathe);
  const { writer, torn } = wordWriter(writers, 0, wordBytes);
  const bytes = userBytes(debug, task, BigInt(start), wordBytes);
  if (bytes.length < wordBytes) throw new CliError(`Cannot access memory at address ${hex(start)}`);
  const around = surroundings(debug, task);
  const value = numberText(BigInt(wordNumber(bytes)), wordBytes, 'a', around);
  if (!writer) {
    debug.write(`${hex(start)}: ${value}: there since the program started, or since a fork\n`, {
      ...{ kind: 'writer', address: hex(start), writer: null },
    });
    return;
  }
  const { at, pid, pc, by } = writer;
  const line = task.mm ? session.code.at(task.mm, pc, flagsOf(session.kernel, task)) : null;
  const instruction = line ? `${line.mnemonic} ${line.operands}`.trim() : '';
  const where = `at ${hex(pc)}${symbolText(debug, task, pc)}`;
  const who = {
    instruction: `by process ${pid}: ${instruction} ${where}`,
    kernel: `by the kernel, for process ${pid} (${instruction}) ${where}`,
    user: 'by an edit',
  }[by];
  debug.write(
    `${hex(start)}: ${value}\n  written at t=${at} ${who}${torn ? ', not all of it' : ''}\n  "goto ${at}" stands in front of it\n`,
    { kind: 'writer', address: hex(start), writer: { t: at, pid, pc: hex(pc), by, instruction, torn } },
  );
}

/** Looking around. */
export const lookCommands: readonly DebugCommand[] = [
  {
    names: ['x'],
    usage: '/[COUNT][FORMAT][SIZE] ADDRESS',
    help: 'memory: formats x d u o t c a s i, sizes b h w g',
    example: 'x/8xw $sp',
    repeats: true,
    run: examine,
  },
  {
    names: ['print', 'p'],
    usage: '[/FORMAT] EXPRESSION',
    help: 'the value of an expression: $eax, vfork+9, *0xffffd000',
    example: 'p/x *(int *)($esp + 4)@3',
    run: print,
  },
  {
    names: ['disassemble', 'disas'],
    usage: '[ADDRESS|START,END|START,+LENGTH]',
    help: 'the function around an address, or a range',
    example: 'disas vfork',
    run: disassemble,
  },
  {
    names: ['stack'],
    usage: '[WORDS]',
    help: 'the stack of all that share it, and who wrote each word',
    example: 'stack 32',
    run: stack,
  },
  { names: ['why'], usage: '[ADDRESS]', help: 'who wrote this word last', example: 'why $esp', run: why },
];

import { readFileSync } from 'node:fs';
import { Option } from 'commander';
import { disassembleElf, ElfError, formatListing } from '../../asm/index.ts';
import { parse, verbCommand } from './command.ts';
import { CliError, STATUS } from './errors.ts';
import { createTextOutput } from './output.ts';

interface DisOptions {
  syntax: 'att' | 'intel';
  section?: string;
}

/** `forkscope dis`. */
export async function main(args: readonly string[]): Promise<number> {
  const command = verbCommand(
    'dis',
    'Disassemble the code of an ELF file (i386, x86-64, ARM, Thumb), or some symbols.',
    [
      ['dis a.out', 'all code'],
      ['dis a.out vfork fork', 'two functions'],
      ['dis -M intel a.out main', "in Intel's syntax"],
    ],
  )
    .argument('<FILE>', 'an executable, a shared library or an object')
    .argument('[SYMBOLS...]', 'only these functions')
    .addOption(new Option('-M, --syntax <NAME>', 'syntax of x86 instructions').choices(['att', 'intel']).default('att'))
    .option('-j, --section <NAME>', 'only this section');
  if (!parse(command, args)) return 0;
  const { syntax, section } = command.opts<DisOptions>();
  const [file = '', ...symbols] = command.args;
  try {
    const lines = await disassembleElf(readFileSync(file), {
      syntax,
      symbols,
      ...(section === undefined ? {} : { section }),
    });
    const output = createTextOutput(undefined, 1);
    output.write(formatListing(lines));
    output.close();
    return 0;
  } catch (error) {
    if (error instanceof ElfError) throw new CliError(`dis: ${file}: ${error.message}`, { status: STATUS.mismatch });
    throw error;
  }
}

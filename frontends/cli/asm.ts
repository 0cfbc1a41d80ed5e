import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Option } from 'commander';
import {
  type AssembledObject,
  AssemblyError,
  assemble,
  ElfError,
  formatDiagnostic,
  LinkError,
  type LinkedImage,
  linkBflt,
  linkFlat,
  linkObjects,
  readObject,
  writeExecutable,
  writeObject,
} from '../../asm/index.ts';
import type { IsaName } from '../../kernel/ports.ts';
import { listingText } from './asm-listing.ts';
import { parse, verbCommand, wholeNumber } from './command.ts';
import { CliError, STATUS } from './errors.ts';
import { createTextOutput } from './output.ts';

interface AsmOptions {
  machine: string;
  output?: string;
  compile?: boolean;
  flat?: boolean;
  bflt?: boolean;
  stackSize?: number;
  base?: number;
  entry?: string;
  syntax: 'att' | 'intel';
  list?: boolean;
}

/** As people write them. */
const ISAS: Readonly<Record<string, IsaName>> = {
  ...{ i386: 'i386', i486: 'i386', i586: 'i386', i686: 'i386', x86: 'i386' },
  ...{ x86_64: 'x86_64', 'x86-64': 'x86_64', amd64: 'x86_64' },
  ...{ arm: 'arm', armhf: 'arm', armel: 'arm', armv7: 'arm', armv7l: 'arm' },
};

const ELF_MAGIC = Buffer.from('\x7fELF', 'latin1');

/** `forkscope asm`. */
export async function main(args: readonly string[]): Promise<number> {
  const command = verbCommand('asm', 'Assemble source files as gas reads them and link them to a static executable.', [
    ['asm -m i386 -o hello hello.S', 'an executable'],
    ['asm -m arm -c vfork.S', 'an object: vfork.o'],
    ['asm -m x86_64 --flat --base 0x1000 -o b.bin b.S', 'bytes alone'],
    ['asm -m arm --bflt -o hello hello.o', 'a program for a machine without an MMU'],
    ['asm -m i386 --list hello.S', 'addresses and bytes beside the source'],
  ])
    .argument('<FILES...>', 'source files, and objects of a compiler; - is standard input')
    .requiredOption('-m, --machine <ISA>', 'i386, x86_64 or arm (Thumb: .thumb in the source)')
    .option('-o, --output <FILE>', 'the file to write (default a.out, or NAME.o with -c)')
    .option('-c, --compile', 'write relocatable objects, do not link')
    .option('--flat', 'write bytes without a file format')
    .option('--bflt', 'write a program for Linux without an MMU, in the binary flat format (ARM)')
    .option('--stack-size <BYTES>', '--bflt: its stack (default 4096)', wholeNumber('--stack-size', 0))
    .option('--base <ADDR>', 'address of the first byte', wholeNumber('--base', 0))
    .option('--entry <SYMBOL>', 'where execution starts (default _start)')
    .addOption(
      new Option('-M, --syntax <NAME>', 'x86: the syntax to start in').choices(['att', 'intel']).default('att'),
    )
    .option('--list', 'print a listing; a file is written only with -o');
  if (!parse(command, args)) return 0;
  const options = command.opts<AsmOptions>();
  const isa = ISAS[options.machine.toLowerCase()];
  if (!isa) throw new CliError(`asm: -m ${options.machine}: unknown machine`, { hint: 'One of i386, x86_64 and arm.' });
  const inputs = command.args.map((file) => ({ file, bytes: readFileSync(file === '-' ? 0 : file) }));
  const sources = inputs
    .filter((input) => !isElf(input.bytes))
    .map(({ file, bytes }) => ({ file, text: bytes.toString() }));
  const compiled = inputs.filter((input) => isElf(input.bytes));
  if (options.compile && compiled[0]) throw new CliError(`asm: -c: ${compiled[0].file} is an object already`);
  try {
    const assembled = await assemble(sources, { isa, syntax: options.syntax });
    const objects = [...assembled, ...compiled.map((input) => readCompiled(input.file, input.bytes, isa))];
    if (options.compile) writeObjects(objects, options);
    else writeLinked(objects, sources, options);
  } catch (error) {
    throw sourceError(error);
  }
  return 0;
}

const isElf = (bytes: Uint8Array): boolean => Buffer.from(bytes.subarray(0, 4)).equals(ELF_MAGIC);

function readCompiled(file: string, bytes: Uint8Array, isa: IsaName): AssembledObject {
  try {
    const object = readObject(file, bytes);
    if (object.isa !== isa) throw new ElfError(`an object for ${object.isa}, not for ${isa}`);
    return object;
  } catch (error) {
    if (error instanceof ElfError) throw new CliError(`asm: ${file}: ${error.message}`, { status: STATUS.mismatch });
    throw error;
  }
}

function writeObjects(objects: readonly AssembledObject[], { output, list }: AsmOptions): void {
  if (output !== undefined && objects.length > 1) throw new CliError('asm: -c -o FILE: more than one source file');
  if (list) throw new CliError('asm: --list shows linked programs', { hint: 'Leave out -c.' });
  for (const object of objects) {
    const name =
      object.file === '-'
        ? 'a.o'
        : basename(object.file)
            .replace(/\.[sS]$/, '')
            .concat('.o');
    writeFileSync(output ?? name, writeObject(object));
  }
}

function writeLinked(
  objects: readonly AssembledObject[],
  sources: readonly { file: string; text: string }[],
  options: AsmOptions,
): void {
  const { flat, output, list } = options;
  const { image, bytes } = link(objects, options);
  if (!list || output !== undefined) writeFileSync(output ?? 'a.out', bytes, { mode: flat ? 0o644 : 0o755 });
  if (!list) return;
  const out = createTextOutput(undefined, 1);
  out.write(listingText(image, sources));
  out.close();
}

/** The linked program and the file to write. */
function link(
  objects: readonly AssembledObject[],
  { flat, bflt, stackSize, base, entry }: AsmOptions,
): { image: LinkedImage; bytes: Uint8Array } {
  if (bflt && (flat || base !== undefined))
    throw new CliError(`asm: --bflt ${flat ? '--flat' : '--base'}: Linux places a bFLT program itself`);
  if (!bflt && stackSize !== undefined) throw new CliError('asm: --stack-size is for --bflt');
  const start = entry === undefined ? {} : { entry };
  if (bflt) {
    const image = linkBflt(objects, { ...start, ...(stackSize === undefined ? {} : { stackBytes: stackSize }) });
    return { image, bytes: image.file };
  }
  const linking = { ...start, ...(base === undefined ? {} : { base }) };
  if (flat) {
    const image = linkFlat(objects, linking);
    return { image, bytes: image.bytes };
  }
  const image = linkObjects(objects, linking);
  return { image, bytes: writeExecutable(image) };
}

/** Errors of the sources are told in the form compilers use, behind our own line. */
function sourceError(error: unknown): unknown {
  if (error instanceof AssemblyError) {
    const { diagnostics } = error;
    const count = diagnostics.length === 1 ? '1 error' : `${diagnostics.length} errors`;
    return new CliError(`asm: ${count}`, {
      status: STATUS.mismatch,
      hint: diagnostics.map(formatDiagnostic).join('\n'),
    });
  }
  if (error instanceof LinkError) {
    return new CliError('asm: cannot link', { status: STATUS.mismatch, hint: error.problems.join('\n') });
  }
  return error;
}

import { type BaseType, type DataType, declaration, type Member } from '../../../../asm/dwarf/data-type.ts';
import { CliError } from '../../errors.ts';
import type { DebugCommand } from '../command.ts';
import type { Debugger } from '../debugger.ts';
import { typeOfText } from '../expression.ts';
import { scopeOf } from '../scope.ts';
import { type CType, dataType, typeName } from '../types.ts';

function asked(debug: Debugger, args: string): ReturnType<typeof typeOfText> {
  if (args === '') throw new CliError('The history is empty.');
  return typeOfText(args, scopeOf(debug, debug.session.task));
}

/** `whatis EXPRESSION`; of a typedef's name what it stands for. */
function whatis(debug: Debugger, args: string): void {
  const { type, isName } = asked(debug, args);
  debug.write(`type = ${type === null ? 'void' : typeName(isName ? bare(type) : type)}\n`);
}

/** `ptype EXPRESSION`, `ptype TYPE`: with what is inside. */
function ptype(debug: Debugger, args: string): void {
  const { type } = asked(debug, args);
  const known = type && dataType(type);
  debug.write(`type = ${known ? declaration(known, '', (base) => body(base, 0)) : type ? typeName(type) : 'void'}\n`);
}

function bare(type: CType): CType {
  if (!('alias' in type)) return type;
  const { alias: _, ...rest } = type;
  return rest;
}

/** gdb opens what has no name two levels deep. */
const MAX_OPEN = 2;

function body(type: BaseType, depth: number): string {
  if (type.kind === 'enum') {
    let next = 0n;
    const values = type.values().map(({ name, value }) => {
      const text = value === next ? name : `${name} = ${value}`;
      next = value + 1n;
      return text;
    });
    return `${type.name.replace(/ \{\.\.\.\}$/, '')} {${values.join(', ')}}`;
  }
  if (type.kind !== 'struct') return type.name;
  const indent = ' '.repeat(4 * (depth + 1));
  const lines = type.members().map((member) => `${indent}${memberText(member, depth + 1)};\n`);
  const inside = lines.length === 0 ? `${indent}<no data fields>\n` : lines.join('');
  return `${type.name.replace(/ \{\.\.\.\}$/, '')} {\n${inside}${' '.repeat(4 * depth)}}`;
}

function memberText({ name, type, fieldBits }: Member, depth: number): string {
  const open = isNameless(type) && depth < MAX_OPEN ? (base: BaseType): string => body(base, depth) : undefined;
  return `${declaration(type, name, open)}${fieldBits === null ? '' : ` : ${fieldBits}`}`;
}

/** A struct, union or enum that only its contents tell; also where it is in an array, or pointed to. */
function isNameless(type: DataType | null): boolean {
  if (type === null || type.alias !== undefined) return false;
  if (type.kind === 'pointer') return isNameless(type.to());
  if (type.kind === 'array') return isNameless(type.of);
  return 'name' in type && type.name.endsWith('{...}');
}

export const typeCommands: readonly DebugCommand[] = [
  {
    names: ['whatis'],
    usage: 'EXPRESSION',
    help: 'the type of an expression',
    example: 'whatis $sp',
    run: whatis,
  },
  {
    names: ['ptype'],
    usage: 'EXPRESSION|TYPE',
    help: 'a type with its members, where debug information has them',
    example: 'ptype struct stat',
    run: ptype,
  },
];

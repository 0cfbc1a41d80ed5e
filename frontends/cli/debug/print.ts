import { toLittleEndian } from '../../../debugger/memory.ts';
import { CliError } from '../errors.ts';
import type { Debugger } from './debugger.ts';
import { isLetter, valueText } from './format.ts';
import { surroundings } from './scope.ts';
import { isAggregate, sizeOf, typeName } from './types.ts';
import { int, type Value } from './value.ts';

/** A value as "print" shows it; `text` empty for the last one. Throws CliError. */
export function printed(
  debug: Debugger,
  format: string,
  text: string,
): { readonly value: Value; readonly shown: string; readonly data: object } {
  const letter = format === '' ? null : format;
  if (letter !== null && letter !== 's' && !isLetter(letter)) {
    throw new CliError(
      letter === 'i' ? 'Format letter "i" is meaningless in "print" command.' : `Undefined output format "${letter}".`,
    );
  }
  const value = text === '' ? (debug.variables.get('') ?? int(0n)) : debug.value(text);
  const shown = valueText(value, letter, surroundings(debug, debug.session.task));
  const { type, place } = value;
  const bytes = isAggregate(type) ? null : toLittleEndian(value.value, Math.ceil(sizeOf(type)));
  return {
    value,
    shown,
    data: {
      ...{ type: typeName(type), text: shown },
      ...(bytes ? { value: `0x${Buffer.from(bytes).reverse().toString('hex')}` } : {}),
      ...(place?.kind === 'memory' ? { address: `0x${place.address.toString(16)}` } : {}),
    },
  };
}

import type { SourceLine } from '../../../debugger/lines.ts';
import { CliError } from '../errors.ts';
import type { Debugger } from './debugger.ts';

/** Where a command is to act: gdb's "location". */
export interface Location {
  /** One, and where a compiler has made a line's code more than once, the others. */
  readonly addresses: readonly number[];
  /** Of a line that was named. */
  readonly line: Pick<SourceLine, 'file' | 'line'> | null;
}

/**
 * FILE:LINE, LINE, +N, -N, FILE:FUNCTION, FUNCTION (behind its prologue where lines are known), *ADDRESS or an expression. Throws
 * CliError.
 */
export function locate(debug: Debugger, text: string): Location {
  const { mm } = debug.task();
  const lines = debug.session.code.lines;
  const relative = /^([+-])(\d+)$/.exec(text);
  if (relative) {
    const { file, line } = currentLine(debug);
    return lineLocation(debug, file.path, line + Number(`${relative[1]}${relative[2]}`));
  }
  if (/^\d+$/.test(text)) return lineLocation(debug, currentLine(debug).file.path, Number(text));
  const [, file, what = ''] = /^([^*]+):(\w+)$/.exec(text) ?? [];
  if (file !== undefined && /^\d+$/.test(what)) return lineLocation(debug, file, Number(what));
  const name = file === undefined ? text : what;
  if (!mm || !/^[A-Za-z_][\w.@]*$/.test(name)) return { addresses: [debug.address(name)], line: null };
  // A variable of that name is none of the places.
  const address = debug.session.code.symbols.find(mm, name)?.address;
  if (address === undefined) throw new CliError(`No symbol "${name}" in current context.`);
  const body = lines.body(mm, address);
  return { addresses: [body], line: lines.at(mm, body) };
}

function lineLocation(debug: Debugger, file: string, line: number): Location {
  const { mm } = debug.task();
  const found = mm && line > 0 ? debug.session.code.lines.places(mm, file, line) : null;
  if (!found) throw new CliError(`No line ${line} in file "${file.slice(file.lastIndexOf('/') + 1)}".`);
  return { addresses: found.addresses, line: found };
}

/** The line that was listed last, or of the selected frame, or of main. Throws CliError. */
export function currentLine(debug: Debugger): Pick<SourceLine, 'file' | 'line'> {
  const { mm } = debug.task();
  const { symbols, lines } = debug.session.code;
  const main = mm ? symbols.find(mm, 'main') : null;
  const line = debug.listed ?? debug.selectedFrame()?.line ?? (mm && main ? lines.at(mm, main.address) : null);
  if (!line)
    throw new CliError('No line is known here.', {
      hint: 'Programs have lines when they are compiled with -g; "b FILE:LINE" names a file.',
    });
  return line;
}

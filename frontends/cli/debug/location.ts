import type { SourceLine } from '../../../debugger/lines.ts';
import { findWanted, type Wanted } from '../../../debugger/session/index.ts';
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
  const relative = /^([+-])(\d+)$/.exec(text);
  if (relative) {
    const { file, line } = currentLine(debug);
    return lineLocation(debug, file.path, line + Number(`${relative[1]}${relative[2]}`));
  }
  if (/^\d+$/.test(text)) return lineLocation(debug, currentLine(debug).file.path, Number(text));
  const wanted = wantedIn(text);
  if (!mm || !wanted) return { addresses: [debug.address(text)], line: null };
  const found = findWanted(debug.session.code, mm, wanted);
  if (!found) throw new NotThere(wanted);
  return found;
}

/** A function or line that no file has that is mapped here. */
export class NotThere extends CliError {
  readonly wanted: Wanted;

  constructor(wanted: Wanted) {
    const { file, what } = wanted;
    const name = (file ?? '').slice((file ?? '').lastIndexOf('/') + 1);
    super(typeof what === 'number' ? `No line ${what} in file "${name}".` : `Function "${what}" not defined.`);
    this.wanted = wanted;
  }
}

/** FILE:LINE, FILE:FUNCTION or FUNCTION; null for what is none of them. */
function wantedIn(text: string): Wanted | null {
  const [, file = null, what = ''] = /^(?:([^*]+):)?(\w[\w.@]*)$/.exec(text) ?? [];
  if (/^\d+$/.test(what)) return file === null ? null : { file, what: Number(what) };
  // A variable of that name is none of the places.
  return /^[A-Za-z_]/.test(what) ? { file, what } : null;
}

function lineLocation(debug: Debugger, file: string, line: number): Location {
  const { mm } = debug.task();
  const wanted: Wanted = { file, what: line };
  const found = mm ? findWanted(debug.session.code, mm, wanted) : null;
  if (!found) throw new NotThere(wanted);
  return found;
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

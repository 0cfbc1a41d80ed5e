import { CliError } from '../../errors.ts';
import type { Debugger } from '../debugger.ts';
import { partText } from '../format.ts';
import { surroundings, variableValue } from '../scope.ts';

function show(debug: Debugger, isParameter: boolean, none: string): void {
  const task = debug.task();
  const variables = debug.session.variables(task, debug.frame).filter((one) => one.isParameter === isParameter);
  if (variables.length === 0) debug.write(`${none}\n`);
  const around = surroundings(debug, task);
  for (const variable of variables) {
    debug.write(`${variable.name} = ${shown(() => partText(variableValue(variable), null, around))}\n`);
  }
}

/** What is not there is said in its place: the others are shown. */
function shown(text: () => string): string {
  try {
    return text();
  } catch (error) {
    if (error instanceof CliError) return `<${error.message.replace(/^.*: <|>$/g, '')}>`;
    throw error;
  }
}

/** `info locals`: of the selected frame. */
export function infoLocals(debug: Debugger): void {
  show(debug, false, 'No locals.');
}

/** `info args` */
export function infoArgs(debug: Debugger): void {
  show(debug, true, 'No arguments.');
}

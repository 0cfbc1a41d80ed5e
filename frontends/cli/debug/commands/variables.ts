import { peek } from '../../../../debugger/memory.ts';
import { type FrameVariable, variableNumber } from '../../../../debugger/session/index.ts';
import type { Debugger } from '../debugger.ts';

const SHOWN_CHARACTERS = 200;

/** `7`, `65 'A'`, `0x5555 "text"`, `1.5`, or why it cannot be told. */
export function variableText(debug: Debugger, variable: FrameVariable): string {
  const { type, bytes, missing, address } = variable;
  if (missing !== null) return missing;
  const number = variableNumber(variable);
  if (number === null) return bytes && type.kind === 'float' ? floatText(bytes) : placeText(type, address);
  if (type.kind === 'pointer') {
    const text = type.isString && number !== 0n ? stringAt(debug, Number(number)) : null;
    return `0x${number.toString(16)}${text === null ? '' : ` ${text}`}`;
  }
  if (type.kind === 'boolean') return number === 0n ? 'false' : 'true';
  if (type.kind === 'char')
    return `${number} ${JSON.stringify(String.fromCharCode(Number(number & 0xffn))).replace(/^"(.*)"$/, "'$1'")}`;
  return number.toString();
}

function floatText(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length === 4) return String(view.getFloat32(0, true));
  return bytes.length === 8 ? String(view.getFloat64(0, true)) : `{${bytes.length} bytes}`;
}

/** Of what has parts only where it is: "x" shows the rest. */
function placeText({ name, lenBytes }: FrameVariable['type'], address: number | null): string {
  const size = lenBytes === 0 ? '' : `, ${lenBytes} bytes`;
  return address === null ? `{${name}${size}}` : `{${name}${size} at 0x${address.toString(16)}}`;
}

function stringAt(debug: Debugger, address: number): string | null {
  const { mm } = debug.task();
  const bytes = mm ? peek(debug.session.kernel, mm, address, SHOWN_CHARACTERS) : new Uint8Array(0);
  if (bytes.length === 0) return null;
  const end = bytes.indexOf(0);
  return `${JSON.stringify(Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString('latin1'))}${end < 0 ? '...' : ''}`;
}

function show(debug: Debugger, isParameter: boolean, none: string): void {
  const variables = debug.session.variables(debug.task(), debug.frame).filter((one) => one.isParameter === isParameter);
  if (variables.length === 0) debug.write(`${none}\n`);
  for (const variable of variables) debug.write(`${variable.name} = ${variableText(debug, variable)}\n`);
}

/** `info locals`: of the selected frame. */
export function infoLocals(debug: Debugger): void {
  show(debug, false, 'No locals.');
}

/** `info args` */
export function infoArgs(debug: Debugger): void {
  show(debug, true, 'No arguments.');
}

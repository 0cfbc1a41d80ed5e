import { ENOEXEC } from '../abi/errno.ts';
import { bytesToString } from '../bytes.ts';
import { SyscallError } from '../syscalls/row.ts';

/** BINPRM_BUF_SIZE: how much of a file is looked at to know what it is. */
export const BINPRM_BUF_SIZE = 256;

const SPACE = 0x20;
const TAB = 0x09;
const NEWLINE = 0x0a;

/** What a script's first line says. */
export interface ScriptLine {
  interpreter: string;
  /** All that stands behind the interpreter, as one argument; null when nothing does. */
  argument: string | null;
}

/** Whether the file begins with `#!`. */
export function isScript(head: Uint8Array): boolean {
  return head[0] === 0x23 && head[1] === 0x21;
}

function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB;
}

/** First index in [from, last] that is no blank, -1 when there is none. Linux: next_non_spacetab(). */
function nextNonBlank(head: Uint8Array, from: number, last: number): number {
  for (let at = from; at <= last; at++) if (!isBlank(head[at])) return at;
  return -1;
}

/** First index in [from, last] of a blank or NUL, -1 when there is none. Linux: next_terminator(). */
function nextTerminator(head: Uint8Array, from: number, last: number): number {
  for (let at = from; at <= last; at++) if (isBlank(head[at]) || !head[at]) return at;
  return -1;
}

/** The C string at `at`, which ends before `end` at the latest. */
function stringAt(head: Uint8Array, at: number, end: number): string {
  const nul = head.indexOf(0, at);
  return bytesToString(head.subarray(at, nul < 0 ? end : Math.min(nul, end)));
}

/**
 * The first line of a script. `head` is BINPRM_BUF_SIZE bytes of it, zeros behind its end. Throws ENOEXEC when there is no
 * interpreter or its path may have been cut. Linux: fs/binfmt_script.c load_script().
 */
export function parseScriptLine(head: Uint8Array): ScriptLine {
  const last = BINPRM_BUF_SIZE - 1;
  let end = lineEnd(head);
  if (end < 0) {
    const name = nextNonBlank(head, 2, last);
    // Without a newline the path is whole only if something ends it.
    if (name < 0 || nextTerminator(head, name, last) < 0) throw new SyscallError(ENOEXEC);
    end = last;
  }
  while (isBlank(head[end - 1])) end--;
  const name = nextNonBlank(head, 2, end);
  if (name < 0 || name === end) throw new SyscallError(ENOEXEC);
  const separator = nextTerminator(head, name, end);
  const hasArgument = separator >= 0 && head[separator] !== 0;
  const argument = hasArgument ? nextNonBlank(head, separator, end) : -1;
  return {
    interpreter: stringAt(head, name, hasArgument ? separator : end),
    argument: argument < 0 ? null : stringAt(head, argument, end),
  };
}

/** Index of the first newline, not behind a NUL; -1 when there is none. Linux: strnchr(). */
function lineEnd(head: Uint8Array): number {
  for (let at = 0; at < BINPRM_BUF_SIZE && head[at]; at++) if (head[at] === NEWLINE) return at;
  return -1;
}

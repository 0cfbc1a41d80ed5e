import { ENOEXEC } from '../abi/errno.ts';
import { bytesToString } from '../bytes.ts';
import { SyscallError } from '../syscalls/row.ts';
import type { ExecStrings } from './stack.ts';

/** Whether the file begins with `#!`. */
export function isScript(head: Uint8Array): boolean {
  return head[0] === 0x23 && head[1] === 0x21;
}

/**
 * The interpreter line of a script: the program to run and the strings it gets.
 * Linux: fs/binfmt_script.c load_script(). Throws ENOEXEC when the line is empty or its path was cut.
 */
export function scriptInterpreter(head: Uint8Array, strings: ExecStrings): ExecStrings {
  const text = bytesToString(head.subarray(2));
  const newline = text.search(/[\n\0]/);
  const line = (newline < 0 ? text : text.slice(0, newline)).replace(/^[ \t]+/, '').replace(/[ \t]+$/, '');
  const match = /^([^ \t]+)[ \t]*(.*)$/s.exec(line);
  if (!match?.[1]) throw new SyscallError(ENOEXEC);
  if (newline < 0 && !/[ \t]/.test(line)) throw new SyscallError(ENOEXEC);
  const path = match[1];
  const argument = match[2] ? [match[2]] : [];
  return { path, argv: [path, ...argument, strings.path, ...strings.argv.slice(1)], envp: strings.envp };
}

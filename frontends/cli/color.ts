import { Ansis } from 'ansis';
import { CliError } from './errors.ts';

/** Only the 16 ANSI colours; their meaning stands in the text too (P, C, *, =>, ret). */
export interface Paint {
  parent(text: string): string;
  child(text: string): string;
  changed(text: string): string;
  pc(text: string): string;
  dim(text: string): string;
  bold(text: string): string;
}

/** `--color` as given, NO_COLOR, FORCE_COLOR and TERM=dumb as everybody reads them, then whether `fd` is a terminal. */
export function wantsColor(when: string, isTerminal: boolean, env: NodeJS.ProcessEnv = process.env): boolean {
  if (when === 'always' || when === 'never') return when === 'always';
  if (when !== 'auto') throw new CliError(`--color: ${when}: not auto, always or never`);
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return isTerminal && env.TERM !== 'dumb';
}

export function createPaint(color: boolean): Paint {
  const ansi = new Ansis(color ? 1 : 0);
  return {
    parent: (text) => ansi.cyan(text),
    child: (text) => ansi.yellow(text),
    changed: (text) => ansi.red(text),
    pc: (text) => ansi.green(text),
    dim: (text) => ansi.dim(text),
    bold: (text) => ansi.bold(text),
  };
}

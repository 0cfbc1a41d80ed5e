import type { CliError } from '../errors.ts';
import type { Data } from './debugger.ts';

/** Where what the debugger says goes: to people, or as JSON Lines to tools. */
export interface Answers {
  write(text: string, data?: Data): void;
  /** The prompt and the command, where nobody types them. */
  echo(line: string): void;
  /** A command has been done. */
  done(line: string): void;
  failed(line: string, error: CliError): void;
  /** What the guest writes. */
  output(fd: 1 | 2, bytes: Uint8Array): void;
}

const SCHEMA = 'forkscope-debug';
const VERSION = 1;

/** docs/debug-json.md describes the objects. */
export function jsonAnswers(write: (line: string) => void): Answers {
  let texts: string[] = [];
  let data: Data[] = [];
  const say = (value: object): void => write(`${JSON.stringify(value)}\n`);
  say({ schema: SCHEMA, version: VERSION });

  function answer(line: string, rest: object): void {
    const text = texts.join('');
    const found = data;
    texts = [];
    data = [];
    say({ ...rest, command: line, text, data: found });
  }

  return {
    write(text, one) {
      if (one?.kind === 'stop') say({ ...one, text });
      else {
        texts.push(text);
        if (one) data.push(one);
      }
    },
    echo: () => {},
    done: (line) => answer(line, { kind: 'answer' }),
    failed: (line, { message, hint }) => answer(line, { kind: 'error', message, hint }),
    output: (fd, bytes) => say({ kind: 'output', fd, bytes: Buffer.from(bytes).toString('base64') }),
  };
}

import { StatementError } from './diagnostics.ts';

/** A reading position in one statement's text. Every token skips the blanks in front of it. */
export class Cursor {
  readonly text: string;
  at: number;

  constructor(text: string, at = 0) {
    this.text = text;
    this.at = at;
  }

  skipBlanks(): void {
    while (this.text.charAt(this.at) === ' ' || this.text.charAt(this.at) === '\t') this.at += 1;
  }

  get done(): boolean {
    this.skipBlanks();
    return this.at >= this.text.length;
  }

  /** The next character that is not blank, or '' at the end. */
  peek(): string {
    this.skipBlanks();
    return this.text.charAt(this.at);
  }

  /** The rest of the statement, from the next token on. */
  rest(): string {
    this.skipBlanks();
    return this.text.slice(this.at);
  }

  /** Take `token` if it comes next. */
  accept(token: string): boolean {
    this.skipBlanks();
    if (!this.text.startsWith(token, this.at)) return false;
    this.at += token.length;
    return true;
  }

  expect(token: string, what = `'${token}'`): void {
    if (!this.accept(token)) throw this.error(`expected ${what}`);
  }

  /** Match a sticky (`/y`) regular expression here. */
  match(pattern: RegExp): RegExpExecArray | null {
    this.skipBlanks();
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found) this.at += found[0].length;
    return found;
  }

  expectEnd(): void {
    if (!this.done) throw this.error(`unexpected text '${clip(this.rest())}'`);
  }

  error(message: string): StatementError {
    this.skipBlanks();
    const found = this.at >= this.text.length ? ' at the end of the statement' : '';
    return new StatementError(message + (message.startsWith('expected') ? found : ''), this.at);
  }
}

export function clip(text: string, max = 40): string {
  return text.length > max ? `${text.slice(0, max)}…` : text;
}

/** A symbol's name. */
export const SYMBOL = /[A-Za-z_.$][\w.$]*/y;

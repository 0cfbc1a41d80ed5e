import type { Diagnostics } from './diagnostics.ts';

export interface SourceFile {
  readonly file: string;
  readonly text: string;
}

/** One statement: what stands between line ends and `;`, without comments. */
export interface Statement {
  readonly file: string;
  readonly line: number;
  /** Column of the first character of `text`, from 1. */
  readonly column: number;
  readonly text: string;
  /** The whole line as written, for messages. */
  readonly lineText: string;
  /** The statement comes from a macro that this line called: its text after substitution. */
  readonly expansion?: string;
}

const CPP_DIRECTIVE = /^#(define|undef|include|ifdef|ifndef|if|elif|else|endif|pragma|error|warning)\b/;

type Piece = { text: string; column: number };

/** Blanks comments and cuts a file into statements, as gas's scrubber does. */
export class StatementReader {
  readonly #source: SourceFile;
  readonly #commentChar: string;
  readonly #diagnostics: Diagnostics;
  #inBlockComment = false;
  #openedAt = { line: 0, column: 0, text: '' };

  constructor(source: SourceFile, commentChar: string, diagnostics: Diagnostics) {
    this.#source = source;
    this.#commentChar = commentChar;
    this.#diagnostics = diagnostics;
  }

  read(): Statement[] {
    const out: Statement[] = [];
    const lines = this.#source.text.split(/\r\n|\n/);
    lines.forEach((lineText, index) => {
      for (const piece of this.#pieces(lineText, index + 1)) {
        const lead = piece.text.length - piece.text.trimStart().length;
        const text = piece.text.trim();
        if (text === '') continue;
        out.push({ file: this.#source.file, line: index + 1, column: piece.column + lead, text, lineText });
      }
    });
    if (this.#inBlockComment) {
      const { line, column, text } = this.#openedAt;
      this.#diagnostics.add({ file: this.#source.file, line, column }, 'comment is never closed', text);
    }
    return out;
  }

  #complain(line: number, column: number, message: string, text: string): void {
    this.#diagnostics.add({ file: this.#source.file, line, column }, message, text);
  }

  #pieces(lineText: string, line: number): Piece[] {
    if (!this.#inBlockComment && lineText.trimStart().startsWith('#')) {
      const trimmed = lineText.trimStart();
      if (CPP_DIRECTIVE.test(trimmed)) {
        const column = lineText.length - trimmed.length + 1;
        this.#complain(
          line,
          column,
          'preprocessor line: this assembler has no C preprocessor; use .equ, .macro and .if, or run cpp first',
          lineText,
        );
      }
      return []; // a comment line, and cpp's line markers, on every ISA
    }
    const pieces: Piece[] = [];
    let text = '';
    let start = 0;
    let at = 0;
    while (at < lineText.length) {
      if (this.#inBlockComment) {
        const end = lineText.indexOf('*/', at);
        const stop = end < 0 ? lineText.length : end + 2;
        this.#inBlockComment = end < 0;
        text += ' '.repeat(stop - at);
        at = stop;
        continue;
      }
      const c = lineText.charAt(at);
      const next = lineText.charAt(at + 1);
      if (c === '/' && next === '*') {
        this.#inBlockComment = true;
        this.#openedAt = { line, column: at + 1, text: lineText };
        text += '  ';
        at += 2;
      } else if (c === this.#commentChar || (c === '/' && next === '/')) {
        break;
      } else if (c === '"' || c === "'") {
        const len = c === '"' ? this.#stringLength(lineText, at, line) : charLength(lineText, at);
        text += lineText.slice(at, at + len);
        at += len;
      } else if (c === ';') {
        pieces.push({ text, column: start + 1 });
        text = '';
        at += 1;
        start = at;
      } else {
        text += c;
        at += 1;
      }
    }
    pieces.push({ text, column: start + 1 });
    return pieces;
  }

  #stringLength(lineText: string, start: number, line: number): number {
    for (let at = start + 1; at < lineText.length; at += 1) {
      const c = lineText.charAt(at);
      if (c === '\\') at += 1;
      else if (c === '"') return at + 1 - start;
    }
    this.#complain(line, start + 1, 'string is never closed', lineText);
    return lineText.length - start;
  }
}

/** Length of a character constant `'a`, `'a'`, `'\n'` (the closing quote may be missing, as in gas). */
function charLength(text: string, start: number): number {
  const body = text.charAt(start + 1) === '\\' ? 3 : 2;
  return text.charAt(start + body) === "'" ? body + 1 : body;
}

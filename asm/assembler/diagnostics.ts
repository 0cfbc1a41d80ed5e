/** A place in a source file; line and column count from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One error of an assembly, with the text of its line. */
export interface Diagnostic extends Position {
  readonly message: string;
  readonly text: string;
}

/** After this many errors an assembly stops looking for more. */
export const MAX_DIAGNOSTICS = 50;

/** `file:line:column: message`, the line's text, and a caret under the column. */
export function formatDiagnostic(d: Diagnostic): string {
  const caret = d.text.slice(0, d.column - 1).replace(/[^\t]/g, ' ');
  return `${d.file}:${d.line}:${d.column}: ${d.message}\n  ${d.text}\n  ${caret}^`;
}

/** Everything that was wrong with the sources. `message` is all diagnostics, formatted. */
export class AssemblyError extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map(formatDiagnostic).join('\n'));
    this.name = 'AssemblyError';
    this.diagnostics = diagnostics;
  }
}

/** A complaint about the statement at hand; `offset` is where in its text, counting from 0. */
export class StatementError extends Error {
  readonly offset: number | undefined;

  constructor(message: string, offset?: number) {
    super(message);
    this.name = 'StatementError';
    this.offset = offset;
  }
}

/** Collects diagnostics up to the limit. */
export class Diagnostics {
  readonly list: Diagnostic[] = [];

  add(at: Position, message: string, text: string): void {
    const last = this.list.at(-1);
    if (last?.message === message && last.line === at.line && last.file === at.file) return;
    const { file, line, column } = at;
    if (this.list.length < MAX_DIAGNOSTICS) this.list.push({ file, line, column, message, text });
  }

  get full(): boolean {
    return this.list.length >= MAX_DIAGNOSTICS;
  }

  throwIfAny(): void {
    if (this.list.length > 0) throw new AssemblyError(this.list);
  }
}

import { StatementError } from './diagnostics.ts';
import type { Statement } from './source.ts';
import type { Unit } from './unit.ts';

/** Tell what is wrong with a statement, at its place in the source. */
export function complain(unit: Unit, statement: Statement, error: StatementError): void {
  const { file, line, column, lineText, expansion } = statement;
  // In a macro the columns of the expanded text are nobody's.
  const offset = expansion === undefined ? (error.offset ?? 0) : 0;
  const message = expansion === undefined ? error.message : `${error.message} (in the expansion '${expansion}')`;
  unit.diagnostics.add({ file, line, column: column + offset }, message, lineText);
}

/** Run `body`; a complaint becomes a diagnostic of `statement`, or of the one at hand. */
export function attempt(unit: Unit, statement: Statement | null, body: () => void): void {
  try {
    body();
  } catch (error) {
    if (!(error instanceof StatementError)) throw error;
    complain(unit, statement ?? unit.statement, error);
  }
}

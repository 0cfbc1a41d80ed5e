import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { fileURLToPath } from 'node:url';

/** A table of results, printed and written to docs/benchmarks.md. */
export interface Table {
  readonly title: string;
  /** What was run and what the numbers mean. */
  readonly text: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const FILE = fileURLToPath(new URL('../docs/benchmarks.md', import.meta.url));
const BEGIN = '<!-- results: written by make bench -->';

export function seconds(value: number): string {
  if (value <= 0) return 'lost in the noise';
  if (value >= 1) return `${value.toFixed(2)} s`;
  if (value >= 1e-3) return `${(value * 1e3).toFixed(value >= 0.1 ? 0 : 2)} ms`;
  return `${(value * 1e6).toFixed(2)} µs`;
}

export function ratio(value: number): string {
  return Number.isFinite(value) && value > 0 ? `${value.toFixed(value >= 10 ? 0 : 2)}×` : '-';
}

export function markdown(table: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = `|${table.head.map(() => '---').join('|')}|`;
  return [`## ${table.title}`, '', table.text, '', line(table.head), rule, ...table.rows.map(line), ''].join('\n');
}

/** Replace the results in docs/benchmarks.md; what stands above them is written by hand and stays. */
export function writeReport(tables: readonly Table[]): void {
  const text = readFileSync(FILE, 'utf8');
  const kept = text.slice(0, text.indexOf(BEGIN));
  if (!text.includes(BEGIN)) throw new Error(`${FILE}: the line "${BEGIN}" is missing`);
  const model = cpus()[0]?.model.trim() ?? 'unknown CPU';
  const machine = `${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${model}, Linux ${release()}, Node ${process.version}.`;
  writeFileSync(FILE, `${kept}${BEGIN}\n\n${machine}\n\n${tables.map(markdown).join('\n')}`);
}

/** `make bench`: measure, print, and write docs/benchmarks.md. `make bench ARGS=processes` runs some tables only and writes nothing. */
import { engineTable } from './engine.ts';
import { historyTable } from './history.ts';
import { commandTable, processTable } from './processes.ts';
import { recordTable } from './record.ts';
import { reentryTable } from './reentry.ts';
import { markdown, type Table, writeReport } from './report.ts';
import { snapshotTable } from './snapshot.ts';

const RUNS = 3;

const TABLES: Readonly<Record<string, () => Promise<Table> | Table>> = {
  engine: () => engineTable(RUNS),
  reentry: () => reentryTable(RUNS),
  snapshot: () => snapshotTable(),
  record: () => recordTable(RUNS),
  history: () => historyTable(RUNS),
  processes: () => processTable(RUNS),
  command: () => commandTable(2 * RUNS),
};

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !(name in TABLES));
if (unknown !== undefined) {
  process.stderr.write(`bench: ${unknown}: no such table: choose from ${Object.keys(TABLES).join(', ')}\n`);
  process.exit(2);
}
const tables: Table[] = [];
for (const [name, measure] of Object.entries(TABLES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const table = await measure();
  process.stdout.write(`${markdown(table)}\n`);
  tables.push(table);
}
if (wanted.length === 0) writeReport(tables);

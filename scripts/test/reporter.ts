/** Writes the counts of a finished vitest run, as vitest knows them, to the file that FORKSCOPE_TEST_REPORT names. */
import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

export interface Report {
  passed: number;
  /** Failed tests, and files and suites that failed outside of any test (they could not be loaded, or a hook threw). */
  failed: number;
  skipped: number;
  /** Errors that belong to no test. */
  unhandledErrors: number;
  /** vitest's own verdict on the run. */
  reason: string;
}

export function count(modules: Iterable<TestModule>): Pick<Report, 'passed' | 'failed' | 'skipped'> {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const module of modules) {
    if (module.errors().length > 0) counts.failed++;
    for (const suite of module.children.allSuites()) if (suite.errors().length > 0) counts.failed++;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      // A test that never finished did not pass.
      counts[state === 'pending' ? 'failed' : state]++;
    }
  }
  return counts;
}

export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[], reason: string): void {
    const path = process.env.FORKSCOPE_TEST_REPORT;
    if (!path) return;
    const report: Report = { ...count(modules), unhandledErrors: unhandledErrors.length, reason };
    writeFileSync(path, `${JSON.stringify(report)}\n`);
  }
}

/** `closing-line.mjs REPORT` prints the closing line of a test run; exit status 1 unless everything passed. */
import { readFileSync } from 'node:fs';

const { passed, failed, skipped, unhandledErrors, reason } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
if (unhandledErrors > 0) console.error(`forkscope: ${unhandledErrors} errors outside of tests, see above`);
if (passed + failed === 0) console.error('forkscope: no test was run');
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = passed > 0 && failed === 0 && unhandledErrors === 0 && reason === 'passed' ? 0 : 1;

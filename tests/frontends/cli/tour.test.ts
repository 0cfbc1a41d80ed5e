import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { forkscope, openWorkshop, type Workshop } from './support.ts';

const TOUR = fileURLToPath(new URL('../../../docs/tour.md', import.meta.url));
const COMMAND = /^ {4}\(forkscope\) (.*)$/;

let workshop: Workshop;

beforeAll(() => {
  workshop = openWorkshop();
});

afterAll(() => workshop.remove());

/** The page with what is said now in place of what stands behind each command of it. */
function retold(page: string, answers: readonly string[]): string {
  const said = [...answers];
  const out: string[] = [];
  let isOutput = false;
  for (const line of page.split('\n')) {
    if (COMMAND.test(line)) {
      const text = said.shift() ?? '';
      out.push(
        line,
        ...text
          .trimEnd()
          .split('\n')
          .filter((one) => text !== '' && one !== '')
          .map((one) => `    ${one}`),
      );
      isOutput = true;
    } else if (!isOutput || !line.startsWith('    ')) {
      isOutput = false;
      out.push(line);
    }
  }
  return out.join('\n');
}

/** Where the stack lies depends on the environment and the program's path: distances from the first address of it stay. */
function relative(text: string): string {
  const first = /ffff[0-9a-f]{4}/.exec(text)?.[0] ?? '0';
  const base = Number.parseInt(first, 16);
  return text.replace(/ffff[0-9a-f]{4}\b/g, (digits) => {
    const value = Number.parseInt(digits, 16);
    return value > 0xffff0000 && value < 0xffffffff ? `sp${value - base}` : digits;
  });
}

test('the tour is what the debugger says', async () => {
  const whole = readFileSync(TOUR, 'utf8');
  // The second program of the page is one of C, whose code depends on the compiler.
  const end = whole.indexOf('# A program with lines');
  const page = whole.slice(0, end);
  const commands = page.split('\n').flatMap((line) => COMMAND.exec(line)?.[1] ?? []);
  expect(commands.length).toBeGreaterThanOrEqual(10);
  const program = await workshop.guest('child-printed-twice', 'i386');
  const { status, stdout } = forkscope(['debug', ...commands.flatMap((command) => ['--ex', command]), program]);
  expect(status).toBe(0);
  const said = stdout.split(/^\(forkscope\) .*\n/m).slice(1);
  expect(said.length).toBe(commands.length);
  const now = retold(page, said);
  if (process.env.UPDATE_GOLDEN) writeFileSync(TOUR, now + whole.slice(end));
  else expect(relative(page)).toBe(relative(now));
});

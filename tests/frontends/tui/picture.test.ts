import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, test } from 'vitest';
import { buildGuest } from '../../../asm/guests/build.ts';
import { styledCells } from '../../../scripts/docs/styled-cells.ts';
import { screenPicture } from '../../../scripts/docs/tui-picture.ts';
import { FORKSCOPE } from '../cli/support.ts';
import { expectSoon, Pane } from './pane.ts';

const PICTURE = fileURLToPath(new URL('../../../docs/tui.svg', import.meta.url));
const PAGE = fileURLToPath(new URL('../../../docs/tui.md', import.meta.url));
const LABEL = 'forkscope tui: a vfork child has just put a return address into the frame of its sleeping parent';

/** The root of the guest: its stack holds its path, which is the same wherever that is. */
const root = mkdtempSync(join(tmpdir(), 'forkscope-picture-'));

beforeAll(async () => {
  writeFileSync(join(root, 'twice'), await buildGuest('child-printed-twice', 'i386'), { mode: 0o755 });
});

afterAll(() => rmSync(root, { recursive: true }));

/** The screen at the store that makes "child proc" come twice, with the word selected. */
async function open(width: number, height: number): Promise<Pane> {
  const env = `env -i PATH="$PATH" LANG=C.UTF-8 TERM=xterm`;
  const unset = '-U PATH -U LANG -U TERM';
  const commands = '--ex c --ex "goto 258" --ex si';
  const command = `${env} "${FORKSCOPE}" tui -L "${root}" ${unset} --color=always ${commands} /twice; cat`;
  const pane = new Pane(command, { width, height });
  await pane.shows('t=259/457');
  pane.keys('w', 'Down');
  await pane.shows('t=199 C1001 push %ebp at print');
  pane.keys('Up');
  await pane.shows('t=258 C1001 call exit at main+46');
  return pane;
}

async function expectGolden(path: string, text: () => string): Promise<void> {
  if (process.env.UPDATE_GOLDEN) {
    await setTimeout(1000);
    writeFileSync(path, text());
  }
  await expectSoon(text).toBe(readFileSync(path, 'utf8'));
}

test('docs/tui.svg is the real screen', async () => {
  const pane = await open(132, 34);
  try {
    await expectGolden(PICTURE, () => screenPicture(styledCells(pane.styledRows()), 132, LABEL));
  } finally {
    pane.close();
  }
});

test('the screen in docs/tui.md is the real one', async () => {
  const pane = await open(80, 24);
  try {
    const screen = (): string =>
      `${pane
        .rows()
        .map((row) => `    ${row}`.trimEnd())
        .join('\n')}\n`;
    const page = readFileSync(PAGE, 'utf8');
    await expectGolden(PAGE, () => page.replace(/(?<=at 80×24:\n\n)(?: {4}.*\n)*/, screen));
  } finally {
    pane.close();
  }
});

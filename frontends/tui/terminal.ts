import { writeAll } from '../../emulator/machine/write-all.ts';
import type { Size } from './app.ts';
import type { CellBuffer } from './cells.ts';
import type { Screen } from './render/screen.ts';
import { frame } from './screen.ts';

/** Alternate screen; buttons and wheel of the mouse, in SGR's form. XTerm Control Sequences, "Mouse Tracking". */
const ENTER = '\u001b[?1049h\u001b[?1000h\u001b[?1006h\u001b[?25l';
const LEAVE = '\u001b[?2026l\u001b[0m\u001b[?1006l\u001b[?1000l\u001b[?25h\u001b[?1049l';

/** The terminal on descriptors 0 and 1, and how it was before us. */
export class Terminal {
  private readonly color: boolean;
  private last: CellBuffer | null = null;
  private isOurs = false;

  constructor(color: boolean) {
    this.color = color;
  }

  get size(): Size {
    return { width: process.stdout.columns, height: process.stdout.rows };
  }

  enter(): void {
    // Off and on: a shell may have changed the modes without Node's knowledge.
    process.stdin.setRawMode(false);
    process.stdin.setRawMode(true);
    if (!this.isOurs) write(ENTER);
    this.isOurs = true;
    this.last = null;
  }

  /** As it was found. May be called at any time, and again. */
  leave(): void {
    if (!this.isOurs) return;
    this.isOurs = false;
    try {
      write(LEAVE);
      process.stdin.setRawMode(false);
    } catch {
      // The terminal has gone away.
    }
  }

  /** Draw the next screen whole. */
  forget(): void {
    this.last = null;
  }

  show({ cells, cursor }: Screen): void {
    if (!this.isOurs) return;
    const text = frame(this.last, cells, { color: this.color, cursor });
    this.last = cells;
    if (text !== '') write(text);
  }
}

function write(text: string): void {
  writeAll(1, Buffer.from(text));
}

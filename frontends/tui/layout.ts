/** A part of the screen, in cells. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const PANELS = ['code', 'stack', 'registers', 'output', 'events', 'timeline'] as const;
export type PanelName = (typeof PANELS)[number];

/** Where everything stands. A panel's rectangle leaves out its title, which is the row above it. */
export interface Layout extends Readonly<Record<PanelName, Rect>> {
  readonly width: number;
  readonly height: number;
  /** Registers of two processes beside each other, not below each other. */
  readonly isTable: boolean;
  /** Digits of a register. */
  readonly registerDigits: number;
}

export const MIN_WIDTH = 80;
export const MIN_HEIGHT = 24;

/** From so many columns on, and eight for each byte of a word, two processes' registers have room beside each other. */
const TABLE_WIDTH = 78;
/** From this many on, all digits of a word of 64 bits have room. */
const ALL_DIGITS_WIDTH = 100;
/** Of registers, with a space. */
export const NAME_WIDTH = 5;

/**
 * The panels' places on a screen of at least MIN_WIDTH × MIN_HEIGHT. Code left, the stack in the centre, registers right over the whole
 * height; output, events and the timeline below the first two. What grows with the room is the stack.
 */
export function layoutFor(width: number, height: number, wordBytes: number): Layout {
  const isTable = width >= TABLE_WIDTH + 8 * wordBytes;
  // Addresses of a 64-bit process have twelve digits; a narrow screen shows other values shortened.
  const registerDigits = width >= ALL_DIGITS_WIDTH || wordBytes === 4 ? wordBytes * 2 : 12;
  const columns = isTable ? 2 : 1;
  const registersWidth = NAME_WIDTH + columns * (registerDigits + 2) - 1;
  const leftWidth = width - registersWidth - 1;
  const codeWidth = Math.min(64, Math.max(wordBytes === 4 ? 30 : 25, Math.floor(leftWidth * 0.32)));
  const stackX = codeWidth + 1;
  const stackWidth = leftWidth - stackX;

  // The status line, titles of three rows of panels, and the line at the bottom stand around them.
  const timelineHeight = height < 40 ? 3 : 6;
  const lowerHeight = height < 30 ? 3 : Math.floor(height * 0.22);
  const mainHeight = height - 5 - timelineHeight - lowerHeight;
  const lowerY = 2 + mainHeight + 1;
  const timelineY = lowerY + lowerHeight + 1;
  return {
    ...{ width, height, isTable, registerDigits },
    code: { x: 0, y: 2, width: codeWidth, height: mainHeight },
    stack: { x: stackX, y: 2, width: stackWidth, height: mainHeight },
    registers: { x: leftWidth + 1, y: 2, width: registersWidth, height: height - 3 },
    output: { x: 0, y: lowerY, width: codeWidth, height: lowerHeight },
    events: { x: stackX, y: lowerY, width: stackWidth, height: lowerHeight },
    timeline: { x: 0, y: timelineY, width: leftWidth, height: timelineHeight },
  };
}

/** The panel at a cell, or null. */
export function panelAt(layout: Layout, x: number, y: number): PanelName | null {
  const holds = (name: PanelName): boolean => {
    const { x: left, y: top, width, height } = layout[name];
    return x >= left && x < left + width && y >= top && y < top + height;
  };
  return PANELS.find(holds) ?? null;
}

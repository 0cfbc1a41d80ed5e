/** How a cell looks: a colour of the 16 (0 is the terminal's own, 1 black … 8 white) and attributes, as bits. */
export type Style = number;

export const STYLE = {
  plain: 0,
  red: 2,
  green: 3,
  yellow: 4,
  magenta: 6,
  cyan: 7,
  /** The colour's bits. */
  color: 0x1f,
  bold: 0x20,
  dim: 0x40,
  reverse: 0x80,
  underline: 0x100,
} as const;

const SPACE = 0x20;

/** A screen in memory. Every character is one cell wide: ASCII and box drawing, a `?` for anything else. */
export class CellBuffer {
  readonly width: number;
  readonly height: number;
  /** Character codes and styles, row by row. */
  readonly chars: Uint16Array;
  readonly styles: Uint16Array;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.chars = new Uint16Array(width * height).fill(SPACE);
    this.styles = new Uint16Array(width * height);
  }

  /** Put text, cut off at `width` cells and at the edges. Returns the column behind it. */
  put(x: number, y: number, text: string, style: Style = STYLE.plain, width = this.width - x): number {
    const end = Math.min(this.width, x + width, x + text.length);
    if (y < 0 || y >= this.height) return end;
    for (let at = Math.max(0, x); at < end; at++) {
      this.chars[y * this.width + at] = shown(text.charCodeAt(at - x));
      this.styles[y * this.width + at] = style;
    }
    return Math.max(x, end);
  }

  /** Give a stretch of cells another style. */
  restyle(x: number, y: number, width: number, styled: (style: Style) => Style): void {
    for (let at = Math.max(0, x); at < Math.min(this.width, x + width); at++) {
      const index = y * this.width + at;
      this.styles[index] = styled(this.styles[index] ?? 0);
    }
  }

  /** The text of a row, spaces at its end left out. */
  row(y: number): string {
    return String.fromCharCode(...this.chars.subarray(y * this.width, (y + 1) * this.width)).trimEnd();
  }

  rows(): string[] {
    return Array.from({ length: this.height }, (_, y) => this.row(y));
  }
}

function shown(code: number): number {
  const isPlain = (code >= SPACE && code < 0x7f) || (code >= 0x2500 && code < 0x2580);
  return isPlain ? code : 0x3f;
}

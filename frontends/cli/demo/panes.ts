/** Two columns of text in 80 columns. Cells may carry colour: their width is what is seen. */
export const LEFT_WIDTH = 48;

// biome-ignore lint/suspicious/noControlCharactersInRegex: colour is escape sequences
const COLOR = /\u001b\[[\d;]*m/g;

export function seenWidth(text: string): number {
  return text.replace(COLOR, '').length;
}

export function padRight(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - seenWidth(text)));
}

export function joinPanes(left: readonly string[], right: readonly string[]): string {
  let text = '';
  for (let row = 0; row < Math.max(left.length, right.length); row++) {
    const beside = right.length > 0 ? `| ${right[row] ?? ''}` : '';
    text += `${padRight(left[row] ?? '', LEFT_WIDTH)}${beside}`.trimEnd().concat('\n');
  }
  return text;
}

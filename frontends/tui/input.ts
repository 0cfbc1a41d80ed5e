/** What came from the keyboard or the mouse. Columns and rows count from 0. */
export type Input =
  /** A character, or the name of a key: `up`, `pageup`, `tab`, `backtab`, `enter`, `escape`, `backspace`, `ctrl-c` … */
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'wheel'; readonly x: number; readonly y: number; readonly by: 1 | -1 }
  | { readonly kind: 'press'; readonly x: number; readonly y: number };

/** What follows ESC [ or ESC O, parameters left out. XTerm Control Sequences, "PC-Style Function Keys". */
const FINAL: Readonly<Record<string, string>> = {
  ...{ A: 'up', B: 'down', C: 'right', D: 'left', H: 'home', F: 'end', Z: 'backtab' },
};
const TILDE: Readonly<Record<string, string>> = {
  ...{ 1: 'home', 3: 'delete', 4: 'end', 5: 'pageup', 6: 'pagedown', 7: 'home', 8: 'end' },
};
const CONTROL: Readonly<Record<string, string>> = {
  ...{ '\t': 'tab', '\r': 'enter', '\n': 'enter', '\b': 'backspace', '\u007f': 'backspace' },
};

const ESCAPE = '\u001b';
/** What stands behind an ESC: ECMA-48 5.4, and SS3. */
const MOUSE = /^\[<(\d+);(\d+);(\d+)([Mm])/;
const SEQUENCE = /^(?:\[([0-?]*)[ -/]*([@-~])|O([@-~]))/;
/** The same while its end has not come. */
const BEGUN = /^(?:\[[0-?]*[ -/]*|O)?$/;
/** Mouse buttons 4 and 5 are the wheel; bit 5 is a motion. */
const WHEEL_UP = 64;
const WHEEL_DOWN = 65;

/** Takes what a terminal sends in whatever pieces it comes. */
export class InputParser {
  private rest = '';

  /** True when a sequence has begun: if no more comes soon, `flush` says what it was. */
  get isPending(): boolean {
    return this.rest !== '';
  }

  parse(text: string): Input[] {
    let left = this.rest + text;
    this.rest = '';
    const found: Input[] = [];
    while (left !== '') {
      if (left.startsWith(ESCAPE) && BEGUN.test(left.slice(1))) {
        this.rest = left;
        break;
      }
      const [input, length] = first(left);
      if (input) found.push(input);
      left = left.slice(length);
    }
    return found;
  }

  /** The user has pressed Escape, and perhaps something else. */
  flush(): Input[] {
    const { rest } = this;
    this.rest = '';
    if (rest === '') return [];
    return [{ kind: 'key', key: 'escape' }, ...[...rest.slice(1)].map((key): Input => ({ kind: 'key', key }))];
  }
}

/** The first input of a text that is not a beginning, and how long it is. */
function first(text: string): [Input | null, number] {
  if (text.startsWith(ESCAPE)) return escaped(text.slice(1));
  const [char = ''] = text;
  const code = char.charCodeAt(0);
  const key = CONTROL[char] ?? (code < 0x20 ? `ctrl-${String.fromCharCode(code + 0x60)}` : char);
  return [{ kind: 'key', key }, char.length];
}

function escaped(text: string): [Input | null, number] {
  const mouse = MOUSE.exec(text);
  if (mouse) return [mouseInput(mouse), 1 + mouse[0].length];
  const sequence = SEQUENCE.exec(text);
  if (!sequence) return [{ kind: 'key', key: 'escape' }, 1];
  const [whole, parameters = '', final = '', application = ''] = sequence;
  const key = final === '~' ? TILDE[parameters.split(';')[0] ?? ''] : FINAL[final || application];
  return [key === undefined ? null : { kind: 'key', key }, 1 + whole.length];
}

function mouseInput([, button, column, row, state]: RegExpExecArray): Input | null {
  const at = { x: Number(column) - 1, y: Number(row) - 1 };
  const code = Number(button);
  if (code === WHEEL_UP || code === WHEEL_DOWN) return { kind: 'wheel', ...at, by: code === WHEEL_UP ? -1 : 1 };
  return code === 0 && state === 'M' ? { kind: 'press', ...at } : null;
}

/** A line that is being typed, with the lines typed before. */
export class Prompt {
  readonly label: string;
  text = '';
  /** Characters in front of the cursor. */
  cursor = 0;
  private readonly past: readonly string[];
  private readonly complete: (text: string) => readonly string[];
  private at: number;

  constructor(label: string, past: readonly string[], complete: (text: string) => readonly string[] = () => []) {
    this.label = label;
    this.past = past;
    this.complete = complete;
    this.at = past.length;
  }

  /** The line when Enter ends it, null when it is given up, undefined while it goes on. */
  press(key: string): string | null | undefined {
    if (key === 'enter') return this.text;
    if (key === 'escape' || (key === 'backspace' && this.text === '')) return null;
    const edit = EDITS[key];
    if (edit) edit(this);
    else if (key.length === 1) this.replace(this.cursor, this.cursor, key);
    return undefined;
  }

  /** Put `text` in place of the characters from `from` to `to`. */
  replace(from: number, to: number, text: string): void {
    if (from < 0) return;
    this.text = this.text.slice(0, from) + text + this.text.slice(to);
    this.cursor = from + text.length;
  }

  move(to: number): void {
    this.cursor = Math.min(this.text.length, Math.max(0, to));
  }

  recall(by: number): void {
    this.at = Math.min(this.past.length, Math.max(0, this.at + by));
    this.text = this.past[this.at] ?? '';
    this.cursor = this.text.length;
  }

  /** The beginning that all possible words have in common. */
  finishWord(): void {
    const [first = '', ...others] = this.complete(this.text);
    let common = first;
    for (const other of others) while (!other.startsWith(common)) common = common.slice(0, -1);
    if (common.length > this.text.length)
      this.replace(0, this.text.length, others.length === 0 ? `${common} ` : common);
  }
}

const EDITS: Readonly<Record<string, (prompt: Prompt) => void>> = {
  backspace: (prompt) => prompt.replace(prompt.cursor - 1, prompt.cursor, ''),
  delete: (prompt) => prompt.replace(prompt.cursor, prompt.cursor + 1, ''),
  left: (prompt) => prompt.move(prompt.cursor - 1),
  right: (prompt) => prompt.move(prompt.cursor + 1),
  home: (prompt) => prompt.move(0),
  end: (prompt) => prompt.move(prompt.text.length),
  'ctrl-a': (prompt) => prompt.move(0),
  'ctrl-e': (prompt) => prompt.move(prompt.text.length),
  'ctrl-u': (prompt) => prompt.replace(0, prompt.cursor, ''),
  'ctrl-k': (prompt) => prompt.replace(prompt.cursor, prompt.text.length, ''),
  'ctrl-w': (prompt) => prompt.replace(prompt.text.slice(0, prompt.cursor).search(/\S*\s*$/), prompt.cursor, ''),
  up: (prompt) => prompt.recall(-1),
  down: (prompt) => prompt.recall(1),
  tab: (prompt) => prompt.finishWord(),
};

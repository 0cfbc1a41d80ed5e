import { int, type Value } from './value.ts';

/** What stands behind a `$` and is no register: values that were printed, and the user's own. */
export class Variables {
  readonly printed: Value[] = [];
  private readonly named = new Map<string, Value>();

  /** Keep a printed value: returns its number. */
  keep(value: Value): number {
    return this.printed.push(value);
  }

  set(name: string, value: Value): void {
    this.named.set(name, value);
  }

  names(): readonly string[] {
    return [...this.named.keys()];
  }

  /** `$` is '', `$$` is '$', `$$2` is '$2', `$1` is '1'. */
  get(name: string): Value | null {
    const { printed } = this;
    const back = /^\$(\d*)$/.exec(name);
    if (name === '') return printed.at(-1) ?? int(0n);
    if (back) return printed.at(-1 - Number(back[1] || 1)) ?? int(0n);
    if (/^\d+$/.test(name)) return printed[Number(name) - 1] ?? null;
    return this.named.get(name) ?? null;
  }
}

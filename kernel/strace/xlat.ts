import { hex, unsigned } from './call.ts';

/** Names of values, in the order in which strace looks for them. The word is strace's own. */
export type Xlat = readonly (readonly [value: number, name: string])[];

/** `xlat({ O_CREAT, O_EXCL })`: in the order of writing. */
export function xlat(names: { readonly [name: string]: number }): Xlat {
  return Object.entries(names).map(([name, value]) => [value, name]);
}

/** All constants of a header file whose name matches, in the order of their names. */
export function withPrefix(header: { readonly [name: string]: unknown }, prefix: RegExp): Xlat {
  return Object.entries(header).flatMap(([name, value]) =>
    prefix.test(name) && typeof value === 'number' ? [[value, name] as const] : [],
  );
}

/** One of a set of values: its name, or the number with `unknown` (`SEEK_???`) in a comment. */
export function value(table: Xlat, of: number, unknown: string): string {
  return table.find(([known]) => known === of)?.[1] ?? `${hex(of)} /* ${unknown} */`;
}

/**
 * Flags joined by `|`: what has no name comes last as a number. Zero is the name that the table gives it, or `0`. With nothing
 * known it is the number with `unknown` in a comment.
 */
export function flags(table: Xlat, of: number, unknown: string): string {
  if (of === 0) return table.find(([known]) => known === 0)?.[1] ?? '0';
  let rest = unsigned(of);
  const names: string[] = [];
  for (const [known, name] of table) {
    const bits = BigInt(known);
    if (known === 0 || (rest & bits) !== bits) continue;
    names.push(name);
    rest &= ~bits;
  }
  if (names.length === 0) return `${hex(of)} /* ${unknown} */`;
  if (rest !== 0n) names.push(`0x${rest.toString(16)}`);
  return names.join('|');
}

import type { Entry } from './journal.ts';

/** Entries as lines of JSON: bytes are base64 under `$b`, 64-bit integers text under `$n`. */
export function entryText(entry: Entry | object): string {
  return JSON.stringify(entry, (_key, value: unknown) => {
    if (value instanceof Uint8Array) return { $b: Buffer.from(value).toString('base64') };
    if (typeof value === 'bigint') return { $n: value.toString() };
    // Node's Buffer turns itself into an object before it is seen here.
    if (isBufferObject(value)) return { $b: Buffer.from(value.data).toString('base64') };
    return value;
  });
}

/** The reverse. Throws SyntaxError. */
export function parseLine(line: string): unknown {
  return JSON.parse(line, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null) return value;
    if ('$b' in value && typeof value.$b === 'string') return Uint8Array.from(Buffer.from(value.$b, 'base64'));
    if ('$n' in value && typeof value.$n === 'string') return BigInt(value.$n);
    return value;
  });
}

function isBufferObject(value: unknown): value is { type: 'Buffer'; data: number[] } {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer' && 'data' in value;
}

const KINDS: readonly string[] = ['file', 'input', 'tty', 'output', 'happening'] satisfies Entry['kind'][];

export function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && 'kind' in value && KINDS.includes(String(value.kind));
}

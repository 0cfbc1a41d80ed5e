import { readFileSync, statSync } from 'node:fs';

/** A source, line by line; or why it is not there. */
export type SourceText = { readonly lines: readonly string[] } | { readonly missing: string };

/** More is no source that somebody wrote. */
const MAX_BYTES = 32 * 1024 ** 2;

/** Reads sources on the host, where the compiler has read them, each once. The guest has no part in it. */
export class Sources {
  private readonly known = new Map<string, SourceText>();

  read(path: string): SourceText {
    let text = this.known.get(path);
    if (!text) {
      text = readSource(path);
      this.known.set(path, text);
    }
    return text;
  }

  /** A line, counted from 1; null where the source or the line is not there. */
  line(path: string, number: number): string | null {
    const text = this.read(path);
    return 'lines' in text ? (text.lines[number - 1] ?? null) : null;
  }
}

function readSource(path: string): SourceText {
  try {
    const stat = statSync(path);
    if (!stat.isFile() || stat.size > MAX_BYTES) return { missing: 'not a source file' };
    return { lines: readFileSync(path, 'utf8').replace(/\n$/, '').split('\n') };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'EIO';
    return { missing: code === 'ENOENT' ? 'No such file or directory' : code };
  }
}

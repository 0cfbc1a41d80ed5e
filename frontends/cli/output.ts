import { closeSync, openSync } from 'node:fs';
import { writeAll } from '../../emulator/machine/write-all.ts';

/** Text of ours, gathered and written whole lines at a time. */
export interface TextOutput {
  write(text: string): void;
  flush(): void;
  close(): void;
}

const FLUSH_CHARS = 1 << 16;

/** To the file `path` (made new), or to the descriptor `fd`. Throws Node's error when the file cannot be made. */
export function createTextOutput(path: string | undefined, fd: 1 | 2): TextOutput {
  const out = path === undefined ? fd : openSync(path, 'w');
  let parts: string[] = [];
  let chars = 0;

  function flush(): void {
    if (chars === 0) return;
    const bytes = Buffer.from(parts.join(''), 'utf8');
    parts = [];
    chars = 0;
    writeAll(out, bytes);
  }

  return {
    write(text) {
      parts.push(text);
      chars += text.length;
      if (chars >= FLUSH_CHARS) flush();
    },
    flush,
    close() {
      flush();
      if (out > 2) closeSync(out);
    },
  };
}

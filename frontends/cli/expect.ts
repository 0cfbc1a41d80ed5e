/** Looks for texts in the guest's output as it passes by. */
export interface OutputMatcher {
  see(bytes: Uint8Array): void;
  /** The first thing wrong, as a message, or null. */
  verdict(): string | null;
}

/** `expected` must all appear in what the guest writes on descriptors 1 and 2, `rejected` must not. */
export function createOutputMatcher(expected: readonly string[], rejected: readonly string[]): OutputMatcher {
  const wanted = new Map([...expected, ...rejected].map((text) => [text, Buffer.from(text, 'utf8')]));
  const seen = new Set<string>();
  const keepBytes = Math.max(0, ...[...wanted.values()].map((bytes) => bytes.length - 1));
  let tail = Buffer.alloc(0);
  return {
    see(bytes) {
      if (wanted.size === 0) return;
      const text = Buffer.concat([tail, bytes]);
      for (const [name, needle] of wanted) {
        if (!seen.has(name) && text.includes(needle)) seen.add(name);
      }
      tail = keepBytes === 0 ? Buffer.alloc(0) : Buffer.from(text.subarray(-keepBytes));
    },
    verdict() {
      const missing = expected.find((text) => !seen.has(text));
      if (missing !== undefined) return `--expect: the guest did not write ${JSON.stringify(missing)}`;
      const found = rejected.find((text) => seen.has(text));
      return found === undefined ? null : `--reject: the guest wrote ${JSON.stringify(found)}`;
    },
  };
}

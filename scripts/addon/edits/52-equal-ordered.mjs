export const what = 'SSE4.2: a substring that begins at the end of the operand is found';

export const why = `
The "equal ordered" comparison of pcmpistri and its kin reports also where the first bytes of the needle match the last of
the haystack's 16 bytes, so that a search goes on there with the next load (volume 2, 4.1.6: comparisons beyond the operand
do not count, invalid bytes of the needle match). QEMU stops where the whole needle no longer fits, and forgets to shift the
result into place when the haystack ends early.`;

/** @param {import('../source.mjs').SourceTree} tree */
export function apply(tree) {
  tree
    .file('qemu/target/i386/ops_sse.h')
    .fn('pcmpxstrx')
    .replace(
      /for \(j = valids - validd; j >= 0; j--\) \{(\s*res <<= 1;\s*v = 1;\s*)for \(i = validd; i >= 0; i--\) \{\s*v &= \(pcmp_val/,
      (found) =>
        found
          .replace('j = valids - validd', 'j = upper')
          .replace('i = validd', 'i = MIN(upper - j, validd)')
          .replace('v &= (pcmp_val', 'v &= (i + j <= valids && pcmp_val'),
    );
}

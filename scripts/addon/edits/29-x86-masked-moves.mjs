export const what = 'x86: maskmovdqu and maskmovq store all of their bytes or none';

export const why = `
They stored byte by byte up to the one that faults. The CPU looks at the pages of all bytes before it stores one.`;

/** @param {import('../source.mjs').SourceTree} tree */
export function apply(tree) {
  tree
    .file('qemu/target/i386/ops_sse.h')
    .all()
    .replace(
      /(?<=void glue\(helper_maskmov, SUFFIX\)\([^)]*\)\n\{\n\s*int i;\n)/,
      `    int len = 8 << SHIFT, in_page = -(a0 | TARGET_PAGE_MASK);

    if (in_page < len) {
        probe_write(env, a0, in_page, cpu_mmu_index(env, false), GETPC());
        probe_write(env, a0 + in_page, len - in_page, cpu_mmu_index(env, false), GETPC());
    }
`,
    );
}

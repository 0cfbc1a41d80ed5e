export const what = 'x86: horizontal adds and subtractions of a register with itself';

export const why = `
phaddw, phsubw and their kin wrote the low half of the destination before they read the source, so that with one register for
both the high half was computed from the result. The source is copied first.`;

/** @param {import('../source.mjs').SourceTree} tree */
export function apply(tree) {
  tree
    .file('qemu/target/i386/ops_sse.h')
    .all()
    .replaceAll(
      /void glue\(helper_ph(?:add|sub)(?:w|d|sw), SUFFIX\)\(CPUX86State \*env, Reg \*d, Reg \*s\)\n\{\n/,
      6,
      (head) => `${head}    Reg source = *s;\n\n    s = &source;\n`,
    );
}

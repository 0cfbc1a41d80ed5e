export const what = 'x86: pcmpestri and pcmpestrm with a length of -2^31';

export const why = `
The explicit lengths are saturated by their absolute value. That of the least integer is negative in C, and of a 64-bit
register only the low half was looked at: the helper then reads far outside the vectors, and a guest can crash its host.`;

/** @param {import('../source.mjs').SourceTree} tree */
export function apply(tree) {
  tree
    .file('qemu/target/i386/ops_sse.h')
    .fn('pcmp_elen')
    .replace(
      /int val;[\s\S]*return val;/,
      `int64_t val = ctrl >> 8 ? (int64_t)env->regs[reg] : (int32_t)env->regs[reg];
    int limit = ctrl & 1 ? 8 : 16;

    return val > limit || val < -limit ? limit : val < 0 ? -val : val;`,
    );
}

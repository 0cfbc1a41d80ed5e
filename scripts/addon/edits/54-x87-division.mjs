export const what = 'x87: 0/0 is an invalid operation, and infinity or NaN by zero is no division by zero';

export const why = `
Every division whose divisor is zero reports a zero divide. The manual (volume 1, 8.5.1.2 and 8.5.2) has zero by zero and infinity
by infinity as invalid operations and only a finite number by zero as a zero divide. With #IA unmasked, the next wait raises #MF
with the flag by which Linux chooses between FPE_FLTINV and FPE_FLTDIV.`;

/** @param {import('../source.mjs').SourceTree} tree */
export function apply(tree) {
  tree
    .file('qemu/target/i386/fpu_helper.c')
    .fn('helper_fdiv')
    .replace(
      /if \(floatx80_is_zero\(b\)\) \{\s*fpu_set_exception\(env, FPUS_ZE\);\s*\}/,
      `if (floatx80_is_zero(b)) {
        if (floatx80_is_zero(a)) {
            fpu_set_exception(env, FPUS_IE);
        } else if (!floatx80_is_infinity(a) && !floatx80_is_any_nan(a)) {
            fpu_set_exception(env, FPUS_ZE);
        }
    } else if (floatx80_is_infinity(a) && floatx80_is_infinity(b)) {
        fpu_set_exception(env, FPUS_IE);
    }`,
    );
}

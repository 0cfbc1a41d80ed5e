export const what = 'ARM: UNDEFINED encodings of NEON, and rounding of fixed-point numbers';

export const why = `
vqdmull with U = 1 and the float vmul with size<1> = 1 are UNDEFINED (ARM ARM A7.4.1, A7.4.2), but were executed as
something else. vcvt from fixed point rounds to nearest whatever FPSCR says (VCVT between floating-point and fixed-point, FixedToFP); it took FPSCR's mode.
vld1 to vld4 and vst1 to vst4 with registers behind d31 are UNPREDICTABLE; they reached what lies behind the register file, which no
snapshot holds. As for one element, we choose UNDEFINED.`;

/** @param {import('../source.mjs').SourceTree} tree */
export function apply(tree) {
  tree
    .file('qemu/target/arm/translate.c')
    .fn('disas_neon_data_insn')
    .replace(/\{0, 0, 0, 1\},(?=\s*\/\* VQDMULL \*\/)/, '{0, 0, 0, 9},')
    .before(
      / {8}case NEON_3R_FLOAT_ARITH:\s+pairwise =/,
      `        case NEON_3R_FLOAT_MULTIPLY:
            if (u && (size & 2)) {
                return 1;
            }
            break;
`,
    );
  tree
    .file('qemu/target/arm/translate.c')
    .fn('disas_neon_ls_insn')
    .after(
      /spacing = neon_ls_element_type\[op\]\.spacing;/,
      `
        if (rd + nregs - 1 + spacing * (interleave - 1) > 31) {
            return 1;
        }`,
    );
  const vfp = tree.file('qemu/target/arm/translate-vfp.inc.c');
  for (const name of ['trans_VCVT_fix_sp', 'trans_VCVT_fix_dp']) {
    vfp
      .fn(name)
      .after(
        /fpst = get_fpstatus_ptr\(tcg_ctx, false\);/,
        `
    /* Conversions to fixed point have a mode of their own, and do not care. */
    TCGv_i32 mode = tcg_const_i32(tcg_ctx, float_round_nearest_even);
    gen_helper_set_rmode(tcg_ctx, mode, mode, fpst);`,
      )
      .before(
        / {4}tcg_temp_free_ptr\(tcg_ctx, fpst\);/,
        `    gen_helper_set_rmode(tcg_ctx, mode, mode, fpst);
    tcg_temp_free_i32(tcg_ctx, mode);
`,
      );
  }
}

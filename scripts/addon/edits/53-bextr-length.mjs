export const what = 'x86: bextr of the whole operand keeps its highest bit';

export const why = `
A length of the operand's size or more was cut to the size less one, so that bextr with a length of 32 (64) or more lost the
highest bit (volume 2, BEXTR). Seen as a difference from a CPU; mended in later QEMUs.`;

/** @param {import('../source.mjs').SourceTree} tree */
export function apply(tree) {
  tree
    .file('qemu/target/i386/translate.c')
    .fn('gen_sse')
    .replace(
      /tcg_temp_free\(tcg_ctx, zero\);\s*\/\* Extract the LEN into a mask\.[\s\S]*?tcg_gen_and_tl\(tcg_ctx, s->T0, s->T0, s->T1\);/,
      `/* Extract the LEN into a mask of what goes.  Lengths larger than
                       operand size get zeros.  */
                    tcg_gen_extract_tl(tcg_ctx, s->A0, tcg_ctx->cpu_regs[s->vex_v], 8, 8);
                    tcg_gen_movi_tl(tcg_ctx, s->T1, -1);
                    tcg_gen_shl_tl(tcg_ctx, s->T1, s->T1, s->A0);
                    tcg_gen_movcond_tl(tcg_ctx, TCG_COND_LEU, s->T1, s->A0, bound,
                                       s->T1, zero);
                    tcg_temp_free(tcg_ctx, zero);
                    tcg_temp_free(tcg_ctx, bound);
                    tcg_gen_andc_tl(tcg_ctx, s->T0, s->T0, s->T1);`,
    );
}

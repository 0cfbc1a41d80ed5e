export const what = 'x86: bextr, bzhi and blsi as on the CPU at the ends of their ranges';

export const why = `
bzhi with an index of 31 (63) or more clears the highest bit and has CF wrong; the manual keeps the whole source from the
operand's size on and sets CF then. bextr with a length of the operand's size or more loses the highest bit too, and the
32-bit form shifts bits of the register's upper half in. blsi has CF inverted: it is set when the source is not zero
(volume 2, BZHI, BEXTR, BLSI). Seen as differences from a CPU; the first two were mended in later QEMUs.`;

/** @param {import('../source.mjs').SourceTree} tree */
export function apply(tree) {
  const sse = () => tree.file('qemu/target/i386/translate.c').fn('gen_sse');
  sse().before(
    /(?=\/\* Extract START, and shift the operand\.)/,
    'if (ot != MO_64) {\n                        tcg_gen_ext32u_tl(tcg_ctx, s->T0, s->T0);\n                    }\n                    ',
  );
  sse().replace(
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
  sse().replace(
    /tcg_gen_setcond_tl\(tcg_ctx, TCG_COND_LT, tcg_ctx->cpu_cc_src,\s*s->T1, bound\);[\s\S]*?tcg_gen_shl_tl\(tcg_ctx, s->A0, s->A0, s->T1\);/,
    `tcg_gen_setcond_tl(tcg_ctx, TCG_COND_LEU, tcg_ctx->cpu_cc_src,
                                       s->T1, bound);
                    TCGv zero = tcg_const_tl(tcg_ctx, 0);
                    tcg_gen_movi_tl(tcg_ctx, s->A0, -1);
                    tcg_gen_shl_tl(tcg_ctx, s->A0, s->A0, s->T1);
                    tcg_gen_movcond_tl(tcg_ctx, TCG_COND_LEU, s->A0, s->T1, bound,
                                       s->A0, zero);
                    tcg_temp_free(tcg_ctx, zero);
                    tcg_temp_free(tcg_ctx, bound);
                }`,
  );
  sse().after(
    /case 3: \/\* blsi By, Ey \*\//,
    `
                    /* BMILG has the inverse of cc_src in C */
                    if (ot != MO_64) {
                        tcg_gen_ext32u_tl(tcg_ctx, tcg_ctx->cpu_cc_src, tcg_ctx->cpu_cc_src);
                    }
                    tcg_gen_setcondi_tl(tcg_ctx, TCG_COND_EQ, tcg_ctx->cpu_cc_src, tcg_ctx->cpu_cc_src, 0);`,
  );
}

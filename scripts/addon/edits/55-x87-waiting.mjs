export const what = 'x87: every waiting instruction reports a pending exception, not only fwait';

export const why = `
An unmasked exception is reported by the next x87 instruction that waits (volume 1, 8.6), so that a program dies at the
instruction after the one that failed. Only fwait and fnop looked. The instructions that do not wait (fninit, fnclex, fnstsw,
fnstcw, fnstenv, fnsave) are left out.`;

/** @param {import('../source.mjs').SourceTree} tree */
export function apply(tree) {
  tree
    .file('qemu/target/i386/translate.c')
    .fn('disas_insn')
    .after(
      /bool update_fip = true;[\s\S]*?op = \(\(b & 7\) << 3\) \| \(\(modrm >> 3\) & 7\);/,
      `
            if (!(mod == 3 ? op == 0x1c || (op == 0x3c && rm == 0)
                           : op == 0x0e || op == 0x0f || op == 0x2e || op == 0x2f)) {
                TCGLabel *none = gen_new_label(tcg_ctx);

                tcg_gen_ld16u_i32(tcg_ctx, s->tmp2_i32, tcg_ctx->cpu_env, offsetof(CPUX86State, fpus));
                tcg_gen_andi_i32(tcg_ctx, s->tmp2_i32, s->tmp2_i32, 0x80); /* ES */
                tcg_gen_brcondi_i32(tcg_ctx, TCG_COND_EQ, s->tmp2_i32, 0, none);
                gen_helper_fwait(tcg_ctx, tcg_ctx->cpu_env);
                gen_set_label(tcg_ctx, none);
            }`,
    );
}

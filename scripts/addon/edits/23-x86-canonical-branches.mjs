export const what = 'x86-64: a branch to an address that is not canonical faults on the branch';

export const why = `
ret, call and jmp through a register or memory raise #GP when the target is no canonical address, and have no effect: rip
stays on the branch, and rsp where it was. Here the branch was taken, and the fetch failed. A program whose return address
was overwritten dies on its ret.`;

const CHECK = `
/* T0 has been stored as the new eip, and nothing else has been done. Ends the basic block. */
static void gen_check_canonical(DisasContext *s)
{
#ifdef TARGET_X86_64
    TCGContext *tcg_ctx = s->uc->tcg_ctx;

    if (CODE64(s)) {
        TCGLabel *canonical = gen_new_label(tcg_ctx);

        gen_update_cc_op(s);
        tcg_gen_shli_tl(tcg_ctx, s->tmp0, s->T0, 16);
        tcg_gen_sari_tl(tcg_ctx, s->tmp0, s->tmp0, 16);
        tcg_gen_brcond_tl(tcg_ctx, TCG_COND_EQ, s->tmp0, s->T0, canonical);
        gen_jmp_im(s, s->pc_start - s->cs_base);
        gen_uncount_insn(tcg_ctx, s->base.tb);
        gen_helper_raise_exception(tcg_ctx, tcg_ctx->cpu_env, tcg_const_i32(tcg_ctx, EXCP0D_GPF));
        gen_set_label(tcg_ctx, canonical);
    }
#endif
}

`;

/** @param {import('../source.mjs').SourceTree} tree */
export function apply(tree) {
  const file = tree.file('qemu/target/i386/translate.c');
  const check = 'gen_op_jmp_v(tcg_ctx, s->T0);\n        gen_check_canonical(s);\n        ';
  file
    .fn('disas_insn')
    .replace(
      /gen_stack_update\(s, val \+ \(1 << ot\)\);\s*(\/\* Note that gen_pop_T0 uses[^*]*\*\/\s*)gen_op_jmp_v\(tcg_ctx, s->T0\);/,
      `${check}gen_stack_update(s, val + (1 << ot));`,
    )
    .replace(
      /gen_pop_update\(s, ot\);\s*(\/\* Note that gen_pop_T0 uses[^*]*\*\/\s*)gen_op_jmp_v\(tcg_ctx, s->T0\);/,
      `${check}gen_pop_update(s, ot);`,
    )
    .replace(/(?<=case 4: \/\* jmp Ev \*\/[^:]*?)gen_op_jmp_v\(tcg_ctx, s->T0\);/, `${check.trimEnd()}`);
  file.fn('disas_insn').before(
    /next_eip = s->pc - s->cs_base;\s*tcg_gen_movi_tl\(tcg_ctx, s->T1, next_eip\);\s*gen_push_v\(s, s->T1\);\s*gen_op_jmp_v\(tcg_ctx, s->T0\);/,
    `${check}tcg_gen_ld_tl(tcg_ctx, s->T0, tcg_ctx->cpu_env, offsetof(CPUX86State, eip));
            `,
  );
  file.all().before(/static void gen_shiftd_rm_T1\(/, CHECK.trimStart());
}

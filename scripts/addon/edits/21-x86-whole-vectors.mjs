export const what = 'x86: a 16-byte access that faults leaves nothing behind';

export const why = `
An unaligned 16-byte load or store that crosses into a page that is not there was done in two halves: the first had changed
the register or the memory when the second faulted. A load now keeps both halves until it has them; a store that crosses a
page asks for both pages first.`;

const PROBE = `
/* Fault now where one of the 16 bytes at a0 may not be written. */
void helper_probe_store16(CPUX86State *env, target_ulong a0)
{
    target_ulong in_page = -(a0 | TARGET_PAGE_MASK);

    if (in_page < 16) {
        int mmu_idx = cpu_mmu_index(env, false);

        probe_write(env, a0, in_page, mmu_idx, GETPC());
        probe_write(env, a0 + in_page, 16 - in_page, mmu_idx, GETPC());
    }
}
`;

/** @param {import('../source.mjs').SourceTree} tree */
export function apply(tree) {
  tree
    .file('qemu/target/i386/helper.h')
    .all()
    .before(/DEF_HELPER_2\(cmpxchg8b_unlocked,/, 'DEF_HELPER_FLAGS_2(probe_store16, TCG_CALL_NO_WG, void, env, tl)\n');
  tree.file('qemu/target/i386/mem_helper.c').append(PROBE);
  const file = tree.file('qemu/target/i386/translate.c');
  const low = /tcg_gen_st_i64\(tcg_ctx, s->tmp1_i64, tcg_ctx->cpu_env, offset \+ offsetof\(ZMMReg, ZMM_Q\(0\)\)\);\n/;
  const high = /tcg_gen_qemu_ld_i64\(tcg_ctx, s->tmp1_i64, s->tmp0,/;
  file
    .fn('gen_ldo_env_A0')
    .replace(low, 'TCGv_i64 high = tcg_temp_new_i64(tcg_ctx);\n')
    .replace(high, 'tcg_gen_qemu_ld_i64(tcg_ctx, high, s->tmp0,')
    .replace(
      /tcg_gen_st_i64\(tcg_ctx, s->tmp1_i64, (?=[^;]*ZMM_Q\(1\))/,
      'tcg_gen_st_i64(tcg_ctx, s->tmp1_i64, tcg_ctx->cpu_env, offset + offsetof(ZMMReg, ZMM_Q(0)));\n' +
        '    tcg_gen_st_i64(tcg_ctx, high, ',
    )
    .append('    tcg_temp_free_i64(tcg_ctx, high);');
  file
    .fn('gen_sto_env_A0')
    .before(
      /tcg_gen_ld_i64\([^;]*ZMM_Q\(0\)/,
      'if (s->sse_align == MO_UNALN) {\n        gen_helper_probe_store16(tcg_ctx, tcg_ctx->cpu_env, s->A0);\n    }\n    ',
    );
}

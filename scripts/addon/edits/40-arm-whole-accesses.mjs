export const what =
  'ARM: an instruction with several accesses that faults in the second page leaves no half of its effect';

export const why = `
ldm, stm, ldrd, strd, vldm, vstm and the NEON structure loads and stores are translated as one access after the other, so
that a fault in the second page leaves registers loaded or words stored. A program that is shown at such a fault, or a
debugger, sees a state that no instruction boundary has. Both pages are asked for first, where the accesses lie in two.`;

const HELPER = `
/* Both pages of accesses that cross the end of one; faults at the first byte that cannot be accessed. */
void HELPER(probe_span)(CPUARMState *env, uint32_t addr, uint32_t len, uint32_t store)
{
    struct uc_struct *uc = env->uc;
    MMUAccessType access = store ? MMU_DATA_STORE : MMU_DATA_LOAD;
    int mmu_idx = cpu_mmu_index(env, false);

    probe_access(env, addr, 1, access, mmu_idx, GETPC());
    probe_access(env, (addr + len - 1) & TARGET_PAGE_MASK, 1, access, mmu_idx, GETPC());
}
`;

const GENERATE = `
/* Ask for len bytes from addr, a temporary that ends here, as all others do. */
static void gen_probe_span(DisasContext *s, TCGv_i32 addr, int len, bool store)
{
    struct uc_struct *uc = s->uc;
    TCGContext *tcg_ctx = uc->tcg_ctx;
    TCGLabel *inside = gen_new_label(tcg_ctx);
    TCGv_i32 start = tcg_temp_local_new_i32(tcg_ctx);
    TCGv_i32 last = tcg_temp_new_i32(tcg_ctx);
    TCGv_i32 len_arg, store_arg;

    tcg_gen_mov_i32(tcg_ctx, start, addr);
    tcg_gen_addi_i32(tcg_ctx, last, addr, len - 1);
    tcg_temp_free_i32(tcg_ctx, addr);
    tcg_gen_xor_i32(tcg_ctx, last, last, start);
    tcg_gen_andi_i32(tcg_ctx, last, last, (uint32_t)TARGET_PAGE_MASK);
    tcg_gen_brcondi_i32(tcg_ctx, TCG_COND_EQ, last, 0, inside);
    tcg_temp_free_i32(tcg_ctx, last);
    len_arg = tcg_const_i32(tcg_ctx, len);
    store_arg = tcg_const_i32(tcg_ctx, store);
    gen_helper_probe_span(tcg_ctx, tcg_ctx->cpu_env, start, len_arg, store_arg);
    tcg_temp_free_i32(tcg_ctx, len_arg);
    tcg_temp_free_i32(tcg_ctx, store_arg);
    gen_set_label(tcg_ctx, inside);
    tcg_temp_free_i32(tcg_ctx, start);
}
`;

const ELEMENTS = (length) => `            addr = tcg_temp_new_i32(tcg_ctx);
            load_reg_var(s, addr, rn);
            gen_probe_span(s, addr, ${length}, !load);
`;

/** @param {import('../source.mjs').SourceTree} tree */
export function apply(tree) {
  tree
    .file('qemu/target/arm/helper.h')
    .all()
    .before(
      /DEF_HELPER_FLAGS_2\(frint32_s,/,
      'DEF_HELPER_FLAGS_4(probe_span, TCG_CALL_NO_WG, void, env, i32, i32, i32)\n',
    );
  tree
    .file('qemu/arm.h')
    .all()
    .before(/#define helper_neon_tbl /, '#define helper_probe_span helper_probe_span_arm\n');
  tree.file('qemu/target/arm/op_helper.c').append(HELPER);

  const translate = tree.file('qemu/target/arm/translate.c');
  translate.all().before(/\/\* Include the VFP decoder \*\//, `${GENERATE}\n`);
  for (const [name, store] of [
    ['op_stm', true],
    ['do_ldm', false],
  ]) {
    translate
      .fn(name)
      .before(
        / {4}addr = op_addr_block_pre\(s, a, n\);/,
        `    gen_probe_span(s, op_addr_block_pre(s, a, n), n * 4, ${store});\n`,
      );
  }
  for (const [name, kind, store] of [
    ['trans_LDRD_rr', 'rr', false],
    ['trans_STRD_rr', 'rr', true],
    ['op_ldrd_ri', 'ri', false],
    ['op_strd_ri', 'ri', true],
  ]) {
    translate
      .fn(name)
      .before(
        new RegExp(` {4}addr = op_addr_${kind}_pre\\(s, a\\);`),
        `    gen_probe_span(s, op_addr_${kind}_pre(s, a), 8, ${store});\n`,
      );
  }
  translate
    .fn('disas_neon_ls_insn')
    .before(/ {8}tmp64 = tcg_temp_new_i64\(tcg_ctx\);/, ELEMENTS('nregs * interleave * 8').replace(/^ {4}/gm, ''))
    .before(
      / {12}addr = tcg_temp_new_i32\(tcg_ctx\);\s+load_reg_var\(s, addr, rn\);\s+\/\* VLD1 to all lanes/,
      ELEMENTS('nregs << size'),
    )
    .before(/ {12}tmp = tcg_temp_new_i32\(tcg_ctx\);\s+addr = tcg_temp_new_i32\(tcg_ctx\);/, ELEMENTS('nregs << size'));

  const vfp = tree.file('qemu/target/arm/translate-vfp.inc.c');
  for (const name of ['trans_VLDM_VSTM_sp', 'trans_VLDM_VSTM_dp']) {
    vfp.fn(name).before(
      / {4}\/\* For thumb, use of PC is UNPREDICTABLE\.\s+\*\//,
      `    addr = add_reg_for_lit(s, a->rn, a->p ? -(int)(a->imm << 2) : 0);
    gen_probe_span(s, addr, n * ${name.endsWith('dp') ? 8 : 4}, !a->l);
`,
    );
  }
}

export const what =
  'ARM: vldr, vstr, vldm, vstm, and NEON accesses with an alignment, fault where they are not aligned';

export const why = `
The loads and stores of VFP registers want words, whatever SCTLR.A says, and NEON's those with an alignment in the address
([r0:64]) that one (ARM ARM DDI 0406C, A3.2.1). All were done; Linux sends SIGBUS for them, as its fix-up knows none of them. A store across a page end goes byte
by byte, and must not ask each byte for the alignment of the whole.`;

const HELPER = `
/* The alignment fault of an access at addr. */
void HELPER(misaligned)(CPUARMState *env, uint32_t addr, uint32_t store)
{
    arm_cpu_do_unaligned_access(env_cpu(env), addr, store ? MMU_DATA_STORE : MMU_DATA_LOAD, cpu_mmu_index(env, false),
                                GETPC());
}
`;

const GENERATE = `
/* What the address of a NEON element or structure access is to be a multiple of (A7.7.1 and A8.8.320 on). */
static int neon_alignment(uint32_t insn)
{
    int registers = ((insn >> 8) & 3) + 1, size = (insn >> 10) & 3, low = (insn >> 4) & 3;

    if (!(insn & (1 << 23))) {
        return low == 0 ? 1 : 4 << low;
    }
    if (size == 3) { /* to all lanes */
        size = (insn >> 6) & 3;
        if (!(low & 1) || registers == 3) {
            return 1;
        }
        return registers < 4 ? registers << size : size == 3 ? 16 : size == 0 ? 4 : 8;
    }
    if (registers == 1) {
        return size == 1 && (low & 1) ? 2 : size == 2 && low == 3 ? 4 : 1;
    }
    if (registers == 4 && size == 2) {
        return low == 0 ? 1 : 4 << low;
    }
    return registers != 3 && (low & 1) ? registers << size : 1;
}

/* All temporaries end here. */
static void gen_neon_alignment(DisasContext *s, uint32_t insn, int rn, bool store)
{
    struct uc_struct *uc = s->uc;
    TCGContext *tcg_ctx = uc->tcg_ctx;
    int align = neon_alignment(insn);
    TCGLabel *aligned;
    TCGv_i32 low, addr, store_arg;

    if (align == 1) {
        return;
    }
    aligned = gen_new_label(tcg_ctx);
    low = tcg_temp_new_i32(tcg_ctx);
    load_reg_var(s, low, rn);
    tcg_gen_andi_i32(tcg_ctx, low, low, align - 1);
    tcg_gen_brcondi_i32(tcg_ctx, TCG_COND_EQ, low, 0, aligned);
    tcg_temp_free_i32(tcg_ctx, low);
    addr = tcg_temp_new_i32(tcg_ctx);
    load_reg_var(s, addr, rn);
    store_arg = tcg_const_i32(tcg_ctx, store);
    gen_helper_misaligned(tcg_ctx, tcg_ctx->cpu_env, addr, store_arg);
    tcg_temp_free_i32(tcg_ctx, addr);
    tcg_temp_free_i32(tcg_ctx, store_arg);
    gen_set_label(tcg_ctx, aligned);
}
`;

/** @param {import('../source.mjs').SourceTree} tree */
export function apply(tree) {
  tree
    .file('qemu/target/arm/helper.h')
    .all()
    .before(/DEF_HELPER_FLAGS_2\(frint32_s,/, 'DEF_HELPER_3(misaligned, void, env, i32, i32)\n');
  tree
    .file('qemu/arm.h')
    .all()
    .before(/#define helper_neon_tbl /, '#define helper_misaligned helper_misaligned_arm\n');
  tree.file('qemu/target/arm/op_helper.c').append(HELPER);
  const translate = tree.file('qemu/target/arm/translate.c');
  translate.all().before(/\/\* Include the VFP decoder \*\//, `${GENERATE}\n`);
  // In front of the probes of edit 40, as an alignment fault comes first.
  translate
    .fn('disas_neon_ls_insn')
    .replaceAll(
      /addr = tcg_temp_new_i32\(tcg_ctx\);\s*load_reg_var\(s, addr, rn\);\s*gen_probe_span\(/,
      3,
      'gen_neon_alignment(s, insn, rn, !load);\n        $&',
    );
  tree
    .file('qemu/accel/tcg/cputlb.c')
    .fn('store_helper')
    .replace(
      /helper_ret_stb_mmu\(env, addr \+ i, val8, oi, retaddr\);/,
      'helper_ret_stb_mmu(env, addr + i, val8, make_memop_idx(MO_UB, mmu_idx), retaddr);',
    );
  const vfp = tree.file('qemu/target/arm/translate-vfp.inc.c');
  for (const [kind, bits, size, align] of [
    ['ld', '32u', 'UL', 'MO_ALIGN'],
    ['st', '32', 'UL', 'MO_ALIGN'],
    ['ld', '64', 'Q', 'MO_ALIGN_4'],
    ['st', '64', 'Q', 'MO_ALIGN_4'],
  ]) {
    vfp
      .all()
      .replaceAll(
        new RegExp(`gen_aa32_${kind}${bits}\\(s, tmp, addr, get_mem_index\\(s\\)\\)`),
        2,
        `gen_aa32_${kind}_i${size === 'Q' ? 64 : 32}(s, tmp, addr, get_mem_index(s), MO_${size} | ${align} | s->be_data)`,
      );
  }
}

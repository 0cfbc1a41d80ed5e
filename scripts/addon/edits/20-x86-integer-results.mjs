export const what = 'x86: results and flags of integer instructions as a real CPU has them';

export const why = `
Found by running the same instructions here and on a real CPU.
lock neg sets the flags from the operand instead of the result.
cmpxchg8b and cmpxchg16b keep all flags but ZF, but read them before the translator has stored what computes them, so they
change when another instruction of the same block has set flags.
cmpxchg of 32 bits leaves the upper half of what it does not change: of rax if equal, of a destination register if not.
bsf and bsr of zero leave all of the destination, also its upper half.
shld, shrd and rorx with an immediate and an operand relative to rip take it one byte too low: the immediate counts.
bzhi with a count of the operand size or more changes nothing, and its CF says that the count is more than size - 1.
blsi: CF says that the source is not zero. bextr, pdep and pext of 32 bits look at 32 bits of their operands.
rcl and rcr of memory that may not be written have set the flags already when the store faults.
loopz and loopnz that end by their count keep the flags; the translator stored what computes them on the other ways only.
cmps and scas with a repeat prefix change flags when they end, not after each round that another one follows.`;

const CMPXCHG = `
/* cmpxchg leaves the upper half of a register that it does not change. */
static void gen_cmpxchg_result(DisasContext *s, MemOp ot, int reg, TCGv value, TCGCond keep, TCGv oldv, TCGv cmpv)
{
    TCGContext *tcg_ctx = s->uc->tcg_ctx;

#ifdef TARGET_X86_64
    if (ot == MO_32) {
        TCGv full = tcg_temp_new(tcg_ctx);

        tcg_gen_ext32u_tl(tcg_ctx, full, value);
        tcg_gen_movcond_tl(tcg_ctx, keep, tcg_ctx->cpu_regs[reg], oldv, cmpv, tcg_ctx->cpu_regs[reg], full);
        tcg_temp_free(tcg_ctx, full);
        return;
    }
#endif
    gen_op_mov_reg_v(s, ot, reg, value);
}

`;

const FLAGS = `
/* What the flags are computed from. */
typedef struct KeptFlags {
    TCGv_i32 op;
    TCGv dst, src, src2;
} KeptFlags;

static KeptFlags gen_keep_flags(DisasContext *s)
{
    TCGContext *tcg_ctx = s->uc->tcg_ctx;
    KeptFlags kept = {
        tcg_temp_local_new_i32(tcg_ctx),
        tcg_temp_local_new(tcg_ctx),
        tcg_temp_local_new(tcg_ctx),
        tcg_temp_local_new(tcg_ctx),
    };

    tcg_gen_mov_i32(tcg_ctx, kept.op, tcg_ctx->cpu_cc_op);
    tcg_gen_mov_tl(tcg_ctx, kept.dst, tcg_ctx->cpu_cc_dst);
    tcg_gen_mov_tl(tcg_ctx, kept.src, tcg_ctx->cpu_cc_src);
    tcg_gen_mov_tl(tcg_ctx, kept.src2, tcg_ctx->cpu_cc_src2);
    return kept;
}

static void gen_put_flags_back(DisasContext *s, KeptFlags kept)
{
    TCGContext *tcg_ctx = s->uc->tcg_ctx;

    tcg_gen_mov_i32(tcg_ctx, tcg_ctx->cpu_cc_op, kept.op);
    tcg_gen_mov_tl(tcg_ctx, tcg_ctx->cpu_cc_dst, kept.dst);
    tcg_gen_mov_tl(tcg_ctx, tcg_ctx->cpu_cc_src, kept.src);
    tcg_gen_mov_tl(tcg_ctx, tcg_ctx->cpu_cc_src2, kept.src2);
    tcg_temp_free_i32(tcg_ctx, kept.op);
    tcg_temp_free(tcg_ctx, kept.dst);
    tcg_temp_free(tcg_ctx, kept.src);
    tcg_temp_free(tcg_ctx, kept.src2);
}

`;

const SCAN_HALF = `
#ifdef TARGET_X86_64
            if (ot == MO_32) {
                TCGv zero = tcg_const_tl(tcg_ctx, 0);

                tcg_gen_ext32u_tl(tcg_ctx, s->T0, s->T0);
                tcg_gen_movcond_tl(tcg_ctx, TCG_COND_NE, s->T0, tcg_ctx->cpu_cc_dst, zero, s->T0,
                                   tcg_ctx->cpu_regs[reg]);
                tcg_temp_free(tcg_ctx, zero);
                ot = MO_64;
            }
#endif`;

/** @param {import('../source.mjs').SourceTree} tree */
export function apply(tree) {
  const file = tree.file('qemu/target/i386/translate.c');
  file
    .fn('disas_insn')
    .replace(
      /(?<=TCG_COND_NE, t0, t2, label1\);[^}]*?)tcg_gen_mov_tl\(tcg_ctx, s->T0, t0\);/,
      'tcg_gen_neg_tl(tcg_ctx, s->T0, t0);',
    )
    .replaceAll(
      /gen_lea_modrm\(env, s, modrm\);(?=\s*if \(\(s->prefix & PREFIX_LOCK\) &&\s*\(tb_cflags\(s->base\.tb\) & CF_PARALLEL\)\))/,
      2,
      'gen_update_cc_op(s);\n                gen_lea_modrm(env, s, modrm);',
    )
    .replace(
      /(?<=tcg_gen_atomic_cmpxchg_tl\(tcg_ctx, oldv, s->A0, cmpv, newv,\s*s->mem_index, ot \| MO_LE\);\s*)gen_op_mov_reg_v\(s, ot, R_EAX, oldv\);/,
      'gen_extu(tcg_ctx, ot, oldv);\n                gen_extu(tcg_ctx, ot, cmpv);\n' +
        '                gen_cmpxchg_result(s, ot, R_EAX, oldv, TCG_COND_EQ, oldv, cmpv);',
    )
    .replace(
      /gen_op_mov_reg_v\(s, ot, R_EAX, oldv\);\s*gen_op_mov_reg_v\(s, ot, rm, newv\);/,
      'gen_cmpxchg_result(s, ot, R_EAX, oldv, TCG_COND_EQ, oldv, cmpv);\n' +
        '                    gen_cmpxchg_result(s, ot, rm, newv, TCG_COND_NE, oldv, cmpv);',
    )
    .replace(
      /gen_op_mov_reg_v\(s, ot, R_EAX, oldv\);/,
      'gen_cmpxchg_result(s, ot, R_EAX, oldv, TCG_COND_EQ, oldv, cmpv);',
    )
    .after(/tcg_gen_ctz_tl\(tcg_ctx, s->T0, s->T0, tcg_ctx->cpu_regs\[reg\]\);\s*\}/, SCAN_HALF)
    .before(
      /gen_op_add_reg_im\(s, s->aflag, R_ECX, -1\);\s*gen_op_jz_ecx\(s, s->aflag, l3\);/,
      'gen_update_cc_op(s);\n                ',
    )
    .after(/do_shiftd:[\s\S]*?rm = [^;]*;\s*reg = [^;]*;/, '\n        s->rip_offset = shift;');
  file
    .fn('gen_sse')
    .replace(/TCG_COND_LT(?=, tcg_ctx->cpu_cc_src,\s*s->T1, bound\))/, 'TCG_COND_LE')
    .after(
      /tcg_gen_shl_tl\(tcg_ctx, s->A0, s->A0, s->T1\);/,
      '\n                tcg_gen_neg_tl(tcg_ctx, s->tmp0, tcg_ctx->cpu_cc_src);\n' +
        '                tcg_gen_and_tl(tcg_ctx, s->A0, s->A0, s->tmp0);',
    )
    .after(
      /case 3: \/\* blsi By, Ey \*\/[^:]*?tcg_gen_and_tl\([^;]*;/,
      '\n                    gen_extu(tcg_ctx, ot, tcg_ctx->cpu_cc_src);' +
        '\n                    tcg_gen_setcondi_tl(tcg_ctx, TCG_COND_EQ, tcg_ctx->cpu_cc_src, tcg_ctx->cpu_cc_src, 0);',
    )
    .replaceAll(
      /tcg_gen_ext32u_tl\(tcg_ctx, s->T1, tcg_ctx->cpu_regs\[s->vex_v\]\);(?=\s*\}\s*gen_helper_p(?:dep|ext)\()/,
      2,
      'tcg_gen_ext32u_tl(tcg_ctx, s->T1, tcg_ctx->cpu_regs[s->vex_v]);\n' +
        '                    tcg_gen_ext32u_tl(tcg_ctx, s->T0, s->T0);',
    )
    .after(/TCGv bound, zero;\s*gen_ldst_modrm\([^;]*;/, '\n                    gen_extu(tcg_ctx, ot, s->T0);')
    .after(/case 0x3f0: \/\* rorx[^:]*?ot = mo_64_32\(s->dflag\);/, '\n                s->rip_offset = 1;');
  file
    .fn('gen_rotc_rm_T1')
    .prepend('    TCGv before, after;\n')
    .before(
      /if \(is_right\) \{/,
      'before = tcg_temp_new(tcg_ctx);\n    after = tcg_temp_new(tcg_ctx);\n    tcg_gen_mov_tl(tcg_ctx, before, tcg_ctx->cpu_cc_src);\n    ',
    )
    .before(
      /gen_op_st_rm_T0_A0\(s, ot, op1\);/,
      'tcg_gen_mov_tl(tcg_ctx, after, tcg_ctx->cpu_cc_src);\n    tcg_gen_mov_tl(tcg_ctx, tcg_ctx->cpu_cc_src, before);\n    ',
    )
    .after(
      /gen_op_st_rm_T0_A0\(s, ot, op1\);/,
      '\n    tcg_gen_mov_tl(tcg_ctx, tcg_ctx->cpu_cc_src, after);\n    tcg_temp_free(tcg_ctx, before);\n    tcg_temp_free(tcg_ctx, after);',
    );
  file
    .all()
    .replace(
      /(int nz\)\s*\\\s*\{\s*\\\s*TCGLabel \*l2;\s*\\\n)(\s*gen_update_cc_op\(s\);\s*\\\n)/,
      (text) => `${text}    KeptFlags kept = gen_keep_flags(s); \\\n`,
    )
    .after(
      /gen_jcc1\(s, \(JCC_Z << 1\) \| \(nz \^ 1\), l2\);\s*\\\n\s*if \(s->repz_opt\)\s*\\\n\s*gen_op_jz_ecx\(s, s->aflag, l2\);\s*\\\n/,
      '    gen_put_flags_back(s, kept); \\\n',
    );
  // In front of those who use them.
  const head = /static inline void gen_scas\(DisasContext \*s, MemOp ot\)\n\{/;
  file.all().before(head, CMPXCHG.trimStart() + FLAGS.trimStart());
}

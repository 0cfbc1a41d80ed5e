export const what = 'SSE: exceptions that are not masked are raised, before there is a result';

export const why = `
With an exception unmasked in MXCSR, SSE instructions computed on: nothing ever raised #XM (vector 19; Intel SDM volume 1,
11.5.4), and a program that asks for SIGFPE by feenableexcept() did not get it. Whether any is unmasked is a bit of hflags, so
that code is translated for it and the usual code pays nothing. The registers are kept before such an instruction; where it met
an unmasked exception they are put back, MXCSR gets the flag, and #XM is raised. Tiny results are an underflow even where they
are exact (4.9.1.5), and nothing is flushed to zero (10.2.3.3). A set reserved bit in ldmxcsr is #GP.`;

const HELPERS = `
/* Before and behind an SSE instruction that runs with unmasked exceptions. */
void helper_sse_begin(CPUX86State *env)
{
    int i;

    cpu_get_mxcsr(env);
    set_float_exception_flags(0, &env->sse_status);
    for (i = 0; i < CPU_NB_REGS; i++) {
        env->sse_kept.xmm[i][0] = env->xmm_regs[i].ZMM_Q(0);
        env->sse_kept.xmm[i][1] = env->xmm_regs[i].ZMM_Q(1);
    }
    memcpy(env->sse_kept.regs, env->regs, sizeof(env->regs));
    memcpy(env->sse_kept.fpregs, env->fpregs, sizeof(env->fpregs));
    env->sse_kept.cc_src = env->cc_src;
}

void helper_sse_end(CPUX86State *env)
{
    uint32_t masks = env->mxcsr >> 7, old = env->mxcsr, raised;
    int i;

    env->mxcsr &= ~0x3f;
    raised = cpu_get_mxcsr(env) & 0x3f;
    env->mxcsr = old;
    if (!(raised & ~masks)) {
        return;
    }
    if (raised & ~masks & 7) {
        raised &= 7; /* found before there is a result */
    }
    for (i = 0; i < CPU_NB_REGS; i++) {
        env->xmm_regs[i].ZMM_Q(0) = env->sse_kept.xmm[i][0];
        env->xmm_regs[i].ZMM_Q(1) = env->sse_kept.xmm[i][1];
    }
    memcpy(env->regs, env->sse_kept.regs, sizeof(env->regs));
    memcpy(env->fpregs, env->sse_kept.fpregs, sizeof(env->fpregs));
    env->cc_src = env->sse_kept.cc_src;
    env->mxcsr |= raised;
    set_float_exception_flags(0, &env->sse_status);
    raise_exception_ra(env, 19 /* #XM */, GETPC());
}
`;

const WRAPPER = `
/* Those that compute with floating point numbers. */
static bool sse_raises(DisasContext *s, int b)
{
    b &= 0xff;
    return b == 0x51 || (b >= 0x58 && b <= 0x5f) || (b >= 0x2a && b <= 0x2f && b != 0x2b) || b == 0x3a || b == 0x7c ||
           b == 0x7d || b == 0xc2 || b == 0xd0 || b == 0xe6;
}

static void gen_sse(CPUX86State *env, DisasContext *s, int b, target_ulong pc_start, int rex_r)
{
    TCGContext *tcg_ctx = s->uc->tcg_ctx;
    bool unmasked = (s->flags & HF_XM_MASK) && sse_raises(s, b);

    if (unmasked) {
        gen_helper_sse_begin(tcg_ctx, tcg_ctx->cpu_env);
    }
    gen_sse_masked(env, s, b, pc_start, rex_r);
    if (unmasked && s->base.is_jmp == DISAS_NEXT) {
        gen_helper_sse_end(tcg_ctx, tcg_ctx->cpu_env);
    }
}

`;

/** @param {import('../source.mjs').SourceTree} tree */
export function apply(tree) {
  tree
    .file('qemu/target/i386/helper.h')
    .all()
    .before(/DEF_HELPER_2\(ldmxcsr,/, 'DEF_HELPER_1(sse_begin, void, env)\nDEF_HELPER_1(sse_end, void, env)\n');
  tree
    .file('qemu/target/i386/cpu.h')
    .all()
    .after(
      /#define HF_MPX_IU_MASK [^\n]*\n/,
      '/* An exception of SSE is not masked. */\n#define HF_XM_SHIFT         27\n#define HF_XM_MASK           (1 << HF_XM_SHIFT)\n',
    )
    .after(
      /uint32_t mxcsr;\n(?=\s*ZMMReg xmm_regs)/,
      `    /* What helper_sse_end() puts back. */
    struct {
        uint64_t xmm[CPU_NB_REGS][2];
        target_ulong regs[CPU_NB_REGS];
        FPReg fpregs[8];
        target_ulong cc_src;
    } sse_kept;
`,
    );
  const fpu = tree.file('qemu/target/i386/fpu_helper.c');
  fpu.append(HELPERS);
  fpu
    .fn('update_mxcsr_status')
    .replace(/\(mxcsr & SSE_FZ\) \? 1 : 0/, '(mxcsr & SSE_FZ) && (mxcsr & 0x800)')
    .append(
      '    env->sse_status.underflow_unmasked = !(mxcsr & 0x800);\n    env->sse_status.overflow_unmasked = !(mxcsr & 0x400);\n' +
        '    env->hflags = (env->hflags & ~HF_XM_MASK) | ((mxcsr & 0x1f80) != 0x1f80 ? HF_XM_MASK : 0);',
    );
  fpu
    .fn('helper_ldmxcsr')
    .prepend('    if (val & 0xffff0000) {\n        raise_exception_ra(env, EXCP0D_GPF, GETPC());\n    }');
  tree
    .file('qemu/include/fpu/softfloat-types.h')
    .block('typedef struct float_status {')
    .append(
      '    /* Not masked: tiny results are underflows where they are exact; inexact is what is so in an unbounded exponent. */\n' +
        '    flag underflow_unmasked;\n    flag overflow_unmasked;',
    );
  tree
    .file('qemu/fpu/softfloat.c')
    .fn('round_canonical')
    .replace(
      /flags \|= float_flag_overflow \| float_flag_inexact;/,
      `flags |= float_flag_overflow;
                if (!s->overflow_unmasked) {
                    flags |= float_flag_inexact;
                }`,
    )
    .after(
      /if \(is_tiny && \(flags & float_flag_inexact\)\) \{\s*flags \|= float_flag_underflow;\s*\}/,
      `
            if (unlikely(s->underflow_unmasked) && is_tiny) {
                flags = float_flag_underflow | (p.frac & round_mask ? float_flag_inexact : 0);
            }`,
    );
  const translate = tree.file('qemu/target/i386/translate.c');
  translate.fn('gen_sse').replace(/(?<=static void )gen_sse(?=\()/, 'gen_sse_masked');
  translate.all().before(/\/\* convert one instruction\. s->base\.is_jmp is set/, WRAPPER.trimStart());
  // Code behind these is translated for other masks.
  translate
    .fn('disas_insn')
    .after(
      /gen_helper_(?:fxrstor)\(tcg_ctx, tcg_ctx->cpu_env, s->A0\);/,
      '\n            gen_jmp_im(s, s->pc - s->cs_base);\n            gen_eob(s);',
    )
    .after(
      /gen_helper_ldmxcsr\(tcg_ctx, tcg_ctx->cpu_env, s->tmp2_i32\);/,
      '\n            gen_jmp_im(s, s->pc - s->cs_base);\n            gen_eob(s);',
    );
}

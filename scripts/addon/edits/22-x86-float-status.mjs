export const what = 'x86: MXCSR tells the exceptions that SSE instructions met';

export const why = `
The exception flags of SSE stayed in the soft float status: stmxcsr, fxsave and who asks for the register read them as they
were loaded, so that fetestexcept() found none. They are merged in where the register is read, and cleared where it is
written. FZ was given to the x87 instead of SSE: with flush-to-zero on, SSE results were denormal all the same.
rcpps, rsqrtps and their scalars raise no exceptions; roundps and its kin with bit 3 of the immediate do not raise PE.
fcomi and fucomi clear OF, SF and AF.`;

const MERGE = `
/* MXCSR with the exceptions met since it was written. DE is not kept by the soft float. */
uint32_t cpu_get_mxcsr(CPUX86State *env)
{
    int flags = get_float_exception_flags(&env->sse_status);

    env->mxcsr |= (flags & float_flag_invalid ? 0x01 : 0) | (flags & float_flag_divbyzero ? 0x04 : 0) |
                  (flags & float_flag_overflow ? 0x08 : 0) | (flags & float_flag_underflow ? 0x10 : 0) |
                  (flags & float_flag_inexact ? 0x20 : 0) | (flags & float_flag_output_denormal ? 0x30 : 0);
    return env->mxcsr;
}

uint32_t helper_get_mxcsr(CPUX86State *env)
{
    return cpu_get_mxcsr(env);
}
`;

/** @param {import('../source.mjs').SourceTree} tree */
export function apply(tree) {
  tree
    .file('qemu/target/i386/helper.h')
    .all()
    .before(/DEF_HELPER_2\(ldmxcsr,/, 'DEF_HELPER_1(get_mxcsr, i32, env)\n');
  tree
    .file('qemu/target/i386/cpu.h')
    .all()
    .before(/static inline void cpu_set_mxcsr\(/, 'uint32_t cpu_get_mxcsr(CPUX86State *env);\n\n');
  const fpu = tree.file('qemu/target/i386/fpu_helper.c');
  fpu
    .fn('update_mxcsr_status')
    .replace(/(?<=SSE_FZ\) \? 1 : 0, )&env->fp_status/, '&env->sse_status')
    .append('    set_float_exception_flags(0, &env->sse_status);');
  fpu.fn('do_xsave_mxcsr').replace(/env->mxcsr(?=, ra)/, 'cpu_get_mxcsr(env)');
  fpu
    .all()
    .replaceAll(
      /eflags & ~\(CC_Z \| CC_P \| CC_C\)(?=\) \| fcomi_ccval)/,
      2,
      'eflags & ~(CC_Z | CC_P | CC_C | CC_O | CC_S | CC_A)',
    );
  fpu.append(MERGE);
  tree
    .file('qemu/target/i386/xsave_helper.c')
    .all()
    .replace(/xsave->legacy\.mxcsr = env->mxcsr;/, 'xsave->legacy.mxcsr = cpu_get_mxcsr(env);');
  tree
    .file('qemu/target/i386/unicorn.c')
    .all()
    .replaceAll(/\*\(uint32_t \*\)value = env->mxcsr;/, 2, '*(uint32_t *)value = cpu_get_mxcsr(env);');
  tree
    .file('qemu/target/i386/translate.c')
    .fn('disas_insn')
    .replace(
      /tcg_gen_ld32u_tl\(tcg_ctx, s->T0, tcg_ctx->cpu_env, offsetof\(CPUX86State, mxcsr\)\);/,
      'gen_helper_get_mxcsr(tcg_ctx, s->tmp2_i32, tcg_ctx->cpu_env);\n' +
        '            tcg_gen_extu_i32_tl(tcg_ctx, s->T0, s->tmp2_i32);',
    );
  const ops = tree.file('qemu/target/i386/ops_sse.h');
  for (const name of ['rsqrtps', 'rsqrtss', 'rcpps', 'rcpss']) {
    ops
      .fn(`helper_${name}`)
      .prepend('    int before = get_float_exception_flags(&env->sse_status);\n')
      .append('    set_float_exception_flags(before, &env->sse_status);');
  }
  ops
    .all()
    .replaceAll(
      /#if 0 [^\n]*\s*if \(mode & \(1 << 3\)\) \{[^}]*\}\s*#endif/,
      4,
      'if ((mode & (1 << 3)) && !(flags_before & float_flag_inexact)) {\n' +
        '        set_float_exception_flags(get_float_exception_flags(&env->sse_status) & ~float_flag_inexact,\n' +
        '                                  &env->sse_status);\n    }',
    )
    .replaceAll(
      /prev_rounding_mode = env->sse_status\.float_rounding_mode;/,
      4,
      'int flags_before = get_float_exception_flags(&env->sse_status);\n\n' +
        '    prev_rounding_mode = env->sse_status.float_rounding_mode;',
    );
}

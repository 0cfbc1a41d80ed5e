export const what = 'fxsave and fxrstor without REX.W: instruction and operand pointers of 32 bits';

export const why = `
Only with REX.W do the FIP and FDP fields of an FXSAVE image have 64 bits; otherwise they have 32, with FCS and FDS behind them,
which are zeros and not loaded on CPUs that deprecate them (Intel SDM volume 1, 10.5.1 and 8.1.8). All 64 were stored and loaded. Seen by whoever
reads the stack again below an image, as glibc's lazy binding leaves it. FIP is an address, so a CPU keeps it
sign-extended from its 57th bit; FDP as it is.`;

const FORMS = `
/* FIP and FDP as an image has them. */
static uint64_t fxsave_pointer(uint64_t pointer, bool wide)
{
    return wide ? pointer : (uint32_t)pointer;
}

`;

/** @param {import('../source.mjs').SourceTree} tree */
export function apply(tree) {
  const header = tree.file('qemu/target/i386/helper.h').all();
  const fpu = tree.file('qemu/target/i386/fpu_helper.c');
  const translate = tree.file('qemu/target/i386/translate.c').fn('disas_insn');
  for (const [name, part] of [
    ['fxsave', 'do_xsave_fpu'],
    ['fxrstor', 'do_xrstor_fpu'],
  ]) {
    header.replace(
      new RegExp(`DEF_HELPER_FLAGS_2\\(${name}, TCG_CALL_NO_WG, void, env, tl\\)`),
      `DEF_HELPER_FLAGS_3(${name}, TCG_CALL_NO_WG, void, env, tl, i32)`,
    );
    translate.replace(
      new RegExp(`(?<=gen_helper_${name}\\(tcg_ctx, tcg_ctx->cpu_env, s->A0)(?=\\);)`),
      ', tcg_const_i32(tcg_ctx, s->dflag == MO_64)',
    );
    fpu
      .fn(`helper_${name}`)
      .replace(/target_ulong ptr(?=\))/, 'target_ulong ptr, uint32_t wide')
      .replace(new RegExp(`(?<=${part}\\(env, ptr, )(?=ra\\))`), 'wide, ');
    // The format of xsave, which no program is offered.
    fpu
      .fn(name === 'fxsave' ? 'do_xsave' : 'helper_xrstor')
      .replace(new RegExp(`(?<=${part}\\(env, ptr, )(?=ra\\))`), 'true, ');
    fpu.fn(part).replace(/target_ulong ptr, (?=uintptr_t ra\))/, 'target_ulong ptr, bool wide, ');
  }
  fpu
    .fn('do_xsave_fpu')
    .replace(/(?<=legacy\.fpip\), )env->fpip/, 'fxsave_pointer(env->fpip, wide)')
    .replace(/(?<=legacy\.fpdp\), )env->fpdp/, 'fxsave_pointer(env->fpdp, wide)');
  fpu
    .fn('do_xrstor_fpu')
    .replace(
      /cpu_ldq_data_ra\(env, ptr \+ XO\(legacy\.fpip\), ra\)/,
      (load) => `sextract64(fxsave_pointer(${load}, wide), 0, 57)`,
    )
    .replace(/cpu_ldq_data_ra\(env, ptr \+ XO\(legacy\.fpdp\), ra\)/, (load) => `fxsave_pointer(${load}, wide)`);
  fpu.all().before(/static void do_xsave_fpu\(/, FORMS.trimStart());
}

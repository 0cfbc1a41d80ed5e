export const what = 'x86: what user mode may not do, and what its traps count';

export const why = `
Unicorn lets every program use in and out, whatever its privilege. That stays for programs of privilege 0 and where an
instruction hook is installed; else the check of QEMU decides, which ends in #GP.
iret honours the VM bit of the popped flags at every privilege. The manual has it for privilege 0 outside long mode only;
elsewhere a program could put itself into virtual 8086 mode.
rdpmc in user mode is #GP unless CR4.PCE is set; the condition was the wrong way round.
into traps from within a block: the instructions behind it are given back to the counter, it itself retires.`;

/** @param {import('../source.mjs').SourceTree} tree */
export function apply(tree) {
  tree
    .file('qemu/target/i386/translate.c')
    .fn('gen_check_io')
    .replace(
      /\/\/ Unicorn: allow all I\/O instructions\s*return;/,
      `/* Unicorn: without an operating system, and with hooks, all I/O is allowed. */
    if (s->cpl == 0 || HOOK_EXISTS(s->uc, UC_HOOK_INSN)) {
        return;
    }`,
    );
  tree
    .file('qemu/target/i386/seg_helper.c')
    .fn('helper_ret_protected')
    .replace(
      /if \(new_eflags & VM_MASK\)/,
      'if ((new_eflags & VM_MASK) && !(env->hflags & (HF_CPL_MASK | HF_LMA_MASK)))',
    );
  const misc = tree.file('qemu/target/i386/misc_helper.c');
  misc
    .fn('helper_rdpmc')
    .replace(/\(env->cr\[4\] & CR4_PCE_MASK\)/, '!(env->cr[4] & CR4_PCE_MASK)')
    .replace(/raise_exception_err\(env, EXCP06_ILLOP, 0\);/, 'raise_exception_err_ra(env, EXCP06_ILLOP, 0, GETPC());');
  misc
    .fn('helper_into')
    .before(
      /raise_interrupt\(/,
      'if (cpu_restore_state(env_cpu(env), GETPC(), true)) {\n' +
        '            cpu_neg(env_cpu(env))->icount_decr.u16.low--;\n        }\n        ',
    );
}

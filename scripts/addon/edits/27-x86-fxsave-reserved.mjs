export const what = 'fxsave writes all 16 bytes of each x87 register';

export const why = `
The six bytes behind each 80-bit register in the FXSAVE image stayed as memory had them; CPUs write zeros there (Intel SDM
volume 1, table 10-2: reserved). Seen by whoever reads stack memory again below an image, as glibc's lazy binding leaves it.`;

/** @param {import('../source.mjs').SourceTree} tree */
export function apply(tree) {
  tree
    .file('qemu/target/i386/fpu_helper.c')
    .fn('do_xsave_fpu')
    .after(
      /helper_fstt\(env, tmp, addr, ra\);/,
      '\n        cpu_stw_data_ra(env, addr + 10, 0, ra);\n        cpu_stl_data_ra(env, addr + 12, 0, ra);',
    );
}

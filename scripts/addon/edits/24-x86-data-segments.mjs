export const what = 'x86: writing DS and ES from outside loads their descriptors';

export const why = `
In 64-bit mode uc_reg_write() of FS and GS loads the segment, that of DS and ES set the selector only and left base and
limit of what was there before. Both load now.`;

/** @param {import('../source.mjs').SourceTree} tree */
export function apply(tree) {
  const file = tree.file('qemu/target/i386/unicorn.c').all();
  for (const name of ['R_DS', 'R_ES']) {
    file.replace(
      new RegExp(`env->segs\\[${name}\\]\\.selector = \\*\\(uint16_t \\*\\)value;\\s*break;`),
      `ret = uc_check_cpu_x86_load_seg(env, ${name}, *(uint16_t *)value);
            if (ret) {
                return ret;
            }
            cpu_x86_load_seg(env, ${name}, *(uint16_t *)value);
            break;`,
    );
  }
}

export const what = 'x86: a block that ends because it is long enough jumps to the next one';

export const why = `
A block that ends without a branch, because of its length, a page end, a breakpoint behind it or because it is to be one
instruction long, returned to the main loop, which looks for the next block each time. It can be chained as after a jump
(QEMU does so since 7.2), which makes a recording of x86 code three times as fast; blocks whose end matters (trap flag,
shadow of a load of ss) have no jmp_opt and return as before.`;

/** @param {import('../source.mjs').SourceTree} tree */
export function apply(tree) {
  tree
    .file('qemu/target/i386/translate.c')
    .fn('i386_tr_tb_stop')
    .replace(
      /gen_jmp_im\(dc, dc->base\.pc_next - dc->cs_base\);\s*gen_eob\(dc\);/,
      'gen_jmp_tb(dc, dc->base.pc_next - dc->cs_base, 0);',
    );
}

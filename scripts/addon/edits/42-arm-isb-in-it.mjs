export const what = 'Thumb: isb and sb keep the IT block that they stand in';

export const why = `
Both end the block of translated code by a jump of their own, which does not store how far the IT block has come: what
follows runs unconditionally. The end of the block that any instruction may ask for does store it.`;

/** @param {import('../source.mjs').SourceTree} tree */
export function apply(tree) {
  const translate = tree.file('qemu/target/arm/translate.c');
  for (const name of ['trans_ISB', 'trans_SB']) {
    translate.fn(name).replace(/gen_goto_tb\(s, 0, s->base\.pc_next\);/, 's->base.is_jmp = DISAS_TOO_MANY;');
  }
}

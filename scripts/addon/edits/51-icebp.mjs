export const what = 'x86: int1 is a debug trap';

export const why = `
0xf1 (int1, icebp) is compiled out and raises #UD. The manual (volume 2, INT1) has it raise #DB as a trap, with pc behind it and
without the check of the gate's privilege that "int 1" is subject to.`;

/** @param {import('../source.mjs').SourceTree} tree */
export function apply(tree) {
  tree
    .file('qemu/target/i386/translate.c')
    .fn('disas_insn')
    .replace(/#ifdef WANT_ICEBP\s*case 0xf1:[^\n]*([\s\S]*?)#endif/, (match) =>
      match
        .replace(/#ifdef WANT_ICEBP\s*/, '')
        .replace(/\n#endif/, '')
        .replace(
          /gen_debug\(s, pc_start - s->cs_base\);/,
          'gen_interrupt(s, EXCP01_DB, pc_start - s->cs_base, s->pc - s->cs_base);',
        ),
    );
}

export const what = 'What an instruction does no longer depends on the block around it';

export const why = `
bt, bts, btr and btc leave OF, SF, AF and PF undefined; QEMU gives them values that depend on which instruction of the same
block set flags before, so that stepping over a program differs from running it. CPUs leave them as they are, and so does
this.
On ARM a store into the block that is being executed takes effect when the block is left. With the precise treatment that
x86 has, the next instruction is the new one, whether or not it was translated before, as it is when stepping.`;

/** @param {import('../source.mjs').SourceTree} tree */
export function apply(tree) {
  tree
    .file('qemu/target/i386/translate.c')
    .fn('disas_insn')
    .replace(
      /switch \(s->cc_op\) \{(?:\s*case CC_OP_\w+:)+\s*\/\* Z was going[\s\S]*?default:([\s\S]*?)break;\s*\}/,
      (match) => {
        const [, compute] = /default:([\s\S]*?)break;\s*\}$/.exec(match) ?? [];
        return compute.replace(/\/\*[\s\S]*?\*\//, '').trim();
      },
    );
  tree
    .file('qemu/target/arm/cpu.h')
    .all()
    .before(/#define EXCP_UDEF /, '#define TARGET_HAS_PRECISE_SMC\n\n');
}

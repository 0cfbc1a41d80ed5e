export const what = 'A 16-byte SSE operand in memory must be aligned, or #GP is raised';

export const why = `
Legacy SSE instructions raise #GP when a 128-bit memory operand is not 16-byte aligned, except movups, movupd, movdqu, lddqu
and the SSE4.2 string compares (Intel SDM volume 2, table 2-20 and following). The translator never checked, so a program
that dies on a misaligned stack on a real CPU went on here. The check costs nothing: it is the alignment part of the
comparison that the first of the two 8-byte accesses makes with the TLB entry anyway.`;

const HANDLER = `
/* Only SSE accesses ask for alignment. */
void QEMU_NORETURN x86_cpu_do_unaligned_access(CPUState *cs, vaddr addr, MMUAccessType access_type,
                                               int mmu_idx, uintptr_t retaddr)
{
    X86CPU *cpu = X86_CPU(cs);

    raise_exception_err_ra(&cpu->env, EXCP0D_GPF, 0, retaddr);
}
`;

const CHOICE = `    /* 16-byte operands that need no alignment, and operands of 8 bytes that are loaded as 16 */
    switch (b | (b1 << 8)) {
    case 0x010: case 0x110: case 0x011: case 0x111: /* movups, movupd */
    case 0x26f: case 0x27f: case 0x3f0: /* movdqu, lddqu */
    case 0x02c: case 0x02d: /* cvttps2pi, cvtps2pi */
    case 0x05a: case 0x2e6: /* cvtps2pd, cvtdq2pd */
        s->sse_align = MO_UNALN;
        break;
    default:
        s->sse_align = MO_ALIGN_16;
        break;
    }
`;

/** @param {import('../source.mjs').SourceTree} tree */
export function apply(tree) {
  tree
    .file('qemu/target/i386/cpu.h')
    .all()
    .before(
      /void QEMU_NORETURN raise_exception_err_ra\(/,
      'void QEMU_NORETURN x86_cpu_do_unaligned_access(CPUState *cs, vaddr addr, MMUAccessType access_type,\n' +
        '                                               int mmu_idx, uintptr_t retaddr);\n',
    );
  tree.file('qemu/target/i386/excp_helper.c').append(HANDLER);
  tree
    .file('qemu/target/i386/cpu.c')
    .all()
    .after(/cc->tlb_fill_cpu = x86_cpu_tlb_fill;/, '\n    cc->do_unaligned_access = x86_cpu_do_unaligned_access;');

  const translate = tree.file('qemu/target/i386/translate.c');
  translate
    .block('typedef struct DisasContext {')
    .append('    MemOp sse_align; /* alignment of a 16-byte memory operand */');
  for (const [name, address] of [
    ['gen_ldo_env_A0', 'ld'],
    ['gen_sto_env_A0', 'st'],
  ]) {
    const first = new RegExp(`(?<=tcg_gen_qemu_${address}_i64\\(tcg_ctx, s->tmp1_i64, s->A0, \\w+, )MO_LEQ`);
    translate.fn(name).replace(first, 'MO_LEQ | s->sse_align');
  }
  translate
    .fn('gen_sse')
    .before(/ {4}sse_fn_epp = sse_op_table1\[b\]\[b1\];/, CHOICE)
    .after(
      /case 0x03a:\s+case 0x13a:\s+b = modrm;/,
      '\n            if ((b & 0xfc) == 0x60 || b == 0x0a || b == 0x0b) { /* pcmpestrm and its kin, roundss, roundsd */\n                s->sse_align = MO_UNALN;\n            }',
    );
}

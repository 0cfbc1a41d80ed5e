export const what = 'x86: SSE2 integer arithmetic as vector instructions of the host';

export const why = `
Every SSE instruction calls a helper that goes through its operands element by element: gcc -O2 vectorizes sha256, and 65 % of
its time was in such helpers; the string functions of libc are made of them. The translator has vector operations, which ARM's
NEON uses; integer additions, subtractions, comparisons, minima, logic and shifts by a constant now become those. They have
no exceptions and no state, so the results are the same. A move between registers is one of 16 bytes as well: behind two
stores of 8 bytes the next vector load waits for the cache. The translator's vector loads want xmm_regs at a multiple of 16
bytes; saved contexts hold a copy of the whole CPU state and must be aligned as it is. MMX keeps the helpers.`;

const GEN = `/* d = d op s for the SSE2 instructions that are one vector operation. False: the instruction is none of them. */
static bool gen_sse_vector(DisasContext *s, int b, uint32_t d, uint32_t r)
{
    TCGContext *tcg_ctx = s->uc->tcg_ctx;

    switch (b) {
#define VECTOR(opcode, op, size)                              \\
    case opcode:                                              \\
        tcg_gen_gvec_##op(tcg_ctx, size, d, d, r, 16, 16);    \\
        return true;
#define COMPARE(opcode, cond, size)                           \\
    case opcode:                                              \\
        tcg_gen_gvec_cmp(tcg_ctx, cond, size, d, d, r, 16, 16); \\
        return true;
    VECTOR(0x54, and, MO_64) VECTOR(0xdb, and, MO_64)
    VECTOR(0x56, or, MO_64) VECTOR(0xeb, or, MO_64)
    VECTOR(0x57, xor, MO_64) VECTOR(0xef, xor, MO_64)
    COMPARE(0x64, TCG_COND_GT, MO_8) COMPARE(0x65, TCG_COND_GT, MO_16) COMPARE(0x66, TCG_COND_GT, MO_32)
    COMPARE(0x74, TCG_COND_EQ, MO_8) COMPARE(0x75, TCG_COND_EQ, MO_16) COMPARE(0x76, TCG_COND_EQ, MO_32)
    VECTOR(0xfc, add, MO_8) VECTOR(0xfd, add, MO_16) VECTOR(0xfe, add, MO_32) VECTOR(0xd4, add, MO_64)
    VECTOR(0xf8, sub, MO_8) VECTOR(0xf9, sub, MO_16) VECTOR(0xfa, sub, MO_32) VECTOR(0xfb, sub, MO_64)
    VECTOR(0xdc, usadd, MO_8) VECTOR(0xdd, usadd, MO_16) VECTOR(0xec, ssadd, MO_8) VECTOR(0xed, ssadd, MO_16)
    VECTOR(0xd8, ussub, MO_8) VECTOR(0xd9, ussub, MO_16) VECTOR(0xe8, sssub, MO_8) VECTOR(0xe9, sssub, MO_16)
    VECTOR(0xda, umin, MO_8) VECTOR(0xde, umax, MO_8) VECTOR(0xea, smin, MO_16) VECTOR(0xee, smax, MO_16)
#undef VECTOR
#undef COMPARE
    case 0x55: /* andnps, andnpd */
    case 0xdf: /* pandn */
        tcg_gen_gvec_andc(tcg_ctx, MO_64, d, r, d, 16, 16);
        return true;
    }
    return false;
}

/* Shift of all elements by a constant, opcodes 71, 72 and 73 by the reg field op. False: not one of these. */
static bool gen_sse_vector_shift(DisasContext *s, int b, int op, int count, uint32_t d)
{
    TCGContext *tcg_ctx = s->uc->tcg_ctx;
    unsigned size = b == 0x71 ? MO_16 : b == 0x72 ? MO_32 : MO_64;
    int bits = 8 << size;

    if (op == 4 && size != MO_64) {
        tcg_gen_gvec_sari(tcg_ctx, size, d, d, count < bits ? count : bits - 1, 16, 16);
    } else if (op != 2 && op != 6) {
        return false;
    } else if (count >= bits) {
        tcg_gen_gvec_xor(tcg_ctx, MO_64, d, d, d, 16, 16);
    } else if (op == 2) {
        tcg_gen_gvec_shri(tcg_ctx, size, d, d, count, 16, 16);
    } else {
        tcg_gen_gvec_shli(tcg_ctx, size, d, d, count, 16, 16);
    }
    return true;
}

`;

/** @param {import('../source.mjs').SourceTree} tree */
export function apply(tree) {
  tree
    .file('qemu/target/i386/cpu.h')
    .all()
    .replace(/(?<=ZMMReg xmm_regs\[CPU_NB_REGS == 8 \? 8 : 32\])(?=;)/, ' __attribute__((aligned(16)))');
  tree
    .file('include/uc_priv.h')
    .block('struct uc_context {')
    .replace(/char data\[0\](?=;)/, 'char data[0] __attribute__((aligned(16)))');

  const translate = tree.file('qemu/target/i386/translate.c');
  const sse = translate.fn('gen_sse_masked');
  sse.after(
    /case 0x173:\s*if \(b1 >= 2\) \{\s*goto unknown_op;\s*\}\s*val = x86_ldub_code\(env, s\);/,
    `
            if (is_xmm && gen_sse_vector_shift(s, b & 0xff, (modrm >> 3) & 7, val,
                                               offsetof(CPUX86State, xmm_regs[(modrm & 7) | REX_B(s)]))) {
                break;
            }`,
  );
  // The last default is the one of the plain two-operand instructions.
  sse.replace(
    /default:(?=\s*tcg_gen_addi_ptr\(tcg_ctx, s->ptr0, tcg_ctx->cpu_env, op1_offset\);\s*tcg_gen_addi_ptr\(tcg_ctx, s->ptr1, tcg_ctx->cpu_env, op2_offset\);\s*sse_fn_epp\(tcg_ctx, tcg_ctx->cpu_env, s->ptr0, s->ptr1\);\s*break;\s*\}\s*if \(b == 0x2e)/,
    `default:
            if (is_xmm && gen_sse_vector(s, b, op1_offset, op2_offset)) {
                break;
            }`,
  );
  translate
    .fn('gen_op_movo')
    .replace(
      /(?<=TCGContext \*tcg_ctx = s->uc->tcg_ctx;\n)[\s\S]*$/,
      '\n    tcg_gen_gvec_mov(tcg_ctx, MO_64, d_offset, s_offset, 16, 16);\n',
    );
  translate.all().before(/static void gen_sse_masked\(CPUX86State \*env, DisasContext \*s, int b,/, GEN);
  translate.all().after(/#include "tcg\/tcg-op\.h"\n/, '#include "tcg/tcg-op-gvec.h"\n');
}

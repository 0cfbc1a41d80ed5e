export const what =
  'x86: operands as wide as the CPU has them: conversions and punpckl from memory, push of a selector, wrfsbase';

export const why = `
cvtps2pi, cvttps2pi, cvtps2pd, cvtdq2pd, roundss and roundsd read 16 bytes of memory where the CPU reads 4 or 8, and so fault at
the end of a page; punpcklbw, punpcklwd and punpckldq of an MMX register read 8 where the CPU reads 4. In 64-bit code Intel's CPUs pass over an operand size prefix on near branches (volume 2, JMP, CALL, RET);
here the target lost all but 16 bits.
A push of a selector with a 32-bit operand wrote four bytes; Intel's CPUs write the two of the selector and leave the others
(Intel SDM volume 2, PUSH). wrfsbase and wrgsbase took addresses that are not canonical, where the CPU raises #GP.`;

const PUSH = `
/* push of the selector in T0: with a 32-bit operand only its two bytes are written. */
static void gen_push_selector(DisasContext *s)
{
    TCGContext *tcg_ctx = s->uc->tcg_ctx;
    MemOp a_ot = mo_stacksize(s);
    TCGv new_esp = s->tmp4;

    if (CODE64(s) || mo_pushpop(s, s->dflag) != MO_32) {
        gen_push_v(s, s->T0);
        return;
    }
    tcg_gen_subi_tl(tcg_ctx, s->A0, tcg_ctx->cpu_regs[R_ESP], 4);
    tcg_gen_mov_tl(tcg_ctx, new_esp, s->A0);
    gen_lea_v_seg(s, a_ot, s->A0, R_SS, -1);
    gen_op_st_v(s, MO_16, s->T0, s->A0);
    gen_op_mov_reg_v(s, a_ot, R_ESP, new_esp);
}

`;

const BRANCHES = `
/* Near branches and returns by their first byte, or 0x100 and their second. */
static bool is_near_branch(int b)
{
    return (b >= 0x70 && b <= 0x7f) || (b >= 0xe0 && b <= 0xe3) || b == 0xe8 || b == 0xe9 || b == 0xeb || b == 0xc2 ||
           b == 0xc3 || (b >= 0x180 && b <= 0x18f);
}

`;

/** Behind the label of the branch through a register or memory. */
const NEAR = `
            if (CODE64(s)) {
                s->dflag = dflag = MO_64;
            }`;

const CHECK = `
void helper_check_canonical(CPUX86State *env, target_ulong address)
{
#ifdef TARGET_X86_64
    if ((target_long)(address << 16) >> 16 != (target_long)address) {
        raise_exception_ra(env, EXCP0D_GPF, GETPC());
    }
#endif
}
`;

/** @param {import('../source.mjs').SourceTree} tree */
export function apply(tree) {
  const file = tree.file('qemu/target/i386/translate.c');
  file
    .fn('gen_sse')
    .after(
      /sz = 2;\s*\} else if \(b1 == 3\) \{\s*sz = 3;/,
      '\n                    } else if (b == 0x5a && b1 == 0) { /* cvtps2pd */\n                        sz = 3;',
    )
    .before(
      /case 0x2e: {2}\/\* ucomis\[sd\] \*\//,
      `case 0xe6: /* cvtdq2pd */
                    if (b1 == 2) {
                        sz = 3;
                    }
                    break;

                `,
    )
    .replace(
      /(?<=case 0x12d: \/\* cvtpd2pi \*\/[^:]*?)gen_ldo_env_A0\(s, op2_offset\);/,
      `if (b & 0x100) {
                    gen_ldo_env_A0(s, op2_offset);
                } else {
                    gen_ldq_env_A0(s, offsetof(CPUX86State, xmm_t0.ZMM_Q(0)));
                }`,
    );
  file.fn('gen_sse').replace(
    /gen_ldo_env_A0\(s, op2_offset\);(?=\s*\}\s*\} else \{\s*op1_offset = offsetof\(CPUX86State,fpregs\[reg\]\.mmx\);[\s\S]{0,400}val = x86_ldub_code\(env, s\);\s*if \(\(b & 0xfc\) == 0x60\))/,
    `if (b == 0x0a) { /* roundss */
                        gen_op_ld_v(s, MO_32, s->T0, s->A0);
                        tcg_gen_st32_tl(tcg_ctx, s->T0, tcg_ctx->cpu_env, offsetof(CPUX86State, xmm_t0.ZMM_L(0)));
                    } else if (b == 0x0b) { /* roundsd */
                        gen_ldq_env_A0(s, offsetof(CPUX86State, xmm_t0.ZMM_Q(0)));
                    } else {
                        gen_ldo_env_A0(s, op2_offset);
                    }`,
  );
  file.fn('gen_sse').replace(
    /(?<=op2_offset = offsetof\(CPUX86State,mmx_t0\);\s*)gen_ldq_env_A0\(s, op2_offset\);(?=\s*\} else \{\s*rm = \(modrm & 7\);[^}]*\}\s*\}\s*switch\(b\))/,
    `if (b >= 0x60 && b <= 0x62) { /* punpckl */
                    gen_op_ld_v(s, MO_32, s->T0, s->A0);
                    tcg_gen_st32_tl(tcg_ctx, s->T0, tcg_ctx->cpu_env, offsetof(CPUX86State, mmx_t0.MMX_L(0)));
                } else {
                    gen_ldq_env_A0(s, op2_offset);
                }`,
  );
  file
    .fn('disas_insn')
    .after(
      / reswitch:\n/,
      `    if (CODE64(s) && dflag == MO_16 && is_near_branch(b)) {
        s->dflag = dflag = MO_32;
    }
`,
    )
    .after(/case 2: \/\* call Ev \*\//, NEAR)
    .after(/case 4: \/\* jmp Ev \*\//, NEAR)
    .replace(/(?<=gen_op_movl_T0_seg\(s, b >> 3\);\s*)gen_push_v\(s, s->T0\);/, 'gen_push_selector(s);')
    .replace(/(?<=gen_op_movl_T0_seg\(s, \(b >> 3\) & 7\);\s*)gen_push_v\(s, s->T0\);/, 'gen_push_selector(s);')
    .before(
      /base = tcg_ctx->cpu_seg_base\[modrm & 8/,
      `if ((modrm & 0x10) && s->dflag == MO_64) {
                    gen_helper_check_canonical(tcg_ctx, tcg_ctx->cpu_env, tcg_ctx->cpu_regs[(modrm & 7) | REX_B(s)]);
                }
                `,
    );
  file.all().before(/\/\* convert one instruction\. s->base\.is_jmp is set/, BRANCHES.trimStart());
  file.all().after(/gen_op_mov_reg_v\(s, a_ot, R_ESP, new_esp\);\n\}\n(?=\n\/\* two step pop)/, `${PUSH.trimEnd()}\n`);
  tree
    .file('qemu/target/i386/helper.h')
    .all()
    .before(/DEF_HELPER_1\(enter_mmx,/, 'DEF_HELPER_2(check_canonical, void, env, tl)\n');
  tree.file('qemu/target/i386/misc_helper.c').append(CHECK);
}


/* Which of the x87's encodings there are: `op` is the low three bits of the opcode and the middle of ModRM. */
static bool x87_exists(int op, int modrm)
{
    /* A bit for each value of rm. */
    static const uint8_t registers[64] = {
        [0x00] = 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        [0x08] = 0xff, 0xff, 0x01, 0xff, 0x33, 0x7f, 0xff, 0xff,
        [0x10] = 0xff, 0xff, 0xff, 0xff, 0x00, 0x02, 0x00, 0x00,
        [0x18] = 0xff, 0xff, 0xff, 0xff, 0x1f, 0xff, 0xff, 0x00,
        [0x20] = 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        [0x28] = 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00,
        [0x30] = 0xff, 0xff, 0xff, 0x02, 0xff, 0xff, 0xff, 0xff,
        [0x38] = 0xff, 0xff, 0xff, 0xff, 0x01, 0xff, 0xff, 0x00,
    };

    if (modrm < 0xc0) {
        return op != 0x09 && op != 0x1c && op != 0x1e && op != 0x2d;
    }
    return registers[op] >> (modrm & 7) & 1;
}

/* Those that do not look for a pending exception: fninit, fnclex, fnstsw, fnstcw, fnstenv, fnsave. */
static bool x87_waits(int op, int modrm)
{
    return modrm < 0xc0 ? op != 0x0e && op != 0x0f && op != 0x2e && op != 0x2f : op != 0x1c && op != 0x3c;
}

/* Those that leave the instruction pointer alone. */
static bool x87_controls(int op, int modrm)
{
    if (modrm < 0xc0) {
        return (op >= 0x0c && op <= 0x0f) || (op >= 0x2c && op <= 0x2f);
    }
    return op == 0x1c || op == 0x3c;
}

static void gen_x87_control(DisasContext *s, int op, int modrm)
{
    TCGContext *tcg_ctx = s->uc->tcg_ctx;
    TCGv_i32 wide = tcg_const_i32(tcg_ctx, s->dflag - 1);

    if (modrm >= 0xc0) {
        if (op == 0x3c) {
            gen_helper_fnstsw(tcg_ctx, s->tmp2_i32, tcg_ctx->cpu_env);
            tcg_gen_extu_i32_tl(tcg_ctx, s->T0, s->tmp2_i32);
            gen_op_mov_reg_v(s, MO_16, R_EAX, s->T0);
        } else if (modrm == 0xe2) {
            gen_helper_fclex(tcg_ctx, tcg_ctx->cpu_env);
        } else if (modrm == 0xe3) {
            gen_helper_fninit(tcg_ctx, tcg_ctx->cpu_env);
        }
    } else if (op == 0x0c) {
        gen_helper_fldenv(tcg_ctx, tcg_ctx->cpu_env, s->A0, wide);
    } else if (op == 0x0d) {
        tcg_gen_qemu_ld_i32(tcg_ctx, s->tmp2_i32, s->A0, s->mem_index, MO_LEUW);
        gen_helper_fldcw(tcg_ctx, tcg_ctx->cpu_env, s->tmp2_i32);
    } else if (op == 0x0e) {
        gen_helper_fstenv(tcg_ctx, tcg_ctx->cpu_env, s->A0, wide);
    } else if (op == 0x2c) {
        gen_helper_frstor(tcg_ctx, tcg_ctx->cpu_env, s->A0, wide);
    } else if (op == 0x2e) {
        gen_helper_fsave(tcg_ctx, tcg_ctx->cpu_env, s->A0, wide);
    } else {
        if (op == 0x0f) {
            gen_helper_fnstcw(tcg_ctx, s->tmp2_i32, tcg_ctx->cpu_env);
        } else {
            gen_helper_fnstsw(tcg_ctx, s->tmp2_i32, tcg_ctx->cpu_env);
        }
        tcg_gen_qemu_st_i32(tcg_ctx, s->tmp2_i32, s->A0, s->mem_index, MO_LEUW);
    }
    tcg_temp_free_i32(tcg_ctx, wide);
}

static void gen_x87_memory(DisasContext *s, int op, TCGv_i32 code)
{
    TCGContext *tcg_ctx = s->uc->tcg_ctx;
    static const MemOp kinds[] = { MO_LEUL, MO_LESL, MO_LEQ, MO_LESW };
    int low = op & 7;

    if (op == 0x1d || op == 0x3c) {
        gen_helper_x87_load80(tcg_ctx, tcg_ctx->cpu_env, s->A0, code);
    } else if ((op & 8) && op != 0x3d && low != 0) {
        gen_helper_x87_store(tcg_ctx, tcg_ctx->cpu_env, s->A0, code);
    } else {
        tcg_gen_qemu_ld_i64(tcg_ctx, s->tmp1_i64, s->A0, s->mem_index, op == 0x3d ? MO_LEQ : kinds[op >> 4]);
        gen_helper_x87_load(tcg_ctx, tcg_ctx->cpu_env, s->tmp1_i64, code);
    }
}

/* Raise #MF where an exception is pending. Ends the basic block. */
static void gen_x87_pending(DisasContext *s)
{
    TCGContext *tcg_ctx = s->uc->tcg_ctx;
    TCGLabel *none = gen_new_label(tcg_ctx);

    tcg_gen_ld16u_i32(tcg_ctx, s->tmp2_i32, tcg_ctx->cpu_env, offsetof(CPUX86State, fpus));
    tcg_gen_andi_i32(tcg_ctx, s->tmp2_i32, s->tmp2_i32, 0x80); /* ES */
    tcg_gen_brcondi_i32(tcg_ctx, TCG_COND_EQ, s->tmp2_i32, 0, none);
    gen_helper_fwait(tcg_ctx, tcg_ctx->cpu_env);
    gen_set_label(tcg_ctx, none);
}

/* One instruction of the x87; false when there is none of this encoding. */
static bool gen_x87(CPUX86State *env, DisasContext *s, int b, int modrm, target_ulong pc_start)
{
    TCGContext *tcg_ctx = s->uc->tcg_ctx;
    int op = (b & 7) << 3 | (modrm >> 3 & 7), code = (b & 7) << 8 | modrm;
    bool memory = modrm < 0xc0, control = x87_controls(op, modrm);
    TCGv_i32 code_arg;

    if (!x87_exists(op, modrm)) {
        return false;
    }
    if (x87_waits(op, modrm)) {
        gen_x87_pending(s);
    }
    if (memory) {
        AddressParts a = gen_lea_modrm_0(env, s, modrm);
        TCGv ea = gen_lea_modrm_1(s, a);

        if (!control) {
            if (s->aflag == MO_32) {
                tcg_gen_ext32u_tl(tcg_ctx, s->A0, ea); /* ea may be a register of the program */
                ea = s->A0;
            }
            tcg_gen_st_tl(tcg_ctx, ea, tcg_ctx->cpu_env, offsetof(CPUX86State, x87_dp));
        }
        gen_lea_v_seg(s, s->aflag, ea, a.def_seg, s->override);
    }
    if (control) {
        gen_x87_control(s, op, modrm);
        return true;
    }
    code_arg = tcg_const_i32(tcg_ctx, code);
    tcg_gen_st16_i32(tcg_ctx, code_arg, tcg_ctx->cpu_env, offsetof(CPUX86State, x87_op));
    if (memory) {
        gen_x87_memory(s, op, code_arg);
    } else {
        bool compares = op == 0x1d || op == 0x1e || op == 0x3d || op == 0x3e;
        bool moves = op >= 0x10 && op <= 0x1b && !(op & 4);

        if (compares || moves) {
            gen_update_cc_op(s);
        }
        gen_helper_x87_register(tcg_ctx, tcg_ctx->cpu_env, code_arg);
        if (compares) {
            set_cc_op(s, CC_OP_EFLAGS);
        }
    }
    tcg_temp_free_i32(tcg_ctx, code_arg);
    tcg_gen_st_tl(tcg_ctx, tcg_const_tl(tcg_ctx, pc_start - s->cs_base), tcg_ctx->cpu_env, offsetof(CPUX86State, fpip));
    return true;
}

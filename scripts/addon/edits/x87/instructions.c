
static floatx80 *x87_st(CPUX86State *env, int i)
{
    return &env->fpregs[(env->fpstt + i) & 7].d;
}

static bool x87_empty(CPUX86State *env, int i)
{
    return env->fptags[(env->fpstt + i) & 7];
}

static void x87_set(CPUX86State *env, int i, floatx80 value)
{
    *x87_st(env, i) = value;
    env->fptags[(env->fpstt + i) & 7] = 0;
}

static void x87_summary(CPUX86State *env)
{
    bool pending = env->fpus & ~env->fpuc & X87_FLAGS;

    env->fpus = (env->fpus & ~(FPUS_SE | FPUS_B)) | (pending ? FPUS_SE | FPUS_B : 0);
}

static X87Result x87_begin(CPUX86State *env)
{
    return (X87Result) { .control = env->fpuc };
}

/* The stack is empty where an operand should be: IE and SF, and the indefinite in place of the result. */
static floatx80 x87_underflow(X87Result *r)
{
    r->exceptions = FPUS_IE | FPUS_SF;
    r->up = false;
    return x87_indefinite;
}

/* Enters what was met into the status word. True when the result counts: false leaves the operands as they are. */
static bool x87_end(CPUX86State *env, X87Result *r)
{
    bool stop = r->exceptions & X87_EARLY & ~r->control;

    if (stop) {
        r->exceptions &= X87_EARLY | FPUS_SF;
        r->up &= (r->exceptions & FPUS_SF) != 0;
    }
    env->fpus = (env->fpus & ~X87_C1) | r->exceptions | (r->up ? X87_C1 : 0);
    if (r->exceptions & ~r->control & X87_FLAGS) {
        env->fpus |= FPUS_SE | FPUS_B;
        env->fpop = env->x87_op;
        if ((env->x87_op & 0xff) < 0xc0) {
            env->fpdp = env->x87_dp; /* one of registers keeps it */
        }
    }
    return !stop;
}

/* A denormal operand is pushed even where DE is not masked. */
static void x87_push(CPUX86State *env, X87Result *r, floatx80 value)
{
    if (!x87_empty(env, 7) && !(r->exceptions & FPUS_SF)) {
        value = x87_underflow(r);
        r->up = true; /* C1: it is an overflow */
    }
    if (x87_end(env, r) || r->exceptions == FPUS_DE) {
        fpush(env);
        x87_set(env, 0, value);
    }
}

static void x87_binary(CPUX86State *env, int op, int to, int i, bool pop)
{
    X87Result r = x87_begin(env);
    floatx80 value = x87_empty(env, 0) || x87_empty(env, i)
                         ? x87_underflow(&r)
                         : x87_arithmetic(&r, op, *x87_st(env, 0), *x87_st(env, i), false);

    if (x87_end(env, &r)) {
        x87_set(env, to, value);
        if (pop) {
            fpop(env);
        }
    }
}

/* In eflags, where C1 stays, or in C3, C2 and C0. `r` may hold DE of b already. */
static void x87_compare(CPUX86State *env, X87Result *r, floatx80 b, bool b_empty, bool quiet, bool eflags, int pops)
{
    static const int in_status[] = { 0x0100, 0x4000, 0x0000, 0x4500 };
    static const int in_eflags[] = { CC_C, CC_Z, 0, CC_Z | CC_P | CC_C };
    floatx80 a = *x87_st(env, 0);
    int ca = x87_class(a), cb = x87_class(b), relation = 3, old = 0, c1 = env->fpus & X87_C1;

    if (eflags) {
        old = cpu_cc_compute_all(env, CC_OP);
        CC_SRC = old;
    }
    if (x87_empty(env, 0) || b_empty) {
        x87_underflow(r);
    } else if (ca >= X87_QNAN || cb >= X87_QNAN) {
        r->exceptions = !quiet || ca > X87_QNAN || cb > X87_QNAN ? FPUS_IE : 0;
    } else {
        r->exceptions |= ca == X87_DENORMAL || cb == X87_DENORMAL ? FPUS_DE : 0;
        relation = floatx80_compare_quiet(x87_canonical(a), x87_canonical(b), &env->fp_status) + 1;
    }
    if (!x87_end(env, r)) {
        pops = 0;
    }
    if (eflags && !(r->exceptions & FPUS_SF)) {
        env->fpus |= c1;
    }
    if (eflags) {
        CC_SRC = (old & ~(CC_Z | CC_P | CC_C | CC_O | CC_S | CC_A)) | in_eflags[relation];
    } else {
        env->fpus = (env->fpus & ~0x4500) | in_status[relation];
    }
    while (pops-- > 0) {
        fpop(env);
    }
}

static void x87_compare_register(CPUX86State *env, int i, bool quiet, bool eflags, int pops)
{
    X87Result r = x87_begin(env);

    x87_compare(env, &r, *x87_st(env, i), x87_empty(env, i), quiet, eflags, pops);
}

/* fchs, fabs, ftst and fxam. */
static void x87_sign(CPUX86State *env, int which)
{
    static const int by_class[] = { 0x4000, 0x4400, 0x0400, 0x0500, 0x0100, 0x0100, 0 };
    X87Result r = x87_begin(env);
    floatx80 a = *x87_st(env, 0);

    if (which == 4) {
        x87_compare(env, &r, floatx80_zero, false, false, false, 0);
    } else if (which == 5) {
        env->fpus = (env->fpus & ~0x4700) | (a.high >> 15 ? X87_C1 : 0) |
                    (x87_empty(env, 0) ? 0x4100 : by_class[x87_class(a)]);
    } else {
        a = x87_empty(env, 0) ? x87_underflow(&r) : which == 0 ? floatx80_chs(a) : floatx80_abs(a);
        if (x87_end(env, &r)) {
            x87_set(env, 0, a);
        }
    }
}

/* fld1, fldl2t, fldl2e, fldpi, fldlg2, fldln2, fldz: cut off, and what nearest and up add to that. */
static void x87_constant(CPUX86State *env, int which)
{
    static const struct {
        uint16_t exp;
        uint64_t sig;
        bool near, up;
    } constants[] = {
        { 0x3fff, 0x8000000000000000ULL, 0, 0 }, { 0x4000, 0xd49a784bcd1b8afeULL, 0, 1 },
        { 0x3fff, 0xb8aa3b295c17f0bbULL, 1, 1 }, { 0x4000, 0xc90fdaa22168c234ULL, 1, 1 },
        { 0x3ffd, 0x9a209a84fbcff798ULL, 1, 1 }, { 0x3ffe, 0xb17217f7d1cf79abULL, 1, 1 },
        { 0x0000, 0x0000000000000000ULL, 0, 0 },
    };
    X87Result r = x87_begin(env);
    int rounding = x87_rounding(&r);
    bool add = rounding == X87_NEAREST ? constants[which].near : rounding == X87_UP && constants[which].up;

    x87_push(env, &r, x87_pack(false, constants[which].exp, constants[which].sig + add));
}

static void x87_exchange(CPUX86State *env, int i)
{
    X87Result r = x87_begin(env);
    floatx80 a = x87_empty(env, 0) ? x87_underflow(&r) : *x87_st(env, 0);
    floatx80 b = x87_empty(env, i) ? x87_underflow(&r) : *x87_st(env, i);

    if (x87_end(env, &r)) {
        x87_set(env, 0, b);
        x87_set(env, i, a);
    }
}

static void x87_move(CPUX86State *env, int to, bool pop)
{
    X87Result r = x87_begin(env);
    floatx80 value = x87_empty(env, 0) ? x87_underflow(&r) : *x87_st(env, 0);

    if (x87_end(env, &r)) {
        x87_set(env, to, value);
        if (pop) {
            fpop(env);
        }
    }
}

/* fcmov, which leaves C1 alone. */
static void x87_move_if(CPUX86State *env, int i, bool condition)
{
    X87Result r = x87_begin(env);
    floatx80 value = *x87_st(env, condition ? i : 0);

    r.up = env->fpus & X87_C1;
    if (x87_empty(env, 0) || x87_empty(env, i)) {
        value = x87_underflow(&r);
    }
    if (x87_end(env, &r)) {
        x87_set(env, 0, value);
    }
}

static bool x87_condition(CPUX86State *env, int which)
{
    static const int flags[] = { CC_C, CC_Z, CC_C | CC_Z, CC_P };
    bool met = cpu_cc_compute_all(env, CC_OP) & flags[which & 3];

    return which & 8 ? !met : met;
}

static void x87_extract(CPUX86State *env)
{
    X87Result r = x87_begin(env);
    floatx80 a = *x87_st(env, 0), exponent = x87_indefinite;
    int class = x87_class(a);

    if (x87_empty(env, 0)) {
        a = x87_underflow(&r);
    } else if (!x87_empty(env, 7)) {
        a = x87_underflow(&r);
        r.up = true;
    } else if (class >= X87_QNAN) {
        a = exponent = x87_nan(&r, a, a);
    } else if (class == X87_ZERO) {
        r.exceptions = FPUS_ZE;
        exponent = x87_infinity(true);
    } else if (class == X87_INFINITY) {
        exponent = x87_infinity(false);
    } else {
        X87Number n = x87_number(a);

        r.exceptions = class == X87_DENORMAL ? FPUS_DE : 0;
        exponent = x87_from_integer(n.exp - 16383);
        a = x87_pack(n.sign, 16383, n.sig);
    }
    if (x87_end(env, &r)) {
        x87_set(env, 0, exponent);
        fpush(env);
        x87_set(env, 0, a);
    }
}

static void x87_partial_remainder(CPUX86State *env, bool nearest)
{
    X87Result r = x87_begin(env);
    bool empty = x87_empty(env, 0) || x87_empty(env, 1);
    int quotient = -2;
    floatx80 value = empty ? x87_underflow(&r)
                           : x87_remainder(&r, *x87_st(env, 0), *x87_st(env, 1), nearest, &quotient);

    if (!x87_end(env, &r)) {
        env->fpus &= ~0x0400;
        return;
    }
    x87_set(env, 0, value);
    if (quotient == -1) {
        env->fpus = (env->fpus & ~0x4500) | 0x0400;
    } else if (quotient < 0) {
        env->fpus &= ~0x0400;
    } else {
        env->fpus &= ~0x4700;
        env->fpus |= (quotient & 4 ? 0x100 : 0) | (quotient & 2 ? 0x4000 : 0) | (quotient & 1 ? X87_C1 : 0);
    }
}

static void x87_unary(CPUX86State *env, floatx80 (*function)(X87Result *, floatx80))
{
    X87Result r = x87_begin(env);
    floatx80 value = x87_empty(env, 0) ? x87_underflow(&r) : function(&r, *x87_st(env, 0));

    if (x87_end(env, &r)) {
        x87_set(env, 0, value);
    }
}

static void x87_scale_st1(CPUX86State *env)
{
    X87Result r = x87_begin(env);
    bool empty = x87_empty(env, 0) || x87_empty(env, 1);
    floatx80 value = empty ? x87_underflow(&r) : x87_scale(&r, *x87_st(env, 0), *x87_st(env, 1));

    if (x87_end(env, &r)) {
        x87_set(env, 0, value);
    }
}

static void x87_turn(CPUX86State *env, int by)
{
    env->fpstt = (env->fpstt + by) & 7;
    env->fpus &= ~X87_C1;
}

static void x87_function(CPUX86State *env, int which);

/* d9 f0 to d9 ff */
static void x87_group_d9(CPUX86State *env, int which)
{
    switch (which) {
    case 0x4:
        x87_extract(env);
        break;
    case 0x5:
    case 0x8:
        x87_partial_remainder(env, which == 0x5);
        break;
    case 0x6:
    case 0x7:
        x87_turn(env, which == 0x6 ? -1 : 1);
        break;
    case 0xa:
        x87_unary(env, x87_square_root);
        break;
    case 0xc:
        x87_unary(env, x87_round_to_integer);
        break;
    case 0xd:
        x87_scale_st1(env);
        break;
    default:
        x87_function(env, which);
    }
}

/* Registers only. `op` is the low three bits of the opcode and the ModRM byte. */
void helper_x87_register(CPUX86State *env, uint32_t op)
{
    int i = op & 7, group = (op >> 5 & 0x38) | (op >> 3 & 7);

    switch (group) {
    case 0x00: case 0x01: case 0x04: case 0x05: case 0x06: case 0x07:
        x87_binary(env, group, 0, i, false);
        break;
    case 0x20: case 0x21: case 0x24: case 0x25: case 0x26: case 0x27:
    case 0x30: case 0x31: case 0x34: case 0x35: case 0x36: case 0x37:
        x87_binary(env, group & 7, i, i, group & 0x10);
        break;
    case 0x02: case 0x22:
    case 0x03: case 0x23: case 0x32:
        x87_compare_register(env, i, false, false, group != 0x02 && group != 0x22);
        break;
    case 0x15: case 0x33:
        x87_compare_register(env, 1, group == 0x15, false, 2);
        break;
    case 0x2c: case 0x2d:
        x87_compare_register(env, i, true, false, group == 0x2d);
        break;
    case 0x1d: case 0x1e: case 0x3d: case 0x3e:
        x87_compare_register(env, i, (group & 7) == 5, true, group >= 0x3d);
        break;
    case 0x08:
    {
        X87Result r = x87_begin(env);
        floatx80 value = x87_empty(env, i) ? x87_underflow(&r) : *x87_st(env, i);

        x87_push(env, &r, value);
        break;
    }
    case 0x09: case 0x29: case 0x39:
        x87_exchange(env, i);
        break;
    case 0x0c:
        x87_sign(env, i);
        break;
    case 0x0d:
        x87_constant(env, i);
        break;
    case 0x0e: case 0x0f:
        x87_group_d9(env, op & 15);
        break;
    case 0x10: case 0x11: case 0x12: case 0x13: case 0x18: case 0x19: case 0x1a: case 0x1b:
        x87_move_if(env, i, x87_condition(env, group));
        break;
    case 0x28: case 0x38:
        env->fpus &= ~X87_C1;
        env->fptags[(env->fpstt + i) & 7] = 1;
        if (group == 0x38) {
            fpop(env);
        }
        break;
    case 0x2a: case 0x2b: case 0x0b: case 0x3a: case 0x3b:
        x87_move(env, i, group != 0x2a);
        break;
    }
}

/* An operand from memory: op as above, value as the operand has it, integers with their sign. */
void helper_x87_load(CPUX86State *env, uint64_t value, uint32_t op)
{
    int group = (op >> 5 & 0x38) | (op >> 3 & 7), kind = group == 0x3d ? 1 : group >> 4;
    X87Result r = x87_begin(env);
    bool denormal = false;
    floatx80 b = kind & 1 ? x87_from_integer(value) : x87_widen(value, kind == 0 ? 24 : 53, &denormal);

    if (group & 8) {
        if (x87_class(b) == X87_SNAN) {
            r.exceptions = FPUS_IE;
            b = x87_quiet(b);
        }
        r.exceptions |= denormal ? FPUS_DE : 0;
        x87_push(env, &r, b);
    } else if ((group & 6) == 2) {
        r.exceptions = denormal ? FPUS_DE : 0;
        x87_compare(env, &r, b, false, false, false, group & 1);
    } else {
        b = x87_empty(env, 0) ? x87_underflow(&r) : x87_arithmetic(&r, group & 7, *x87_st(env, 0), b, denormal);
        if (x87_end(env, &r)) {
            x87_set(env, 0, b);
        }
    }
}

/* fld of 80 bits, and fbld. */
void helper_x87_load80(CPUX86State *env, target_ulong ptr, uint32_t op)
{
    X87Result r = x87_begin(env);
    floatx80 value = helper_fldt(env, ptr, GETPC());

    if ((op & 0x700) == 0x700) {
        uint64_t sum = 0;
        int i;

        for (i = 17; i >= 0; i--) {
            sum = sum * 10 + ((i < 16 ? value.low >> (4 * i) : value.high >> (4 * (i - 16))) & 15);
        }
        sum = (value.high & 0x8000 ? 1ULL << 63 : 0) | sum;
        value = x87_from_integer(sum & INT64_MAX);
        value.high |= sum >> 63 << 15;
    }
    x87_push(env, &r, value);
}


/* fbstp: 18 decimal digits, the sign in the highest bit. */
static floatx80 x87_decimal(X87Result *r, floatx80 a)
{
    static const floatx80 indefinite = make_floatx80_init(0xffff, 0xc000000000000000ULL);
    int class = x87_class(a), i;
    uint64_t value = 0;
    bool inexact = false, up = false;
    floatx80 digits = x87_pack(a.high >> 15, 0, 0);

    if (class >= X87_INFINITY ||
        (class != X87_ZERO && !x87_magnitude(x87_number(a), x87_rounding(r), &value, &inexact, &up)) ||
        value > 999999999999999999ULL) {
        r->exceptions |= FPUS_IE;
        return indefinite;
    }
    r->exceptions |= inexact ? FPUS_PE : 0;
    r->up = up;
    for (i = 0; i < 16; i++, value /= 10) {
        digits.low |= value % 10 << (4 * i);
    }
    digits.high |= value % 10 | value / 10 << 4;
    return digits;
}

/* Fault now where the environment or all of the state cannot be written: CPUs look at the last byte first. */
static void x87_probe(CPUX86State *env, target_ulong ptr, int size, uintptr_t ra)
{
    int mmu_idx = cpu_mmu_index(env, false);

    probe_write(env, ptr + size - 1, 1, mmu_idx, ra);
    probe_write(env, ptr, 1, mmu_idx, ra);
}

/* Everything that stores ST(0): the store first, as it may fault, then the status word and the stack. */
void helper_x87_store(CPUX86State *env, target_ulong ptr, uint32_t op)
{
    int group = (op >> 5 & 0x38) | (op >> 3 & 7);
    bool empty = x87_empty(env, 0);
    X87Result r = x87_begin(env);
    floatx80 a = *x87_st(env, 0);
    int size = 0, rounding = (group & 7) == 1 ? X87_CHOP : x87_rounding(&r);
    uint64_t value = 0;

    switch (group) {
    case 0x0a: case 0x0b:
        size = 4;
        value = x87_narrow(&r, empty ? x87_indefinite : a, 24);
        break;
    case 0x2a: case 0x2b:
        size = 8;
        value = x87_narrow(&r, empty ? x87_indefinite : a, 53);
        break;
    case 0x39: case 0x3a: case 0x3b:
        size = 2;
        value = x87_to_integer(&r, empty ? x87_indefinite : a, 16, rounding);
        break;
    case 0x19: case 0x1a: case 0x1b:
        size = 4;
        value = x87_to_integer(&r, empty ? x87_indefinite : a, 32, rounding);
        break;
    case 0x29: case 0x3f:
        size = 8;
        value = x87_to_integer(&r, empty ? x87_indefinite : a, 64, rounding);
        break;
    case 0x3e:
        size = 10;
        a = x87_decimal(&r, empty ? x87_indefinite : a);
        break;
    default:
        size = 10;
        a = empty ? x87_indefinite : a;
    }
    if (empty) {
        x87_underflow(&r);
    }
    if (r.exceptions & ~r.control & (X87_EARLY | FPUS_OE | FPUS_UE)) {
        r.exceptions &= ~FPUS_PE;
        r.up = false;
        x87_end(env, &r);
        return;
    }
    if (size == 2) {
        cpu_stw_data_ra(env, ptr, value, GETPC());
    } else if (size == 4) {
        cpu_stl_data_ra(env, ptr, value, GETPC());
    } else if (size == 8) {
        cpu_stq_data_ra(env, ptr, value, GETPC());
    } else {
        helper_fstt(env, a, ptr, GETPC());
    }
    x87_end(env, &r);
    /* fst and fist keep it. */
    if ((group & 7) != 2) {
        fpop(env);
    }
}

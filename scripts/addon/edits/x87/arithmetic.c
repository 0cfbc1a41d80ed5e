
/* fadd, fmul, fsub, fsubr, fdiv, fdivr by their number in the opcode. `denormal`: b was, before it was widened. */
static floatx80 x87_arithmetic(X87Result *r, int op, floatx80 a, floatx80 b, bool denormal)
{
    int ca = x87_class(a), cb = x87_class(b);
    bool sign;

    if (likely(ca == X87_NORMAL && cb == X87_NORMAL && !denormal)) {
        switch (op) {
        case 1:
            return x87_mul(r, a, b);
        case 4:
        case 5:
            return op == 4 ? x87_add(r, a, floatx80_chs(b)) : x87_add(r, b, floatx80_chs(a));
        case 6:
        case 7:
            return op == 6 ? x87_div(r, a, b) : x87_div(r, b, a);
        default:
            return x87_add(r, a, b);
        }
    }
    if (ca >= X87_QNAN || cb >= X87_QNAN) {
        return x87_nan(r, a, b);
    }
    denormal |= ca == X87_DENORMAL || cb == X87_DENORMAL;
    if (op == 5 || op == 7) {
        floatx80 other = a;
        int class = ca;

        a = b;
        b = other;
        ca = cb;
        cb = class;
    }
    if (op == 4 || op == 5) {
        b = floatx80_chs(b);
        op = 0;
    }
    sign = (a.high ^ b.high) >> 15;
    if (op == 0) {
        if (ca == X87_INFINITY && cb == X87_INFINITY && sign) {
            return x87_invalid(r);
        }
        r->exceptions |= denormal ? FPUS_DE : 0;
        return ca == X87_INFINITY ? a : cb == X87_INFINITY ? b : x87_add(r, a, b);
    }
    if (op == 1) {
        if ((ca == X87_INFINITY && cb == X87_ZERO) || (ca == X87_ZERO && cb == X87_INFINITY)) {
            return x87_invalid(r);
        }
        r->exceptions |= denormal ? FPUS_DE : 0;
        if (ca == X87_INFINITY || cb == X87_INFINITY) {
            return x87_infinity(sign);
        }
        return ca == X87_ZERO || cb == X87_ZERO ? x87_pack(sign, 0, 0) : x87_mul(r, a, b);
    }
    if (ca == cb && (ca == X87_INFINITY || ca == X87_ZERO)) {
        return x87_invalid(r);
    }
    if (cb == X87_ZERO) {
        r->exceptions |= ca == X87_INFINITY ? 0 : FPUS_ZE;
        return x87_infinity(sign);
    }
    r->exceptions |= denormal ? FPUS_DE : 0;
    if (ca == X87_INFINITY) {
        return x87_infinity(sign);
    }
    return ca == X87_ZERO || cb == X87_INFINITY ? x87_pack(sign, 0, 0) : x87_div(r, a, b);
}

static floatx80 x87_square_root(X87Result *r, floatx80 a)
{
    int class = x87_class(a);

    if (class >= X87_QNAN) {
        return x87_nan(r, a, a);
    }
    if (class == X87_ZERO) {
        return a;
    }
    if (a.high >> 15) {
        return x87_invalid(r);
    }
    r->exceptions |= class == X87_DENORMAL ? FPUS_DE : 0;
    return class == X87_INFINITY ? a : x87_sqrt(r, a);
}

static floatx80 x87_round_to_integer(X87Result *r, floatx80 a)
{
    int class = x87_class(a);
    X87Number n;
    uint64_t value;
    bool inexact, up;
    int shift;

    if (class >= X87_QNAN) {
        return x87_nan(r, a, a);
    }
    if (class == X87_ZERO || class == X87_INFINITY) {
        return a;
    }
    r->exceptions |= class == X87_DENORMAL ? FPUS_DE : 0;
    n = x87_number(a);
    if (n.exp - 16383 >= 63 || !x87_magnitude(n, x87_rounding(r), &value, &inexact, &up)) {
        return a;
    }
    if (inexact) {
        r->exceptions |= FPUS_PE;
        r->up = up;
    }
    if (value == 0) {
        return x87_pack(n.sign, 0, 0);
    }
    shift = clz64(value);
    return x87_pack(n.sign, 16383 + 63 - shift, value << shift);
}

/* For fist and its kin: an integer of 16, 32 or 64 bits. */
static int64_t x87_to_integer(X87Result *r, floatx80 a, int bits, int rounding)
{
    int64_t least = -1LL << (bits - 1);
    int class = x87_class(a);
    X87Number n;
    uint64_t value;
    bool inexact, up;

    if (class == X87_ZERO) {
        return 0;
    }
    if (class >= X87_INFINITY) {
        r->exceptions |= FPUS_IE;
        return least;
    }
    n = x87_number(a);
    if (!x87_magnitude(n, rounding, &value, &inexact, &up) || value > (uint64_t)least * -1 - !n.sign) {
        r->exceptions |= FPUS_IE;
        return least;
    }
    if (inexact) {
        r->exceptions |= FPUS_PE;
        r->up = up;
    }
    return n.sign ? -value : value;
}

/* x87_narrow() to the nearest double, far from the ends of the range; e is the exponent as a double has it. */
static uint64_t x87_narrow_plainly(X87Result *r, floatx80 a, int e)
{
    uint64_t kept = a.low >> 11, low = a.low & 0x7ff;
    bool up = low > 0x400 || (low == 0x400 && (kept & 1));

    if (low != 0) {
        r->exceptions |= FPUS_PE;
        r->up = up;
    }
    /* The leading one adds to the exponent. */
    return (uint64_t)(a.high >> 15) << 63 | (((uint64_t)(e - 1) << 52) + kept + up);
}

/* Single or double precision; when over- or underflow is not masked, the result is of no use. */
static uint64_t x87_narrow(X87Result *r, floatx80 a, int bits)
{
    int rounding = x87_rounding(r), drop = 128 - bits;
    int width = bits == 24 ? 32 : 64, bias = bits == 24 ? 127 : 1023, most = 2 * bias + 1;
    int class = x87_class(a), e;
    uint64_t sign = (uint64_t)(a.high >> 15) << (width - 1);
    bool inexact, up;
    X87Number n;
    X87Wide v, kept;

    e = (a.high & 0x7fff) - 16383 + bias;
    if (likely(class == X87_NORMAL && bits == 53 && rounding == X87_NEAREST && e >= 1 && e < most - 1)) {
        return x87_narrow_plainly(r, a, e);
    }
    if (class == X87_ZERO) {
        return sign;
    }
    if (class >= X87_QNAN) {
        a = x87_nan(r, a, a);
        return (uint64_t)(a.high >> 15) << (width - 1) | (uint64_t)most << (bits - 1) | a.low << 1 >> (65 - bits);
    }
    if (class == X87_INFINITY) {
        return sign | (uint64_t)most << (bits - 1);
    }
    n = x87_number(a);
    v = (X87Wide)n.sig << 64;
    e = n.exp - 16383 + bias;
    kept = x87_cut(v, drop, n.sign, rounding, &inexact, &up);
    if (e + (int)(kept >> bits) < 1) {
        if (!(r->control & FPUS_UE)) {
            r->exceptions |= FPUS_UE;
        }
        kept = x87_cut(x87_jam(v, 1 - e), drop, n.sign, rounding, &inexact, &up);
        r->exceptions |= inexact ? FPUS_UE : 0;
        e = 0;
    } else if (e + (int)(kept >> bits) >= most) {
        r->exceptions |= FPUS_OE | (r->control & FPUS_OE ? FPUS_PE : 0);
        r->up = rounding == X87_NEAREST || rounding == (n.sign ? X87_DOWN : X87_UP);
        return sign | (((uint64_t)most << (bits - 1)) - !r->up);
    } else {
        /* The leading one adds to the exponent. */
        e--;
    }
    if (inexact) {
        r->exceptions |= FPUS_PE;
        r->up = up;
    }
    return sign | (((uint64_t)e << (bits - 1)) + (uint64_t)kept);
}

/* A number of single or double precision; a NaN is not yet a quiet one. */
static floatx80 x87_widen(uint64_t value, int bits, bool *denormal)
{
    int width = bits == 24 ? 32 : 64, bias = bits == 24 ? 127 : 1023, most = 2 * bias + 1;
    bool sign = value >> (width - 1) & 1;
    int e = value >> (bits - 1) & most;
    uint64_t sig = value << (65 - bits) >> 1;

    *denormal = e == 0 && sig != 0;
    if (e == most) {
        return x87_pack(sign, 0x7fff, sig | 1ULL << 63);
    }
    if (e != 0) {
        return x87_pack(sign, e - bias + 16383, sig | 1ULL << 63);
    }
    if (sig == 0) {
        return x87_pack(sign, 0, 0);
    }
    return x87_pack(sign, 1 - bias + 16383 - clz64(sig), sig << clz64(sig));
}

static floatx80 x87_from_integer(int64_t value)
{
    uint64_t magnitude = value < 0 ? -(uint64_t)value : value;
    int shift = clz64(magnitude);

    return value == 0 ? x87_pack(false, 0, 0) : x87_pack(value < 0, 16383 + 63 - shift, magnitude << shift);
}

/*
 * fprem and, with `nearest`, fprem1; the low bits of the quotient, -1 when the reduction is not complete, -2 when there is
 * none.
 */
static floatx80 x87_remainder(X87Result *r, floatx80 a, floatx80 b, bool nearest, int *quotient)
{
    int ca = x87_class(a), cb = x87_class(b), distance, steps;
    X87Number x, y;
    X87Wide rest, half;
    uint64_t q = 0;

    *quotient = -2;
    if (ca >= X87_QNAN || cb >= X87_QNAN) {
        return x87_nan(r, a, b);
    }
    if (ca == X87_INFINITY || cb == X87_ZERO) {
        return x87_invalid(r);
    }
    *quotient = 0;
    r->exceptions |= ca == X87_DENORMAL || cb == X87_DENORMAL ? FPUS_DE : 0;
    if (ca == X87_ZERO || cb == X87_INFINITY) {
        return x87_canonical(a);
    }
    x = x87_number(a);
    y = x87_number(b);
    distance = x.exp - y.exp;
    if (distance < (nearest ? -1 : 0)) {
        return x87_normalize(r, 64, x.sign, x.exp, (X87Wide)x.sig << 64);
    }
    steps = distance;
    if (distance >= 64) {
        *quotient = -1;
        nearest = false;
        steps = 32 + distance % 32;
    }
    /* In units of half the last bit of y, for fprem1 of what is less than y. */
    half = y.sig;
    rest = distance < 0 ? x.sig : (X87Wide)x.sig << 1;
    for (; steps >= 0; steps--) {
        q <<= 1;
        if (rest >= half << 1) {
            rest -= half << 1;
            q |= 1;
        }
        rest <<= steps > 0;
    }
    if (nearest && (rest > half || (rest == half && (q & 1)))) {
        rest = (half << 1) - rest;
        x.sign = !x.sign;
        q++;
    }
    if (*quotient == 0) {
        *quotient = q & 7;
    } else {
        y.exp += distance - (32 + distance % 32);
    }
    return rest == 0 ? x87_pack(x.sign, 0, 0) : x87_normalize(r, 64, x.sign, y.exp + 63, rest);
}

static floatx80 x87_scale(X87Result *r, floatx80 a, floatx80 b)
{
    int ca = x87_class(a), cb = x87_class(b), by;
    uint64_t value;
    bool inexact, up;
    X87Number n;

    if (ca >= X87_QNAN || cb >= X87_QNAN) {
        return x87_nan(r, a, b);
    }
    if (cb == X87_INFINITY && ca == (b.high >> 15 ? X87_INFINITY : X87_ZERO)) {
        return x87_invalid(r);
    }
    r->exceptions |= ca == X87_DENORMAL || cb == X87_DENORMAL ? FPUS_DE : 0;
    if (cb == X87_INFINITY) {
        return b.high >> 15 ? x87_pack(a.high >> 15, 0, 0) : x87_infinity(a.high >> 15);
    }
    if (ca == X87_ZERO || ca == X87_INFINITY || cb == X87_ZERO) {
        return x87_canonical(a);
    }
    n = x87_number(b);
    if (!x87_magnitude(n, X87_CHOP, &value, &inexact, &up) || value > 0x10000) {
        value = 0x10000;
    }
    by = n.sign ? -(int)value : (int)value;
    n = x87_number(a);
    return x87_round(r, 64, n.sign, n.exp + by, (X87Wide)n.sig << 64);
}

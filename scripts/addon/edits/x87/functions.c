
static floatx80 x87_from_long(X87Result *r, X87Long a)
{
    return a.m == 0 ? x87_pack(a.sign, 0, 0) : x87_round(r, 64, a.sign, a.exp + 16383, a.m);
}

/* The same of what no finite number of bits can hold. */
static floatx80 x87_from_series(X87Result *r, X87Long a)
{
    a.m |= 1;
    return x87_from_long(r, a);
}

/*
 * |n| as a multiple of pi / 2, and what is left, of at most pi / 4: with the pi of 66 bits that these CPUs have (SDM volume 1,
 * 8.3.8). False from 2^63 on.
 */
static bool x87_reduce(X87Number n, X87Long *rest, int *quadrant)
{
    static const X87Wide half_pi = (X87Wide)0xc90fdaa22168c234ULL << 4 | 0xc; /* in units of 2^-67 */
    int e = n.exp - 16383, i;
    X87Wide left = 0;

    *quadrant = 0;
    if (e < -1) {
        *rest = (X87Long) { false, e, (X87Wide)n.sig << 64 };
        return true;
    }
    if (e >= 63) {
        return false;
    }
    for (i = 63; i >= -(e + 4); i--) {
        left = left << 1 | (i >= 0 ? n.sig >> i & 1 : 0);
        *quadrant <<= 1;
        if (left >= half_pi) {
            left -= half_pi;
            *quadrant |= 1;
        }
        *quadrant &= 3;
    }
    if (left << 1 > half_pi) {
        *rest = long_make(true, 60, half_pi - left);
        ++*quadrant;
    } else {
        *rest = long_make(false, 60, left);
    }
    return true;
}

/* The sine at `quadrant` quarters of a turn and r more. */
static X87Long x87_sine(X87Long r, int quadrant)
{
    X87Long value = quadrant & 1 ? long_wave(r, false) : long_sin(r);

    value.sign ^= quadrant >> 1 & 1;
    return value;
}

/* fsin, fcos, fsincos and fptan. */
static void x87_turn_functions(CPUX86State *env, int which)
{
    X87Result r = x87_begin(env), second = x87_begin(env);
    bool pushes = which == 0xb || which == 0x2;
    floatx80 a = *x87_st(env, 0), b = which == 0x2 ? x87_pack(false, 16383, 1ULL << 63) : x87_indefinite;
    int class = x87_class(a), quadrant;
    X87Long rest;

    env->fpus &= ~0x400;
    if (x87_empty(env, 0)) {
        a = x87_underflow(&r);
    } else if (pushes && !x87_empty(env, 7)) {
        a = b = x87_underflow(&r);
        r.up = true;
    } else if (class >= X87_QNAN) {
        a = b = x87_nan(&r, a, a);
    } else if (class == X87_INFINITY) {
        a = b = x87_invalid(&r);
    } else if (class == X87_ZERO) {
        b = x87_pack(false, 16383, 1ULL << 63);
        a = which == 0xf ? b : a;
    } else if (!x87_reduce(x87_number(a), &rest, &quadrant)) {
        env->fpus = (env->fpus & ~X87_C1) | 0x400;
        return;
    } else {
        bool sign = a.high >> 15;

        r.exceptions = class == X87_DENORMAL ? FPUS_DE : 0;
        if (which == 0xf) {
            a = x87_from_series(&r, x87_sine(rest, quadrant + 1));
        } else if (which == 0x2) {
            X87Long tangent = long_div(x87_sine(rest, quadrant), x87_sine(rest, quadrant + 1));

            tangent.sign ^= sign;
            a = x87_from_series(&r, tangent);
        } else {
            X87Long sine = x87_sine(rest, quadrant);

            sine.sign ^= sign;
            a = x87_from_series(&r, sine);
            if (which == 0xb) {
                b = x87_from_series(&second, x87_sine(rest, quadrant + 1));
                r.exceptions |= second.exceptions;
                r.up = second.up;
            }
        }
    }
    if (x87_end(env, &r)) {
        x87_set(env, 0, a);
        if (pushes) {
            fpush(env);
            x87_set(env, 0, b);
        }
    }
}

static floatx80 x87_2xm1(X87Result *r, floatx80 a)
{
    int class = x87_class(a);

    if (class >= X87_QNAN) {
        return x87_nan(r, a, a);
    }
    if (class == X87_ZERO) {
        return a;
    }
    if (class == X87_INFINITY) {
        return a.high >> 15 ? x87_pack(true, 16383, 1ULL << 63) : a;
    }
    r->exceptions |= class == X87_DENORMAL ? FPUS_DE : 0;
    if ((a.high & 0x7fff) >= 16383) {
        /* One is the last that the manual defines. Its results are exact, and inexact by the flag. */
        r->exceptions |= FPUS_PE;
        return a.high == 0xbfff && a.low << 1 == 0 ? x87_pack(true, 16382, 1ULL << 63) : a;
    }
    return x87_from_series(r, long_exp2_minus_1(long_from(a)));
}

/* atan2(y, x) */
static floatx80 x87_arctan(X87Result *r, floatx80 y, floatx80 x)
{
    int cx = x87_class(x), cy = x87_class(y);
    bool flat = cy == X87_ZERO || (cx == X87_INFINITY && cy != X87_INFINITY);
    X87Long angle;

    if (cx >= X87_QNAN || cy >= X87_QNAN) {
        return x87_nan(r, y, x);
    }
    r->exceptions |= cx == X87_DENORMAL || cy == X87_DENORMAL ? FPUS_DE : 0;
    if (flat && !(x.high >> 15)) {
        return x87_pack(y.high >> 15, 0, 0);
    }
    if (flat) {
        angle = long_pi;
    } else if (cx == X87_ZERO || (cy == X87_INFINITY && cx != X87_INFINITY)) {
        angle = long_half_pi;
    } else {
        X87Long a = cy == X87_INFINITY ? long_one : long_from(y), b = cx == X87_INFINITY ? long_one : long_from(x);

        a.sign = b.sign = false;
        if (a.exp < b.exp || (a.exp == b.exp && a.m <= b.m)) {
            angle = long_arctan(a, b);
        } else {
            angle = long_add(long_half_pi, long_negate(long_arctan(b, a)));
        }
        if (x.high >> 15) {
            angle = long_add(long_pi, long_negate(angle));
        }
    }
    angle.sign = y.high >> 15;
    return x87_from_series(r, angle);
}

/* y * log2(x) */
static floatx80 x87_yl2x(X87Result *r, floatx80 y, floatx80 x)
{
    int cx = x87_class(x), cy = x87_class(y), e;
    bool one = x.high == 0x3fff && x.low << 1 == 0, below = (x.high & 0x7fff) < 0x3fff;
    X87Long m, log;

    if (cx >= X87_QNAN || cy >= X87_QNAN) {
        return x87_nan(r, y, x);
    }
    if ((x.high >> 15 && cx != X87_ZERO) || (cx == X87_ZERO && cy == X87_ZERO) ||
        (cx == X87_INFINITY && cy == X87_ZERO) || (one && cy == X87_INFINITY)) {
        return x87_invalid(r);
    }
    if (cx == X87_ZERO) {
        r->exceptions |= cy == X87_INFINITY ? 0 : FPUS_ZE;
        return x87_infinity(!(y.high >> 15));
    }
    r->exceptions |= cx == X87_DENORMAL || cy == X87_DENORMAL ? FPUS_DE : 0;
    if (cx == X87_INFINITY || cy == X87_INFINITY) {
        return x87_infinity((y.high >> 15) ^ below);
    }
    if (one || cy == X87_ZERO) {
        return x87_pack((y.high >> 15) ^ below, 0, 0);
    }
    m = long_from(x);
    e = m.exp;
    m.exp = 0;
    if (m.m >> 64 > 0xb504f333f9de6484ULL) {
        m.exp = -1;
        e++;
    }
    log = long_log2_of_1_plus(long_add(m, long_negate(long_one)));
    if (log.m != 0) {
        log.m |= 1;
        return x87_from_series(r, long_mul(long_add(long_integer(e), log), long_from(y)));
    }
    /* A power of two: CPUs call the product inexact. */
    r->exceptions |= FPUS_PE;
    return x87_from_long(r, long_mul(long_integer(e), long_from(y)));
}

/* y * log2(1 + x) */
static floatx80 x87_yl2xp1(X87Result *r, floatx80 y, floatx80 x)
{
    int cx = x87_class(x), cy = x87_class(y);
    bool sign = (x.high ^ y.high) >> 15;

    if (cx >= X87_QNAN || cy >= X87_QNAN) {
        return x87_nan(r, y, x);
    }
    if ((cx == X87_INFINITY && (x.high >> 15 || cy == X87_ZERO)) || (cx == X87_ZERO && cy == X87_INFINITY)) {
        return x87_invalid(r);
    }
    r->exceptions |= cx == X87_DENORMAL || cy == X87_DENORMAL ? FPUS_DE : 0;
    if (cx == X87_INFINITY || cy == X87_INFINITY) {
        return x87_infinity(sign);
    }
    if (cx == X87_ZERO || cy == X87_ZERO) {
        return x87_pack(sign, 0, 0);
    }
    if ((x.high & 0x7fff) >= 16382) {
        /* Behind what the manual defines: by the other function. */
        X87Result exact = { .control = 0x33f };

        return x87_yl2x(r, y, x87_add(&exact, x, x87_pack(false, 16383, 1ULL << 63)));
    }
    return x87_from_series(r, long_mul(long_log2_of_1_plus(long_from(x)), long_from(y)));
}

/* d9 f0 to d9 ff, as far as they are transcendental. */
static void x87_function(CPUX86State *env, int which)
{
    X87Result r = x87_begin(env);
    bool empty = x87_empty(env, 0) || (which != 0 && x87_empty(env, 1));
    floatx80 x = *x87_st(env, 0), y = *x87_st(env, 1), value;

    if (which == 0x2 || which == 0xb || which >= 0xe) {
        x87_turn_functions(env, which);
        return;
    }
    value = empty ? x87_underflow(&r)
                  : which == 0 ? x87_2xm1(&r, x)
                               : which == 1 ? x87_yl2x(&r, y, x) : which == 3 ? x87_arctan(&r, y, x) : x87_yl2xp1(&r, y, x);
    if (x87_end(env, &r)) {
        x87_set(env, which != 0, value);
        if (which != 0) {
            fpop(env);
        }
    }
}

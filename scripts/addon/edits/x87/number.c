
/*
 * The numbers of the x87 (Intel SDM volume 1, 4.8 and 8.5), in integers of 128 bits: the soft float tells neither that it
 * rounded up (C1) nor that an operand was denormal, and has no results for unmasked over- and underflow.
 */
typedef unsigned __int128 X87Wide;

enum { X87_ZERO, X87_DENORMAL, X87_NORMAL, X87_INFINITY, X87_QNAN, X87_SNAN, X87_UNSUPPORTED };
enum { X87_NEAREST, X87_DOWN, X87_UP, X87_CHOP };

#define X87_C1 0x200
#define X87_FLAGS 0x3f
/* Those that are found before there is a result: unmasked, they leave the operands alone. */
#define X87_EARLY (FPUS_IE | FPUS_DE | FPUS_ZE)
/* What the exponent of a result moves by where over- or underflow is unmasked. */
#define X87_WRAP 24576

/* What one instruction does to the status word. */
typedef struct {
    int exceptions;
    bool up;
    uint16_t control;
} X87Result;

/* (-1)^sign * sig * 2^(exp - 16383 - 63); bit 63 of sig is set. */
typedef struct {
    bool sign;
    int32_t exp;
    uint64_t sig;
} X87Number;

static const floatx80 x87_indefinite = make_floatx80_init(0xffff, 0xc000000000000000ULL);

static int x87_class(floatx80 a)
{
    int exp = a.high & 0x7fff;

    if (exp == 0) {
        return a.low == 0 ? X87_ZERO : X87_DENORMAL;
    }
    if (!(a.low >> 63)) {
        return X87_UNSUPPORTED;
    }
    if (exp < 0x7fff) {
        return X87_NORMAL;
    }
    return a.low << 1 == 0 ? X87_INFINITY : a.low >> 62 & 1 ? X87_QNAN : X87_SNAN;
}

/* Of a number that is not zero. */
static X87Number x87_number(floatx80 a)
{
    X87Number n = { a.high >> 15, a.high & 0x7fff, a.low };
    int shift = clz64(n.sig);

    if (n.exp == 0) {
        n.exp = 1;
    }
    n.sig <<= shift;
    n.exp -= shift;
    return n;
}

static floatx80 x87_pack(bool sign, int exp, uint64_t sig)
{
    return (floatx80) { .low = sig, .high = (sign ? 0x8000 : 0) | exp };
}

/* A pseudo-denormal (SDM volume 1, 8.2.2) as the normal number that it is. */
static floatx80 x87_canonical(floatx80 a)
{
    if (!(a.high & 0x7fff) && a.low >> 63) {
        a.high++;
    }
    return a;
}

static floatx80 x87_infinity(bool sign)
{
    return x87_pack(sign, 0x7fff, 1ULL << 63);
}

static floatx80 x87_invalid(X87Result *r)
{
    r->exceptions |= FPUS_IE;
    return x87_indefinite;
}

static int x87_rounding(const X87Result *r)
{
    return r->control >> 10 & 3;
}

/* Bits of a significand, by the precision control. */
static int x87_precision(const X87Result *r)
{
    return (r->control >> 8 & 3) == 0 ? 24 : (r->control >> 8 & 3) == 2 ? 53 : 64;
}

static X87Wide x87_jam(X87Wide v, int shift)
{
    if (shift <= 0) {
        return v;
    }
    return shift > 127 ? v != 0 : v >> shift | (v << (128 - shift) != 0);
}

/* v without its `drop` lowest bits, 1 to 127 of them, rounded. */
static X87Wide x87_cut(X87Wide v, int drop, bool sign, int rounding, bool *inexact, bool *up)
{
    X87Wide low = v & (((X87Wide)1 << drop) - 1), half = (X87Wide)1 << (drop - 1);
    X87Wide kept = v >> drop;

    *inexact = low != 0;
    if (rounding == X87_NEAREST) {
        *up = low > half || (low == half && (kept & 1));
    } else {
        *up = low != 0 && rounding == (sign ? X87_DOWN : X87_UP);
    }
    return kept + *up;
}

/* x87_round() of 64 bits to the nearest, far from the ends of the range. */
static floatx80 x87_round_plainly(X87Result *r, bool sign, int exp, X87Wide v)
{
    uint64_t kept = v >> 64, low = v, half = 1ULL << 63;
    bool up = low > half || (low == half && (kept & 1));

    if (low != 0) {
        r->exceptions |= FPUS_PE;
        r->up = up;
    }
    kept += up;
    return kept < up ? x87_pack(sign, exp + 1, half) : x87_pack(sign, exp, kept);
}

static floatx80 x87_round_fully(X87Result *r, int bits, bool sign, int exp, X87Wide v)
{
    int rounding = x87_rounding(r), drop = 128 - bits, e = exp;
    bool inexact, up;
    X87Wide kept = x87_cut(v, drop, sign, rounding, &inexact, &up);

    if (kept >> bits) {
        kept >>= 1;
        e++;
    }
    if (e < 1) {
        if (r->control & FPUS_UE) {
            kept = x87_cut(x87_jam(v, 1 - exp), drop, sign, rounding, &inexact, &up);
            e = kept >> (bits - 1) != 0;
            r->exceptions |= inexact ? FPUS_UE : 0;
        } else {
            r->exceptions |= FPUS_UE;
            e += X87_WRAP;
            if (e < 1) {
                /* fscale, so far out that wrapping does not help. */
                r->exceptions |= FPUS_PE;
                return x87_pack(sign, 0, 0);
            }
        }
    } else if (e > 0x7ffe) {
        r->exceptions |= FPUS_OE;
        if (r->control & FPUS_OE) {
            r->exceptions |= FPUS_PE;
            r->up = rounding == X87_NEAREST || rounding == (sign ? X87_DOWN : X87_UP);
            return r->up ? x87_infinity(sign) : x87_pack(sign, 0x7ffe, -(1ULL << (64 - bits)));
        }
        e -= X87_WRAP;
        if (e > 0x7ffe) {
            r->exceptions |= FPUS_PE;
            r->up = true;
            return x87_infinity(sign);
        }
    }
    if (inexact) {
        r->exceptions |= FPUS_PE;
        r->up = up;
    }
    return x87_pack(sign, e, (uint64_t)kept << (64 - bits));
}

/* The register nearest to v / 2^127 * 2^(exp - 16383); bit 127 of v is set. */
static floatx80 x87_round(X87Result *r, int bits, bool sign, int exp, X87Wide v)
{
    bool plain = bits == 64 && x87_rounding(r) == X87_NEAREST && exp >= 1 && exp < 0x7ffe;

    return likely(plain) ? x87_round_plainly(r, sign, exp, v) : x87_round_fully(r, bits, sign, exp, v);
}

/* v / 2^127 * 2^(exp - 16383), v not zero. */
static floatx80 x87_normalize(X87Result *r, int bits, bool sign, int exp, X87Wide v)
{
    int shift = v >> 64 ? clz64(v >> 64) : 64 + clz64(v);

    return x87_round(r, bits, sign, exp - shift, v << shift);
}

static floatx80 x87_quiet(floatx80 a)
{
    a.low |= 1ULL << 62;
    return a;
}

/* One of two operands at least is a NaN or unsupported (SDM volume 1, table 4-7). */
static floatx80 x87_nan(X87Result *r, floatx80 a, floatx80 b)
{
    int ca = x87_class(a), cb = x87_class(b);

    if (ca == X87_UNSUPPORTED || cb == X87_UNSUPPORTED) {
        return x87_invalid(r);
    }
    if (ca == X87_SNAN || cb == X87_SNAN) {
        r->exceptions |= FPUS_IE;
    }
    if (ca < X87_QNAN || (ca == X87_SNAN && cb == X87_QNAN)) {
        return x87_quiet(b);
    }
    if (cb < X87_QNAN || (cb == X87_SNAN && ca == X87_QNAN)) {
        return x87_quiet(a);
    }
    if (a.low != b.low) {
        return x87_quiet(a.low > b.low ? a : b);
    }
    return x87_quiet(a.high < b.high ? a : b);
}

static floatx80 x87_add(X87Result *r, floatx80 a, floatx80 b)
{
    bool down = x87_rounding(r) == X87_DOWN;
    bool a_zero = x87_class(a) == X87_ZERO, b_zero = x87_class(b) == X87_ZERO;
    X87Number x, y;
    X87Wide u, v;

    if (a_zero && b_zero) {
        return x87_pack((a.high & b.high) >> 15 || (a.high != b.high && down), 0, 0);
    }
    x = x87_number(a_zero ? b : a);
    if (a_zero || b_zero) {
        return x87_round(r, x87_precision(r), x.sign, x.exp, (X87Wide)x.sig << 64);
    }
    y = x87_number(b);
    if (x.exp < y.exp || (x.exp == y.exp && x.sig < y.sig)) {
        X87Number other = x;

        x = y;
        y = other;
    }
    u = (X87Wide)x.sig << 62;
    v = x87_jam((X87Wide)y.sig << 62, x.exp - y.exp);
    u = x.sign == y.sign ? u + v : u - v;
    return u == 0 ? x87_pack(down, 0, 0) : x87_normalize(r, x87_precision(r), x.sign, x.exp + 2, u);
}

static floatx80 x87_mul(X87Result *r, floatx80 a, floatx80 b)
{
    X87Number x = x87_number(a), y = x87_number(b);

    return x87_normalize(r, x87_precision(r), x.sign ^ y.sign, x.exp + y.exp - 16383 + 1, (X87Wide)x.sig * y.sig);
}

static floatx80 x87_div(X87Result *r, floatx80 a, floatx80 b)
{
    X87Number x = x87_number(a), y = x87_number(b);
    bool less = x.sig < y.sig;
    X87Wide dividend = (X87Wide)x.sig << (less ? 64 : 63);
    uint64_t quotient = dividend / y.sig, rest = dividend - (X87Wide)quotient * y.sig;
    X87Wide twice = (X87Wide)rest << 1;
    uint64_t behind = rest == 0 ? 0 : twice < y.sig ? 1 : (1ULL << 63) | (twice > y.sig);

    return x87_round(r, x87_precision(r), x.sign ^ y.sign, x.exp - y.exp + 16383 - less,
                     (X87Wide)quotient << 64 | behind);
}

/* The square root, rounded down, of v with one of its two highest bits set. */
static uint64_t x87_isqrt(X87Wide v)
{
    double near = sqrt((double)v);
    uint64_t root = near >= 18446744073709551615.0 ? UINT64_MAX : (uint64_t)near;
    X87Wide next = ((X87Wide)root + v / root) >> 1;

    root = next >> 64 ? UINT64_MAX : (uint64_t)next;
    while ((X87Wide)root * root > v) {
        root--;
    }
    while (root != UINT64_MAX && (X87Wide)(root + 1) * (root + 1) <= v) {
        root++;
    }
    return root;
}

static floatx80 x87_sqrt(X87Result *r, floatx80 a)
{
    X87Number x = x87_number(a);
    int odd = (x.exp - 16383) & 1;
    X87Wide v = (X87Wide)x.sig << (63 + odd);
    uint64_t root = x87_isqrt(v);
    X87Wide rest = v - (X87Wide)root * root;
    uint64_t behind = rest == 0 ? 0 : rest > root ? UINT64_MAX : 1;

    return x87_round(r, x87_precision(r), false, (x.exp - 16383 - odd) / 2 + 16383, (X87Wide)root << 64 | behind);
}

/* The integer nearest to a finite number, as far as it has 64 bits; false where it has more. */
static bool x87_magnitude(X87Number n, int rounding, uint64_t *value, bool *inexact, bool *up)
{
    int e = n.exp - 16383;
    X87Wide kept;

    if (e > 63) {
        return false;
    }
    if (e < 0) {
        kept = x87_cut(x87_jam((X87Wide)n.sig << 64, -e), 127, n.sign, rounding, inexact, up);
    } else {
        kept = x87_cut((X87Wide)n.sig << 63, 126 - e, n.sign, rounding, inexact, up);
    }
    *value = (uint64_t)kept;
    return kept >> 64 == 0;
}

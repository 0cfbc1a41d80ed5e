
/* Numbers with 128 bits, for the transcendental functions: (-1)^sign * m / 2^127 * 2^exp; bit 127 of m is set, or m is zero. */
typedef struct {
    bool sign;
    int32_t exp;
    X87Wide m;
} X87Long;

#define X87_LONG(exp, high, low) { false, exp, (X87Wide)high << 64 | low }

static const X87Long long_one = X87_LONG(0, 0x8000000000000000ULL, 0);
static const X87Long long_ln2 = X87_LONG(-1, 0xb17217f7d1cf79abULL, 0xc9e3b39803f2f6afULL);
static const X87Long long_pi = X87_LONG(1, 0xc90fdaa22168c234ULL, 0xc4c6628b80dc1cd1ULL);
static const X87Long long_half_pi = X87_LONG(0, 0xc90fdaa22168c234ULL, 0xc4c6628b80dc1cd1ULL);
/* The arc tangents of 0 to 8 eighths. */
static const X87Long long_atan[] = {
    { false, 0, 0 },
    X87_LONG(-4, 0xfeadd4d5617b6e32ULL, 0xc897989f3e888ef8ULL),
    X87_LONG(-3, 0xfadbafc96406eb15ULL, 0x6dc79ef5f7a217e6ULL),
    X87_LONG(-2, 0xb7b0ca0f26f78473ULL, 0x8aa32122dcfe4483ULL),
    X87_LONG(-2, 0xed63382b0dda7b45ULL, 0x6fe445ecbc3a8d03ULL),
    X87_LONG(-1, 0x8f005d5ef7f59f9bULL, 0x5c835e1665c43748ULL),
    X87_LONG(-1, 0xa4bc7d1934f70924ULL, 0x19a87f2a457dac9fULL),
    X87_LONG(-1, 0xb8053e2bc2319e73ULL, 0xcb2da55210a4443dULL),
    X87_LONG(-1, 0xc90fdaa22168c234ULL, 0xc4c6628b80dc1cd1ULL),
};

static X87Long long_make(bool sign, int exp, X87Wide m)
{
    int shift;

    if (m == 0) {
        return (X87Long) { false, 0, 0 };
    }
    shift = m >> 64 ? clz64(m >> 64) : 64 + clz64(m);
    return (X87Long) { sign, exp - shift, m << shift };
}

static X87Long long_integer(int n)
{
    return long_make(n < 0, 127, n < 0 ? -n : n);
}

static X87Long long_from(floatx80 a)
{
    X87Number n = x87_number(a);

    return (X87Long) { n.sign, n.exp - 16383, (X87Wide)n.sig << 64 };
}

static X87Long long_negate(X87Long a)
{
    a.sign = !a.sign;
    return a;
}

static X87Long long_scale(X87Long a, int by)
{
    a.exp += by;
    return a;
}

static X87Long long_mul(X87Long a, X87Long b)
{
    uint64_t ah = a.m >> 64, al = a.m, bh = b.m >> 64, bl = b.m;
    X87Wide one = (X87Wide)ah * bl, other = (X87Wide)al * bh;
    X87Wide middle = ((X87Wide)al * bl >> 64) + (uint64_t)one + (uint64_t)other;

    return long_make(a.sign ^ b.sign, a.exp + b.exp + 1,
                     (X87Wide)ah * bh + (one >> 64) + (other >> 64) + (middle >> 64));
}

static X87Long long_add(X87Long a, X87Long b)
{
    X87Wide low;

    if (a.m == 0 || b.m == 0) {
        return a.m == 0 ? b : a;
    }
    if (a.exp < b.exp || (a.exp == b.exp && a.m < b.m)) {
        X87Long other = a;

        a = b;
        b = other;
    }
    low = x87_jam(b.m >> 1, a.exp - b.exp);
    return long_make(a.sign, a.exp + 1, a.sign == b.sign ? (a.m >> 1) + low : (a.m >> 1) - low);
}

static X87Long long_div(X87Long a, X87Long b)
{
    bool less = a.m < b.m;
    X87Wide rest = less ? a.m : a.m - b.m, quotient = !less;
    int i;

    for (i = 0; i < (less ? 128 : 127); i++) {
        bool carry = rest >> 127;

        rest <<= 1;
        quotient <<= 1;
        if (carry || rest >= b.m) {
            rest -= b.m;
            quotient |= 1;
        }
    }
    return a.m == 0 ? a : long_make(a.sign ^ b.sign, a.exp - b.exp - less, quotient);
}

/* a / n, to a few bits less. */
static X87Long long_part(X87Long a, int n)
{
    return long_make(a.sign, a.exp, a.m / n);
}

/* The series of the sine, divided by r, or of the cosine, for |r| of at most pi / 4. */
static X87Long long_wave(X87Long r, bool sine)
{
    X87Long square = long_negate(long_mul(r, r)), sum = long_one;
    int k;

    for (k = 18; k > 0; k--) {
        int n = 2 * k + sine;

        sum = long_add(long_one, long_mul(long_part(square, n * (n - 1)), sum));
    }
    return sum;
}

static X87Long long_sin(X87Long r)
{
    return long_mul(r, long_wave(r, true));
}

/* The arc tangent of a / b, 0 <= a <= b. */
static X87Long long_arctan(X87Long a, X87Long b)
{
    X87Long t = long_div(a, b), square, sum;
    int k = t.exp < -4 ? 0 : (int)(((t.m >> (123 - t.exp)) + 1) >> 1);
    int i;

    if (k != 0) {
        t = long_div(long_add(long_scale(a, 3), long_negate(long_mul(long_integer(k), b))),
                     long_add(long_scale(b, 3), long_mul(long_integer(k), a)));
    }
    square = long_negate(long_mul(t, t));
    sum = long_part(long_one, 37);
    for (i = 17; i >= 0; i--) {
        sum = long_add(long_part(long_one, 2 * i + 1), long_mul(square, sum));
    }
    return long_add(long_atan[k], long_mul(t, sum));
}

/* 2^x - 1 for |x| < 1. */
static X87Long long_exp2_minus_1(X87Long x)
{
    X87Long z = long_mul(x, long_ln2), sum = long_one;
    bool negative = z.sign;
    int k;

    z.sign = false;
    for (k = 36; k > 1; k--) {
        sum = long_add(long_one, long_mul(long_part(z, k), sum));
    }
    z = long_mul(z, sum);
    return negative ? long_negate(long_div(z, long_add(long_one, z))) : z;
}

/* log2(1 + x) for 1 + x between the square roots of 1/2 and of 2. */
static X87Long long_log2_of_1_plus(X87Long x)
{
    X87Long u = long_div(x, long_add(long_integer(2), x)), square = long_mul(u, u), sum = long_part(long_one, 57);
    int i;

    for (i = 27; i >= 0; i--) {
        sum = long_add(long_part(long_one, 2 * i + 1), long_mul(square, sum));
    }
    return long_div(long_scale(long_mul(u, sum), 1), long_ln2);
}

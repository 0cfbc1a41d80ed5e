/* Floating-point exceptions as C programs meet them: sticky flags, SIGFPE where they are asked for, and results of libm. */
#define _GNU_SOURCE
#include <fenv.h>
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <ucontext.h>

static sigjmp_buf back;
static volatile int code;
static void *volatile at;
static volatile unsigned status, mxcsr;

static void on_fpe(int signo, siginfo_t *info, void *context)
{
    ucontext_t *uc = context;

    (void)signo;
    code = info->si_code;
    at = info->si_addr;
#ifdef __x86_64__
    status = uc->uc_mcontext.fpregs->swd;
    mxcsr = uc->uc_mcontext.fpregs->mxcsr;
#else
    status = uc->uc_mcontext.fpregs->sw & 0xffff;
    mxcsr = 0;
#endif
    siglongjmp(back, 1);
}

static volatile double zero, one = 1, three = 3, huge = DBL_MAX, tiny = DBL_MIN, denormal = DBL_MIN / 4, minus = -1;
static volatile long double lzero, lone = 1, lthree = 3, lhuge = LDBL_MAX, ltiny = LDBL_MIN, lminus = -1;
static volatile double result;
static volatile long double lresult;
static volatile int iresult;

static void divide(void) { result = one / zero; }
static void invalid(void) { result = zero / zero; }
static void root(void) { result = sqrt(minus); }
static void over(void) { result = huge * huge; }
static void under(void) { result = tiny * tiny; }
static void small(void) { result = denormal * one; }
static void inexact(void) { result = one / three; }
static void convert(void) { iresult = (int)huge; }
static void compare(void) { iresult = zero < (double)NAN * one; }
static void exact(void) { result = one + three; }
static void narrow(void) { *(volatile float *)&iresult = (float)huge; }
static void ldivide(void) { lresult = lone / lzero; lresult += lone; }
static void linvalid(void) { lresult = lzero / lzero; lresult += lone; }
static void lroot(void) { lresult = sqrtl(lminus); lresult += lone; }
static void lover(void) { lresult = lhuge * lhuge; lresult += lone; }
static void lunder(void) { lresult = ltiny * ltiny; lresult += lone; }
static void linexact(void) { lresult = lone / lthree; lresult += lone; }
static void lconvert(void) { iresult = (int)lhuge; lresult += lone; }
static void lnarrow(void) { result = (double)lhuge; lresult += lone; }
static void lexact(void) { lresult = lone + lthree; lresult += lone; }

static const struct {
    const char *name;
    void (*run)(void);
} cases[] = {
    { "divide", divide },     { "invalid", invalid },   { "root", root },         { "over", over },
    { "under", under },       { "small", small },       { "inexact", inexact },   { "convert", convert },
    { "compare", compare },   { "exact", exact },       { "narrow", narrow },     { "ldivide", ldivide },
    { "linvalid", linvalid }, { "lroot", lroot },       { "lover", lover },       { "lunder", lunder },
    { "linexact", linexact }, { "lconvert", lconvert }, { "lnarrow", lnarrow },   { "lexact", lexact },
};

static void sticky(void)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        feclearexcept(FE_ALL_EXCEPT);
        cases[i].run();
        printf("flags %s %x", cases[i].name, fetestexcept(FE_ALL_EXCEPT));
        feclearexcept(FE_INEXACT);
        printf(" %x", fetestexcept(FE_ALL_EXCEPT));
        feclearexcept(FE_ALL_EXCEPT);
        printf(" %x\n", fetestexcept(FE_ALL_EXCEPT));
    }
}

static void raised(void)
{
    static const int asked[] = { FE_DIVBYZERO, FE_INVALID, FE_OVERFLOW, FE_UNDERFLOW, FE_INEXACT,
                                 FE_DIVBYZERO | FE_INVALID | FE_OVERFLOW };
    struct sigaction action = { .sa_sigaction = on_fpe, .sa_flags = SA_SIGINFO };

    sigaction(SIGFPE, &action, NULL);
    for (size_t a = 0; a < sizeof(asked) / sizeof(asked[0]); a++) {
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
            fesetenv(FE_DFL_ENV);
            feclearexcept(FE_ALL_EXCEPT);
            feenableexcept(asked[a]);
            if (sigsetjmp(back, 1) == 0) {
                cases[i].run();
                fesetenv(FE_DFL_ENV);
                printf("raised %x %s no\n", asked[a], cases[i].name);
            } else {
                fesetenv(FE_DFL_ENV);
                printf("raised %x %s code %d at %d sw %x mxcsr %x\n", asked[a], cases[i].name, code,
                       (int)((char *)at - (char *)cases[i].run), status & 0x80ff, mxcsr);
            }
        }
    }
}

static void held(void)
{
    fenv_t environment;

    feclearexcept(FE_ALL_EXCEPT);
    feenableexcept(FE_DIVBYZERO);
    printf("held %d", feholdexcept(&environment));
    divide();
    ldivide();
    printf(" %x %x", fetestexcept(FE_ALL_EXCEPT), fegetexcept());
    feclearexcept(FE_ALL_EXCEPT);
    feupdateenv(&environment);
    printf(" %x\n", fegetexcept());
    fesetenv(FE_DFL_ENV);
}

static void exact_results(void)
{
    static const long double values[] = { 1.5L, -7.25L, 1e300L, 0x1.8p-16000L, 0x1p63L, 0x1.23456789abcdep100L, 0.1L, -0.0L, INFINITY };

    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        volatile long double x = values[i];
        int exponent = 0;

        for (size_t j = 0; j < sizeof(values) / sizeof(values[0]); j++) {
            volatile long double y = values[j];

            printf("mod %La %La %La\n", fmodl(x, y), remainderl(x, y), x / y);
        }
        printf("parts %La", frexpl(x, &exponent));
        printf(" %d %La %La %La %lld\n", exponent, logbl(x), rintl(x), sqrtl(x < 0 ? -x : x), llrintl(x));
    }
    for (int mode = 0; mode < 4; mode++) {
        fesetround(mode << 10);
        printf("round %La %La %ld %a\n", lone / lthree, rintl(lone / lthree + 2), lrintl(-lone / lthree - 2), one / three);
        fesetround(FE_TONEAREST);
    }
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        feenableexcept(FE_DIVBYZERO);
        if (argv[1][0] == 'l') {
            ldivide();
        } else {
            divide();
        }
        return 1;
    }
    sticky();
    raised();
    held();
    exact_results();
    return 0;
}

/* A line an instruction of each feature that cpuid offers: a hash of its results and defined flags over many operands. */
#include <cpuid.h>
#include <immintrin.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define ROUNDS 300
#define CF 0x001
#define PF 0x004
#define ZF 0x040
#define SF 0x080
#define OF 0x800
#define ALL 0x8d5

static uint64_t seed, hash;

static uint64_t word(void) {
  seed ^= seed << 13;
  seed ^= seed >> 7;
  return seed ^= seed << 17;
}

static void mix(const void *bytes, unsigned len) {
  for (unsigned i = 0; i < len; i++) hash = (hash ^ ((const uint8_t *)bytes)[i]) * 0x100000001b3u;
}

/* Bits at random, few bits, small values, or text with ends in it. */
static __m128i bits(void) {
  uint64_t w[2] = {word(), word()};
  switch (word() % 4) {
    case 1: w[0] &= word() & word(), w[1] &= word() & word(); break;
    case 2: w[0] &= 0x0303030303030303u, w[1] &= 0x0303030303030303u; break;
    case 3: w[0] = word() % 2 ? 0 : -1u, w[1] = word() % 3; break;
  }
  return _mm_set_epi64x(w[0], w[1]);
}

static __m128 floats(void) {
  float f[4];
  for (int i = 0; i < 4; i++) f[i] = (int32_t)word() * (word() % 2 ? 1e-6f : 1e3f);
  if (word() % 8 == 0) f[word() % 4] = 0.0f / (word() % 2 ? -1e30f : 1e30f);
  if (word() % 8 == 0) f[word() % 4] = (word() % 2 ? -1 : 1) * __builtin_inff();
  return _mm_loadu_ps(f);
}

static __m128d doubles(void) {
  return _mm_set_pd((int64_t)word() * 1e-12, (int64_t)word() * (word() % 2 ? 1e-18 : 1e5));
}

static void begin(void) { seed = 0x9e3779b97f4a7c15u, hash = 0xcbf29ce484222325u; }
static void end(const char *feature, const char *name) { printf("%s %s %016llx\n", feature, name, (unsigned long long)hash); }

#define EACH(feature, name, ...)                                \
  do {                                                          \
    begin();                                                    \
    for (int round = 0; round < ROUNDS; round++) { __VA_ARGS__; } \
    end(feature, name);                                         \
  } while (0)
#define MIX(value) do { __auto_type mixed = (value); mix(&mixed, sizeof mixed); } while (0)
#define I2(f, op) EACH(f, #op, __m128i a = bits(), b = bits(); MIX(_mm_##op(a, b)))
#define I1(f, op) EACH(f, #op, __m128i a = bits(); MIX(_mm_##op(a)))
#define IMM2(f, op, n) EACH(f, #op "," #n, __m128i a = bits(), b = bits(); MIX(_mm_##op(a, b, n)))
#define S2(f, op) EACH(f, #op, __m128 a = floats(), b = floats(); MIX(_mm_##op(a, b)))
#define S1(f, op) EACH(f, #op, __m128 a = floats(); MIX(_mm_##op(a)))
#define SIMM2(f, op, n) EACH(f, #op "," #n, __m128 a = floats(), b = floats(); MIX(_mm_##op(a, b, n)))
#define D2(f, op) EACH(f, #op, __m128d a = doubles(), b = doubles(); MIX(_mm_##op(a, b)))
#define D1(f, op) EACH(f, #op, __m128d a = doubles(); MIX(_mm_##op(a)))
#define DIMM2(f, op, n) EACH(f, #op "," #n, __m128d a = doubles(), b = doubles(); MIX(_mm_##op(a, b, n)))
#ifdef __x86_64__
#define PUSHF "pushf\n pop %q1"
#else
#define PUSHF "pushf\n pop %1"
#endif
/* A general instruction of two operands, `%0` is changed, `%2` is read; then its defined flags. */
#define G(f, name, type, insn, flags)                                                              \
  EACH(f, name, type a = word() >> word() % 64; type b = word() >> word() % 64; unsigned long fl = 0; \
       __asm__ volatile("cmp $1, %b2\n " insn "\n " PUSHF : "+r"(a), "=&r"(fl) : "q"(b) : "cc", "memory"); \
       MIX(a); MIX((uint32_t)(fl & (flags))))

#ifdef __x86_64__
#define WIDE(...) __VA_ARGS__
#else
#define WIDE(...)
#endif

static void sse(void) {
  S2("sse", add_ps); S2("sse", sub_ps); S2("sse", mul_ps); S2("sse", div_ps); S2("sse", min_ps); S2("sse", max_ps);
  S1("sse", sqrt_ps); S2("sse", cmplt_ps); S2("sse", cmpunord_ps); S2("sse", unpackhi_ps); SIMM2("sse", shuffle_ps, 0x1b);
  S1("sse", movemask_ps); S2("sse", comilt_ss); S1("sse", cvtss_si32); S1("sse", cvttss_si32);
  D2("sse2", add_pd); D2("sse2", mul_pd); D2("sse2", div_pd); D1("sse2", sqrt_pd); D2("sse2", cmple_pd); D1("sse2", cvtpd_ps);
  D1("sse2", cvtpd_epi32); D1("sse2", cvttsd_si32); I1("sse2", cvtepi32_pd); I1("sse2", cvtepi32_ps); S1("sse2", cvtps_epi32);
  I2("sse2", adds_epi16); I2("sse2", subs_epu8); I2("sse2", mulhi_epi16); I2("sse2", mul_epu32); I2("sse2", madd_epi16);
  I2("sse2", sad_epu8); I2("sse2", packs_epi32); I2("sse2", packus_epi16); I2("sse2", unpacklo_epi8); I2("sse2", avg_epu8);
  I2("sse2", sll_epi64); I2("sse2", sra_epi32); I2("sse2", cmpgt_epi8); I1("sse2", movemask_epi8); I2("sse2", max_epu8);
  WIDE(D1("sse2", cvtsd_si64); D1("sse2", cvttsd_si64);)
}

__attribute__((target("sse3"))) static void sse3(void) {
  S2("pni", addsub_ps); D2("pni", addsub_pd); S2("pni", hadd_ps); D2("pni", hadd_pd); S2("pni", hsub_ps); D2("pni", hsub_pd);
  S1("pni", movehdup_ps); S1("pni", moveldup_ps); D1("pni", movedup_pd);
  EACH("pni", "lddqu", __m128i a[2] = {bits(), bits()}; MIX(_mm_lddqu_si128((void *)((char *)a + word() % 16))));
  EACH("pni", "fisttp", double a = (int32_t)word() * 1e-3; int32_t r; __asm__("fisttpl %0" : "=m"(r) : "t"(a) : "st"); MIX(r));
}

__attribute__((target("ssse3"))) static void ssse3(void) {
  I1("ssse3", abs_epi8); I1("ssse3", abs_epi16); I1("ssse3", abs_epi32); I2("ssse3", hadd_epi16); I2("ssse3", hadd_epi32);
  I2("ssse3", hadds_epi16); I2("ssse3", hsub_epi16); I2("ssse3", hsub_epi32); I2("ssse3", hsubs_epi16);
  I2("ssse3", maddubs_epi16); I2("ssse3", mulhrs_epi16); I2("ssse3", shuffle_epi8); I2("ssse3", sign_epi8);
  I2("ssse3", sign_epi16); I2("ssse3", sign_epi32); IMM2("ssse3", alignr_epi8, 0); IMM2("ssse3", alignr_epi8, 5);
  IMM2("ssse3", alignr_epi8, 16); IMM2("ssse3", alignr_epi8, 21); IMM2("ssse3", alignr_epi8, 40);
}

#define T "sse4_1"
#define ROUND(n) SIMM2(T, round_ss, n); DIMM2(T, round_sd, n); \
  EACH(T, "round_ps," #n, __m128 a = floats(); MIX(_mm_round_ps(a, n))); EACH(T, "round_pd," #n, __m128d a = doubles(); MIX(_mm_round_pd(a, n)))
__attribute__((target("sse4.1"))) static void sse41(void) {
  IMM2(T, blend_epi16, 0x5a); SIMM2(T, blend_ps, 6); DIMM2(T, blend_pd, 1); SIMM2(T, dp_ps, 0x7f); SIMM2(T, dp_ps, 0xb5); DIMM2(T, dp_pd, 0x31);
  SIMM2(T, insert_ps, 0x58); SIMM2(T, insert_ps, 0x93); IMM2(T, mpsadbw_epu8, 0); IMM2(T, mpsadbw_epu8, 3); IMM2(T, mpsadbw_epu8, 6);
  EACH(T, "blendv_epi8", __m128i a = bits(), b = bits(), c = bits(); MIX(_mm_blendv_epi8(a, b, c)));
  EACH(T, "blendv_ps", __m128 a = floats(), b = floats(), c = floats(); MIX(_mm_blendv_ps(a, b, c)));
  EACH(T, "blendv_pd", __m128d a = doubles(), b = doubles(), c = doubles(); MIX(_mm_blendv_pd(a, b, c)));
  ROUND(0); ROUND(1); ROUND(2); ROUND(3); ROUND(12);
  I2(T, cmpeq_epi64); I2(T, packus_epi32); I2(T, mul_epi32); I2(T, mullo_epi32); I2(T, max_epi8); I2(T, max_epi32); I2(T, max_epu16);
  I2(T, max_epu32); I2(T, min_epi8); I2(T, min_epi32); I2(T, min_epu16); I2(T, min_epu32); I1(T, minpos_epu16);
  I1(T, cvtepi8_epi16); I1(T, cvtepi8_epi32); I1(T, cvtepi8_epi64); I1(T, cvtepi16_epi32); I1(T, cvtepi16_epi64); I1(T, cvtepi32_epi64);
  I1(T, cvtepu8_epi16); I1(T, cvtepu8_epi32); I1(T, cvtepu8_epi64); I1(T, cvtepu16_epi32); I1(T, cvtepu16_epi64); I1(T, cvtepu32_epi64);
  I2(T, testz_si128); I2(T, testc_si128); I2(T, testnzc_si128);
  EACH(T, "pextrb", __m128i a = bits(); MIX(_mm_extract_epi8(a, 11))); EACH(T, "pextrd", __m128i a = bits(); MIX(_mm_extract_epi32(a, 3)));
  EACH(T, "extractps", __m128 a = floats(); MIX(_mm_extract_ps(a, 2)));
  EACH(T, "pinsrb", __m128i a = bits(); MIX(_mm_insert_epi8(a, (int)word(), 13))); EACH(T, "pinsrd", __m128i a = bits(); MIX(_mm_insert_epi32(a, (int)word(), 2)));
  WIDE(EACH(T, "pinsrq", __m128i a = bits(); MIX(_mm_insert_epi64(a, word(), 1))); EACH(T, "pextrq", __m128i a = bits(); MIX(_mm_extract_epi64(a, 1)));)
  EACH(T, "movntdqa", __m128i a = bits(); MIX(_mm_stream_load_si128(&a)));
}
#undef T

#define STR(n)                                                                                                       \
  EACH("sse4_2", "pcmpistr," #n, __m128i a = bits(), b = bits(); MIX(_mm_cmpistrm(a, b, n)); MIX(_mm_cmpistri(a, b, n)); \
       MIX(_mm_cmpistra(a, b, n) | _mm_cmpistrc(a, b, n) << 1 | _mm_cmpistro(a, b, n) << 2 | _mm_cmpistrs(a, b, n) << 3 | _mm_cmpistrz(a, b, n) << 4)); \
  EACH("sse4_2", "pcmpestr," #n, __m128i a = bits(), b = bits(); int i = word() % 40 - 20; int j = word() % 20; MIX(_mm_cmpestrm(a, i, b, j, n)); MIX(_mm_cmpestri(a, i, b, j, n)); \
       MIX(_mm_cmpestra(a, i, b, j, n) | _mm_cmpestrc(a, i, b, j, n) << 1 | _mm_cmpestro(a, i, b, j, n) << 2 | _mm_cmpestrs(a, i, b, j, n) << 3 | _mm_cmpestrz(a, i, b, j, n) << 4))
#define STR8(n) STR(n##0); STR(n##1); STR(n##2); STR(n##3); STR(n##4); STR(n##5); STR(n##6); STR(n##7)
#define STR16(n) STR8(n); STR(n##8); STR(n##9); STR(n##a); STR(n##b); STR(n##c); STR(n##d); STR(n##e); STR(n##f)
__attribute__((target("sse4.2"))) static void sse42(void) {
  I2("sse4_2", cmpgt_epi64);
  STR16(0x0); STR16(0x1); STR16(0x2); STR16(0x3); STR16(0x4); STR16(0x5); STR16(0x6); STR16(0x7);
  G("sse4_2", "crc32b", uint32_t, "crc32b %b2, %0", 0); G("sse4_2", "crc32w", uint32_t, "crc32w %w2, %0", 0); G("sse4_2", "crc32l", uint32_t, "crc32l %k2, %0", 0);
  WIDE(G("sse4_2", "crc32q", uint64_t, "crc32q %q2, %0", 0);)
}

#define AESI(op) I2("aes", aes##op##_si128)
__attribute__((target("aes,pclmul"))) static void aes(void) {
  AESI(enc); AESI(enclast); AESI(dec); AESI(declast); I1("aes", aesimc_si128);
  EACH("aes", "aeskeygenassist,1", __m128i a = bits(); MIX(_mm_aeskeygenassist_si128(a, 1)));
  EACH("aes", "aeskeygenassist,0x36", __m128i a = bits(); MIX(_mm_aeskeygenassist_si128(a, 0x36)));
  IMM2("pclmulqdq", clmulepi64_si128, 0x00); IMM2("pclmulqdq", clmulepi64_si128, 0x01); IMM2("pclmulqdq", clmulepi64_si128, 0x10); IMM2("pclmulqdq", clmulepi64_si128, 0x11);
}

#define G2(f, op, flags) G(f, op "l", uint32_t, op " %k2, %0", flags); WIDE(G(f, op "q", uint64_t, op " %q2, %0", flags))
#define G3(f, op, flags) G(f, op "l", uint32_t, op " %k0, %k2, %0", flags); WIDE(G(f, op "q", uint64_t, op " %q0, %q2, %0", flags))
static void general(void) {
  G("popcnt", "popcntw", uint16_t, "popcnt %w2, %w0", ALL); G2("popcnt", "popcnt", ALL);
  G("abm", "lzcntw", uint16_t, "lzcnt %w2, %w0", CF | ZF); G2("abm", "lzcnt", CF | ZF);
  G("bmi1", "tzcntw", uint16_t, "tzcnt %w2, %w0", CF | ZF); G2("bmi1", "tzcnt", CF | ZF);
  G3("bmi1", "andn", SF | ZF | CF | OF); G3("bmi1", "bextr", ZF | CF | OF);
  G2("bmi1", "blsi", ZF | SF | CF | OF); G2("bmi1", "blsmsk", ZF | SF | CF | OF); G2("bmi1", "blsr", ZF | SF | CF | OF);
  G3("bmi2", "bzhi", ZF | SF | CF | OF); G3("bmi2", "pdep", ALL); G3("bmi2", "pext", ALL); G3("bmi2", "sarx", ALL); G3("bmi2", "shlx", ALL); G3("bmi2", "shrx", ALL);
  EACH("bmi1", "bextrl,ends", uint32_t a = word(), r, b = word() % 40 / 8 * 8 | word() % 40 << 8; __asm__("bextr %2, %1, %0" : "=r"(r) : "r"(a), "r"(b)); MIX(r));
  WIDE(EACH("bmi1", "bextrq,ends", uint64_t a = word(), r, b = word() % 72 / 8 * 8 | word() % 72 << 8; __asm__("bextr %2, %1, %0" : "=r"(r) : "r"(a), "r"(b)); MIX(r));)
  EACH("bmi2", "bzhil,ends", uint32_t a = word(), r, b = word() % 40; __asm__("bzhi %2, %1, %0" : "=r"(r) : "r"(a), "r"(b)); MIX(r));
  WIDE(EACH("bmi2", "bzhiq,ends", uint64_t a = word(), r, b = word() % 72; __asm__("bzhi %2, %1, %0" : "=r"(r) : "r"(a), "r"(b)); MIX(r));)
  G("bmi2", "rorxl", uint32_t, "rorx $13, %k2, %0", ALL); WIDE(G("bmi2", "rorxq", uint64_t, "rorx $45, %q2, %0", ALL);)
  EACH("bmi2", "mulx", uint32_t lo, hi; uint32_t a = word(); uint32_t b = word(); __asm__("mulx %3, %0, %1" : "=r"(lo), "=r"(hi) : "d"(a), "rm"(b)); MIX(lo); MIX(hi));
  WIDE(EACH("bmi2", "mulxq", uint64_t lo, hi; uint64_t a = word(); uint64_t b = word(); __asm__("mulx %3, %0, %1" : "=r"(lo), "=r"(hi) : "d"(a), "rm"(b)); MIX(lo); MIX(hi));)
  G2("adx", "adcx", ALL); G2("adx", "adox", ALL); G2("cmov", "cmovc", ALL); G2("cmov", "cmovg", ALL); G2("cmov", "cmovs", ALL);
  EACH("movbe", "movbew", uint16_t a, b = word(); __asm__("movbe %1, %0" : "=r"(a) : "m"(b)); MIX(a); __asm__("movbe %1, %0" : "=m"(b) : "r"(a)); MIX(b));
  EACH("movbe", "movbel", uint32_t a, b = word(); __asm__("movbe %1, %0" : "=r"(a) : "m"(b)); MIX(a); __asm__("movbe %1, %0" : "=m"(b) : "r"(a)); MIX(b));
  WIDE(EACH("movbe", "movbeq", uint64_t a, b = word(); __asm__("movbe %1, %0" : "=r"(a) : "m"(b)); MIX(a); __asm__("movbe %1, %0" : "=m"(b) : "r"(a)); MIX(b));)
  EACH("lahf_lm", "lahf", uint32_t a = word(); __asm__("sahf\n lahf" : "+a"(a)); MIX(a));
  EACH("3dnowprefetch", "prefetchw", uint32_t a = word(); __asm__("prefetchw %0" : "+m"(a)); MIX(a));
  EACH("clflush", "clflush", uint32_t a = word(); __asm__("clflush %0\n mfence\n lfence\n sfence" : "+m"(a)); MIX(a));
  EACH("cx8", "cmpxchg8b", uint64_t m = word() % 2; uint64_t old = word() % 2; unsigned char z; __asm__("lock cmpxchg8b %1\n setz %2" : "+A"(old), "+m"(m), "=q"(z) : "b"(5), "c"(7)); MIX(m); MIX(old); MIX(z));
#ifdef __x86_64__
  EACH("cx16", "cmpxchg16b", __attribute__((aligned(16))) uint64_t m[2] = {word() % 2, 1}; uint64_t lo = word() % 2, hi = word() % 2; unsigned char z;
       __asm__("lock cmpxchg16b %2\n setz %3" : "+a"(lo), "+d"(hi), "+m"(m), "=q"(z) : "b"(5ul), "c"(7ul)); mix(m, 16); MIX(lo); MIX(hi); MIX(z));
  EACH("fsgsbase", "gsbase", uint64_t a = word() >> 20; uint64_t b, old; __asm__ volatile("rdgsbase %1\n wrgsbase %2\n rdgsbase %0\n wrgsbase %1" : "=&r"(b), "=&r"(old) : "r"(a)); MIX(b);
       uint32_t c, d = word(); __asm__ volatile("rdgsbase %1\n wrgsbase %k2\n rdgsbase %k0\n wrgsbase %1" : "=&r"(c), "=&r"(old) : "r"(d)); MIX(c));
  EACH("fsgsbase", "fsbase", uint64_t a = word() >> 20; uint64_t b, old; __asm__ volatile("rdfsbase %1\n wrfsbase %2\n rdfsbase %0\n wrfsbase %1" : "=&r"(b), "=&r"(old) : "r"(a)); MIX(b); MIX(old == (uint64_t)__builtin_thread_pointer()));
  EACH("rdtscp", "rdtscp", uint32_t a, d, aux, lsl; __asm__ volatile("rdtscp" : "=a"(a), "=d"(d), "=c"(aux)); __asm__("lsl %1, %0" : "=r"(lsl) : "r"(0x7b)); MIX(aux == lsl || round));
#endif
}

int main(void) {
  sse();
  sse3();
  ssse3();
  sse41();
  sse42();
  aes();
  general();
}

export const what = 'SSE: denormal operands, two NaNs, and zeros of min, max and dot products';

export const why = `
DE of MXCSR was never set: a denormal operand now sets it, unless an operand is a NaN or the operation is invalid or divides by
zero (Intel SDM volume 1, 4.9.2). Of two NaNs SSE takes the first (4.8.3.5); the rules of the x87 were applied. With DAZ, min and
max gave the denormal operand back instead of zero (10.2.3.4). dpps adds the first two products and the last two (volume 2).`;

const FLAG = `    /* An operand was denormal, and used as it is. */
    float_flag_denormal_operand = 2,
`;

const NOTE = `
/* Enters that one of two operands was denormal: as parts they are normal, below the least exponent. */
static inline void note_denormal(FloatParts a, FloatParts b, int least, float_status *s)
{
    if (unlikely((a.cls == float_class_normal && a.exp < least) || (b.cls == float_class_normal && b.exp < least))
        && !is_nan(a.cls) && !is_nan(b.cls)) {
        s->float_exception_flags |= float_flag_denormal_operand;
    }
}

`;

const COMPARE = (size, magnitude, least) => `
/* Compares as SSE does, DE and all; with DAZ a and b become zeros. */
static inline int sse_compare${size}(CPUX86State *env, float${size} *a, float${size} *b, bool quiet)
{
    int relation;

    *a = float${size}_squash_input_denormal(*a, &env->sse_status);
    *b = float${size}_squash_input_denormal(*b, &env->sse_status);
    relation = quiet ? float${size}_compare_quiet(*a, *b, &env->sse_status)
                     : float${size}_compare(*a, *b, &env->sse_status);
    if (unlikely((*a & ${magnitude}) - 1 < ${least} || (*b & ${magnitude}) - 1 < ${least})
        && relation != float_relation_unordered) {
        env->sse_status.float_exception_flags |= float_flag_denormal_operand;
    }
    return relation;
}
`;

const COMPARISONS =
  COMPARE(32, '0x7fffffffu', '0x7fffffu') + COMPARE(64, '0x7fffffffffffffffULL', '0xfffffffffffffULL');

/** What a macro of ops_sse.h becomes: the relation to look for, and what it gives. */
const MACROS = {
  FPU_MIN: ['false', '== float_relation_less', 'a_ : b_'],
  FPU_MAX: ['false', '== float_relation_greater', 'a_ : b_'],
  FPU_CMPEQ: ['true', '== float_relation_equal', '-1 : 0'],
  FPU_CMPLT: ['false', '== float_relation_less', '-1 : 0'],
  FPU_CMPLE: ['false', '<= float_relation_equal', '-1 : 0'],
  FPU_CMPUNORD: ['true', '== float_relation_unordered', '-1 : 0'],
  FPU_CMPNEQ: ['true', '== float_relation_equal', '0 : -1'],
  FPU_CMPNLT: ['false', '== float_relation_less', '0 : -1'],
  FPU_CMPNLE: ['false', '<= float_relation_equal', '0 : -1'],
  FPU_CMPORD: ['true', '== float_relation_unordered', '0 : -1'],
};

/** @param {import('../source.mjs').SourceTree} tree */
export function apply(tree) {
  tree
    .file('qemu/include/fpu/softfloat-types.h')
    .all()
    .after(/float_flag_invalid\s*=\s*1,\n/, FLAG);
  tree
    .file('qemu/fpu/softfloat-specialize.inc.c')
    .fn('pickNaN')
    .replace(
      /(?<=#elif defined\(TARGET_PPC\)[^\n]*)\bdefined\(TARGET_M68K\)/,
      'defined(TARGET_M68K) || defined(TARGET_X86_64)',
    );
  const soft = tree.file('qemu/fpu/softfloat.c');
  soft.all().before(/static FloatParts addsub_floats\(/, NOTE.trimStart());
  for (const [size, least] of [
    [32, -126],
    [64, -1022],
  ]) {
    const second = new RegExp(`FloatParts pb = float${size}_unpack_canonical\\(b, status\\);\\s*`);
    const note = (name, condition) =>
      soft.fn(name).after(second, `${condition}note_denormal(pa, pb, ${least}, status);\n    `);
    note(`soft_f${size}_addsub`, '');
    note(`soft_f${size}_mul`, '');
    note(`soft_f${size}_div`, 'if (pb.cls != float_class_zero) ');
    soft
      .fn(`soft_f${size}_sqrt`)
      .after(
        /FloatParts pa = [^;]*;/,
        `\n\n    if (!pa.sign) {\n        note_denormal(pa, pa, ${least}, status);\n    }`,
      );
  }
  soft.fn('soft_float32_to_float64').after(/FloatParts p = [^;]*;/, '\n    note_denormal(p, p, -126, s);');
  soft.fn('float64_to_float32').after(/FloatParts p = [^;]*;/, '\n    note_denormal(p, p, -1022, s);');
  const fpu = tree.file('qemu/target/i386/fpu_helper.c');
  fpu.all().before(/#define SHIFT 0\n#include "ops_sse\.h"/, `${COMPARISONS.trimStart()}\n`);
  fpu
    .fn('cpu_get_mxcsr')
    .replace(
      /\(flags & float_flag_invalid \? 0x01 : 0\)/,
      '(flags & (float_flag_invalid | float_flag_denormal_operand))',
    );
  operations(tree.file('qemu/target/i386/ops_sse.h'));
}

function operations(file) {
  const all = file.all();
  for (const [name, [quiet, relation, values]] of Object.entries(MACROS)) {
    all.replace(
      new RegExp(`#define ${name}\\(size, a, b\\)[^\\n]*\\\\\\n[^\\n]*\\n`),
      `#define ${name}(size, a, b) \\
    ({ float ## size a_ = (a), b_ = (b); \\
       sse_compare ## size(env, &a_, &b_, ${quiet}) ${relation} ? ${values}; })
`,
    );
  }
  for (const [name, size, quiet, letter] of [
    ['ucomiss', 32, true, 's'],
    ['comiss', 32, false, 's'],
    ['ucomisd', 64, true, 'd'],
    ['comisd', 64, false, 'd'],
  ]) {
    file
      .fn(`helper_${name}`)
      .replace(
        /ret = float\d+_compare(?:_quiet)?\([sd]0, [sd]1, &env->sse_status\);/,
        `ret = sse_compare${size}(env, &${letter}0, &${letter}1, ${quiet});`,
      );
  }
  for (const [name, size, letter] of [
    ['dpps', 32, 'S'],
    ['dppd', 64, 'D'],
  ]) {
    const half = size === 32 ? 2 : 1;
    file.fn(`glue\\(helper_${name}, SUFFIX\\)`).replace(
      /float\d+ iresult = float\d+_zero;[\s\S]*?(?=\n\s*d->ZMM_[SD]\(0\) = \(mask)/,
      `float${size} product[4] = { 0 }, iresult;
    int i;

    for (i = 0; i < ${128 / size}; i++) {
        if (mask & (0x10 << i)) {
            product[i] = float${size}_mul(d->ZMM_${letter}(i), s->ZMM_${letter}(i), &env->sse_status);
        }
    }
    iresult = float${size}_add(product[0], product[1], &env->sse_status);
${
  half === 1
    ? ''
    : `    iresult = float32_add(iresult, float32_add(product[2], product[3], &env->sse_status), &env->sse_status);
`
}`,
    );
  }
}

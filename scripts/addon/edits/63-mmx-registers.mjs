export const what = 'MMX: the x87 state changes behind the instruction, with the exponent, and not in front of a fault';

export const why = `
MMX instructions set the tags and the top of the stack before they read memory, so that one that faults had changed the x87
already; those of SSSE3 did not set them at all. A register that is written gets an exponent of ones (Intel SDM volume 1,
9.5.1), which fxsave and a later fld see. Moved behind the instruction, for all of them, with the exponent. A pending x87 exception is
raised first, as by any x87 instruction that waits (9.5.2 and volume 2). cvtpi2ps
and cvtpi2pd from memory do not touch the x87; stores to memory do in front of a fault. emms sets the top to zero.`;

const GENERATE = `
enum { MMX_UNUSED = -1, MMX_ONLY_READ = 8 };

/* The MMX register that an instruction writes, or one of the above. \`three\` is the third byte of a 0f 38 or 0f 3a. */
static int mmx_written(int b, int b1, int three, int modrm)
{
    int reg = modrm >> 3 & 7, rm = modrm & 7;
    bool memory = modrm < 0xc0;

    switch (b) {
    case 0x2a:
        return b1 <= 1 && !memory ? MMX_ONLY_READ : MMX_UNUSED;
    case 0x2c: case 0x2d:
        return b1 <= 1 ? reg : MMX_UNUSED;
    case 0xd6:
        return b1 == 2 ? MMX_ONLY_READ : b1 == 3 ? reg : MMX_UNUSED;
    }
    if (b1 != 0) {
        return MMX_UNUSED;
    }
    switch (b) {
    case 0x38:
        return three <= 0x0b || (three >= 0x1c && three <= 0x1e) ? reg : MMX_UNUSED;
    case 0x3a:
        return three == 0x0f ? reg : MMX_UNUSED;
    case 0x71: case 0x72: case 0x73:
        return rm;
    case 0x7f:
        return memory ? MMX_ONLY_READ : rm;
    case 0x7e: case 0xc5: case 0xd7: case 0xe7: case 0xf7:
        return MMX_ONLY_READ;
    case 0x6e: case 0x6f: case 0x70: case 0x74: case 0x75: case 0x76: case 0xc4:
        return reg;
    }
    return (b >= 0x60 && b <= 0x6b) || (b >= 0xd1 && b <= 0xfe) ? reg : MMX_UNUSED;
}

/* The same of the instruction whose ModRM byte, or third byte, comes next. */
static int mmx_next(CPUX86State *env, DisasContext *s, int b)
{
    target_ulong pc = s->pc;
    int b1 = s->prefix & PREFIX_DATA ? 1 : s->prefix & PREFIX_REPZ ? 2 : s->prefix & PREFIX_REPNZ ? 3 : 0;
    int three = 0, modrm;

    b &= 0xff;
    if (b == 0x77 || (s->prefix & PREFIX_VEX)) {
        return MMX_UNUSED;
    }
    if (b == 0x38 || b == 0x3a) {
        three = x86_ldub_code(env, s);
    }
    modrm = x86_ldub_code(env, s);
    s->pc = pc;
    return mmx_written(b, b1, three, modrm);
}

/* Whether it stores to memory: it changes the x87 even if that faults. */
static bool mmx_stores(int b)
{
    b &= 0xff;
    return b == 0x7e || b == 0x7f || b == 0xe7;
}

`;

const BEFORE = `    if (written != MMX_UNUSED || (b & 0xff) == 0x77 /* emms */) {
        gen_x87_pending(s);
    }
    if (written == MMX_ONLY_READ && mmx_stores(b)) {
        gen_helper_enter_mmx(tcg_ctx, tcg_ctx->cpu_env);
    }
`;

const BEHIND = `    if (written != MMX_UNUSED && s->base.is_jmp == DISAS_NEXT) {
        gen_helper_enter_mmx(tcg_ctx, tcg_ctx->cpu_env);
    }
`;

const EXPONENT = `    if (written >= 0 && written < MMX_ONLY_READ && s->base.is_jmp == DISAS_NEXT) {
        tcg_gen_movi_i32(tcg_ctx, s->tmp2_i32, 0xffff);
        tcg_gen_st16_i32(tcg_ctx, s->tmp2_i32, tcg_ctx->cpu_env, offsetof(CPUX86State, fpregs[written].d.high));
    }`;

/** @param {import('../source.mjs').SourceTree} tree */
export function apply(tree) {
  const translate = tree.file('qemu/target/i386/translate.c');
  translate.fn('gen_sse_masked').replaceAll(/gen_helper_enter_mmx\(tcg_ctx, tcg_ctx->cpu_env\);/, 5, ';');
  translate.all().before(/\/\* Those that compute with floating point numbers\. \*\//, GENERATE.trimStart());
  translate
    .fn('gen_sse')
    .after(/bool unmasked = [^;]*;/, '\n    int written = mmx_next(env, s, b);')
    .before(/ {4}if \(unmasked\) \{\s*gen_helper_sse_begin/, BEFORE)
    .before(/ {4}if \(unmasked && s->base/, BEHIND)
    .append(EXPONENT);
  tree.file('qemu/target/i386/fpu_helper.c').fn('helper_emms').append('    env->fpstt = 0;');
}

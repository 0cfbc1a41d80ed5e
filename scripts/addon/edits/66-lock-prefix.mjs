export const what = 'x86: a lock prefix where there is nothing to lock is an undefined instruction';

export const why = `
lock is allowed in front of a few instructions, and only when they write memory (Intel SDM volume 2, LOCK); anything else is
#UD. It was passed over.`;

const ALLOWED = `
/* Whether an instruction may have a lock prefix; its ModRM byte comes next. */
static bool lock_allowed(CPUX86State *env, DisasContext *s, int b)
{
    target_ulong pc = s->pc;
    int modrm, extension, allowed;

    switch (b) {
    case 0x00: case 0x01: case 0x08: case 0x09: case 0x10: case 0x11: case 0x18: case 0x19: /* add, or, adc, sbb */
    case 0x20: case 0x21: case 0x28: case 0x29: case 0x30: case 0x31: /* and, sub, xor */
    case 0x86: case 0x87: case 0x1ab: case 0x1b3: case 0x1bb: /* xchg, bts, btr, btc */
    case 0x1b0: case 0x1b1: case 0x1c0: case 0x1c1: /* cmpxchg, xadd */
        allowed = 0xff;
        break;
    case 0x80: case 0x81: case 0x82: case 0x83: /* all but cmp */
        allowed = 0x7f;
        break;
    case 0xf6: case 0xf7: /* not, neg */
        allowed = 0x0c;
        break;
    case 0xfe: case 0xff: /* inc, dec */
        allowed = 0x03;
        break;
    case 0x1ba: /* bts, btr, btc */
        allowed = 0xe0;
        break;
    case 0x1c7: /* cmpxchg8b */
        allowed = 0x02;
        break;
    default:
        return false;
    }
    modrm = x86_ldub_code(env, s);
    s->pc = pc;
    extension = modrm >> 3 & 7;
    return modrm < 0xc0 && (allowed >> extension & 1);
}

`;

/** @param {import('../source.mjs').SourceTree} tree */
export function apply(tree) {
  const translate = tree.file('qemu/target/i386/translate.c');
  translate.all().before(/\/\* convert one instruction\. s->base\.is_jmp is set/, ALLOWED.trimStart());
  translate
    .fn('disas_insn')
    .after(
      /reswitch:/,
      '\n    if ((prefixes & PREFIX_LOCK) && b != 0x0f && !lock_allowed(env, s, b)) {\n        goto illegal_op;\n    }',
    );
}

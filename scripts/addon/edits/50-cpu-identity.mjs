export const what = 'x86: cpuid answers from a table, and what the table does not offer is an undefined instruction';

export const why = `
cpuid answers with the leaves of a built-in model, filtered by what QEMU believes its translator can do: with RDRAND (host
randomness), XSAVE without its state, and a brand that is not what runs. uc_cpuid() gives the answers row by row. The
translator reads the features from the same rows, so an instruction that is not offered raises #UD, as on a CPU without it.
Some encodings were never asked for their feature: VEX with an opcode that is no BMI instruction ran as its SSE namesake, with
one operand too few (vaddps, or even VEX 0f 05 as syscall), SSE4A ran without its bit, pop took XOP's encodings, and mov those of xbegin and xabort.`;

const FEATURES = ['features', 'ext_features', 'ext2_features', 'ext3_features', '7_0_ebx_features'];

const API = `
UNICORN_EXPORT
uc_err uc_cpuid(uc_engine *uc, const uint32_t *rows, size_t count)
{
    size_t i;

    if (count > UC_CPUID_ROWS) {
        return UC_ERR_ARG;
    }
    UC_INIT(uc);
    memset(uc->cpuid_words, 0, sizeof(uc->cpuid_words));
    for (i = 0; i < count; i++) {
        const uint32_t *row = rows + 6 * i;

        memcpy(uc->cpuid_rows[i], row, sizeof(uc->cpuid_rows[i]));
        if (row[0] == 1) {
            uc->cpuid_words[0] = row[5];
            uc->cpuid_words[1] = row[4];
        } else if (row[0] == 0x80000001) {
            uc->cpuid_words[2] = row[5];
            uc->cpuid_words[3] = row[4];
        } else if (row[0] == 7 && row[1] == 0) {
            uc->cpuid_words[4] = row[3];
        }
    }
    uc->cpuid_count = count;
    uc->tb_flush(uc);
    restore_jit_state(uc);
    return UC_ERR_OK;
}
`;

const ANSWER = `
    if (env->uc->cpuid_count != 0) {
        size_t i;

        *eax = *ebx = *ecx = *edx = 0;
        for (i = 0; i < env->uc->cpuid_count; i++) {
            const uint32_t *row = env->uc->cpuid_rows[i];

            if (row[0] == index && (row[1] == count || row[1] == UINT32_MAX)) {
                *eax = row[2];
                *ebx = row[3];
                *ecx = row[4];
                *edx = row[5];
                break;
            }
        }
        return;
    }
`;

/** @param {import('../source.mjs').SourceTree} tree */
export function apply(tree) {
  tree
    .file('include/unicorn/unicorn.h')
    .all()
    .before(
      /\/\*\n Stop emulation \(/,
      `/*
 x86: what cpuid answers. Each row is leaf, subleaf (UINT32_MAX: any), eax, ebx, ecx, edx; what has no row answers 0.
 Instructions whose feature bit is not set in leaves 1, 7 and 0x80000001 raise #UD.
*/
UNICORN_EXPORT
uc_err uc_cpuid(uc_engine *uc, const uint32_t *rows, size_t count);

`,
    );
  tree
    .file('include/uc_priv.h')
    .block('struct uc_struct {')
    .append(
      '#define UC_CPUID_ROWS 64\n    uint32_t cpuid_rows[UC_CPUID_ROWS][6]; // see uc_cpuid()\n    size_t cpuid_count;\n' +
        '    uint32_t cpuid_words[5]; // 1 edx, 1 ecx, 0x80000001 edx, 0x80000001 ecx, 7 ebx',
    );
  tree.file('uc.c').append(API);
  const cpu = tree.file('qemu/target/i386/cpu.c').fn('cpu_x86_cpuid');
  cpu.before(/topo_info\.nodes_per_pkg = /, `${ANSWER.trim()}\n\n    `);

  const translate = tree.file('qemu/target/i386/translate.c');
  translate
    .fn('i386_tr_init_disas_context')
    .after(
      /dc->cpuid_xsave_features = env->features\[FEAT_XSAVE\];/,
      `\n    if (env->uc->cpuid_count != 0) {\n${FEATURES.map(
        (name, i) => `        dc->cpuid_${name} = env->uc->cpuid_words[${i}];\n`,
      ).join('')}        dc->cpuid_xsave_features = 0;\n    }`,
    );
  translate.fn('gen_sse').after(
    /modrm = x86_ldub_code\(env, s\);(?=\s*reg = \(\(modrm >> 3\) & 7\);\s*if \(is_xmm\)\s*reg \|= rex_r;)/,
    `
    if ((s->prefix & PREFIX_VEX)
        && !(b == 0x38 && modrm >= 0xf2 && modrm <= 0xf7 && modrm != 0xf4)
        && !(b == 0x3a && modrm == 0xf0)) {
        goto illegal_op; /* neither BMI1 nor BMI2 */
    }
    if (!(s->cpuid_ext3_features & CPUID_EXT3_SSE4A)
        && (((b == 0x78 || b == 0x79) && (b1 == 1 || b1 == 3)) || (b == 0x2b && b1 >= 2))) {
        goto illegal_op; /* extrq, insertq, movntss, movntsd */
    }`,
  );
  translate
    .fn('disas_insn')
    .after(
      /s->prefix = prefixes;\s*s->aflag = aflag;\s*s->dflag = dflag;/,
      '\n    if ((prefixes & PREFIX_VEX) && b != 0x138 && b != 0x13a) {\n        goto illegal_op;\n    }',
    )
    .after(
      /case 0x8f: \/\* pop Ev \*\/\s*modrm = x86_ldub_code\(env, s\);/,
      '\n        if (modrm & 0x38) {\n            goto illegal_op;\n        }',
    )
    .after(
      /case 0xc7: \/\* mov Ev, Iv \*\/\s*ot = mo_b_d\(b, dflag\);\s*modrm = x86_ldub_code\(env, s\);/,
      '\n        if (modrm & 0x38) {\n            goto illegal_op;\n        }',
    )
    .replace(
      /case 7: \/\* RDSEED \*\/\s*case 6: \/\* RDRAND \*\//,
      'case 7: /* RDSEED: has its own bit, and is not there */\n            goto illegal_op;\n        case 6: /* RDRAND */',
    )
    .before(
      /(?<=case 0x107: \/\* sysret \*\/\s*)if \(!s->pe\)/,
      'if (s->cpl != 0 && CODE64(s)) {\n            gen_exception(s, EXCP0D_GPF, pc_start - s->cs_base);\n            break;\n        }\n        ',
    );
}

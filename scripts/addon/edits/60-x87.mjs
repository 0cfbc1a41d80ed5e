import { readFileSync } from 'node:fs';

export const what = 'x87: exceptions, condition codes, empty registers and 80-bit results as the CPU has them';

export const why = `
The status word knew no exceptions but the zero divide, so that fetestexcept() found none and nothing was ever unmasked;
registers that are empty were computed with; fprem, fprem1, fscale, fxtract, fist, fbstp and the constants had results of
their own. Each instruction now is one helper that looks for empty registers, computes, and enters exceptions, C1 and the
summary bits; where an exception is not masked, operands stay as they are (Intel SDM volume 1, 8.4 to 8.7). Every waiting instruction
reports a pending exception, not only fwait (8.6). The arithmetic is ours, in x87/*.c: the soft float tells neither that it
rounded up nor that an operand was denormal. FIP, FOP and FDP are kept as CPUs with FDP_EXCPTN_ONLY and without FCS and FDS do.`;

const PARTS = ['number', 'arithmetic', 'instructions', 'long', 'functions', 'memory'];

const GENERATE = readFileSync(new URL('x87/translate.c', import.meta.url), 'utf8');

const HELPERS = `DEF_HELPER_2(x87_register, void, env, i32)
DEF_HELPER_3(x87_load, void, env, i64, i32)
DEF_HELPER_3(x87_load80, void, env, tl, i32)
DEF_HELPER_3(x87_store, void, env, tl, i32)
`;

/** @param {import('../source.mjs').SourceTree} tree */
export function apply(tree) {
  tree
    .file('qemu/target/i386/helper.h')
    .all()
    .before(/DEF_HELPER_2\(flds_FT0,/, HELPERS);
  tree
    .file('qemu/target/i386/cpu.h')
    .all()
    .after(
      /uint64_t fpip;\s*uint64_t fpdp;\n(?=\s*\/\* emulator internal)/,
      '    /* Opcode and operand of the x87 instruction that runs: FOP and FDP if it meets an exception that is not masked. */\n' +
        '    uint16_t x87_op;\n    uint64_t x87_dp;\n',
    )
    .replace(/env->fpuc = fpuc;/, 'env->fpuc = (fpuc & 0x1f3f) | 0x40;');
  translator(tree.file('qemu/target/i386/translate.c'));
  registers(tree.file('qemu/target/i386/unicorn.c').all());
  state(tree.file('qemu/target/i386/fpu_helper.c'));
}

function translator(file) {
  file.all().before(/\/\* convert one instruction\. s->base\.is_jmp is set/, `${GENERATE.trimStart()}\n`);
  file.fn('disas_insn').replace(
    /bool update_fip = true;([\s\S]*?)modrm = x86_ldub_code\(env, s\);[\s\S]*?(?=\}\s*break;\s*\/\*+\/\s*\/\* string ops \*\/)/,
    (found) =>
      `${found.slice(found.indexOf('if (s->flags'), found.indexOf('modrm = x86_ldub_code'))}modrm = x86_ldub_code(env, s);
            if (!gen_x87(env, s, b, modrm, pc_start)) {
                goto unknown_op;
            }
        `,
  );
}

function registers(all) {
  all.replace(
    /env->fpus = fpus & ~0x3800;(?=\s*env->fpstt = )/,
    'env->fpus = fpus & ~0x3800;\n        update_fp_status(env);',
  );
}

/** What fnstenv, fxsave and their counterparts store and load. */
function state(fpu) {
  fpu.fn('update_fp_status').append('    x87_summary(env);');
  fpu
    .fn('cpu_set_fpus')
    .replace(
      /env->fpus = fpus & ~0x3800 & ~FPUS_B;\s*env->fpus \|= [^;]*;/,
      'env->fpus = fpus & ~0x3800;\n    x87_summary(env);',
    );
  fpu.fn('do_fninit').append('    env->fpop = 0;');
  fpu
    .fn('do_fstenv')
    .replace(/, fpus, retaddr\);(?=\s*cpu_stl_data_ra\(env, ptr \+ 8)/, ', fpus | 0xffff0000, retaddr);')
    .replace(/(?<=ptr \+ 8, )fptag(?=, retaddr\);\s*cpu_stl)/, 'fptag | 0xffff0000')
    .replace(/(?<=cpu_stl_data_ra\(env, ptr, )env->fpuc/, 'env->fpuc | 0xffff0000')
    .replace(/(?<=ptr \+ 16, )env->fpcs/, 'env->fpcs | (env->fpop & 0x7ff) << 16')
    .replace(/(?<=ptr \+ 24, )env->fpds/, 'env->fpds | 0xffff0000')
    .replace(/int fpus, fptag, exp, i;/, 'int fpus, fptag, exp, i;\n\n    x87_probe(env, ptr, 14 << data32, retaddr);');
  fpu
    .fn('helper_fstenv')
    .append(
      '    /* The masks are set, so that what follows runs undisturbed. */\n    cpu_set_fpuc(env, env->fpuc | X87_FLAGS);',
    );
  fpu
    .fn('helper_fsave')
    .replace(
      /do_fstenv\(env, ptr, data32, GETPC\(\)\);/,
      'x87_probe(env, ptr, (14 << data32) + 80, GETPC());\n    do_fstenv(env, ptr, data32, GETPC());',
    );
  fpu.fn('do_fldenv').replace(
    /fptag = cpu_lduw_data_ra\(env, ptr \+ 8, retaddr\);/,
    `fptag = cpu_lduw_data_ra(env, ptr + 8, retaddr);
        env->fpip = cpu_ldl_data_ra(env, ptr + 12, retaddr);
        env->fpop = cpu_lduw_data_ra(env, ptr + 18, retaddr) & 0x7ff;
        env->fpdp = cpu_ldl_data_ra(env, ptr + 20, retaddr);`,
  );
  fpu
    .fn('do_xsave_fpu')
    .replace(
      /cpu_stq_data_ra\(env, ptr \+ XO\(legacy\.fpdp\), 0, ra\);/,
      'cpu_stq_data_ra(env, ptr + XO(legacy.fpdp), env->fpdp, ra);',
    )
    .before(/addr = ptr \+ XO\(legacy\.fpregs\);/, 'cpu_stw_data_ra(env, ptr + XO(legacy.fpop), env->fpop, ra);\n    ');
  fpu.fn('do_xrstor_fpu').before(
    /cpu_set_fpuc\(env, fpuc\);/,
    `env->fpop = cpu_lduw_data_ra(env, ptr + XO(legacy.fpop), ra) & 0x7ff;
    env->fpip = cpu_ldq_data_ra(env, ptr + XO(legacy.fpip), ra);
    env->fpdp = cpu_ldq_data_ra(env, ptr + XO(legacy.fpdp), ra);
    `,
  );
  const parts = PARTS.map((name) => readFileSync(new URL(`x87/${name}.c`, import.meta.url), 'utf8'));
  fpu
    .all()
    .before(
      /static void fpu_set_exception\(CPUX86State \*env, int mask\)/,
      'static void x87_summary(CPUX86State *env);\nstatic void x87_probe(CPUX86State *env, target_ulong ptr, int size, uintptr_t ra);\n#define X87_FLAGS 0x3f\n\n',
    );
  fpu.append(parts.join(''));
}

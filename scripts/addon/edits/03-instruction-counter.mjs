export const what = 'The inline instruction counter of QEMU, in place of hooks and of the helper call in each block';

export const why = `
QEMU counts instructions by subtracting a block's number from icount_decr at its start and leaving when that is negative;
cpu_restore_state gives back what a block did not execute. The fields and the unwinding are still in Unicorn, the code at
the start of the block is not: it calls check_exit_request instead, and counting is done by a hook per instruction.
This brings the counter back for x86 and ARM. It also serves as the exit check (icount_decr.u16.high), which is therefore
as cheap as it is in QEMU, and a run ends exactly when the budget in icount_budget is used up: what is left of it is
executed in a block of exactly that length, cached like any other.
Also exact, where QEMU is not: an instruction that is translated into an exception is not counted, a failing check of an
ARM coprocessor access counts what ran, and rep counts its iterations (QEMU counts one more when it counts at all).
A load of ss counts together with the instruction in its shadow, as the trap flag has it: it wants one of the budget, gives
it back when it is done, and the other takes it. So no budget ends between them, and where the second faults neither counts.`;

const GEN_TB_START = `    TCGv_i32 count, length;

    if (!(tb_cflags(tb) & CF_USE_ICOUNT)) {
        gen_check_exit_request(tcg_ctx);
        return;
    }

    /* The value lives across a branch, so it must be a local temporary. */
    tcg_ctx->exitreq_label = gen_new_label(tcg_ctx);
    count = tcg_temp_local_new_i32(tcg_ctx);
    tcg_gen_ld_i32(tcg_ctx, count, tcg_ctx->cpu_env,
                   offsetof(ArchCPU, neg.icount_decr.u32) - offsetof(ArchCPU, env));
    /* gen_tb_end puts in the number of instructions. */
    length = tcg_temp_new_i32(tcg_ctx);
    tcg_gen_movi_i32(tcg_ctx, length, 0xdeadbeef);
    tcg_ctx->icount_start_insn = tcg_last_op(tcg_ctx);
    tcg_gen_sub_i32(tcg_ctx, count, count, length);
    tcg_temp_free_i32(tcg_ctx, length);
    tcg_gen_brcondi_i32(tcg_ctx, TCG_COND_LT, count, 0, tcg_ctx->exitreq_label);
    /*
     * All 32 bits, so that the next block's load is forwarded from the store buffer; behind a 16-bit store it waits for
     * the cache. The high half is 0 here, and nothing asks for an exit between the load and the store.
     */
    tcg_gen_st_i32(tcg_ctx, count, tcg_ctx->cpu_env,
                   offsetof(ArchCPU, neg.icount_decr.u32) - offsetof(ArchCPU, env));
    tcg_temp_free_i32(tcg_ctx, count);
`;

const GEN_UNCOUNT = `}

/* The current instruction is the last of its block and does not retire: give it back to the counter. */
static inline void gen_uncount_insn(TCGContext *tcg_ctx, TranslationBlock *tb)
{
    if (tb_cflags(tb) & CF_USE_ICOUNT) {
        TCGv_i32 left = tcg_temp_new_i32(tcg_ctx);
        tcg_gen_ld16u_i32(tcg_ctx, left, tcg_ctx->cpu_env,
                          offsetof(ArchCPU, neg.icount_decr.u16.low) - offsetof(ArchCPU, env));
        tcg_gen_addi_i32(tcg_ctx, left, left, 1);
        tcg_gen_st16_i32(tcg_ctx, left, tcg_ctx->cpu_env,
                         offsetof(ArchCPU, neg.icount_decr.u16.low) - offsetof(ArchCPU, env));
        tcg_temp_free_i32(tcg_ctx, left);
    }`;

const REFILL = `    if (insns_left < 0) {
        /* Asked to leave; cpu_handle_interrupt sees who asked. */
        return;
    }

    /* The 16-bit part of the counter ran out, perhaps with it the budget. */
    cpu->icount_extra += cpu_neg(cpu)->icount_decr.u16.low;
    insns_left = MIN(0xffff, cpu->icount_extra);
    cpu_neg(cpu)->icount_decr.u16.low = insns_left;
    cpu->icount_extra -= insns_left;
    if (insns_left > 0 && insns_left < tb->icount) {
        /* The rest of the budget is shorter than the block that comes next. */
        cpu->cflags_next_tb = curr_cflags() | insns_left;
    }`;

/** @param {import('../source.mjs').SourceTree} tree */
export function apply(tree) {
  const gen = tree.file('qemu/include/exec/gen-icount.h');
  gen
    .all()
    .replace(
      /gen_tb_start\(TCGContext \*tcg_ctx, TranslationBlock \*tb\)/,
      'gen_check_exit_request(TCGContext *tcg_ctx)',
    );
  gen
    .fn('gen_check_exit_request')
    .append(
      `}\n\nstatic inline void gen_tb_start(TCGContext *tcg_ctx, TranslationBlock *tb)\n{\n${GEN_TB_START}${GEN_UNCOUNT}`,
    );
  const end = gen.fn('gen_tb_end');
  end.after(/if \(tb_cflags\(tb\) & CF_USE_ICOUNT\) \{/, '\n        gen_set_label(tcg_ctx, tcg_ctx->exitreq_label);');
  tree
    .file('qemu/include/tcg/tcg.h')
    .block('struct TCGContext {')
    .after('TCGOp *icount_start_insn;', '\n    TCGLabel *exitreq_label;');

  const header = tree.file('qemu/include/exec/exec-all.h');
  header
    .fn('curr_cflags')
    .replace(
      /return 0;/,
      '\n#if defined(TARGET_I386) || defined(TARGET_ARM)\n    return CF_USE_ICOUNT;\n#else\n    return 0;\n#endif',
    );

  const exec = tree.file('qemu/accel/tcg/cpu-exec.c');
  exec.fn('cpu_exec_nocache').remove();
  exec.all().replace(/\/\* Execute the code without caching[^/]*\*\/\s*/, '');
  exec.fn('cpu_loop_exec_tb').replace(/if \(insns_left < 0\) \{[\s\S]*$/, `${REFILL.trimStart()}\n`);
  exec.fn('cpu_handle_interrupt').before(
    /if \(unlikely\(cpu->exit_request\)\)/,
    `if (budget_is_used_up(cpu)) {
        /* The budget is used up. */
        cpu->uc->stop_request = true;
        cpu->exit_request = 1;
    }
    `,
  );
  exec.all().before(
    /static inline bool cpu_handle_interrupt/,
    `static inline bool budget_is_used_up(CPUState *cpu)
{
#if defined(TARGET_I386)
    /* Who asks for an end behind a load of ss gets it behind the instruction in its shadow. */
    if (((CPUX86State *)cpu->env_ptr)->hflags & HF_INHIBIT_IRQ_MASK) {
        return false;
    }
#endif
    return (curr_cflags() & CF_USE_ICOUNT) && cpu->icount_budget > 0 &&
           cpu_neg(cpu)->icount_decr.u16.low + cpu->icount_extra == 0;
}

`,
  );
  exec.fn('cpu_exec').before(
    /cc->cpu_exec_enter\(cpu\);/,
    `#if defined(TARGET_I386)
    /* Whoever left a run in the shadow of a load of ss has lifted it. */
    ((CPUX86State *)cpu->env_ptr)->hflags &= ~HF_INHIBIT_IRQ_MASK;
#endif
    `,
  );
  // A run of one instruction is a step: ask for its block at once, instead of meeting the end of the budget first.
  exec
    .fn('cpu_exec')
    .replace(
      /cflags = curr_cflags\(\);/,
      'cflags = curr_cflags();\n                if (cpu->icount_budget == 1) {\n                    cflags |= 1;\n                }',
    );

  const i386 = tree.file('qemu/target/i386/translate.c');
  i386
    .fn('do_gen_eob_worker')
    .before(/gen_set_hflag\(s, HF_INHIBIT_IRQ_MASK\);/, 'gen_uncount_insn(tcg_ctx, s->base.tb);\n        ');
  i386.fn('gen_exception').before(/gen_helper_raise_exception/, 'gen_uncount_insn(tcg_ctx, s->base.tb);\n    ');
  i386
    .fn('i386_tr_init_disas_context')
    .replace(/dc->repz_opt = [^;]*;/, 'dc->repz_opt = true;')
    .replace(
      /\/\* Do not optimize repz jumps[\s\S]*?\*\//,
      '/* Each iteration counts, the look at an empty counter behind the last does not. */',
    );

  const arm = tree.file('qemu/target/arm/translate.c');
  arm.fn('gen_exception_insn').before(/gen_exception\(tcg_ctx/, 'gen_uncount_insn(tcg_ctx, s->base.tb);\n    ');
  arm.fn('gen_exception_bkpt_insn').before(/tcg_syn = /, 'gen_uncount_insn(tcg_ctx, s->base.tb);\n    ');
  const op = tree.file('qemu/target/arm/op_helper.c');
  op.fn('HELPER\\(access_check_cp_reg\\)').replaceAll(
    /raise_exception\(env, EXCP_UDEF, ([^;]*)\);/,
    2,
    'raise_exception_ra(env, EXCP_UDEF, $1, GETPC());',
  );

  // A mere number in uc_emu_start: no hook, no translation apart for counted runs.
  const uc = tree.file('uc.c');
  uc.fn('uc_emu_start')
    .replace(/if \(count <= 0 && uc->count_hook != 0\)/, 'if (uc->count_hook != 0)')
    .replace(
      /if \(count > 0 && uc->count_hook == 0\)/,
      'if (count > 0 && !uc_counts_inline(uc) && uc->count_hook == 0)',
    )
    .before(/uc->vm_start\(uc\);/, 'if (uc_counts_inline(uc)) {\n        uc_set_budget(uc, count);\n    }\n    ');
  uc.all().before(
    /UNICORN_EXPORT\s+uc_err uc_emu_start\(/,
    `/* Does translated code count instructions by itself? See gen_tb_start. */
static bool uc_counts_inline(uc_engine *uc)
{
    return uc->arch == UC_ARCH_X86 || uc->arch == UC_ARCH_ARM;
}

/* Stop after this many instructions; 0 is no limit. */
static void uc_set_budget(uc_engine *uc, uint64_t count)
{
    uint64_t budget = count == 0 || count > INT64_MAX ? INT64_MAX : count;
    CPUState *cpu = uc->cpu;

    cpu->icount_budget = budget;
    cpu->icount_decr_ptr->u16.low = budget < 0xffff ? budget : 0xffff;
    cpu->icount_extra = budget - cpu->icount_decr_ptr->u16.low;
}

`,
  );
}

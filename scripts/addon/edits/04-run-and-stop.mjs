export const what = 'uc_emu_run: execute at most a number of instructions and say exactly why the run came back';

export const why = `
uc_emu_start tells only that there was an exception; which one, its error code and how much was executed are lost unless
hooks are installed, and its set-up costs more than a short run. uc_emu_run starts where the registers say, needs no hook
and fills in a structure. For that the exception is kept when the CPU loop is left, and the x86 "exception in flight",
which would turn the next one into a double fault, is cleared because nothing delivers it inside.
syscall and sysenter without a hook end the run as they do in QEMU's user mode, with rcx and r11 as the CPU sets them;
syscall outside 64-bit code is undefined, as on Intel's CPUs. A page that a failed TLB fill was for is found by the hook.`;

const HEADER = `
/* What ended uc_emu_run. */
typedef struct uc_run_exit {
    uint64_t executed;  // instructions retired
    int32_t exception;  // number of the CPU exception; -1: none, the budget is used up or a TLB fill was refused
    int32_t error_code; // what the CPU pushes with it (x86)
    uint64_t address;   // the data address it is about (ARM)
    bool tlb_miss;      // the TLB-fill hook refused
    bool software;      // x86: raised by an int instruction; pc is behind it
    uint8_t length;     // x86: of that instruction
} uc_run_exit;

// Numbers of exceptions that are no interrupts of the architecture
#define UC_EXCP_SYSCALL 0x101  // x86: syscall
#define UC_EXCP_SYSENTER 0x103 // x86: sysenter

// uc_emu_run(): do not stop at a breakpoint on the first instruction
#define UC_RUN_OVER_BREAKPOINT 1

/*
 Execute from where the registers point, at most @budget instructions (at least 1).

 @return UC_ERR_OK, also for exceptions, which @stop tells; other errors say that nothing ran.
*/
UNICORN_EXPORT
uc_err uc_emu_run(uc_engine *uc, uint64_t budget, uint32_t flags,
                  uc_run_exit *stop);
`;

const RUN = `
UNICORN_EXPORT
uc_err uc_emu_run(uc_engine *uc, uint64_t budget, uint32_t flags,
                  uc_run_exit *stop)
{
    CPUState *cpu;

    UC_INIT(uc);
    if (uc->nested_level != 0 || budget == 0 || !uc_counts_inline(uc)) {
        restore_jit_state(uc);
        return UC_ERR_ARG;
    }

    cpu = uc->cpu;
    uc->invalid_error = UC_ERR_OK;
    uc->emulation_done = false;
    uc->size_recur_mem = 0;
    uc->timed_out = false;
    uc->first_tb = true;
    uc->skip_sync_pc_on_exit = false;
    uc->stop_request = false;
    uc->stop.exception = -1;
    uc->stop.error_code = 0;
    uc->stop.address = 0;
    uc->stop.tlb_miss = false;
    uc->stop.software = false;
    uc->stop.length = 0;
    uc->run_flags = flags;
    uc_set_budget(uc, budget);

    uc->nested_level = 1;
    uc->vm_start(uc);
    uc->nested_level = 0;
    uc->emulation_done = true;

    uc->stop.executed = cpu->icount_budget - cpu->icount_extra -
                        cpu->icount_decr_ptr->u16.low;
    uc->invalid_error = UC_ERR_OK;
    *stop = uc->stop;
    restore_jit_state(uc);
    return UC_ERR_OK;
}
`;

const KEEP = `
    if (cpu->exception_index >= 0 && cpu->exception_index != EXCP_INTERRUPT) {
        CPUArchState *stopped = cpu->env_ptr;

        uc->stop.exception = cpu->exception_index;
#if defined(TARGET_I386)
        uc->stop.error_code = stopped->error_code;
        uc->stop.software = stopped->exception_is_int;
        uc->stop.length = stopped->exception_is_int ? stopped->exception_next_eip - stopped->eip : 0;
        stopped->old_exception = -1;
#elif defined(TARGET_ARM)
        uc->stop.address = stopped->exception.vaddress;
#else
        (void)stopped;
#endif
        if (cpu->exception_index == EXCP_DEBUG) {
            uc->stop_request = true;
        }
    }
`;

/** @param {import('../source.mjs').SourceTree} tree */
export function apply(tree) {
  tree
    .file('include/unicorn/unicorn.h')
    .all()
    .before(/\/\*\n Stop emulation \(/, `${HEADER.trimStart()}\n`);
  tree
    .file('include/uc_priv.h')
    .block('struct uc_struct {')
    .append('    uc_run_exit stop;   // see uc_emu_run()\n    uint32_t run_flags; // UC_RUN_* of the run, until used');
  tree.file('uc.c').append(RUN);
  const exec = tree.file('qemu/accel/tcg/cpu-exec.c');
  exec.fn('cpu_handle_exception').after(/struct hook \*hook;/, `\n${KEEP}`);
  tree
    .file('qemu/softmmu/unicorn_vtlb.c')
    .fn('raise_mmu_exception')
    .before(/cs->uc->invalid_error/, 'cs->uc->stop.tlb_miss = true;\n    ');

  const seg = tree.file('qemu/target/i386/seg_helper.c');
  seg.fn('helper_syscall').before(
    /env->eip \+= next_eip_addend;/,
    `if (!HOOK_EXISTS(uc, UC_HOOK_INSN)) {
        CPUState *cs = env_cpu(env);

        if (!(env->hflags & HF_CS64_MASK)) {
            raise_exception_ra(env, EXCP06_ILLOP, GETPC());
        }
        env->eip += next_eip_addend;
        env->regs[R_ECX] = env->eip;
        env->regs[11] = cpu_compute_eflags(env) & ~RF_MASK;
        env->exception_is_int = 0;
        env->error_code = 0;
        cs->exception_index = UC_EXCP_SYSCALL;
        cpu_loop_exit(cs);
    }

    `,
  );
  seg.fn('helper_sysenter').before(
    /env->eip \+= next_eip_addend;/,
    `if (!HOOK_EXISTS(uc, UC_HOOK_INSN)) {
        CPUState *cs = env_cpu(env);

        /* It is the last of its block, so it stays counted. */
        cpu_restore_state(cs, GETPC(), false);
        env->eip += next_eip_addend;
        env->exception_is_int = 0;
        env->error_code = 0;
        cs->exception_index = UC_EXCP_SYSENTER;
        cpu_loop_exit(cs);
    }

    `,
  );
}

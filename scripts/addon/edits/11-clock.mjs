export const what = 'x86: the time stamp counter counts instructions';

export const why = `
rdtsc reads the clock of the host, so no run can be repeated. With the instruction counter there is a time that is the same
in every run: what rdtsc and rdtscp read is the number of instructions retired, themselves included, on top of a value
that uc_clock sets. They end their block, as all input does under QEMU's counter, so the number is exact.`;

/** @param {import('../source.mjs').SourceTree} tree */
export function apply(tree) {
  tree
    .file('include/unicorn/unicorn.h')
    .all()
    .before(
      /\/\*\n Stop emulation \(/,
      `/*
 Set the time in instructions that the next uc_emu_run() starts at; each run moves it on.
*/
UNICORN_EXPORT
uc_err uc_clock(uc_engine *uc, uint64_t now);

`,
    );
  tree.file('include/uc_priv.h').block('struct uc_struct {').append('    uint64_t clock; // see uc_clock()');
  tree
    .file('qemu/hw/i386/x86.c')
    .fn('cpu_get_tsc')
    .replace(
      /return cpu_get_ticks\(\);/,
      `CPUState *cpu = env_cpu(env);

    return env->uc->clock + cpu->icount_budget - cpu->icount_extra - cpu->icount_decr_ptr->u16.low;`,
    );
  const uc = tree.file('uc.c');
  uc.append(`
UNICORN_EXPORT
uc_err uc_clock(uc_engine *uc, uint64_t now)
{
    uc->clock = now;
    return UC_ERR_OK;
}
`);
  uc.fn('uc_emu_run').before(/uc->invalid_error = UC_ERR_OK;\s*\*stop/, 'uc->clock += uc->stop.executed;\n    ');
}

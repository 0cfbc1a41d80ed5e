export const what = 'Breakpoints by virtual address, looked up at translation';

export const why = `
QEMU's breakpoints are a list that is walked for every translated instruction, and a block that ends in one counts the
instruction it did not execute when an earlier one faults. Here they are a tree, a block ends in front of each, and a
block at one does nothing but leave with EXCP_DEBUG; without any, nothing is emitted and nothing is looked up at run time.
uc_emu_run can pass over the one it starts on (CF_NO_BREAKPOINT, part of what tells blocks apart).`;

const API = `
UNICORN_EXPORT
uc_err uc_breakpoint(uc_engine *uc, uint64_t address, bool set)
{
    UC_INIT(uc);
    if (set) {
        uint64_t *key = g_malloc(sizeof(uint64_t));
        *key = address;
        if (uc->breakpoints == NULL) {
            uc->breakpoints = g_tree_new_full(uc_exits_cmp, NULL, g_free, NULL);
        }
        g_tree_insert(uc->breakpoints, key, (gpointer)1);
    } else if (uc->breakpoints != NULL) {
        g_tree_remove(uc->breakpoints, &address);
        if (g_tree_nnodes(uc->breakpoints) == 0) {
            g_tree_destroy(uc->breakpoints);
            uc->breakpoints = NULL;
        }
    }
    uc->tb_flush(uc);
    restore_jit_state(uc);
    return UC_ERR_OK;
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
 Set or clear a breakpoint on a virtual address. uc_emu_run() stops in front of it with exception EXCP_DEBUG (0x10002).
*/
UNICORN_EXPORT
uc_err uc_breakpoint(uc_engine *uc, uint64_t address, bool set);

`,
    );
  tree
    .file('include/uc_priv.h')
    .block('struct uc_struct {')
    .append('    GTree *breakpoints; // virtual addresses; NULL while there are none');
  const uc = tree.file('uc.c');
  uc.append(API);
  uc.fn('uc_close').before(
    /g_tree_destroy\(uc->ctl_exits\);/,
    'if (uc->breakpoints != NULL) {\n        g_tree_destroy(uc->breakpoints);\n    }\n    ',
  );

  tree
    .file('qemu/include/exec/exec-all.h')
    .all()
    .before(/#define CF_CLUSTER_MASK /, '#define CF_NO_BREAKPOINT 0x00100000 /* Not on the first insn */\n')
    .replace(/(?<=\(CF_COUNT_MASK \| CF_LAST_IO \| )CF_USE_ICOUNT/, 'CF_USE_ICOUNT | CF_NO_BREAKPOINT');
  tree
    .file('qemu/accel/tcg/cpu-exec.c')
    .fn('cpu_exec')
    .after(
      /cflags = curr_cflags\(\);/,
      `
                if (unlikely(uc->run_flags & UC_RUN_OVER_BREAKPOINT)) {
                    uc->run_flags = 0;
                    cflags |= CF_NO_BREAKPOINT | 1;
                }`,
    );

  const loop = tree.file('qemu/accel/tcg/translator.c').fn('translator_loop');
  loop.before(
    /db->num_insns\+\+;\s*ops->insn_start\(db, cpu\);\s*tcg_debug_assert/,
    `if (unlikely(uc->breakpoints != NULL)) {
            uint64_t here = db->pc_next;

            at_breakpoint = g_tree_lookup(uc->breakpoints, &here) != NULL;
            if (at_breakpoint && db->num_insns > 0) {
                db->is_jmp = DISAS_TOO_MANY;
                break;
            }
        }
        `,
  );
  loop.after(/bool block_hook = false;/, '\n    bool at_breakpoint = false;').replace(
    /if \(!db->singlestep_enabled\s*&& unlikely\(!QTAILQ_EMPTY\(&cpu->breakpoints\)\)\) \{[\s\S]*?\n {8}\}/,
    `if (unlikely(at_breakpoint) && !(tb_cflags(db->tb) & CF_NO_BREAKPOINT)) {
            CPUBreakpoint bp = {.pc = db->pc_next, .flags = BP_GDB};

            bp_insn = ops->breakpoint_check(db, cpu, &bp);
            break;
        }`,
  );
}

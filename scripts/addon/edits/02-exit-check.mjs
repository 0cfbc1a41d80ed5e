export const what = 'No exit check behind a load or store unless a memory hook may stop the run there';

export const why = `
Behind every guest access the translator emits a call of check_exit_request, which makes all live values be spilled around
it. Only a memory hook can ask for a stop at that point, so the call is emitted only when one is installed; the first one
that is added drops the blocks translated before. A store to nowhere, which used to rely on that check, leaves the block
itself, as a load does.`;

/** @param {import('../source.mjs').SourceTree} tree */
export function apply(tree) {
  const ops = tree.file('qemu/tcg/tcg-op.c');
  ops.fn('check_exit_request').append(
    `}

/* Behind a guest access only a memory hook can have asked for a stop. */
static void check_exit_request_after_access(TCGContext *tcg_ctx)
{
    int i;

    for (i = UC_HOOK_MEM_READ_UNMAPPED_IDX; i <= UC_HOOK_MEM_READ_AFTER_IDX; i++) {
        if (tcg_ctx->uc->hook[i].head != NULL) {
            check_exit_request(tcg_ctx);
            return;
        }
    }`,
  );
  for (const name of ['tcg_gen_qemu_ld_i32', 'tcg_gen_qemu_st_i32', 'tcg_gen_qemu_ld_i64', 'tcg_gen_qemu_st_i64']) {
    const count = name.endsWith('64') ? 2 : 1;
    ops.fn(name).replaceAll(/check_exit_request\(/, count, 'check_exit_request_after_access(');
  }

  tree
    .file('qemu/accel/tcg/cputlb.c')
    .fn('store_helper')
    .replaceAll(
      /cpu_exit\(uc->cpu\);/,
      4,
      'cpu_exit(uc->cpu);\n' +
        '            if (uc->nested_level > 0 && !uc->cpu->stopped) {\n' +
        '                cpu_loop_exit_restore(uc->cpu, retaddr);\n' +
        '            }',
    );

  const uc = tree.file('uc.c');
  uc.fn('uc_hook_add').before(
    /UC_INIT\(uc\);/,
    `if (uc->init_done && uc->nested_level == 0 &&
        (type & (UC_HOOK_MEM_INVALID | UC_HOOK_MEM_VALID | UC_HOOK_MEM_READ_AFTER))) {
        uc->tb_flush(uc);
    }

    `,
  );
}

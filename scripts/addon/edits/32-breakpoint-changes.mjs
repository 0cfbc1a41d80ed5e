export const what = 'Setting or clearing a breakpoint drops the blocks around it, all changes of one stop together';

export const why = `
Each change dropped all translated code. Now the addresses that changed are kept until the next run, which looks once at all
blocks and drops those that hold one of them: a debugger that sets and clears a thousand breakpoints at each stop
translates again only what they lie in. Blocks that end in front of a breakpoint that is gone stay as short as they are.`;

const DROP = `
static gboolean collect_block(gpointer key, gpointer value, gpointer into)
{
    g_array_append_val((GArray *)into, value);
    return false;
}

static int compare_addresses(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

    return left < right ? -1 : left > right;
}

/* Drop the blocks that hold one of these virtual addresses. */
static void uc_drop_blocks_at(struct uc_struct *uc, uint64_t *addresses, size_t count)
{
    GArray *blocks = g_array_new(false, false, sizeof(TranslationBlock *));
    guint i;

    qsort(addresses, count, sizeof(uint64_t), compare_addresses);
    tcg_tb_foreach(uc->tcg_ctx, collect_block, blocks);
    for (i = 0; i < blocks->len; i++) {
        TranslationBlock *tb = g_array_index(blocks, TranslationBlock *, i);
        size_t low = 0, high = count;

        while (low < high) {
            size_t middle = (low + high) / 2;

            if (addresses[middle] < tb->pc) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        if (low < count && addresses[low] - tb->pc < tb->size && !(tb_cflags(tb) & CF_INVALID)) {
            tb_phys_invalidate(uc->tcg_ctx, tb, -1);
        }
    }
    g_array_free(blocks, true);
}

`;

/** @param {import('../source.mjs').SourceTree} tree */
export function apply(tree) {
  tree
    .file('include/uc_priv.h')
    .block('struct uc_struct {')
    .append(
      '    uint64_t *breakpoint_changes; // since the last run\n' +
        '    size_t breakpoint_changes_len, breakpoint_changes_capacity;\n' +
        '    void (*drop_blocks_at)(struct uc_struct *uc, uint64_t *addresses, size_t count);',
    );
  const uc = tree.file('uc.c');
  uc.fn('uc_breakpoint').replace(
    /uc->tb_flush\(uc\);/,
    `if (uc->breakpoint_changes_len == uc->breakpoint_changes_capacity) {
        size_t capacity = uc->breakpoint_changes_capacity * 2 + 64;

        uc->breakpoint_changes = g_realloc(uc->breakpoint_changes, capacity * sizeof(uint64_t));
        uc->breakpoint_changes_capacity = capacity;
    }
    uc->breakpoint_changes[uc->breakpoint_changes_len++] = address;`,
  );
  uc.fn('uc_emu_run').before(
    /uc_set_budget\(uc, budget\);/,
    `if (uc->breakpoint_changes_len > 0) {
        uc->drop_blocks_at(uc, uc->breakpoint_changes, uc->breakpoint_changes_len);
        uc->breakpoint_changes_len = 0;
    }
    `,
  );
  uc.fn('uc_close').before(/g_tree_destroy\(uc->ctl_exits\);/, 'g_free(uc->breakpoint_changes);\n    ');
  const all = tree.file('qemu/accel/tcg/translate-all.c');
  all.fn('tcg_exec_init').append('    uc->drop_blocks_at = uc_drop_blocks_at;');
  all.all().before(/static void uc_code_invalidate_range\(/, DROP.trimStart());
}

export const what = 'Translated code by physical address: drop it, and know which pages have it';

export const why = `
uc_ctl_remove_cache takes a virtual address and resolves it through the TLB of the moment, so the code of a page that is
not mapped now, or mapped elsewhere too, cannot be named. Translated blocks are kept by physical page; uc_code_invalidate
drops them by it. uc_code_map lets the embedder share a byte per page that says whether anything was ever translated
there, so that writing into other pages needs no call at all. uc_tlb_flush_page is QEMU's tlb_flush_page.`;

/** @param {import('../source.mjs').SourceTree} tree */
export function apply(tree) {
  tree
    .file('include/unicorn/unicorn.h')
    .all()
    .before(
      /\/\*\n Stop emulation \(/,
      `/*
 Drop the code translated from @size bytes of RAM, @start counted in the order in which memory was mapped.
*/
UNICORN_EXPORT
uc_err uc_code_invalidate(uc_engine *uc, uint64_t start, uint64_t size);

/*
 From now on set @map[page] to 1 whenever code is translated from one of the first @pages pages of RAM.
*/
UNICORN_EXPORT
uc_err uc_code_map(uc_engine *uc, uint8_t *map, size_t pages);

/* Forget the TLB entries of the page of @address. */
UNICORN_EXPORT
uc_err uc_tlb_flush_page(uc_engine *uc, uint64_t address);

`,
    );
  tree
    .file('include/uc_priv.h')
    .block('struct uc_struct {')
    .append(
      '    uint8_t *code_map; // see uc_code_map()\n' +
        '    size_t code_map_pages;\n' +
        '    void (*code_invalidate)(struct uc_struct *uc, uint64_t start, uint64_t end);\n' +
        '    void (*tlb_flush_page)(struct uc_struct *uc, uint64_t address);',
    );
  const all = tree.file('qemu/accel/tcg/translate-all.c');
  all.fn('tb_page_add').append(
    `    if ((page_addr >> TARGET_PAGE_BITS) < uc->code_map_pages) {
        uc->code_map[page_addr >> TARGET_PAGE_BITS] = 1;
    }`,
  );
  all
    .fn('tcg_exec_init')
    .append('    uc->code_invalidate = uc_code_invalidate_range;\n    uc->tlb_flush_page = uc_tlb_flush_one;');
  all.all().before(
    /\/\* Must be called before using the QEMU cpus\./,
    `static void uc_code_invalidate_range(struct uc_struct *uc, uint64_t start, uint64_t end)
{
    tb_invalidate_phys_range(uc, start, end);
}

static void uc_tlb_flush_one(struct uc_struct *uc, uint64_t address)
{
    tlb_flush_page(uc->cpu, (target_ulong)address);
}

`,
  );
  tree.file('uc.c').append(`
UNICORN_EXPORT
uc_err uc_code_invalidate(uc_engine *uc, uint64_t start, uint64_t size)
{
    UC_INIT(uc);
    uc->code_invalidate(uc, start, start + size);
    restore_jit_state(uc);
    return UC_ERR_OK;
}

UNICORN_EXPORT
uc_err uc_code_map(uc_engine *uc, uint8_t *map, size_t pages)
{
    UC_INIT(uc);
    uc->code_map = map;
    uc->code_map_pages = pages;
    restore_jit_state(uc);
    return UC_ERR_OK;
}

UNICORN_EXPORT
uc_err uc_tlb_flush_page(uc_engine *uc, uint64_t address)
{
    UC_INIT(uc);
    uc->tlb_flush_page(uc, address);
    restore_jit_state(uc);
    return UC_ERR_OK;
}
`);
}

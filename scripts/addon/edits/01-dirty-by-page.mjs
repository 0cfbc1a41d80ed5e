export const what = 'A store stays on the fast path unless the physical page holds translated code';

export const why = `
Every new TLB entry is "not dirty": its first store takes the slow path, which may set it dirty. Unicorn refuses that for
every entry that also allows fetching, whether or not anything was ever translated there, so in an address space of
read-write-execute pages each store takes the slow path for ever (a factor of two on compiled code, ten on i386).
The other way round it is wrong: an entry without fetch permission is set dirty although the same physical page may be
executed through another mapping, so the second store through it leaves stale code behind.
What matters is the physical page. A store sets dirty when the page holds no code; the first block that is translated in
a page takes the dirty state from every TLB entry of that host page, whatever its virtual address.`;

/** @param {import('../source.mjs').SourceTree} tree */
export function apply(tree) {
  const all = tree.file('qemu/accel/tcg/translate-all.c');
  tree
    .file('qemu/accel/tcg/translate-all.h')
    .all()
    .replace(/void (?=tb_invalidate_phys_page_fast\()/, '/* true if the page still holds translated code */\nbool ');
  all.all().replace(/^void (?=tb_invalidate_phys_page_fast\()/m, 'bool ');
  all
    .fn('tb_invalidate_phys_page_fast')
    .replace(/return;/, 'return false;')
    .append('    return p->first_tb != (uintptr_t)NULL;');

  const tlb = tree.file('qemu/accel/tcg/cputlb.c');
  tlb
    .fn('notdirty_write')
    .after(/MemoryRegion \*mr = [^;]*;/, '\n    bool has_code = false;')
    .replace(/tb_invalidate_phys_page_fast\(/, 'has_code = tb_invalidate_phys_page_fast(')
    .replace(/!\(tlbe->addr_code != -1\)/, '!has_code');
  tlb
    .fn('tlb_protect_code')
    .append(
      '    tlb_reset_dirty(uc->cpu, (uintptr_t)qemu_map_ram_ptr(uc, NULL, ram_addr & TARGET_PAGE_MASK),\n' +
        '                    TARGET_PAGE_SIZE);',
    );
  // One call per page from tb_page_add takes the place of one per block.
  all
    .fn('tb_gen_code')
    .replace(/\/\* Undoes tlb_set_dirty[^/]*\*\/\s*if \(!uc_mem_hook_installed[^{]*\{[^}]*\}\n\n/, '');
}

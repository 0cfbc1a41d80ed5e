export const what = 'The TLB-fill hook gets the exact address and the privilege, and costs no state restore';

export const why = `
The hook of the virtual TLB is called with the page only, so a page fault's address is lost, and without telling accesses
of the CPU itself (descriptor tables) from those of a user-mode program. Both are now in the result before the call:
paddr holds the address, perms is UC_PROT_ALL for user-mode accesses and UC_PROT_NONE for others.
The registers were restored to the faulting instruction before every fill, also when the block goes on afterwards. That is
slow, and on ARM wrong: it stores the IT state of the moment, which translated code keeps statically, and the next block
starts in the middle of an IT block. They are restored when the fill is refused, which is when somebody looks at them.`;

/** @param {import('../source.mjs').SourceTree} tree */
export function apply(tree) {
  const vtlb = tree.file('qemu/softmmu/unicorn_vtlb.c');
  vtlb.fn('unicorn_fill_tlb').replace(
    /cpu_restore_state\(cs, retaddr, false\);/,
    `e.paddr = address;
#if defined(TARGET_I386)
    e.perms = mmu_idx == MMU_USER_IDX ? UC_PROT_ALL : UC_PROT_NONE;
#else
    e.perms = UC_PROT_ALL;
#endif`,
  );
}

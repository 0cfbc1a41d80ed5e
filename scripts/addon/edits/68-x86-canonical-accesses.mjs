export const what = 'x86-64: an access that ends behind the canonical addresses is #GP, not a page fault';

export const why = `
Accesses are split where they cross a page, and the first part of one that reaches from the last user page over 2^47 missed as a
page fault. CPUs look at both ends before they look for pages (Intel SDM volume 1, 3.3.7.1): #GP, or #SS through the stack segment.`;

const END = `
#if defined(TARGET_X86_64)
    if (address >> 47 == 0 && (address + size - 1) >> 47 == 1) {
        e.paddr = address + size - 1;
    }
#endif`;

/** @param {import('../source.mjs').SourceTree} tree */
export function apply(tree) {
  tree
    .file('qemu/softmmu/unicorn_vtlb.c')
    .fn('unicorn_fill_tlb')
    .after(/e\.paddr = address;(?=\n#if defined)/, END);
}

export const what = 'x86-64: a run that ends at an address tells whether the instruction used the stack segment';

export const why = `
An address that is not canonical is #SS when the access goes through the stack segment (push, pop, call, ret, leave, and rsp or rbp
as base), and #GP otherwise (Intel SDM volume 2, exceptions of each instruction in 64-bit mode); Linux sends SIGBUS for the one and
SIGSEGV for the other. The translator knows, and says so in the data that restores the state at a fault.`;

/** @param {import('../source.mjs').SourceTree} tree */
export function apply(tree) {
  tree
    .file('include/unicorn/unicorn.h')
    .block('typedef struct uc_run_exit {')
    .append('    uint32_t segments;  // x86-64, tlb_miss: 1 the instruction uses the stack segment, 2 another, 3 both');
  tree
    .file('qemu/target/i386/cpu.h')
    .all()
    .replace(/#define TARGET_INSN_START_EXTRA_WORDS 1/, '#define TARGET_INSN_START_EXTRA_WORDS 2');
  const translate = tree.file('qemu/target/i386/translate.c');
  translate
    .block('typedef struct DisasContext {')
    .append(
      '    TCGOp *segments_op; /* the insn_start of the current instruction */\n    uint32_t segments;  /* see uc_run_exit */',
    );
  translate
    .fn('i386_tr_insn_start')
    .replace(
      /tcg_gen_insn_start\(tcg_ctx, dc->base\.pc_next, dc->cc_op\);/,
      'tcg_gen_insn_start(tcg_ctx, dc->base.pc_next, dc->cc_op, 0);',
    )
    .append('    dc->segments_op = tcg_last_op(tcg_ctx);\n    dc->segments = 0;');
  translate.fn('gen_lea_v_seg').before(
    /switch \(aflag\) \{/,
    `if (CODE64(s) && s->segments_op != NULL) {
        s->segments |= ovr_seg < R_FS && def_seg == R_SS ? 1 : 2; /* other overrides count for nothing */
        tcg_set_insn_start_param(s->segments_op, 2, s->segments);
    }
    `,
  );
  // In 64-bit code a push takes its address from rsp without asking for a segment.
  translate.fn('gen_push_v').before(
    /gen_op_st_v\(s, d_ot, val, s->A0\);/,
    `if (CODE64(s) && s->segments_op != NULL) {
        s->segments |= 1;
        tcg_set_insn_start_param(s->segments_op, 2, s->segments);
    }
    `,
  );
  translate.fn('restore_state_to_opc').append('    env->uc->stop.segments = data[2];');
}

export const what = 'x86: flags survive a fault behind their computation';

export const why = `
Flags are kept lazily, and the state at a fault is put together from what was known when the instruction began. rcl and
rcr of memory and some setcc of memory compute the flags first and then access memory: at a fault there, the new contents of
cc_src are read under the old cc_op, so a program that is resumed after a page fault goes on with wrong flags. When nothing in
the instruction can have faulted before, what was known at its beginning is amended to say that the flags are computed.`;

const AMEND = `
/* The flags are in cc_src now. Tell so for faults later in this instruction, if none was possible before. */
static void gen_amend_insn_start(DisasContext *s)
{
    TCGOp *op = s->insn_start;

    if (op == NULL) {
        return;
    }
    while ((op = QTAILQ_NEXT(op, link)) != NULL) {
        switch (op->opc) {
        case INDEX_op_qemu_ld_i32:
        case INDEX_op_qemu_ld_i64:
        case INDEX_op_qemu_st_i32:
        case INDEX_op_qemu_st_i64:
        case INDEX_op_call:
            s->insn_start = NULL;
            return;
        default:
            break;
        }
    }
    s->amend = true;
}

`;

/** @param {import('../source.mjs').SourceTree} tree */
export function apply(tree) {
  const file = tree.file('qemu/target/i386/translate.c');
  file
    .block('typedef struct DisasContext {')
    .append('    TCGOp *insn_start; /* of the current instruction */\n    bool amend;');
  file.fn('i386_tr_insn_start').append('    dc->insn_start = tcg_last_op(tcg_ctx);\n    dc->amend = false;');
  file
    .fn('gen_compute_eflags')
    .before(/if \(s->cc_op == CC_OP_CLR\)/, 'gen_amend_insn_start(s);\n    ')
    .replaceAll(
      /set_cc_op\(s, CC_OP_EFLAGS\);/,
      2,
      'set_cc_op(s, CC_OP_EFLAGS);\n' +
        '    if (s->amend) {\n' +
        '        tcg_set_insn_start_param(s->insn_start, 1, CC_OP_EFLAGS);\n' +
        '        s->amend = false;\n' +
        '    }',
    );
  file.all().before(/static void gen_compute_eflags\(DisasContext \*s\)\n\{/, AMEND.trimStart());
}

import type { RegisterView, WritesOf, WrittenRange } from './types.ts';

/** Widths by Capstone's names. `xword` is the 80-bit float. */
const WIDTHS: Readonly<Record<string, number>> = {
  byte: 1,
  word: 2,
  dword: 4,
  fword: 6,
  qword: 8,
  xword: 10,
  tbyte: 10,
  xmmword: 16,
  ymmword: 32,
};

/** Operand without a width: the areas of fxsave and friends. */
const AREAS: Readonly<Record<string, number>> = {
  fxsave: 512,
  fxsave64: 512,
  fnsave: 108,
  fnstenv: 28,
  sgdt: 10,
  sidt: 10,
};

/** What only reads its first operand, where that is memory. Everything else writes it. */
const READS = new Set(
  `cmp test bt push call jmp ret mul div idiv imul nop prefetch prefetchw prefetcht0 prefetcht1 prefetcht2
   prefetchnta fld fild fbld fadd fsub fsubr fmul fdiv fdivr fiadd fisub fisubr fimul fidiv fidivr fcom fcomp ficom ficomp
   fldcw fldenv frstor fxrstor fxrstor64 ldmxcsr verr verw lldt ltr lgdt lidt lmsw invlpg clflush clflushopt bound
   cmpsb cmpsw cmpsd cmpsq scasb scasw scasd scasq lodsb lodsw lodsd lodsq outsb outsw outsd ljmp lcall`.split(/\s+/),
);

const PREFIX = /^(?:lock|repn?e?|repn?z|xacquire|xrelease|bnd|notrack|data16|addr32) /;
const MEMORY = /^(?:(\w+) ptr )?(?:(\w+):)?\[([^\]]*)\]/i;

/** Linux counts each iteration of `rep` as one step, so a string instruction writes one element, or none. */
export const x86Writes: WritesOf = ({ mnemonic, operands, lenBytes }, view) => {
  const bare = stripPrefixes(mnemonic);
  const out: WrittenRange[] = [];
  if (/^(?:push|call)/.test(bare) || bare === 'lcall') addPushed(out, view);
  if (bare === 'enter') out.push({ addr: Number(view.sp) - view.wordBytes, lenBytes: view.wordBytes });
  if (READS.has(bare) || /^(?:push|call|j)/.test(bare)) return out;
  if (mnemonic.startsWith('rep') && countIsZero(view)) return out;
  const memory = MEMORY.exec(operands);
  if (!memory) return out;
  const width = WIDTHS[(memory[1] ?? '').toLowerCase()] ?? AREAS[bare];
  if (width === undefined) return out;
  // pop computes its address behind the pop.
  const base = bare.startsWith('pop') ? { ...view, reg: popView(view) } : view;
  const addr = addressOf(memory[3] ?? '', base, lenBytes);
  if (addr === null) return out;
  const bits = view.wordBytes * 8;
  const segment = memory[2] === undefined ? 0n : view.segmentBase(memory[2]);
  out.push({
    addr: Number(BigInt.asUintN(bits, addr + bitOffset(bare, operands, width, view) + segment)),
    lenBytes: width,
  });
  return out;
};

function stripPrefixes(mnemonic: string): string {
  let bare = mnemonic;
  while (PREFIX.test(bare)) bare = bare.replace(PREFIX, '');
  return bare;
}

function addPushed(out: WrittenRange[], view: RegisterView): void {
  const lenBytes = Number(view.sp - view.spAfter);
  if (lenBytes > 0 && lenBytes <= 64) out.push({ addr: Number(view.spAfter), lenBytes });
}

function countIsZero(view: RegisterView): boolean {
  return (view.reg('rcx') ?? view.reg('ecx') ?? 1n) === 0n;
}

function popView(view: RegisterView): RegisterView['reg'] {
  return (name) => (name === 'esp' || name === 'rsp' ? view.spAfter : view.reg(name));
}

/** `bts [mem], reg` reaches beyond its operand. */
function bitOffset(mnemonic: string, operands: string, width: number, view: RegisterView): bigint {
  if (!/^bt[src]$/.test(mnemonic)) return 0n;
  const index = registerValue(operands.split(',')[1]?.trim() ?? '', view);
  if (index === null) return 0n;
  const bits = width * 8;
  return (BigInt.asIntN(bits, index) >> BigInt(Math.log2(bits))) * BigInt(width);
}

/** `eax + ecx*4 - 0x10` */
function addressOf(text: string, view: RegisterView, lenBytes: number): bigint | null {
  let sum = 0n;
  let bits = view.wordBytes * 8;
  for (const [, sign, term = '', scale] of text.matchAll(/([+-]?)\s*([\w]+)(?:\*(\d+))?/g)) {
    let value: bigint | null;
    if (/^\d/.test(term)) value = BigInt(term);
    else if (term === 'rip' || term === 'eip') value = view.pc + BigInt(lenBytes);
    else {
      value = registerValue(term, view);
      if (view.wordBytes === 8 && (term.startsWith('e') || term.endsWith('d'))) bits = 32;
    }
    if (value === null) return null;
    const part = scale === undefined ? value : value * BigInt(scale);
    sum += sign === '-' ? -part : part;
  }
  return BigInt.asUintN(bits, sum);
}

/** A register or its lower half. */
function registerValue(name: string, view: RegisterView): bigint | null {
  const whole = view.reg(name);
  if (whole !== undefined) return whole;
  if (name === 'eiz' || name === 'riz') return 0n;
  const low = /^e(\w\w)$/.exec(name) ? view.reg(`r${name.slice(1)}`) : view.reg(name.replace(/d$/, ''));
  return low === undefined ? null : BigInt.asUintN(32, low);
}

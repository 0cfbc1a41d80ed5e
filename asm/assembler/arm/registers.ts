const ALIASES: Readonly<Record<string, string>> = {
  a1: 'r0',
  a2: 'r1',
  a3: 'r2',
  a4: 'r3',
  v1: 'r4',
  v2: 'r5',
  v3: 'r6',
  v4: 'r7',
  v5: 'r8',
  v6: 'r9',
  v7: 'r10',
  v8: 'r11',
  wr: 'r7',
  sb: 'r9',
  sl: 'r10',
  fp: 'r11',
  ip: 'r12',
  sp: 'r13',
  lr: 'r14',
  pc: 'r15',
};

const NUMBERED = /^(r(\d|1[0-5])|s([12]?\d|3[01])|d([12]?\d|3[01])|q(\d|1[0-5]))$/;

/** `r0`-`r15`, `s`, `d`, `q` registers under their plain names, or undefined. */
export function armRegister(name: string): string | undefined {
  const lower = name.toLowerCase();
  if (Object.hasOwn(ALIASES, lower)) return ALIASES[lower];
  return NUMBERED.test(lower) ? lower : undefined;
}

const SPECIAL =
  /^(p(\d|1[0-5])|cr?(\d|1[0-5])|[ca]psr(_\w+)?|spsr(_\w+)?|fpscr(_\w+)?|fpexc|fpsid|mvfr[0-2]|fpinst2?|lsl|lsr|asr|ror|rrx|asl)$/i;
const BARRIER = /^(sy|st|ld|ish|ishst|ishld|nsh|nshst|nshld|un|unst|osh|oshst|oshld)$/i;

/** A word that is no symbol where an operand stands. */
export function isArmKeyword(name: string, mnemonic: string): boolean {
  if (armRegister(name) !== undefined || SPECIAL.test(name)) return true;
  if (/^(dmb|dsb|isb)/.test(mnemonic)) return BARRIER.test(name);
  if (/^setend/.test(mnemonic)) return /^(be|le)$/i.test(name);
  if (/^cps/.test(mnemonic)) return /^[aif]{1,3}$/i.test(name);
  return /^it[te]{0,3}$/.test(mnemonic);
}

/** Condition codes in the order of their numbers; `hs` and `lo` are `cs` and `cc`. */
const CONDITIONS: Readonly<Record<string, number>> = {
  eq: 0,
  ne: 1,
  cs: 2,
  hs: 2,
  cc: 3,
  lo: 3,
  mi: 4,
  pl: 5,
  vs: 6,
  vc: 7,
  hi: 8,
  ls: 9,
  ge: 10,
  lt: 11,
  gt: 12,
  le: 13,
  al: 14,
};

export const ALWAYS = 14;

/** The number of a condition suffix, or undefined. */
export function armCondition(suffix: string): number | undefined {
  return Object.hasOwn(CONDITIONS, suffix) ? CONDITIONS[suffix] : undefined;
}

/** Names by number, for writing conditions out. */
export const CONDITION_NAMES = [
  'eq',
  'ne',
  'hs',
  'lo',
  'mi',
  'pl',
  'vs',
  'vc',
  'hi',
  'ls',
  'ge',
  'lt',
  'gt',
  'le',
  'al',
];

export interface ArmMnemonic {
  /** Without condition and width. */
  readonly base: string;
  readonly condition: number;
  /** `.n`, `.w` or ''. */
  readonly width: '' | '.n' | '.w';
}

/** Mnemonics that end in what looks like a condition. */
const WHOLE =
  /^(teq|bics?|mls|mul|smull|umull|umlal|smlal|vmul|vcls|vmls|vceq|vcle|vclt|vcge|vcgt|vacge|vacgt|vacle|vaclt|svc|lsls?|muls|movs|smmls|sbcs?|adcs?|rscs?|hvc|smc|vcvt|ldrht|strht|ldrsbt|ldrt|strt|ldrbt|strbt|smlals|umlals|smulls|umulls|cps|swp|it[te]*)(\.|$)/;

/** Split `movseq.w` into its parts. */
export function splitMnemonic(text: string): ArmMnemonic {
  const width = text.endsWith('.n') ? '.n' : text.endsWith('.w') ? '.w' : '';
  const name = width ? text.slice(0, -2) : text;
  const dot = name.indexOf('.');
  const head = dot < 0 ? name : name.slice(0, dot);
  const tail = dot < 0 ? '' : name.slice(dot);
  if (WHOLE.test(head) || head.length <= 2) return { base: name, condition: ALWAYS, width };
  const condition = armCondition(head.slice(-2));
  if (condition === undefined) return { base: name, condition: ALWAYS, width };
  return { base: head.slice(0, -2) + tail, condition, width };
}

/** Old (divided) order `ldreqb`, `stmeqfd`, `addeqs` → unified `ldrbeq`, `stmfdeq`, `addseq`; undefined for anything else. */
export function unifiedOrder(text: string): string | undefined {
  const memory =
    /^(ldr|str)([a-z]{2})(b|h|sb|sh|d|t|bt)$/.exec(text) ?? /^(ldm|stm)([a-z]{2})(ia|ib|da|db|fd|ed|fa|ea)$/.exec(text);
  const flags = /^(add|sub|rsb|rsc|adc|sbc|and|orr|eor|bic|mov|mvn|mul|mla|lsl|lsr|asr|ror)([a-z]{2})(s)$/.exec(text);
  const found = memory ?? flags;
  if (!found || armCondition(found[2] ?? '') === undefined) return undefined;
  return `${found[1]}${found[3]}${found[2]}`;
}

import { conditionNumber } from './branch.ts';

/** AT&T's names for what Intel calls otherwise, and old spellings; the decoder's name on the right. */
const ALIASES: Readonly<Record<string, string>> = {
  cbtw: 'cbw',
  cwtl: 'cwde',
  cltq: 'cdqe',
  cwtd: 'cwd',
  cltd: 'cdq',
  cqto: 'cqo',
  sal: 'shl',
  salb: 'shl',
  salw: 'shl',
  sall: 'shl',
  salq: 'shl',
  pusha: 'pushal',
  pushal: 'pushal',
  pushad: 'pushal',
  popa: 'popal',
  popal: 'popal',
  popad: 'popal',
  pushaw: 'pushaw',
  popaw: 'popaw',
  lret: 'retf',
  lretl: 'retf',
  lretq: 'retfq',
  lretw: 'retf',
  lcall: 'call',
  ljmp: 'jmp',
  lcalll: 'call',
  ljmpl: 'jmp',
  lcallq: 'call',
  ljmpq: 'jmp',
  xlat: 'xlatb',
  ud2a: 'ud2',
  repz: 'rep',
  movabs: 'movabs',
  fwait: 'wait',
  icebp: 'int1',
  fcomip: 'fcompi',
  fucomip: 'fucompi',
  int3: 'int3',
  movd: 'movd',
  clr: 'xor',
  ret: 'ret',
  retn: 'ret',
};

/** x87's "reversed" halves change names between the syntaxes when st(0) is not the destination. */
const X87_SWAP = /^f(sub|div)r?p?$/;

/** Is `decoded`, as Capstone names it in Intel syntax, the instruction the source calls `written`? */
export function sameMnemonic(written: string, decoded: string, syntax: 'att' | 'intel'): boolean {
  const d = decoded.split(' ').at(-1) ?? decoded;
  if (written === d || ALIASES[written] === d) return true;
  if (sameCondition(written, d)) return true;
  if (syntax === 'att' && (X87_SWAP.test(written) || X87_SWAP.test(written.slice(0, -1))) && X87_SWAP.test(d))
    return true;
  return candidates(written).some((c) => c === d);
}

/** What an AT&T mnemonic may be called in Intel syntax. */
function candidates(written: string): string[] {
  const out: string[] = [];
  const extend = /^mov([sz])([bwl])([wlq])$/.exec(written);
  if (extend) out.push(extend[2] === 'l' ? 'movsxd' : `mov${extend[1]}x`, 'movsx');
  if (/^mov[sz][bwl]$/.test(written)) out.push(`mov${written[3]}x`);
  if (written === 'movsx') out.push('movsxd');
  const string = /^(movs|cmps|stos|lods|scas|ins|outs)([bwlq])?$/.exec(written);
  if (string)
    for (const size of ['b', 'w', 'd', 'q'])
      if (!string[2] || size === (string[2] === 'l' ? 'd' : string[2])) out.push(`${string[1]}${size}`);
  if (/^(pushf|popf|iret|sysret|sysexit|retf|ret|leave|enter)[lqwd]?$/.test(written)) {
    const base = written.replace(/(?<=f|ret|exit|leave|enter)[lqwd]$/, '');
    out.push(base, `${base}d`, `${base}q`, `${base}w`);
  }
  for (const suffix of [/ll$/, /[bwlqst]$/]) {
    const base = written.replace(suffix, '');
    if (base !== written) out.push(base, ALIASES[base] ?? base);
  }
  if (/^f/.test(written)) out.push(...x87(written));
  if (/^(mov|movabs)[bwlq]?$/.test(written)) out.push('mov', 'movabs');
  if (/^(movq|movd)$/.test(written)) out.push('movq', 'movd');
  if (/^(cmp)(eq|lt|le|unord|neq|nlt|nle|ord)([sp][sd])$/.test(written)) out.push(`cmp${written.slice(-2)}`);
  if (/^xchg/.test(written)) out.push('nop');
  if (/^p?ause$|^rep$/.test(written)) out.push('pause');
  return out;
}

function x87(written: string): string[] {
  const base = written.replace(/(ll|[lst])$/, '');
  const wait = written.replace(/^f(?!n)/, 'fn');
  return [base, wait, base.replace(/^f(?!n)/, 'fn'), base.replace(/q$/, '')];
}

function sameCondition(written: string, decoded: string): boolean {
  for (const prefix of ['set', 'cmov', 'j', 'fcmov']) {
    if (!written.startsWith(prefix) || !decoded.startsWith(prefix)) continue;
    const d = conditionNumber(decoded.slice(prefix.length));
    const w = written.slice(prefix.length);
    const code = conditionNumber(w) ?? conditionNumber(w.replace(/[bwlq]$/, ''));
    if (d !== undefined && code === d) return true;
  }
  return false;
}

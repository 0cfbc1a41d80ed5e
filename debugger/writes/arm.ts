import type { RegisterView, WritesOf, WrittenRange } from './types.ts';

const CONDITIONS: Readonly<Record<string, (n: boolean, z: boolean, c: boolean, v: boolean) => boolean>> = {
  eq: (_n, z) => z,
  ne: (_n, z) => !z,
  hs: (_n, _z, c) => c,
  cs: (_n, _z, c) => c,
  lo: (_n, _z, c) => !c,
  cc: (_n, _z, c) => !c,
  mi: (n) => n,
  pl: (n) => !n,
  vs: (_n, _z, _c, v) => v,
  vc: (_n, _z, _c, v) => !v,
  hi: (_n, z, c) => c && !z,
  ls: (_n, z, c) => !c || z,
  ge: (n, _z, _c, v) => n === v,
  lt: (n, _z, _c, v) => n !== v,
  gt: (n, z, _c, v) => !z && n === v,
  le: (n, z, _c, v) => z || n !== v,
};
const CONDITION = Object.keys(CONDITIONS).join('|');
const STORE = new RegExp(
  `^(str(?:ex)?(?:d|h|b|t|ht|bt)?|stl(?:ex)?[bhd]?|stm(?:ia|ib|da|db)?|push|vpush|vstr|vstm(?:ia|db)?|vst[1-4]|swpb?)(${CONDITION})?(?:\\.\\w+)*$`,
);

/** Stores of ARM and Thumb. A conditional store that is not taken writes nothing. */
export const armWrites: WritesOf = ({ mnemonic, operands }, view) => {
  const match = STORE.exec(mnemonic);
  if (!match) return [];
  const [, store = '', condition] = match;
  if (condition !== undefined && !holds(condition, view)) return [];
  if (/^v?push$/.test(store)) return below(view.sp, listBytes(operands));
  if (/^v?stm/.test(store)) return multiple(store, operands, view);
  return single(store, operands, view);
};

function holds(condition: string, view: RegisterView): boolean {
  const flags = Number((view.reg('cpsr') ?? 0n) >> 28n);
  return CONDITIONS[condition]?.((flags & 8) !== 0, (flags & 4) !== 0, (flags & 2) !== 0, (flags & 1) !== 0) ?? true;
}

/** Bytes of `{r4, r5, d8}`. */
function listBytes(operands: string): number {
  const list = /\{([^}]*)\}/.exec(operands)?.[1] ?? '';
  return list.split(',').reduce((sum, name) => sum + registerBytes(name.trim()), 0);
}

function registerBytes(name: string): number {
  if (/^d\d/.test(name)) return 8;
  if (/^q\d/.test(name)) return 16;
  return 4;
}

function below(top: bigint, lenBytes: number): WrittenRange[] {
  return [{ addr: Number(BigInt.asUintN(32, top - BigInt(lenBytes))), lenBytes }];
}

function multiple(store: string, operands: string, view: RegisterView): WrittenRange[] {
  const base = view.reg(operands.split(/[!,]/)[0]?.trim() ?? '');
  if (base === undefined) return [];
  const lenBytes = listBytes(operands);
  if (store.endsWith('db')) return below(base, lenBytes);
  if (store.endsWith('da')) return below(base + 4n, lenBytes);
  return below(base + BigInt(lenBytes) + (store.endsWith('ib') ? 4n : 0n), lenBytes);
}

function single(store: string, operands: string, view: RegisterView): WrittenRange[] {
  const memory = /\[([^\]]*)\]/.exec(operands)?.[1];
  if (memory === undefined) return [];
  const addr = addressOf(memory.replace(/:\d+/, ''), view);
  if (addr === null) return [];
  return [{ addr, lenBytes: storeBytes(store, operands) }];
}

function storeBytes(store: string, operands: string): number {
  if (store.startsWith('vst') && store !== 'vstr') return listBytes(operands.replace(/\[\d*\]/g, ''));
  if (store === 'vstr') return registerBytes(operands);
  if (store === 'swp') return 4;
  if (/bt?$/.test(store)) return 1;
  if (/ht?$/.test(store)) return 2;
  return store.endsWith('d') ? 8 : 4;
}

/** `r3, #-4`, `r3, r2, lsl #2`, `sp` */
function addressOf(text: string, view: RegisterView): number | null {
  const [base = '', offset, shift] = text.split(',').map((part) => part.trim());
  let sum = view.reg(base);
  if (sum === undefined) return null;
  if (offset?.startsWith('#')) sum += offset[1] === '-' ? -BigInt(offset.slice(2)) : BigInt(offset.slice(1));
  else if (offset) {
    const value = view.reg(offset.replace('-', ''));
    if (value === undefined) return null;
    const shifted = shiftOf(value, shift);
    sum += offset.startsWith('-') ? -shifted : shifted;
  }
  return Number(BigInt.asUintN(32, sum));
}

function shiftOf(value: bigint, shift: string | undefined): bigint {
  const match = /^(lsl|lsr|asr) #(\w+)$/.exec(shift ?? '');
  if (!match) return value;
  const by = BigInt(match[2] ?? 0);
  if (match[1] === 'lsl') return BigInt.asUintN(32, value << by);
  return match[1] === 'lsr' ? value >> by : BigInt.asUintN(32, BigInt.asIntN(32, value) >> by);
}

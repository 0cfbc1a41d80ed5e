import { StatementError } from '../diagnostics.ts';
import type { Unit } from '../unit.ts';
import type { Directive } from './directive.ts';
import { alignTo } from './space.ts';
import { parseName } from './symbols.ts';

function setThumb(unit: Unit, thumb: boolean): void {
  unit.thumb = thumb;
}

/** `.inst value`: an instruction by its number; `.inst.n`, `.inst.w` give the length in Thumb. */
const inst =
  (width: 'n' | 'w' | null): Directive =>
  (unit, cursor) => {
    do {
      const at = cursor.at;
      const value = unit.number(cursor, 'an instruction');
      if (value < 0n || value > 0xffffffffn) throw new StatementError(`0x${value.toString(16)} is no instruction`, at);
      const word = Number(value);
      const narrow = unit.thumb && (width === 'n' || (width === null && word < 0xe800));
      if (narrow && word > 0xffff) throw new StatementError(`0x${word.toString(16)} does not fit 16 bits`, at);
      if (unit.thumb && width === null && word >= 0xe800 && word < 0xe8000000)
        throw new StatementError('length of the instruction is not clear: use .inst.n or .inst.w', at);
      const first = unit.thumb && !narrow ? [(word >>> 16) & 0xff, word >>> 24] : [];
      const low = [word & 0xff, (word >>> 8) & 0xff];
      const high = unit.thumb ? [] : [(word >>> 16) & 0xff, word >>> 24];
      unit.code(Uint8Array.from([...first, ...low, ...high]));
    } while (cursor.accept(','));
  };

function pass(_unit: Unit, cursor: { at: number; text: string }): void {
  cursor.at = cursor.text.length;
}

export const ARM_DIRECTIVES: Readonly<Record<string, Directive>> = {
  '.arm': (unit) => setThumb(unit, false),
  '.thumb': (unit) => setThumb(unit, true),
  '.code': (unit, cursor) => {
    const bits = unit.number(cursor, 'the width of code');
    if (bits !== 16n && bits !== 32n) throw new StatementError('.code takes 16 or 32');
    setThumb(unit, bits === 16n);
  },
  '.thumb_func': (unit, cursor) => {
    if (cursor.done) {
      unit.thumbFuncPending = true;
      setThumb(unit, true);
      return;
    }
    const symbol = unit.symbols.get(parseName(cursor), unit.position());
    symbol.thumb = true;
    symbol.type = 'function';
  },
  '.syntax': (_unit, cursor) => {
    if (cursor.accept('unified')) return;
    throw new StatementError("only '.syntax unified' is supported", cursor.at);
  },
  '.even': (unit) => alignTo(unit, 2, null, 2),
  '.ltorg': (unit) => unit.pools.flush(unit),
  '.pool': (unit) => unit.pools.flush(unit),
  '.inst': inst(null),
  '.inst.n': inst('n'),
  '.inst.w': inst('w'),
  '.cpu': pass,
  '.arch': pass,
  '.arch_extension': pass,
  '.fpu': pass,
};

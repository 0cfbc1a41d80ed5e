import { StatementError } from '../diagnostics.ts';
import { parseString } from './data.ts';
import type { Directive } from './directive.ts';

/** Call frame information is for unwinders, and nothing here unwinds: names are checked, operands passed over. */
const CFI = [
  'startproc',
  'endproc',
  'def_cfa',
  'def_cfa_offset',
  'def_cfa_register',
  'adjust_cfa_offset',
  'offset',
  'rel_offset',
  'register',
  'restore',
  'undefined',
  'same_value',
  'remember_state',
  'restore_state',
  'return_column',
  'signal_frame',
  'window_save',
  'escape',
  'val_offset',
  'val_encoded_addr',
  'personality',
  'personality_id',
  'lsda',
  'sections',
  'negate_ra_state',
  'b_key_frame',
  'llvm_def_aspace_cfa',
  'fde_data',
  'inline_lsda',
];

const pass: Directive = (_unit, cursor) => {
  cursor.at = cursor.text.length;
};

/** ARM build attributes and unwinding tables: passed over for the same reason. */
const PASSED = [
  '.ident',
  '.loc',
  '.version',
  '.fnstart',
  '.fnend',
  '.cantunwind',
  '.save',
  '.vsave',
  '.pad',
  '.setfp',
  '.movsp',
  '.personality',
  '.personalityindex',
  '.handlerdata',
  '.eabi_attribute',
  '.addrsig',
  '.addrsig_sym',
  '.line',
  '.loc_mark_labels',
  '.stabs',
  '.stabn',
  '.title',
  '.subtitle',
  '.list',
  '.nolist',
  '.psize',
  '.eject',
  '.sbttl',
];

const file: Directive = (unit, cursor) => {
  if (/^\d/.test(cursor.rest())) {
    cursor.at = cursor.text.length; // a DWARF file number
    return;
  }
  unit.fileName = new TextDecoder().decode(parseString(cursor));
};

const error: Directive = (_unit, cursor) => {
  throw new StatementError(cursor.done ? '.error was reached' : new TextDecoder().decode(parseString(cursor)));
};

export const MISC_DIRECTIVES: Readonly<Record<string, Directive>> = {
  ...Object.fromEntries(CFI.map((name) => [`.cfi_${name}`, pass])),
  ...Object.fromEntries(PASSED.map((name) => [name, pass])),
  '.file': file,
  '.error': error,
  '.err': error,
};

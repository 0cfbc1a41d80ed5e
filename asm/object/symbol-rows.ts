import * as elf from '../elf/constants.ts';
import type { ObjectSymbol } from './object.ts';

/** ELF numbers of what an object's symbols say in words. */
export const BINDINGS: Readonly<Record<ObjectSymbol['binding'], number>> = {
  local: elf.STB_LOCAL,
  global: elf.STB_GLOBAL,
  weak: elf.STB_WEAK,
};

export const SYMBOL_TYPES: Readonly<Record<ObjectSymbol['type'], number>> = {
  notype: elf.STT_NOTYPE,
  object: elf.STT_OBJECT,
  function: elf.STT_FUNC,
  section: elf.STT_SECTION,
  file: elf.STT_FILE,
  tls_object: elf.STT_TLS,
};

export const VISIBILITIES: Readonly<Record<ObjectSymbol['visibility'], number>> = {
  default: 0,
  internal: 1,
  hidden: 2,
  protected: 3,
};

import type { DwarfFunction } from '../asm/dwarf/functions.ts';
import type { Mm } from '../kernel/mm/types.ts';
import { vmaAt } from '../kernel/mm/vma.ts';
import type { VirtAddr } from '../kernel/ports.ts';
import type { Images } from './images.ts';
import type { SymbolPlace } from './records.ts';

export interface FoundSymbol {
  readonly address: VirtAddr;
  readonly lenBytes: number;
}

/** Names of addresses, from the symbol tables of the files mapped there, and from their debug information where those are stripped. */
export interface Symbols {
  place(mm: Mm, addr: VirtAddr): SymbolPlace | null;
  /** The symbol of that name in the first mapped file that has it. */
  find(mm: Mm, name: string): FoundSymbol | null;
  /** Names that begin so, for completion. */
  names(mm: Mm, prefix: string): string[];
}

export function createSymbols(images: Images): Symbols {
  return {
    place(mm, addr) {
      const mapped = images.at(mm, addr);
      if (!mapped) return null;
      const { image, bias } = mapped;
      const found = image.symbols.find(addr - bias);
      if (found) return { name: found.name, offset: found.offset };
      const within = image.debug.functionAt(addr - bias);
      return within?.name ? { name: within.name, offset: addr - bias - within.entry } : null;
    },
    find(mm, name) {
      for (const { image, bias } of images.of(mm)) {
        const found = image.symbols.lookup(name) ?? functionNamed(image.debug.functionNamed(name));
        const address = found ? found.address + bias : -1;
        if (found && vmaAt(mm, address)) return { address, lenBytes: found.lenBytes };
      }
      return null;
    },
    names(mm, prefix) {
      const names = new Set<string>();
      for (const { image } of images.of(mm)) {
        for (const { name } of image.symbols.all()) if (name.startsWith(prefix)) names.add(name);
      }
      return [...names].sort();
    },
  };
}

function functionNamed(found: DwarfFunction | null): FoundSymbol | null {
  if (!found) return null;
  const main = found.ranges.find(({ start, end }) => found.entry >= start && found.entry < end);
  return { address: found.entry, lenBytes: main ? main.end - found.entry : 0 };
}

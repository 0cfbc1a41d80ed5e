/** Through which segments an instruction of 32-bit code reaches memory (Intel SDM volume 1, 3.7.4; volume 2, 2.1). */
import { type Before, BY_NUMBER, type Instruction } from './x86/sequence.ts';

type Segment = 'es' | 'cs' | 'ss' | 'ds' | 'fs' | 'gs';

const OVERRIDES: Readonly<Record<number, Segment>> = {
  ...{ 38: 'es', 46: 'cs', 54: 'ss', 62: 'ds', 100: 'fs', 101: 'gs' },
};
const OTHER_PREFIXES = [0x66, 0x67, 0xf0, 0xf2, 0xf3];
/** movs cmps stos lods scas, and which of DS:esi and ES:edi they take. */
const STRINGS: Readonly<Record<number, readonly ('source' | 'target')[]>> = {
  ...{ 164: ['source', 'target'], 165: ['source', 'target'], 166: ['source', 'target'], 167: ['source', 'target'] },
  ...{ 170: ['target'], 171: ['target'], 172: ['source'], 173: ['source'], 174: ['target'], 175: ['target'] },
};
const XLAT = 0xd7;

/** A segment, and the offset in it; null where that is in no operand. */
export interface Access {
  readonly segment: Segment;
  readonly offset: number | null;
}

/** All that the instruction reaches but what it pushes or pops. `before` has the registers. */
export function accessesOf({ bytes, name }: Instruction, before: Before): Access[] {
  let at = 0;
  let override: Segment | undefined;
  for (; OVERRIDES[bytes[at] ?? 0] ?? OTHER_PREFIXES.includes(bytes[at] ?? 0); at++)
    override = OVERRIDES[bytes[at] ?? 0] ?? override;
  const opcode = bytes[at++] ?? 0;
  const register = (number: number): number => before[(BY_NUMBER[number] ?? 0) * 2] ?? 0;
  const string = STRINGS[opcode];
  if (string !== undefined) {
    const source: Access = { segment: override ?? 'ds', offset: register(6) };
    return string.map((one) => (one === 'source' ? source : { segment: 'es', offset: register(7) }));
  }
  if (opcode === XLAT || /^maskmov/.test(name)) return [{ segment: override ?? 'ds', offset: null }];
  if (opcode >= 0xa0 && opcode <= 0xa3) return [{ segment: override ?? 'ds', offset: word(bytes, at) }];
  if (opcode === 0x0f && [0x38, 0x3a].includes(bytes[at++] ?? 0)) at++;
  const operand = memoryOperand(bytes, at, register);
  return operand === null ? [] : [{ segment: override ?? operand.segment, offset: operand.offset }];
}

/** What the ModRM byte at `at` makes. Where the opcode has none, what would be one: such instructions have no operand in memory. */
function memoryOperand(bytes: readonly number[], at: number, register: (number: number) => number): Access | null {
  const modrm = bytes[at];
  if (modrm === undefined || modrm >= 0xc0) return null;
  const mode = modrm >> 6;
  const hasSib = (modrm & 7) === 4;
  const sib = hasSib ? (bytes[at + 1] ?? 0) : 0;
  const base = hasSib ? sib & 7 : modrm & 7;
  const behind = at + (hasSib ? 2 : 1);
  const index = hasSib && ((sib >> 3) & 7) !== 4 ? register((sib >> 3) & 7) * 2 ** (sib >> 6) : 0;
  if (mode === 0 && base === 5) return { segment: 'ds', offset: (word(bytes, behind) + index) % 2 ** 32 };
  const byte = bytes[behind] ?? 0;
  const displacement = mode === 1 ? byte - 2 * (byte & 0x80) : mode === 2 ? word(bytes, behind) : 0;
  const offset = (register(base) + index + displacement + 2 ** 32) % 2 ** 32;
  return { segment: base === 4 || base === 5 ? 'ss' : 'ds', offset };
}

function word(bytes: readonly number[], at: number): number {
  return Buffer.from(bytes.slice(at, at + 4)).readUInt32LE();
}

/** Parts of sequences that need more than one instruction to mean something. */
import { DATA, PAGE, READ_ONLY } from '../memory.ts';
import { littleEndian } from './encode.ts';
import type { Generator } from './generate.ts';
import { FLAG, type Instruction } from './sequence.ts';
import { X87 } from './table-x87.ts';

/** mov ss or pop ss, and what runs in its shadow: with it in one step, also where it faults; then neither counts. */
export function stackSegment(g: Generator): Instruction[] {
  const { random } = g;
  const selector = random.chance(8) ? random.pick([0, 0x23, 0x33]) : 0x2b;
  const load = g.load(0, selector);
  if (!g.wide && random.chance(40)) {
    const push: Instruction = { name: 'push', bytes: [0x50] };
    return [load, push, { name: 'pop_ss', bytes: [0x17] }, shadow(g)];
  }
  return [load, { name: 'mov_ss', bytes: [0x8e, 0xd0] }, shadow(g)];
}

/** Nothing here leaves flags undefined: the step is that of the load. */
function shadow(g: Generator): Instruction {
  const { random } = g;
  const [to = 0, from = 0] = [random.pick(g.roles.free), random.pick(g.roles.free)];
  const rex = (g.wide ? 0x40 : 0) | (to > 7 ? 1 : 0) | (from > 7 ? 4 : 0);
  const registers = [random.pick([0x01, 0x29, 0x89, 0x87]), 0xc0 | ((from & 7) << 3) | (to & 7)];
  const choice = random.below(10);
  if (choice < 4) return { name: 'shadow', bytes: [...(g.wide ? [rex] : []), ...registers] };
  if (choice < 5) return { name: 'ud2', bytes: [0x0f, 0x0b] };
  if (choice < 6) return { name: 'push', bytes: [0x50 | (from & 7)] };
  if (choice < 7) return { name: 'mov_ss', bytes: [0x8e, 0xd0] };
  // A load or store, also of what is not there or may not be written.
  const address = random.chance(70) ? DATA + g.encoder.place() : random.pick([READ_ONLY, READ_ONLY + PAGE, 8]);
  return { name: 'mov', bytes: [random.pick([0x8b, 0x89, 0x01]), ...absolute(g, to & 7, address)] };
}

/** popf of NT and AC, and back. TF is what single-stepping itself uses: see `trap-flag` in docs/engine-differences.md. */
export function popHighFlags(g: Generator): Instruction[] {
  const { random } = g;
  const high = random.pick([FLAG.NT, FLAG.NT, FLAG.AC, FLAG.NT | FLAG.AC]);
  const popf = (value: number): Instruction[] => [
    { name: 'push', bytes: [0x68, ...littleEndian(value, 4)] },
    { name: 'popf', bytes: [0x9d] },
  ];
  const between = random.chance(50) ? [{ name: 'pushf', bytes: [0x9c] }] : [];
  return [...popf((random.u32() & 0xcd5) | high), ...between, ...popf(random.u32() & 0xcd5)];
}

/** maskmovdqu and maskmovq around the end of the pages that may be written. */
export function maskedMove(g: Generator): Instruction[] {
  const { random } = g;
  const at = DATA + (random.chance(50) ? 2 * PAGE - random.below(18) : PAGE - random.below(18));
  const [mask, source] = [random.below(8), random.below(8)];
  const bytes = [...(random.chance(60) ? [0x66] : []), 0x0f, 0xf7, 0xc0 | (source << 3) | mask];
  return [g.load(7, at), { name: bytes[0] === 0x66 ? 'maskmovdqu' : 'maskmovq', bytes, mmx: bytes[0] !== 0x66 }];
}

/** rdfsbase and its kin, with bases in the data. */
export function baseRegisters(g: Generator): Instruction[] {
  const { random } = g;
  const which = random.below(4);
  const number = random.pick(g.roles.free);
  const wide = random.chance(60) ? 8 : 0;
  const rex = 0x40 | wide | (number > 7 ? 1 : 0);
  const instruction: Instruction = {
    name: ['rdfsbase', 'rdgsbase', 'wrfsbase', 'wrgsbase'][which] ?? '',
    bytes: [0xf3, rex, 0x0f, 0xae, 0xc0 | (which << 3) | (number & 7)],
  };
  return which < 2 || random.chance(8) ? [instruction] : [g.load(number, DATA + random.below(0x1000)), instruction];
}

/** [address] as an operand. */
function absolute(g: Generator, field: number, address: number): number[] {
  const modrm = g.wide ? [0x04 | (field << 3), 0x25] : [0x05 | (field << 3)];
  return [...modrm, ...littleEndian(address, 4)];
}

/** What saves x87 (and SSE) state and what loads it again: opcodes, their extensions, and whether it wants 16 bytes aligned. */
const STATES = [
  { save: ['fnstenv', 0xd9, 6], load: ['fldenv', 0xd9, 4], aligned: false },
  { save: ['fnsave', 0xdd, 6], load: ['frstor', 0xdd, 4], aligned: false },
  { save: ['fxsave', 0xae, 0], load: ['fxrstor', 0xae, 1], aligned: true },
] as const;

/** State saved, some instructions, and mostly the same state loaded. */
export function x87State(g: Generator): Instruction[] {
  const { random } = g;
  const { save, load, aligned } = random.pick(STATES);
  const place = 0x40 + random.below(2 * PAGE - 0x280);
  const near = random.chance(4) ? 2 * PAGE - random.below(0x220) : place;
  const address = DATA + (aligned && random.chance(97) ? near & ~15 : near);
  const prefix = aligned ? [...(g.wide && random.chance(50) ? [0x48] : []), 0x0f] : random.chance(15) ? [0x66] : [];
  const form = ([name, opcode, field]: readonly [string, number, number]): Instruction => ({
    name,
    bytes: [...prefix, opcode, ...absolute(g, field, address)],
  });
  const depth = g.encoder.x87Depth;
  const out = [form(save)];
  if (save[0] === 'fnsave') g.encoder.x87Depth = 1;
  for (let i = random.below(3); i > 0; i--) out.push(...g.row(X87));
  if (random.chance(75)) {
    out.push(form(load));
    if (save[0] !== 'fnstenv') g.encoder.x87Depth = depth;
  }
  return out;
}

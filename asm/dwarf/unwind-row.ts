import { Cursor, DwarfError } from './cursor.ts';
import type { AddressRange } from './ranges.ts';

/** What functions have in common: DWARF 5, 6.4.1; Linux Standard Base, core, 10.6. */
export interface CommonEntry {
  readonly codeAlign: number;
  readonly dataAlign: number;
  readonly returnAddress: number;
  readonly isSignal: boolean;
  readonly hasAugmentation: boolean;
  /** DW_EH_PE_*. */
  readonly encoding: number;
  readonly addressBytes: number;
  readonly instructions: Uint8Array;
}

/** How the frames of one function look. */
export interface FrameEntry extends AddressRange {
  readonly common: CommonEntry;
  readonly instructions: Uint8Array;
}

/** Where the caller's value of a register is. */
export type RegisterRule =
  | { readonly kind: 'undefined' | 'same' }
  /** In memory at CFA + offset, or that sum itself. */
  | { readonly kind: 'offset' | 'valOffset'; readonly offset: number }
  | { readonly kind: 'register'; readonly register: number }
  /** In memory at what the expression gives, or that itself; the CFA lies on its stack. */
  | { readonly kind: 'expression' | 'valExpression'; readonly expression: Uint8Array };

/** The canonical frame address: what sp was in front of the call. */
export type CfaRule =
  | { readonly kind: 'register'; readonly register: number; readonly offset: number }
  | { readonly kind: 'expression'; readonly expression: Uint8Array };

/** How to get from a frame to its caller's, at one address. */
export interface UnwindRow {
  readonly cfa: CfaRule;
  readonly registers: ReadonlyMap<number, RegisterRule>;
  /** Column of the return address. */
  readonly returnAddress: number;
  /** A signal's frame: its caller was interrupted and has called nothing. */
  readonly isSignal: boolean;
}

interface State {
  cfa: CfaRule | null;
  registers: Map<number, RegisterRule>;
}

const MAX_REMEMBERED = 1024;

/** The row for an address of the function. Throws DwarfError. DWARF 5, 6.4.2 and 6.4.3. */
export function runCallFrame({ common, instructions, start }: FrameEntry, address: number): UnwindRow {
  const state: State = { cfa: null, registers: new Map() };
  new FrameMachine(common, state, null).run(common.instructions, start, Number.POSITIVE_INFINITY);
  new FrameMachine(common, state, new Map(state.registers)).run(instructions, start, address);
  const { cfa, registers } = state;
  if (!cfa) throw new DwarfError('a frame without an address');
  return { cfa, registers, returnAddress: common.returnAddress, isSignal: common.isSignal };
}

/** By the two high bits of an opcode. */
const PRIMARY = { advance: 1, offset: 2, restore: 3 } as const;

class FrameMachine {
  private readonly common: CommonEntry;
  private readonly state: State;
  /** What the common entry says, for restoring. */
  private readonly initial: ReadonlyMap<number, RegisterRule> | null;
  private readonly remembered: State[] = [];
  private at = 0;

  constructor(common: CommonEntry, state: State, initial: ReadonlyMap<number, RegisterRule> | null) {
    this.common = common;
    this.state = state;
    this.initial = initial;
  }

  /** Run to the row that holds at `until`. */
  run(instructions: Uint8Array, start: number, until: number): void {
    const cursor = new Cursor(instructions);
    const { codeAlign, dataAlign } = this.common;
    this.at = start;
    while (!cursor.isAtEnd) {
      const opcode = cursor.u8();
      const low = opcode & 0x3f;
      const primary = opcode >> 6;
      if (primary === PRIMARY.advance) this.at += low * codeAlign;
      else if (primary === PRIMARY.offset) this.set(low, { kind: 'offset', offset: cursor.uleb() * dataAlign });
      else if (primary === PRIMARY.restore) this.restore(low);
      else if (!this.moves(cursor, low) && !this.definesCfa(cursor, low)) this.definesRegister(cursor, low);
      if (this.at > until) return;
    }
  }

  /** DW_CFA_nop, set_loc, advance_loc1/2/4, remember_state, restore_state, GNU_args_size. */
  private moves(cursor: Cursor, opcode: number): boolean {
    const { codeAlign, addressBytes } = this.common;
    if (opcode === 0x00) return true;
    if (opcode === 0x01) this.at = cursor.unsigned(addressBytes);
    else if (opcode === 0x02) this.at += cursor.u8() * codeAlign;
    else if (opcode === 0x03) this.at += cursor.u16() * codeAlign;
    else if (opcode === 0x04) this.at += cursor.u32() * codeAlign;
    else if (opcode === 0x0a) {
      if (this.remembered.length >= MAX_REMEMBERED) throw new DwarfError('too many states');
      this.remembered.push({ cfa: this.state.cfa, registers: new Map(this.state.registers) });
    } else if (opcode === 0x0b) {
      const before = this.remembered.pop();
      if (!before) throw new DwarfError('no state to go back to');
      Object.assign(this.state, before);
    } else if (opcode === 0x2e) cursor.uleb();
    else return false;
    return true;
  }

  private definesCfa(cursor: Cursor, opcode: number): boolean {
    const { dataAlign } = this.common;
    const { state } = this;
    if (opcode === 0x0c) state.cfa = { kind: 'register', register: cursor.uleb(), offset: cursor.uleb() };
    else if (opcode === 0x12)
      state.cfa = { kind: 'register', register: cursor.uleb(), offset: cursor.sleb() * dataAlign };
    else if (opcode === 0x0f) state.cfa = { kind: 'expression', expression: cursor.take(cursor.uleb()) };
    else if (opcode === 0x0d || opcode === 0x0e || opcode === 0x13) {
      if (state.cfa?.kind !== 'register') throw new DwarfError('a frame address that cannot be changed');
      const { register, offset } = state.cfa;
      if (opcode === 0x0d) state.cfa = { kind: 'register', register: cursor.uleb(), offset };
      else if (opcode === 0x0e) state.cfa = { kind: 'register', register, offset: cursor.uleb() };
      else state.cfa = { kind: 'register', register, offset: cursor.sleb() * dataAlign };
    } else return false;
    return true;
  }

  private definesRegister(cursor: Cursor, opcode: number): void {
    const { dataAlign } = this.common;
    const register = cursor.uleb();
    switch (opcode) {
      case 0x05:
        this.set(register, { kind: 'offset', offset: cursor.uleb() * dataAlign });
        break;
      case 0x11:
        this.set(register, { kind: 'offset', offset: cursor.sleb() * dataAlign });
        break;
      case 0x2f:
        this.set(register, { kind: 'offset', offset: -cursor.uleb() * dataAlign });
        break;
      case 0x14:
        this.set(register, { kind: 'valOffset', offset: cursor.uleb() * dataAlign });
        break;
      case 0x15:
        this.set(register, { kind: 'valOffset', offset: cursor.sleb() * dataAlign });
        break;
      case 0x06:
        this.restore(register);
        break;
      case 0x07:
        this.set(register, { kind: 'undefined' });
        break;
      case 0x08:
        this.set(register, { kind: 'same' });
        break;
      case 0x09:
        this.set(register, { kind: 'register', register: cursor.uleb() });
        break;
      case 0x10:
        this.set(register, { kind: 'expression', expression: cursor.take(cursor.uleb()) });
        break;
      case 0x16:
        this.set(register, { kind: 'valExpression', expression: cursor.take(cursor.uleb()) });
        break;
      default:
        throw new DwarfError(`call frame instruction 0x${opcode.toString(16)}`);
    }
  }

  private set(register: number, rule: RegisterRule): void {
    this.state.registers.set(register, rule);
  }

  private restore(register: number): void {
    const rule = this.initial?.get(register);
    if (rule) this.set(register, rule);
    else this.state.registers.delete(register);
  }
}

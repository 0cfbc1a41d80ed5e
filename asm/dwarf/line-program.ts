import { Cursor, orBroken } from './cursor.ts';
import type { LineHeader } from './line-header.ts';

/** What the rows of a line program say: columns of one table, in the program's order. */
export interface LineRows {
  readonly count: number;
  readonly address: Float64Array;
  /** 0: no line of a source. */
  readonly line: Uint32Array;
  readonly column: Uint16Array;
  /** Index into the header's files. */
  readonly file: Uint32Array;
  /** ROW.* */
  readonly flags: Uint8Array;
}

export const ROW = { isStmt: 1, endSequence: 2, prologueEnd: 4 } as const;

const DW_LNS = {
  copy: 1,
  advancePc: 2,
  advanceLine: 3,
  setFile: 4,
  setColumn: 5,
  negateStmt: 6,
  setBasicBlock: 7,
  constAddPc: 8,
  fixedAdvancePc: 9,
  setPrologueEnd: 10,
  setEpilogueBegin: 11,
  setIsa: 12,
} as const;
const DW_LNE = { endSequence: 1, setAddress: 2, defineFile: 3 } as const;
const MAX_COLUMN = 0xffff;

/** Run a line program: all its rows, or those before it is broken. DWARF 5, 6.2. */
export function runLineProgram(section: Uint8Array, header: LineHeader): LineRows {
  const rows = new Rows();
  orBroken(undefined, () => new LineMachine(section, header, rows).run());
  return rows.table();
}

class LineMachine {
  private readonly header: LineHeader;
  private readonly cursor: Cursor;
  private readonly rows: Rows;
  private address = 0;
  private opIndex = 0;
  private file = 1;
  private line = 1;
  private column = 0;
  private isStmt: boolean;
  private isPrologueEnd = false;

  constructor(section: Uint8Array, header: LineHeader, rows: Rows) {
    this.header = header;
    this.cursor = new Cursor(section, header.start, header.end);
    this.rows = rows;
    this.isStmt = header.defaultIsStmt;
  }

  run(): void {
    const { cursor, header } = this;
    const { opcodeBase, lineBase, lineRange } = header;
    while (!cursor.isAtEnd) {
      const opcode = cursor.u8();
      if (opcode >= opcodeBase) {
        const adjusted = opcode - opcodeBase;
        this.advance(Math.floor(adjusted / lineRange));
        this.line += lineBase + (adjusted % lineRange);
        this.emit();
      } else if (opcode === 0) this.extended();
      else this.standard(opcode);
    }
  }

  /** VLIW: an operation is a part of an instruction; elsewhere max_ops is 1. */
  private advance(operations: number): void {
    const { minInstLength, maxOps } = this.header;
    if (maxOps === 1) this.address += minInstLength * operations;
    else {
      this.address += minInstLength * Math.floor((this.opIndex + operations) / maxOps);
      this.opIndex = (this.opIndex + operations) % maxOps;
    }
  }

  private standard(opcode: number): void {
    const { cursor, header } = this;
    switch (opcode) {
      case DW_LNS.copy:
        this.emit();
        break;
      case DW_LNS.advancePc:
        this.advance(cursor.uleb());
        break;
      case DW_LNS.advanceLine:
        this.line += cursor.sleb();
        break;
      case DW_LNS.setFile:
        this.file = cursor.uleb();
        break;
      case DW_LNS.setColumn:
        this.column = cursor.uleb();
        break;
      case DW_LNS.negateStmt:
        this.isStmt = !this.isStmt;
        break;
      case DW_LNS.constAddPc:
        this.advance(Math.floor((255 - header.opcodeBase) / header.lineRange));
        break;
      case DW_LNS.fixedAdvancePc:
        this.address += cursor.u16();
        this.opIndex = 0;
        break;
      case DW_LNS.setPrologueEnd:
        this.isPrologueEnd = true;
        break;
      case DW_LNS.setBasicBlock:
      case DW_LNS.setEpilogueBegin:
        break;
      default:
        // Also set_isa, and what later versions or vendors add.
        for (let left = header.nrArguments[opcode] ?? 0; left > 0; left--) cursor.uleb();
    }
  }

  private extended(): void {
    const { cursor } = this;
    const lenBytes = cursor.uleb();
    const end = cursor.at + lenBytes;
    const opcode = lenBytes > 0 ? cursor.u8() : 0;
    if (opcode === DW_LNE.endSequence) this.endSequence();
    else if (opcode === DW_LNE.setAddress) {
      this.address = cursor.unsigned(lenBytes - 1);
      this.opIndex = 0;
    }
    // Files are not defined this way by any compiler that is in use; discriminators and others are nothing to us.
    if (end < cursor.at) cursor.skip(-1);
    cursor.skip(end - cursor.at);
  }

  private endSequence(): void {
    this.emit(ROW.endSequence);
    this.address = 0;
    this.opIndex = 0;
    this.file = 1;
    this.line = 1;
    this.column = 0;
    this.isStmt = this.header.defaultIsStmt;
  }

  private emit(more = 0): void {
    const flags = more | (this.isStmt ? ROW.isStmt : 0) | (this.isPrologueEnd ? ROW.prologueEnd : 0);
    this.isPrologueEnd = false;
    this.rows.add(this.address, Math.max(0, this.line), Math.min(this.column, MAX_COLUMN), this.file, flags);
  }
}

const FIRST_ROWS = 1024;

/** Growing columns. */
class Rows {
  private count = 0;
  private address = new Float64Array(FIRST_ROWS);
  private line = new Uint32Array(FIRST_ROWS);
  private column = new Uint16Array(FIRST_ROWS);
  private file = new Uint32Array(FIRST_ROWS);
  private flags = new Uint8Array(FIRST_ROWS);

  add(address: number, line: number, column: number, file: number, flags: number): void {
    const at = this.count++;
    if (at === this.address.length) this.grow();
    this.address[at] = address;
    this.line[at] = line;
    this.column[at] = column;
    this.file[at] = file;
    this.flags[at] = flags;
  }

  table(): LineRows {
    const { count, address, line, column, file, flags } = this;
    const end = count;
    return {
      count,
      address: address.slice(0, end),
      line: line.slice(0, end),
      column: column.slice(0, end),
      file: file.slice(0, end),
      flags: flags.slice(0, end),
    };
  }

  private grow(): void {
    const size = this.address.length * 2;
    const wider = <T extends Float64Array | Uint32Array | Uint16Array | Uint8Array>(to: T, from: T): T => {
      to.set(from);
      return to;
    };
    this.address = wider(new Float64Array(size), this.address);
    this.line = wider(new Uint32Array(size), this.line);
    this.column = wider(new Uint16Array(size), this.column);
    this.file = wider(new Uint32Array(size), this.file);
    this.flags = wider(new Uint8Array(size), this.flags);
  }
}

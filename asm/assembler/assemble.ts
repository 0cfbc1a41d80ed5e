import type { IsaName } from '../../kernel/ports.ts';
import { loadCapstone } from '../disassembler/capstone.ts';
import { isaTraits } from '../isa.ts';
import type { AssembledObject } from '../object/object.ts';
import { encodeArm } from './arm/encode.ts';
import { LiteralPools } from './arm/literal-pool.ts';
import { attempt } from './attempt.ts';
import { type Cursor, SYMBOL } from './cursor.ts';
import { AssemblyError, Diagnostics } from './diagnostics.ts';
import { alignTo } from './directives/space.ts';
import { assign, parseName } from './directives/symbols.ts';
import { findDirective } from './directives/table.ts';
import { emitObject } from './emit.ts';
import { Expander } from './expander.ts';
import { Keystone } from './keystone.ts';
import { layoutSections } from './layout.ts';
import { type SourceFile, StatementReader } from './source.ts';
import { Unit } from './unit.ts';
import { encodeX86 } from './x86/encode.ts';

export interface AssembleOptions {
  readonly isa: IsaName;
  /** x86: the syntax a file starts in; AT&T unless said otherwise, as in gas. */
  readonly syntax?: 'att' | 'intel';
}

let keystoneLoading: Promise<Keystone> | null = null;

function loadKeystone(): Promise<Keystone> {
  keystoneLoading ??= Keystone.load();
  return keystoneLoading;
}

/**
 * Assemble source files, each into an object of its own. All files are read, so that all their errors are told at once.
 * Throws AssemblyError.
 */
export async function assemble(sources: readonly SourceFile[], options: AssembleOptions): Promise<AssembledObject[]> {
  const objects: AssembledObject[] = [];
  const errors: AssemblyError[] = [];
  for (const source of sources) {
    try {
      objects.push(await assembleSource(source, options));
    } catch (error) {
      if (!(error instanceof AssemblyError)) throw error;
      errors.push(error);
    }
  }
  if (errors.length > 0) throw new AssemblyError(errors.flatMap((e) => e.diagnostics));
  return objects;
}

/** Assemble one source file. Throws AssemblyError. */
export async function assembleSource(source: SourceFile, options: AssembleOptions): Promise<AssembledObject> {
  // One after the other: of two CommonJS packages imported at once Node 20 may hand out the second before it has run.
  const keystone = await loadKeystone();
  const capstone = await loadCapstone();
  const diagnostics = new Diagnostics();
  const engines = { keystone, capstone, pools: new LiteralPools() };
  const unit = new Unit(options.isa, options.syntax ?? 'att', diagnostics, engines);
  const reader = new StatementReader(source, isaTraits(options.isa).commentChar, diagnostics);
  // Each statement of a macro complains for itself, so that one error does not hide the next.
  const expander = new Expander(unit, (statement) => {
    unit.statement = statement;
    attempt(unit, statement, () => runStatement(unit));
  });
  for (const statement of reader.read()) {
    if (diagnostics.full) break;
    attempt(unit, null, () => expander.feed(statement));
    await keystone.revive();
  }
  attempt(unit, null, () => expander.finish());
  diagnostics.throwIfAny();
  finish(unit);
  diagnostics.throwIfAny();
  layoutSections(unit);
  diagnostics.throwIfAny();
  const object = emitObject(unit, source.file);
  diagnostics.throwIfAny();
  return object;
}

const NUMERIC_LABEL = /(\d+)\s*:/y;
const LABEL = /([A-Za-z_.$][\w.$]*|"(?:[^"\\]|\\.)+")\s*:(?!:)/y;
const ASSIGNMENT = /^([A-Za-z_.$][\w.$]*)\s*(==?)(?!=)/;

function runStatement(unit: Unit): void {
  const cursor = unit.cursor(0);
  readLabels(unit, cursor);
  if (cursor.done) return;
  const assignment = ASSIGNMENT.exec(cursor.rest());
  if (assignment?.[1]) {
    cursor.at += assignment[0].length;
    assign(unit, assignment[1], unit.expression(cursor), assignment[2] === '==');
    cursor.expectEnd();
    return;
  }
  if (cursor.peek() !== '.') {
    encodeInstruction(unit, cursor);
    return;
  }
  const at = cursor.at;
  const name = cursor.match(SYMBOL)?.[0].toLowerCase() ?? '.';
  const directive = findDirective(unit, name);
  if (!directive) {
    cursor.at = at;
    throw cursor.error(`unknown directive '${name}'`);
  }
  directive(unit, cursor);
  cursor.expectEnd();
}

function readLabels(unit: Unit, cursor: Cursor): void {
  for (;;) {
    cursor.skipBlanks();
    const at = cursor.at;
    const numeric = cursor.match(NUMERIC_LABEL);
    if (numeric) {
      unit.label(unit.symbols.numeric(Number(numeric[1]), unit.position(at)), `${numeric[1]}`);
      continue;
    }
    const named = cursor.match(LABEL);
    if (!named?.[1]) return;
    cursor.at = at;
    const name = parseName(cursor);
    cursor.expect(':');
    unit.label(unit.symbols.get(name, unit.position(at)), name);
  }
}

function encodeInstruction(unit: Unit, cursor: Cursor): void {
  const { section } = unit;
  if (unit.isa.name === 'arm') {
    section.align = Math.max(section.align, unit.thumb ? 2 : 4);
    encodeArm(unit, cursor);
  } else encodeX86(unit, cursor);
}

/** After the last statement: pools, local commons, labels that never came. */
function finish(unit: Unit): void {
  unit.pools.flushAll(unit);
  for (const [label, symbol] of unit.symbols.missingNumeric())
    unit.diagnostics.add(symbol.mentioned, `no label '${label}:' below this line`, symbol.mentioned.text);
  const bss = unit.sections.find((s) => s.name === '.bss');
  for (const symbol of unit.symbols.all()) {
    if (!symbol.common || symbol.binding !== 'local' || !bss) continue;
    const { lenBytes, align } = symbol.common;
    unit.switchTo(bss);
    alignTo(unit, align, null, align);
    symbol.common = null;
    symbol.place = unit.here();
    symbol.size ??= { op: 'num', value: BigInt(lenBytes) };
    const count = { op: 'num', value: BigInt(lenBytes) } as const;
    unit.push({
      kind: 'space',
      count,
      org: false,
      fill: Uint8Array.of(0),
      statement: unit.statement,
      lenBytes,
      offset: 0,
    });
  }
}

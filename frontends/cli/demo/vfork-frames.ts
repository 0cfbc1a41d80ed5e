import { placeText } from '../../../debugger/code.ts';
import type { EventRecord, StepRecord } from '../../../debugger/records.ts';
import { isFlags } from '../../../debugger/registers.ts';
import type { StackWord } from '../../../debugger/stack-view.ts';
import { writtenValue } from '../../../debugger/writer-log.ts';
import { archOf } from '../../../kernel/arch/index.ts';
import type { VirtAddr } from '../../../kernel/ports.ts';
import type { Paint } from '../color.ts';
import { eventText, instructionText, registerTexts } from '../trace-text.ts';
import type { Actors } from './actors.ts';
import { joinPanes, LEFT_WIDTH, padRight } from './panes.ts';

/** One step and the stack behind it. */
export interface Frame {
  readonly step: StepRecord;
  /** From the highest address down. */
  readonly stack: readonly StackWord[];
  /** Stack pointers of the processes that share the memory, by pid. */
  readonly pointers: ReadonlyMap<number, VirtAddr>;
}

/** The steps inside the stub and what touches the slot of its return address, with the stack beside them. */
export function framesText(
  frames: readonly Frame[],
  slot: VirtAddr,
  stub: string,
  actors: Actors,
  paint: Paint,
): string {
  const shown = framesToShow(frames, slot, stub);
  const base = `${(slot >>> 16).toString(16)}....`;
  const head = joinPanes(['   t pid   address where    instruction'], [`${base}   word   pid@t   SP`]);
  let text = `The call puts ${stub}'s return address into the stack word ${slot.toString(16)}, "the slot".\n`;
  text += paint.dim(head.trimEnd()).concat('\n');
  let skipped: Frame[] = [];
  for (const frame of frames) {
    if (!shown.has(frame)) {
      skipped.push(frame);
      continue;
    }
    text += skippedText(skipped, actors, paint);
    skipped = [];
    text += joinPanes(frame.step.before.flatMap(eventRows), []);
    text += joinPanes(codePane(frame.step, slot, actors, paint), stackPane(frame, slot, actors, paint));
  }
  return text + skippedText(skipped, actors, paint);
}

/** From the call of the stub until its last return has landed. */
function framesToShow(frames: readonly Frame[], slot: VirtAddr, stub: string): Set<Frame> {
  const inStub = ({ step }: Frame): boolean => step.place?.name === stub;
  const lastInStub = frames.findLastIndex(inStub);
  const shown = new Set<Frame>(frames.slice(0, 1));
  const lastOf = new Map<number, Frame>();
  frames.forEach((frame, at) => {
    const { step } = frame;
    const before = lastOf.get(step.pid);
    lastOf.set(step.pid, frame);
    const landed = before !== undefined && inStub(before) && !inStub(frame);
    const early = at <= lastInStub;
    const writesSlot = writtenValue(step, slot, archOf(step.isa).wordBytes) !== null;
    const letsGo = step.events.some((event) => event.kind === 'vfork-done');
    if (inStub(frame) || landed || (early && (writesSlot || letsGo))) shown.add(frame);
  });
  return shown;
}

function skippedText(skipped: readonly Frame[], actors: Actors, paint: Paint): string {
  if (skipped.length === 0) return '';
  const byPid = new Map<number, number>();
  for (const { step } of skipped) byPid.set(step.pid, (byPid.get(step.pid) ?? 0) + 1);
  const parts = [...byPid].map(([pid, count]) => `${actors.mark(pid)}${pid} ${count}`);
  return paint.dim(`     ... instructions not shown: ${parts.join(', ')}\n`);
}

function codePane(step: StepRecord, slot: VirtAddr, actors: Actors, paint: Paint): string[] {
  const where = padRight(step.place ? placeText(step.place) : '', 8);
  const place = `${String(step.t).padStart(4)} ${actors.name(step.pid)} ${step.pc.toString(16)} ${where}`;
  const rows = [`${place} ${paint.bold(instructionText(step))}`];
  const changes = registerTexts({ ...step, registers: step.registers.filter(({ name }) => !isFlags(step.isa, name)) });
  if (changes.length > 0) rows.push(`     ${paint.changed(`* ${changes.join(' ')}`)}`);
  const note = slotNote(step, slot);
  if (note) rows.push(`     ${note}`);
  rows.push(...step.events.flatMap(eventRows));
  return rows;
}

function eventRows(event: EventRecord): string[] {
  const text = eventText(event).replace(/ +(?== )/, ' ');
  return text === '' ? [] : wrap(text, 5);
}

/** What the step did to the stub's return address on the stack. */
function slotNote(step: StepRecord, slot: VirtAddr): string {
  const value = writtenValue(step, slot, archOf(step.isa).wordBytes);
  return value === null ? '' : `writes ${value.toString(16)} into the slot`;
}

function wrap(text: string, indent: number): string[] {
  const rows: string[] = [];
  const width = LEFT_WIDTH - indent;
  for (let at = 0; at < text.length; at += width) rows.push(' '.repeat(indent) + text.slice(at, at + width));
  return rows;
}

function stackPane({ step, stack, pointers }: Frame, slot: VirtAddr, actors: Actors, paint: Paint): string[] {
  return stack.map((word) => {
    const written = writtenValue(step, word.addr, archOf(step.isa).wordBytes) !== null;
    const value = `${written ? '*' : ' '}${word.hex}`;
    const tag = word.isReturn ? 'ret' : '   ';
    const writer = word.writer ? `${word.writer.pid}@${word.writer.t}` : '';
    const marks = [...pointers]
      .filter(([, sp]) => sp === word.addr)
      .map(([pid]) => actors.paint(pid)(actors.mark(pid)));
    const pointer = marks.length > 0 ? `<${marks.join('')}` : '';
    const name = (word.addr & 0xffff).toString(16).padStart(4, '0');
    const address = word.addr === slot ? paint.bold(name) : name;
    return `${address}${written ? paint.changed(value) : value} ${tag} ${writer.padEnd(9)}${pointer}`;
  });
}

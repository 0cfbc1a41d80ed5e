import { placeText } from '../../debugger/code.ts';
import { wordHex } from '../../debugger/memory.ts';
import type { EventRecord, MemoryWrite, StepRecord } from '../../debugger/records.ts';
import { flagsText, isFlags } from '../../debugger/registers.ts';
import { archOf } from '../../kernel/arch/index.ts';
import type { Paint } from './color.ts';
import { hex } from './hex.ts';

/** Text of one step or event, with its line end. */
export interface TraceText {
  /** What stands before the first step. */
  head(): string;
  step(step: StepRecord): string;
  event(event: EventRecord): string;
}

const T_WIDTH = 7;
const PLACE_WIDTH = 16;
const INSTRUCTION_WIDTH = 30;

/** Tells the program that was started, `P`, from the processes it made, `C`. */
export interface Roles {
  see(event: EventRecord): void;
  isChild(pid: number): boolean;
}

export function createRoles(): Roles {
  const children = new Set<number>();
  return {
    see(event) {
      if (event.kind === 'fork' && event.child !== undefined) children.add(event.child);
    },
    isChild: (pid) => children.has(pid),
  };
}

/** Lines for people: one an instruction, then what it changed. */
export function createTraceText(roles: Roles, paint: Paint): TraceText {
  function who(pid: number): string {
    return roles.isChild(pid) ? paint.child(`C${pid}`) : paint.parent(`P${pid}`);
  }

  return {
    head: () => '',
    step(step) {
      const { wordBytes } = archOf(step.isa);
      const left = [
        String(step.t).padStart(T_WIDTH),
        who(step.pid),
        step.pc.toString(16).padStart(8, '0'),
        (step.place ? placeText(step.place) : '').padEnd(PLACE_WIDTH),
        instructionText(step).padEnd(INSTRUCTION_WIDTH),
      ].join(' ');
      const changes = [...registerTexts(step), ...step.writes.flatMap((write) => writeTexts(write, wordBytes))];
      return `${left} ${paint.changed(changes.join(' '))}`.trimEnd().concat('\n');
    },
    event(event) {
      const text = eventText(event);
      return text === '' ? '' : `${String(event.t).padStart(T_WIDTH)} ${who(event.pid)} ${paint.bold(text)}\n`;
    },
  };
}

/** In strace's words; '' for what its lines tell already. */
export function eventText(event: EventRecord): string {
  if (event.kind === 'fork') return `process ${event.child} attached (${event.how})`;
  if (event.kind === 'exec') return `executes ${event.text}`;
  return event.kind === 'text' ? (event.text ?? '') : '';
}

export function instructionText(step: StepRecord): string {
  return step.operands === '' ? step.mnemonic : `${step.mnemonic} ${step.operands}`;
}

/** `eax=3e9 eflags=[ZF PF]` */
export function registerTexts(step: StepRecord): string[] {
  return step.registers.map(({ name, after }) =>
    isFlags(step.isa, name) ? `${name}=${flagsText(step.isa, after)}` : `${name}=${after}`,
  );
}

/** Of a longer write, such as read(2) into a buffer, the text shows the beginning. */
const WORDS_SHOWN = 8;

/** `[ffffd9bc]=0804907f`, a word at a time. */
export function writeTexts({ addr, bytes, by }: MemoryWrite, wordBytes: number): string[] {
  const texts: string[] = [];
  const shown = Math.min(bytes.length, WORDS_SHOWN * wordBytes);
  for (let at = 0; at < shown; at += wordBytes) {
    const part = bytes.subarray(at, at + wordBytes);
    const mark = by === 'kernel' ? 'kernel:' : '';
    texts.push(`${mark}[${(addr + at).toString(16)}]=${wordHex(part, part.length)}`);
  }
  if (shown < bytes.length) texts.push(`+${bytes.length - shown} bytes`);
  return texts;
}

/** JSON Lines. */
export function createTraceJson(roles: Roles): TraceText {
  const line = (value: object): string => `${JSON.stringify(value)}\n`;
  const role = (pid: number): string => (roles.isChild(pid) ? 'child' : 'parent');
  return {
    head: () => line({ schema: 'forkscope-trace', version: 1 }),
    step: (step) =>
      line({
        ...{ t: step.t, pid: step.pid, role: role(step.pid), mm: step.mm, pc: hex(step.pc) },
        ...(step.place ? { symbol: step.place.name, offset: step.place.offset } : {}),
        ...{ bytes: base64(step.bytes), instruction: instructionText(step) },
        registers: Object.fromEntries(step.registers.map(({ name, after }) => [name, `0x${after}`])),
        writes: step.writes.map(({ addr, bytes, by }) => ({ addr: hex(addr), bytes: base64(bytes), by })),
      }),
    event: ({ t, pid, kind, ...fields }) => line({ t, pid, role: role(pid), event: kind, ...fields }),
  };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

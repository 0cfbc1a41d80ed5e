import type { CodeReader } from '../../../debugger/code.ts';
import { recordRun } from '../../../debugger/recording.ts';
import type { StepRecord } from '../../../debugger/records.ts';
import { type StackWord, stackWords } from '../../../debugger/stack-view.ts';
import type { WriterLog } from '../../../debugger/writer-log.ts';
import { archOf } from '../../../kernel/arch/index.ts';
import type { VirtAddr } from '../../../kernel/ports.ts';
import { getReg } from '../../../kernel/ptregs.ts';
import type { Kernel } from '../../../kernel/state.ts';
import { createTraceSink } from '../strace-watch.ts';
import { createActors } from './actors.ts';
import { startGuest } from './guest.ts';
import type { Demo } from './types.ts';
import { type Frame, framesText } from './vfork-frames.ts';

const STUB = 'vfork';
/** Words shown of the stack: the slot of the stub's return address, one above it and one below. */
const WORDS = 3;
const WORDS_BELOW = 1;

export const vforkDemo: Demo = {
  name: 'vfork',
  title: 'vfork as uClibc has it, i386: two processes, one stack',
  async play({ write, paint }) {
    const { machine, console, code } = await startGuest('vfork-step', 'i386');
    const k = machine.kernel;
    const frames: Frame[] = [];
    let slot: VirtAddr | null = null;
    const { events } = recordRun(machine, code, {
      text: (take) => createTraceSink(k, take),
      onStep(step, { log }) {
        slot ??= slotOfCall(k, code, step);
        if (slot !== null) frames.push(frameOf(k, step, slot, log));
      },
    });
    machine.close();
    if (slot === null) throw new Error(`the guest does not call ${STUB}`);
    write(framesText(frames, slot, STUB, createActors(events, paint), paint));
    write(`${paint.dim('The program wrote:')}\n${console.bytes().toString().replace(/^/gm, '  ').trimEnd()}\n`);
  },
};

/** Where the call that this step made has put its return address, when it called the stub. */
function slotOfCall(k: Kernel, code: CodeReader, step: StepRecord): VirtAddr | null {
  const mm = k.state.tasks.get(step.pid)?.mm;
  const place = mm ? code.symbols.place(mm, step.nextPc) : null;
  return place?.name === STUB && place.offset === 0 ? step.spAfter : null;
}

function frameOf(k: Kernel, step: StepRecord, slot: VirtAddr, log: WriterLog): Frame {
  const { wordBytes, ptRegs } = archOf(step.isa);
  const pointers = new Map<number, VirtAddr>();
  let stack: StackWord[] = [];
  for (const task of k.state.tasks.values()) {
    if (task.mm?.id !== step.mm) continue;
    pointers.set(task.pid, getReg(k, task, ptRegs.sp));
    if (stack.length === 0) {
      stack = stackWords(k, task.mm, slot - WORDS_BELOW * wordBytes, { count: WORDS, wordBytes }, log);
    }
  }
  return { step, stack, pointers };
}

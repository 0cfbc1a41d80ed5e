import { afterEach, describe, expect, test } from 'vitest';
import { recordRun } from '../../debugger/recording.ts';
import type { StepRecord } from '../../debugger/records.ts';
import { stackWords } from '../../debugger/stack-view.ts';
import { createStepper } from '../../debugger/stepper.ts';
import { createWriterLog, writtenValue } from '../../debugger/writer-log.ts';
import type { IsaName } from '../../kernel/ports.ts';
import { type Guest, startGuest, startSource } from './support.ts';

let guest: Guest | null = null;

afterEach(() => {
  guest?.machine.close();
  guest = null;
});

const EXIT = ' mov $1,%eax\n xor %ebx,%ebx\n int $0x80\n';

async function stepsOf(source: string, isa: IsaName = 'i386'): Promise<readonly StepRecord[]> {
  guest = await startSource(`.global _start\n_start:\n${source}`, isa);
  return recordRun(guest.machine, guest.code).steps;
}

describe('a step', () => {
  test('is one t, each iteration of rep its own', async () => {
    const steps = await stepsOf(` sub $16,%esp\n mov %esp,%edi\n mov $3,%ecx\n mov $0x41,%al\n rep stosb\n${EXIT}`);
    expect(steps.map((step) => step.t)).toEqual(steps.map((_, at) => at));
    const stores = steps.filter((step) => step.mnemonic === 'rep stosb');
    expect(stores.flatMap((step) => step.writes.map((write) => [...write.bytes]))).toEqual([[0x41], [0x41], [0x41]]);
  });

  test('tells the registers that changed, and no others', async () => {
    const steps = await stepsOf(` mov $5,%eax\n mov $5,%eax\n${EXIT}`);
    expect(steps[0]?.registers).toEqual([{ name: 'eax', before: '0', after: '5' }]);
    expect(steps[1]?.registers).toEqual([]);
  });

  test('tells a word that was written with its old value', async () => {
    const steps = await stepsOf(` push $7\n pop %eax\n push $7\n${EXIT}`);
    expect(steps[2]?.writes).toMatchObject([{ by: 'instruction', addr: steps[2]?.spAfter }]);
  });

  test('tells a 16-bit push as two bytes', async () => {
    const steps = await stepsOf(` pushw $0x1234\n${EXIT}`);
    expect(steps[0]?.writes.map((write) => [...write.bytes])).toEqual([[0x34, 0x12]]);
  });

  test('tells what a system call wrote to memory as the work of the kernel', async () => {
    const steps = await stepsOf(` sub $16,%esp\n mov $42,%eax\n mov %esp,%ebx\n int $0x80\n${EXIT}`);
    const pipe = steps.find((step) => step.mnemonic === 'int');
    expect(pipe?.writes.map(({ addr, bytes, by }) => [addr - Number(pipe.sp), [...bytes], by])).toEqual([
      [0, [3, 0, 0, 0, 4, 0, 0, 0], 'kernel'],
    ]);
  });

  test('that is killed by a fault is not counted', async () => {
    const steps = await stepsOf(' mov $1,%eax\n movl $0,0\n');
    expect(steps.map((step) => step.mnemonic)).toEqual(['mov']);
    expect(guest?.machine.status).toBe(11);
  });
});

test('a machine in which all sleep is idle, and can be asked again', async () => {
  guest = await startSource('.global _start\n_start:\n mov $29,%eax\n int $0x80\n', 'i386');
  const stepper = createStepper(guest.machine, guest.code);
  expect(stepper.step().kind).toBe('step');
  expect(stepper.step().kind).toBe('step');
  expect(stepper.step()).toMatchObject({ kind: 'stop', reason: 'idle' });
  expect(stepper.step()).toMatchObject({ kind: 'stop', reason: 'idle' });
});

describe.each<IsaName>(['i386', 'x86_64', 'arm'])('stepping a program, %s', (isa) => {
  test('gives the output and the count of a run at full speed', async () => {
    guest = await startGuest('vfork-step', isa);
    const { steps, reason } = recordRun(guest.machine, guest.code);
    expect(reason).toBe('done');
    const stepped = guest.console.bytes().toString();
    guest.machine.close();
    guest = await startGuest('vfork-step', isa);
    expect(guest.machine.run()).toBe('done');
    expect(guest.console.bytes().toString()).toBe(stepped);
    expect(guest.machine.t).toBe(steps.length);
  });

  test('a vfork child shares the address space, a forked one has its own', async () => {
    const spaces = async (name: string): Promise<number> => {
      guest = await startGuest(name, isa);
      const { steps } = recordRun(guest.machine, guest.code);
      guest.machine.close();
      return new Set(steps.map((step) => step.mm)).size;
    };
    expect(await spaces('child-printed-twice')).toBe(1);
    expect(await spaces('child-printed-twice-fork')).toBe(2);
  });
});

describe('who wrote a word', () => {
  const step = (t: number, addr: number, bytes: number[], more: Partial<StepRecord> = {}): StepRecord => ({
    ...{ kind: 'step', t, pid: 1000, isa: 'i386', mm: 1, pc: 0x1000, nextPc: 0x1002, sp: 0, spAfter: 0 },
    ...{ bytes: new Uint8Array(2), mnemonic: 'mov', operands: '', place: null, registers: [], before: [], events: [] },
    writes: [{ addr, bytes: Uint8Array.from(bytes), by: 'instruction' }],
    ...more,
  });

  test('is known byte by byte', () => {
    const log = createWriterLog();
    log.see(step(1, 0x100, [1, 2, 3, 4]));
    log.see(step(2, 0x102, [5, 6], { pid: 1001 }));
    expect(log.writer(1, 0x101)?.t).toBe(1);
    expect(log.writer(1, 0x102)?.t).toBe(2);
    expect(log.wordWriters(1, 0x100, 4).map((writer) => writer.t)).toEqual([2, 1]);
    expect(log.writer(1, 0x104)).toBeNull();
    expect(log.writer(2, 0x100)).toBeNull();
  });

  test('is inherited by a forked child as it was at the fork', () => {
    const log = createWriterLog();
    const fork = { t: 2, pid: 1000, kind: 'fork', child: 1001, childMm: 2, how: 'fork' } as const;
    log.see(step(1, 0x100, [1], { events: [fork] }));
    log.see(step(3, 0x100, [2]));
    expect(log.writer(2, 0x100)?.t).toBe(1);
    expect(log.writer(1, 0x100)?.t).toBe(3);
  });

  test('a value is read out of the middle of a longer write', () => {
    expect(writtenValue(step(1, 0x100, [1, 0, 0, 0, 2, 0, 0, 0]), 0x104, 4)).toBe(2);
    expect(writtenValue(step(1, 0x100, [1, 0]), 0x100, 4)).toBeNull();
  });

  test('stands beside the words of the stack, return addresses tagged', async () => {
    guest = await startSource(`.global _start\n_start:\n push $1\n call f\nf:\n pushw $2\n${EXIT}`, 'i386');
    const k = guest.machine.kernel;
    const stepper = createStepper(guest.machine, guest.code);
    const log = createWriterLog();
    for (let i = 0; i < 3; i++) {
      const record = stepper.step();
      if (record.kind === 'step') log.see(record);
    }
    const mm = k.state.tasks.get(1000)?.mm;
    if (!mm) throw new Error('the program has ended');
    const call = log.wordWriters(mm.id, mm.startStack - 8, 4)[0];
    const words = stackWords(k, mm, mm.startStack - 8, { count: 3, wordBytes: 4 }, log);
    expect(words.map((word) => [word.addr - mm.startStack, word.isReturn, word.writer?.t, word.torn])).toEqual([
      [0, false, undefined, false],
      [-4, false, 0, false],
      [-8, true, 1, false],
    ]);
    expect(words[2]?.value).toBe(Number(call?.pc) + 5);
  });
});

describe('registers beside the general ones', () => {
  test('are told when they change: SSE and x87', async () => {
    const steps = await stepsOf(` mov $-1,%eax\n movd %eax,%xmm3\n movd %eax,%xmm3\n fld1\n${EXIT}`);
    expect(steps[1]?.registers).toEqual([{ name: 'xmm3', before: '0', after: 'ffffffff' }]);
    expect(steps[2]?.registers).toEqual([]);
    expect(steps[3]?.registers.find(({ name }) => name === 'st0')?.after).toBe('3fff8000000000000000');
  });

  test('are told when they change: VFP', async () => {
    const source = ' mov r0, #1\n vmov s5, r0\n mov r7, #1\n mov r0, #0\n svc #0\n';
    const steps = await stepsOf(source, 'arm');
    expect(steps[1]?.registers).toEqual([{ name: 'd2', before: '0', after: '100000000' }]);
  });
});

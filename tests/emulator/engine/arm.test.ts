import { describe, expect, test } from 'vitest';
import { ACCESS, EXIT, THREAD_ARM, TRAP } from '../../../kernel/ports.ts';
import { Machine, RW } from './machine.ts';
import { hex } from './programs.ts';

const CODE = 0x10000;
const DATA = 0x20000;

function machine(code: string, registers: Record<string, number> = {}): Machine {
  const made = new Machine('arm');
  made.code(CODE, hex(code));
  const frame = made.map(DATA, RW);
  for (let i = 0; i < 4096; i++) made.ram.u8[frame + i] = i & 0xff;
  made.set({ pc: CODE, sp: DATA + 0x1000, r5: DATA, ...registers });
  return made;
}

const THUMB = 0x30;

describe('ARM', () => {
  // movs r0, #0; svcne 0; add r1, r1, #1; svceq 0
  test('svc is a system call with pc behind it; one whose condition fails is an instruction like others', () => {
    const made = machine('0000b0e30000001f011081e20000000f');
    expect(made.run()).toMatchObject({ kind: EXIT.syscall, trap: TRAP.svc, retired: 4 });
    expect(made.registers()).toMatchObject({ pc: BigInt(CODE + 16), r1: 1n, cpsr: 0x4000_0010n });
  });

  test.each([
    ['udf #7', 'f700f0e7', 1],
    ['bkpt #1', '710020e1', 7],
    ['mcr p15, 0, r0, c1, c0, 0', '100f01ee', 1],
    ['rfe', '000090f8', 1],
    ['vld4.8 of registers behind d31', '0fb165f4', 1],
  ])('%s is exception %s with pc on it, not counted', (_, code, vector) => {
    // add r0, r0, #1 in front and behind
    const made = machine(`010080e2${code}010080e2010080e2`);
    for (const retired of [1, 0, 0]) {
      expect(made.run()).toMatchObject({ kind: EXIT.exception, vector, retired });
      expect(made.registers()).toMatchObject({ pc: BigInt(CODE + 4), r0: 1n });
    }
  });

  // mrs r0, cpsr; msr cpsr_c, #0x1f; mrs r1, cpsr; svc 0
  test('user mode reads USR in cpsr and cannot leave it', () => {
    const made = machine('00000fe11ff021e300100fe1000000ef');
    expect(made.run()).toMatchObject({ kind: EXIT.syscall, retired: 4 });
    expect(made.registers()).toMatchObject({ r0: 0x10n, r1: 0x10n, cpsr: 0x10n });
  });

  // mrc p15, 0, r0, c13, c0, 3; mrc p15, 0, r1, c13, c0, 2; add r1, r1, #1; mcr p15, 0, r1, c13, c0, 2; svc 0
  test('TPIDRURO and TPIDRURW are those of the thread block', () => {
    const made = machine('700f1dee501f1dee011081e2501f0dee000000ef');
    const block = made.saveThread();
    const view = new DataView(block.buffer);
    view.setUint32(THREAD_ARM.tp, 0x1234_5678, true);
    view.setUint32(THREAD_ARM.tpidrurw, 41, true);
    made.cpu.loadThread(block);
    expect(made.run().kind).toBe(EXIT.syscall);
    expect(made.registers()).toMatchObject({ r0: 0x1234_5678n, r1: 42n });
    const saved = new DataView(made.saveThread().buffer);
    expect(saved.getUint32(THREAD_ARM.tp, true)).toBe(0x1234_5678);
    expect(saved.getUint32(THREAD_ARM.tpidrurw, true)).toBe(42);
  });

  // vldmia r5, {d0-d15}; add r5, r5, #128; vldmia r5, {d16-d31}; vmrs r0, fpscr; orr r0, r0, #0x00c00000;
  // vmsr fpscr, r0; svc 0
  test('VFP and NEON are on, and d0 to d31 and FPSCR go through the thread block', () => {
    const made = machine('200b95ec805085e2200bd5ec100af1ee030580e3100ae1ee000000ef');
    expect(made.run()).toMatchObject({ kind: EXIT.syscall, retired: 7 });
    const saved = made.saveThread();
    const frame = made.lookup(DATA);
    expect(saved.slice(THREAD_ARM.vfp, THREAD_ARM.exclusiveValue)).toEqual(made.ram.u8.slice(frame, frame + 256));
    expect(new DataView(saved.buffer).getUint32(THREAD_ARM.fpscr, true)).toBe(0x00c0_0000);
    const other = new Machine('arm');
    other.cpu.loadThread(saved);
    expect(other.saveThread()).toEqual(saved);
  });

  // ldr r0, [r5]; ldrex r1, [r5]
  test('an unaligned word is loaded, an unaligned exclusive load is a data abort at its address', () => {
    const made = machine('000095e59f1f95e1', { r5: DATA + 1 });
    expect(made.run()).toMatchObject({ kind: EXIT.exception, vector: 4, retired: 1, address: DATA + 1 });
    expect(made.registers()).toMatchObject({ r0: 0x0403_0201n, pc: BigInt(CODE + 4) });
  });

  // wfi; yield; wfe; nop; svc 0
  test('hints are instructions like others, at every budget', () => {
    for (let budget = 1; budget <= 4; budget++) {
      const made = machine('03f020e301f020e302f020e300f020e3000000ef');
      expect(made.run(budget)).toMatchObject({ kind: EXIT.budget, retired: budget });
      expect(made.get('pc')).toBe(BigInt(CODE + 4 * budget));
      expect(made.run()).toMatchObject({ kind: EXIT.syscall, retired: 5 - budget });
    }
  });

  test.each([
    // ldmia r5!, {r0-r3}
    ['ldm', '0f00b5e8', ACCESS.read, { r5: DATA + 4096 - 8 }],
    // stmdb sp!, {r0-r3}
    ['stm', '0f002de9', ACCESS.write, { sp: DATA + 8 }],
  ])('%s across the end of the mapped page leaves its base and restarts', (name, code, access, registers) => {
    const made = machine(`${code}000000ef`, registers);
    const before = made.registers();
    expect(made.run()).toMatchObject({ kind: EXIT.fault, access, retired: 0 });
    expect(made.registers()).toMatchObject({ r5: before.r5, sp: before.sp, pc: BigInt(CODE) });
    made.map(name === 'ldm' ? DATA + 4096 : DATA - 4096, RW);
    expect(made.run()).toMatchObject({ kind: EXIT.syscall, retired: 2 });
    const moved = name === 'ldm' ? 'r5' : 'sp';
    expect(made.get(moved)).toBe((before[moved] ?? 0n) + (name === 'ldm' ? 16n : -16n));
  });

  // ldrex r0, [r5]; add r0, r0, #1; strex r1, r0, [r5]; svc 0
  test.each([1, 100])('an exclusive store succeeds in pieces of %i instructions', (budget) => {
    const made = machine('9f0f95e1010080e2901f85e1000000ef');
    while (made.run(budget).kind === EXIT.budget);
    expect(made.get('r1')).toBe(0n);
    expect(made.ram.u8[made.lookup(DATA)]).toBe(1);
  });

  test('code in the highest page runs, and pc wraps behind it', () => {
    const made = new Machine('arm');
    // add r0, r0, #1
    made.code(0xffff_fffc, hex('010080e2'));
    made.set({ pc: 0xffff_fffc });
    expect(made.run()).toMatchObject({ kind: EXIT.fault, access: ACCESS.exec, address: 0, retired: 1 });
  });

  test('pc and T of pt_regs that do not fit together do no harm', () => {
    for (const low of [1, 2, 3]) {
      expect(machine('000000ef', { pc: CODE + low }).run()).toMatchObject({ kind: EXIT.syscall, retired: 1 });
    }
    expect(machine('00df', { pc: CODE + 1, cpsr: THUMB }).run()).toMatchObject({ kind: EXIT.syscall, retired: 1 });
  });
});

describe('Thumb', () => {
  // adr r0, 1f; orr r0, r0, #1; bx r0; .thumb; 1: movs r1, #7; bx pc; nop; .arm; mov r2, #8; svc 0
  test('bx changes the state both ways, and cpsr shows it', () => {
    const made = machine('04008fe2010080e310ff2fe10721784700bf0820a0e3000000ef');
    expect(made.run(3).retired).toBe(3);
    expect(made.registers()).toMatchObject({ pc: BigInt(CODE + 12), cpsr: 0x30n });
    expect(made.run()).toMatchObject({ kind: EXIT.syscall, retired: 4 });
    expect(made.registers()).toMatchObject({ r1: 7n, r2: 8n, cpsr: 0x10n });
  });

  // cmp r0, r0; ittt eq; ldreq r1, [r5]; ldreq r2, [r6]; addeq r3, r3, #1; adds r4, r4, #1; adds r4, r4, #1; svc 0
  const IT = '804202bf296832685b1c641c641c00df';

  test('a TLB miss inside an IT block does not make what follows conditional', () => {
    const made = machine(IT, { cpsr: THUMB, r5: DATA, r6: DATA + 0x1000, r0: 1 });
    made.map(DATA + 0x1000, RW);
    expect(made.run()).toMatchObject({ kind: EXIT.syscall, retired: 8 });
    expect(made.registers()).toMatchObject({ r3: 1n, r4: 2n });
  });

  test('a fault inside an IT block shows the IT state in cpsr, and goes on from it', () => {
    const made = machine(IT, { cpsr: THUMB, r5: DATA, r6: DATA + 0x1000, r0: 1 });
    expect(made.run()).toMatchObject({ kind: EXIT.fault, address: DATA + 0x1000, retired: 3 });
    expect(made.get('cpsr') & 0x0600_fc00n).not.toBe(0n);
    // Another task in between must not see it.
    const between = made.registers();
    made.set({ cpsr: THUMB, pc: CODE + 10 });
    expect(made.run().kind).toBe(EXIT.syscall);
    made.map(DATA + 0x1000, RW);
    made.set(between);
    made.set({ r4: 0 });
    expect(made.run()).toMatchObject({ kind: EXIT.syscall, retired: 5 });
    expect(made.registers()).toMatchObject({ r3: 1n, r4: 2n });
    expect(made.get('cpsr') & 0x0600_fc00n).toBe(0n);
  });

  test('an instruction across the end of the mapped code faults on the second page', () => {
    const made = new Machine('arm');
    // nop; add.w r0, r0, r1
    made.code(CODE + 0xffc, hex('00bf00eb'));
    made.set({ pc: CODE + 0xffc, cpsr: THUMB, r1: 5 });
    expect(made.run()).toMatchObject({
      kind: EXIT.fault,
      access: ACCESS.exec,
      address: CODE + 0x1000,
      retired: 1,
    });
    expect(made.get('pc')).toBe(BigInt(CODE + 0xffe));
    made.code(CODE + 0x1000, hex('010000df'));
    expect(made.run()).toMatchObject({ kind: EXIT.syscall, retired: 2 });
    expect(made.get('r0')).toBe(5n);
  });
});

import { readdirSync } from 'node:fs';
import { memoryUsage } from 'node:process';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { createCpu, createRam, upstreamEdits } from '../../../emulator/engine/index.ts';
import { EXIT, type IsaName, THREAD_ARM, THREAD_X86 } from '../../../kernel/ports.ts';
import { Machine, PC, RX } from './machine.ts';
import { hex } from './programs.ts';

const ISAS: IsaName[] = ['i386', 'x86_64', 'arm'];
const SYSCALL: Record<IsaName, string> = { i386: 'cd80', x86_64: '0f05', arm: '000000ef' };

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;

/** Finalizers run between the turns of the event loop. */
async function collectGarbage(): Promise<void> {
  gc();
  await setImmediate();
}

test('the addon was built with every edit of the patch step', () => {
  const folder = new URL('../../../scripts/addon/edits/', import.meta.url);
  const files = readdirSync(folder).filter((name) => name.endsWith('.mjs'));
  const names = files.map((name) => name.replace('.mjs', ''));
  expect(upstreamEdits()).toEqual(names.sort());
});

describe('createRam', () => {
  test('has 4 GiB that take memory only where they are touched', () => {
    const before = memoryUsage.rss();
    const ram = createRam(2 ** 32);
    expect(ram.u8.length).toBe(2 ** 32);
    ram.u8[2 ** 32 - 1] = 1;
    expect(ram.u32[2 ** 30 - 1]).toBe(0x0100_0000);
    expect(memoryUsage.rss() - before).toBeLessThan(64 << 20);
    const machine = new Machine('x86_64', ram);
    const top = 2 ** 32 - 4096;
    machine.map(0x10000, RX, top);
    machine.write(top, hex(SYSCALL.x86_64));
    machine.set({ ip: 0x10000 });
    expect(machine.run()).toMatchObject({ kind: EXIT.syscall, retired: 1 });
    expect(ram.hasCode[2 ** 20 - 1]).toBe(1);
    machine.cpu.close();
  });

  test.each([
    [0, RangeError],
    [4097, RangeError],
    [2 ** 32 + 4096, RangeError],
    [4096.5, TypeError],
    [Number.NaN, TypeError],
  ])('refuses a length of %s', (lenBytes, error) => {
    expect(() => createRam(lenBytes)).toThrow(error);
  });

  test('invalidateCode refuses ranges outside RAM', () => {
    const ram = createRam(8192);
    expect(() => ram.invalidateCode(0, 8193)).toThrow(RangeError);
    expect(() => ram.invalidateCode(-1, 1)).toThrow(RangeError);
    ram.invalidateCode(8192, 0);
  });
});

describe('createCpu', () => {
  test('refuses what is no ISA and no RAM', () => {
    const ram = createRam(4096);
    expect(() => createCpu('mips' as IsaName, ram)).toThrow('isa "mips" is none of i386, x86_64, arm');
    expect(() => createCpu('toString' as IsaName, ram)).toThrow(TypeError);
    expect(() => createCpu('arm', { ...ram })).toThrow('ram was not made by createRam');
  });

  test.each(ISAS)('%s: arguments are checked', (isa) => {
    const ram = createRam(65536);
    const cpu = createCpu(isa, ram);
    expect(() => cpu.run(65536, 1)).toThrow(RangeError);
    expect(() => cpu.run(-8, 1)).toThrow(RangeError);
    expect(() => cpu.run(2, 1)).toThrow('ptRegs 2 is not aligned');
    expect(() => cpu.run(0, 0)).toThrow('budget 0 is outside 1 to 2147483647');
    expect(() => cpu.run(0, 2 ** 31)).toThrow(RangeError);
    expect(() => cpu.run(0, 1.5)).toThrow(TypeError);
    expect(() => cpu.setPageTable(1)).toThrow('root 1 is not at a page');
    expect(() => cpu.setPageTable(65536)).toThrow(RangeError);
    expect(() => cpu.loadThread(new Uint8Array(5))).toThrow('thread block of 5 bytes');
    expect(() => cpu.saveThread(new Uint8Array(5))).toThrow('thread block of 5 bytes');
    expect(() => cpu.setBreakpoint(-1)).toThrow(RangeError);
    expect(() => cpu.flushTlbPage(2 ** 48)).toThrow(RangeError);
    cpu.close();
  });

  test.each(ISAS)('%s: the thread block has the length of kernel/ports.ts and comes back as it was', (isa) => {
    const cpu = createCpu(isa, createRam(4096));
    expect(cpu.threadLenBytes).toBe(isa === 'arm' ? THREAD_ARM.lenBytes : THREAD_X86.lenBytes);
    const first = new Uint8Array(cpu.threadLenBytes);
    cpu.saveThread(first);
    cpu.loadThread(first);
    const second = new Uint8Array(cpu.threadLenBytes);
    cpu.saveThread(second);
    expect(second).toEqual(first);
    cpu.close();
  });

  test.each(ISAS)('%s: without a page table the first fetch faults', (isa) => {
    const machine = new Machine(isa);
    machine.cpu.setPageTable(0xf000);
    machine.set({ [PC[isa]]: 0x1234_5000 });
    expect(machine.run()).toMatchObject({ kind: EXIT.fault, address: 0x1234_5000, retired: 0 });
  });

  test.each(ISAS)('%s: a closed CPU refuses to run, and closing twice is fine', (isa) => {
    const machine = new Machine(isa);
    machine.cpu.close();
    machine.cpu.close();
    expect(() => machine.run()).toThrow('the CPU is closed');
    expect(() => machine.saveThread()).toThrow('the CPU is closed');
    machine.ram.invalidateCode(0, 4096);
  });

  test.each(ISAS)('%s: machines that are opened, run and closed leave no memory behind', async (isa) => {
    const cycles = async (count: number): Promise<number> => {
      for (let i = 0; i < count; i++) {
        const machine = new Machine(isa);
        machine.code(0x10000, hex(SYSCALL[isa]));
        machine.set({ [PC[isa]]: 0x10000 });
        expect(machine.run().kind).toBe(EXIT.syscall);
        machine.cpu.setBreakpoint(0x1234);
        machine.cpu.close();
        if (i % 20 === 0) await collectGarbage();
      }
      await collectGarbage();
      return memoryUsage.rss();
    };
    const before = await cycles(60);
    // A machine that stayed would keep more than 1 MiB.
    expect((await cycles(300)) - before).toBeLessThan(40 << 20);
  });

  test('many machines live side by side', () => {
    const machines = Array.from({ length: 30 }, (_, i) => {
      const isa = ISAS[i % 3] ?? 'arm';
      const machine = new Machine(isa);
      machine.code(0x10000, hex(SYSCALL[isa]));
      return machine;
    });
    for (let round = 0; round < 3; round++) {
      for (const machine of machines) {
        machine.set({ [PC[machine.isa]]: 0x10000 });
        expect(machine.run()).toMatchObject({ kind: EXIT.syscall, retired: 1 });
      }
    }
    for (const machine of machines) machine.cpu.close();
  });
});

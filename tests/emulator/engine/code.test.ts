import { describe, expect, test } from 'vitest';
import { createRam } from '../../../emulator/engine/index.ts';
import { ACCESS, EXIT, type IsaName } from '../../../kernel/ports.ts';
import { Machine, PC, RW, RWX, RX, SP } from './machine.ts';
import { hex } from './programs.ts';

const CODE = 0x10000;
const ALIAS = 0x40000;

/** A function that puts a byte into the first register, then a system call; where the byte stands. */
const FUNCTION: Record<IsaName, { code: (value: number) => Uint8Array; at: number; result: string }> = {
  // mov eax, value; int 0x80
  i386: { code: (value) => hex(`b8${byte(value)}000000cd80`), at: 1, result: 'eax' },
  // mov eax, value; syscall
  x86_64: { code: (value) => hex(`b8${byte(value)}0000000f05`), at: 1, result: 'ax' },
  // mov r0, #value; svc 0
  arm: { code: (value) => hex(`${byte(value)}00a0e3000000ef`), at: 0, result: 'r0' },
};

/** Stores the byte of the second register at the address in the third, then a system call. */
const STORE: Record<IsaName, { code: string; value: string; address: string }> = {
  // mov [ebx], cl; int 0x80
  i386: { code: '880bcd80', value: 'ecx', address: 'ebx' },
  // mov [rbx], cl; syscall
  x86_64: { code: '880b0f05', value: 'cx', address: 'bx' },
  // strb r1, [r2]; svc 0
  arm: { code: '0010c2e5000000ef', value: 'r1', address: 'r2' },
};

function byte(value: number): string {
  return value.toString(16).padStart(2, '0');
}

function call(machine: Machine, at: number): number {
  machine.set({ [PC[machine.isa]]: at });
  expect(machine.run().kind).toBe(EXIT.syscall);
  return Number(machine.get(FUNCTION[machine.isa].result));
}

function store(machine: Machine, storeAt: number, address: number, value: number): void {
  const { value: valueRegister, address: addressRegister } = STORE[machine.isa];
  machine.set({ [PC[machine.isa]]: storeAt, [valueRegister]: value, [addressRegister]: address });
  expect(machine.run().kind).toBe(EXIT.syscall);
}

describe.each(['i386', 'x86_64', 'arm'] as const)('%s', (isa) => {
  const { code, at } = FUNCTION[isa];

  test('what the guest writes through another mapping of a page is what runs next, for each function in it', () => {
    const machine = new Machine(isa);
    const frame = machine.code(CODE, code(1), RX);
    machine.write(frame + 0x100, code(2));
    machine.map(ALIAS, RW, frame);
    machine.code(0x50000, hex(STORE[isa].code));
    expect([call(machine, CODE), call(machine, CODE + 0x100)]).toEqual([1, 2]);
    for (const [first, second] of [
      [3, 4],
      [5, 6],
    ] as const) {
      store(machine, 0x50000, ALIAS + at, first);
      store(machine, 0x50000, ALIAS + 0x100 + at, second);
      expect([call(machine, CODE), call(machine, CODE + 0x100)]).toEqual([first, second]);
    }
  });

  test('what the guest writes into a page that it may execute is what runs next', () => {
    const machine = new Machine(isa);
    machine.code(CODE, code(1), RWX);
    machine.code(0x50000, hex(STORE[isa].code), RWX);
    for (let value = 1; value < 50; value++) {
      store(machine, 0x50000, CODE + at, value);
      expect(call(machine, CODE)).toBe(value);
    }
  });

  test('hasCode tells frames with translated code, and invalidateCode makes what was written from outside run', () => {
    const machine = new Machine(isa);
    const frame = machine.code(CODE, code(1));
    expect(machine.ram.hasCode[frame / 4096]).toBe(0);
    expect(call(machine, CODE)).toBe(1);
    expect(machine.ram.hasCode[frame / 4096]).toBe(1);
    machine.ram.u8[frame + at] = 7;
    machine.ram.invalidateCode(frame + at, 1);
    expect(machine.ram.hasCode[frame / 4096]).toBe(1);
    expect(call(machine, CODE)).toBe(7);
    machine.ram.u8[frame + at] = 8;
    machine.ram.invalidateCode(frame, 4096);
    expect(machine.ram.hasCode[frame / 4096]).toBe(0);
    expect(call(machine, CODE)).toBe(8);
    expect(machine.ram.hasCode[frame / 4096]).toBe(1);
  });

  test('one virtual address holds other code in another address space', () => {
    const machine = new Machine(isa);
    const first = machine.root;
    machine.code(CODE, code(1));
    const second = machine.newPageTable();
    machine.usePageTable(second);
    machine.code(CODE, code(2));
    for (let i = 0; i < 3; i++) {
      machine.usePageTable(first);
      expect(call(machine, CODE)).toBe(1);
      machine.usePageTable(second);
      expect(call(machine, CODE)).toBe(2);
    }
  });

  test('a frame shared by two address spaces is written in both until one of them copies it', () => {
    const machine = new Machine(isa);
    const data = 0x60000;
    const frame = machine.map(data, RW);
    const store1 = machine.code(0x50000, hex(STORE[isa].code));
    const parent = machine.root;
    const child = machine.newPageTable();
    machine.usePageTable(child);
    machine.map(0x50000, RX, store1);
    machine.map(data, 0, frame);
    machine.set({
      [PC[isa]]: 0x50000,
      [STORE[isa].value]: 9,
      [STORE[isa].address]: data,
    });
    expect(machine.run()).toMatchObject({ kind: EXIT.fault, access: ACCESS.write, address: data, retired: 0 });
    expect(machine.ram.u8[frame]).toBe(0);
    const copy = machine.map(data, RW);
    machine.cpu.flushTlbPage(data);
    expect(machine.run().kind).toBe(EXIT.syscall);
    expect([machine.ram.u8[frame], machine.ram.u8[copy]]).toEqual([0, 9]);
    machine.usePageTable(parent);
    store(machine, 0x50000, data, 5);
    expect([machine.ram.u8[frame], machine.ram.u8[copy]]).toEqual([5, 9]);
  });

  test('a page whose code was executed is copied to another frame, and its new code runs', () => {
    const machine = new Machine(isa);
    machine.code(CODE, code(1));
    expect(call(machine, CODE)).toBe(1);
    machine.code(CODE, code(2));
    machine.cpu.flushTlbPage(CODE);
    expect(call(machine, CODE)).toBe(2);
  });

  test('frames and tables outside RAM are not there', () => {
    const machine = new Machine(isa);
    machine.map(CODE, RWX, 0xffff_f000);
    machine.set({ [PC[isa]]: CODE });
    expect(machine.run()).toMatchObject({ kind: EXIT.fault, access: ACCESS.exec, address: CODE });
  });

  test('a page without NX is not executable, one for the kernel not accessible', () => {
    const machine = new Machine(isa);
    machine.code(CODE, code(1), RW);
    machine.set({ [PC[isa]]: CODE });
    expect(machine.run()).toMatchObject({ kind: EXIT.fault, access: ACCESS.exec, address: CODE });
    const frame = machine.map(ALIAS, RX);
    machine.write(frame, code(1));
    machine.map(ALIAS, RX, frame, 0x1);
    machine.set({ [PC[isa]]: ALIAS });
    expect(machine.run()).toMatchObject({ kind: EXIT.fault, access: ACCESS.exec, address: ALIAS });
  });
});

test('CPUs of all ISAs run on one RAM, and each sees what the others write', () => {
  const ram = createRam(16 << 20);
  // The machines keep out of each other's frames.
  const machines = (['i386', 'x86_64', 'arm'] as const).map((isa, i) => new Machine(isa, ram, i * 0x10_0000));
  const shared = ram.lenBytes - 4096;
  for (const machine of machines) {
    machine.map(0x60000, RWX, shared);
    machine.code(0x50000, hex(STORE[machine.isa].code));
  }
  for (const writer of machines) {
    for (const reader of machines) {
      ram.u8.set(FUNCTION[reader.isa].code(1), shared);
      ram.invalidateCode(shared, 4096);
      expect(call(reader, 0x60000)).toBe(1);
      store(writer, 0x50000, 0x60000 + FUNCTION[reader.isa].at, 0x42);
      if (writer !== reader) ram.invalidateCode(shared, 4096);
      expect(call(reader, 0x60000)).toBe(0x42);
    }
  }
});

test('an instruction across the end of the mapped code faults on the second page, with pc on it', () => {
  const machine = new Machine('x86_64');
  // nop; mov eax, 0x12345678, of which three bytes lie on the next page
  machine.code(CODE + 0xffd, hex('90b878'));
  machine.set({ ip: CODE + 0xffd, [SP.x86_64]: 0 });
  expect(machine.run()).toMatchObject({ kind: EXIT.fault, access: ACCESS.exec, address: CODE + 0x1000, retired: 1 });
  expect(machine.get('ip')).toBe(BigInt(CODE + 0xffe));
  machine.code(CODE + 0x1000, hex('5634120f05'));
  expect(machine.run()).toMatchObject({ kind: EXIT.syscall, retired: 2 });
  expect(machine.get('ax')).toBe(0x1234_5678n);
});

import { describe, expect, test } from 'vitest';
import {
  findRegister,
  flagsOf,
  itState,
  readRegister,
  readRegisters,
  registersOf,
  segmentBase,
  writeRegister,
} from '../../../emulator/engine/index.ts';
import { archOf } from '../../../kernel/arch/index.ts';
import type { IsaName } from '../../../kernel/ports.ts';
import { Machine, RW } from './machine.ts';
import { ptRegsBytes } from './model.ts';
import { CODE, DATA, hex } from './programs.ts';

const ISAS: IsaName[] = ['i386', 'x86_64', 'arm'];

function fileOf(isa: IsaName): { ptRegs: Uint8Array; thread: Uint8Array } {
  const { ptRegs, threadLenBytes } = archOf(isa);
  return { ptRegs: new Uint8Array(ptRegs.lenBytes), thread: new Uint8Array(threadLenBytes) };
}

function get(isa: IsaName, name: string, file: { ptRegs: Uint8Array; thread: Uint8Array }): bigint {
  const register = findRegister(isa, name);
  if (!register) throw new Error(`no ${name}`);
  return readRegister(register, file);
}

describe.each(ISAS)('the register table of %s', (isa) => {
  test('lies within pt_regs and the thread block, without two names for the same gdb number', () => {
    const { ptRegs, thread } = fileOf(isa);
    for (const { name, place, offset, bits, gdbBits } of registersOf(isa)) {
      const end = offset + bits / 8;
      expect({ name, fits: end <= (place === 'pt_regs' ? ptRegs : thread).length }).toEqual({ name, fits: true });
      expect(gdbBits).toBeGreaterThanOrEqual(bits);
    }
    const numbers = registersOf(isa).flatMap(({ gdb }) => (gdb === null ? [] : [gdb]));
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(new Set(registersOf(isa).map(({ name }) => name)).size).toBe(registersOf(isa).length);
  });

  test('covers all of pt_regs', () => {
    const { ptRegs } = archOf(isa);
    const words = registersOf(isa).filter(({ place }) => place === 'pt_regs');
    const wordBytes = ptRegs.lenBytes / ptRegs.names.length;
    expect(words.map(({ offset }) => offset / wordBytes).sort((a, b) => a - b)).toEqual(ptRegs.names.map((_, i) => i));
  });

  test('reads back what was written, and writes nothing else', () => {
    for (const register of registersOf(isa)) {
      const file = fileOf(isa);
      const value = (1n << BigInt(register.bits - 1)) | 0x5an;
      writeRegister(register, file, value | (1n << 200n));
      expect(readRegister(register, file)).toBe(value);
      const bytes = [...file.ptRegs, ...file.thread].filter((byte) => byte !== 0);
      expect(bytes.length).toBeLessThanOrEqual(2);
      expect(readRegisters(isa, file)[register.name]).toBe(value);
    }
  });
});

describe('what programs leave in registers is found by name:', () => {
  function run(isa: IsaName, code: string, registers: Record<string, number>, steps: number) {
    const machine = new Machine(isa);
    machine.code(CODE, hex(code));
    machine.map(DATA, RW);
    machine.write(machine.lookup(DATA), hex('000000000000f83f'.repeat(4)));
    machine.set(registers);
    expect(machine.run(steps)).toMatchObject({ retired: steps, kind: 0 });
    return { ptRegs: ptRegsBytes(machine), thread: machine.saveThread() };
  }

  test('general registers, flags, x87, MMX, SSE and MXCSR on x86', () => {
    // mov ebx, 0x1234; fld qword ptr [rdi]; movups xmm3, [rdi]; movq mm5, [rdi]; ldmxcsr below; cmp ebx, ebx
    const file = run('x86_64', 'bb34120000dd070f101f0f6f2f39db', { ip: CODE, di: DATA }, 5);
    expect(get('x86_64', 'rbx', file)).toBe(0x1234n);
    expect(get('x86_64', 'rip', file)).toBe(BigInt(CODE + 15));
    expect(get('x86_64', 'xmm3', file)).toBe(0x3ff80000000000003ff8000000000000n);
    expect(get('x86_64', 'mm5', file)).toBe(0x3ff8000000000000n);
    expect(get('x86_64', 'mxcsr', file)).toBe(0x1f80n);
    expect(get('x86_64', 'fctrl', file)).toBe(0x37fn);
    const zf = flagsOf('x86_64').zf ?? Number.NaN;
    expect((get('x86_64', 'eflags', file) >> BigInt(zf)) & 1n).toBe(1n);
    const x87 = run('i386', 'dd07', { eip: CODE, edi: DATA }, 1);
    expect(get('i386', 'st0', x87)).toBe(0x3fffc000000000000000n);
    expect(get('i386', 'ftag', x87)).toBe(0x80n);
  });

  test('VFP, FPSCR, cpsr with T and IT on ARM', () => {
    // vldr d1, [r5]; vcmp.f64 d1, d1
    const file = run('arm', '001b95ed411bb4ee', { pc: CODE, r5: DATA }, 2);
    expect(get('arm', 'd1', file)).toBe(0x3ff8000000000000n);
    expect(get('arm', 's3', file)).toBe(0x3ff80000n);
    expect(get('arm', 'q0', file)).toBe(0x3ff8000000000000n << 64n);
    expect(get('arm', 'fpscr', file) >> 28n).toBe(6n);
    // ittee hi; nop
    const thumb = run('arm', '87bf00bf', { pc: CODE, cpsr: 0x30 }, 1);
    const cpsr = Number(get('arm', 'cpsr', thumb));
    expect(itState(cpsr)).toBe(0x87);
    expect((cpsr >>> (flagsOf('arm').t ?? 0)) & 1).toBe(1);
  });
});

test('segment bases come from fs_base and gs_base in 64-bit code, from the TLS descriptors elsewhere', () => {
  const wide = fileOf('x86_64');
  new DataView(wide.thread.buffer).setBigUint64(0, 0x7f00_1234_5678n, true);
  expect(segmentBase('x86_64', 'fs', wide)).toBe(0x7f00_1234_5678n);
  const narrow = fileOf('i386');
  const gs = findRegister('i386', 'gs');
  if (!gs) throw new Error('no gs');
  writeRegister(gs, narrow, BigInt(13 * 8 + 3));
  narrow.thread.set(hex('ffff785634f2cf12'), 32 + 8);
  expect(segmentBase('i386', 'gs', narrow)).toBe(0x1234_5678n);
  expect(segmentBase('i386', 'ds', narrow)).toBe(0n);
  expect(() => segmentBase('i386', 'eax', narrow)).toThrow('no segment eax');
});

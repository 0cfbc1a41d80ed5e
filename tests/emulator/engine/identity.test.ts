/** Instructions that the CPU does not offer are undefined, as they are on a CPU without them; what cpuid cannot say. */
import { describe, expect, test } from 'vitest';
import { EXIT } from '../../../kernel/ports.ts';
import { Machine, PC, RW, SP } from './machine.ts';
import { hex } from './programs.ts';

const CODE = 0x10000;
const DATA = 0x20000;

function machine(isa: 'i386' | 'x86_64', code: string): Machine {
  const made = new Machine(isa);
  made.code(CODE, hex(`90${code}cd80`));
  made.map(DATA, RW);
  made.set({ [PC[isa]]: CODE, [SP[isa]]: DATA + 0x800 });
  return made;
}

describe.each(['i386', 'x86_64'] as const)('%s', (isa) => {
  test.each([
    ['rdrand eax', '0fc7f0'],
    ['rdseed eax', '0fc7f8'],
    ['rdpid', 'f30fc7f8'],
    ['xgetbv', '0f01d0'],
    ['xsave [sp]', '0fae2424'],
    ['xrstor [sp]', '0fae2c24'],
    ['xsaveopt [sp]', '0fae3424'],
    ['vaddps xmm0, xmm0, xmm0', 'c5f858c0'],
    ['vaddps ymm0, ymm0, ymm0', 'c5fc58c0'],
    ['vpshufb xmm0, xmm0, xmm0', 'c4e27900c0'],
    ['vpalignr xmm0, xmm0, xmm0, 1', 'c4e3790fc001'],
    ['vfmadd132ps xmm0, xmm0, xmm0', 'c4e27998c0'],
    ['vcvtph2ps xmm0, xmm0', 'c4e27913c0'],
    ['vzeroupper', 'c5f877'],
    ['vmovd eax, xmm0', 'c5f97ec0'],
    ['VEX 0f 05', 'c5f805'],
    ['VEX 0f 38 f0 (movbe)', 'c4e278f00424'],
    ['EVEX vaddps zmm0', '62f17c4858c0'],
    ['XOP 8f', '8fe978e1c0'],
    ['xbegin', 'c7f800000000'],
    ['xabort', 'c6f800'],
    ['xtest', '0f01d6'],
    ['3DNow pfadd', '0f0fc09e'],
    ['femms', '0f0e'],
    ['extrq', '660f78c00000'],
    ['insertq', 'f20f79c0'],
    ['movntss [sp], xmm0', 'f30f2b0424'],
    ['movntsd [sp], xmm0', 'f20f2b0424'],
    ['sha1nexte', '0f38c8c0'],
    ['gf2p8mulb', '660f38cfc0'],
    ['movdiri', '0f38f90424'],
    ['clwb [sp]', '660fae3424'],
    ['clflushopt [sp]', '660fae3c24'],
    ['monitor', '0f01c8'],
    ['mwait', '0f01c9'],
    ['clac', '0f01ca'],
    ['rdpkru', '0f01ee'],
    ['enclu', '0f01d7'],
    ['vmcall', '0f01c1'],
    ['invpcid', '660f38820424'],
  ])('%s is undefined', (_, code) => {
    const made = machine(isa, code);
    expect(made.run()).toMatchObject({ kind: EXIT.exception, vector: 6, retired: 1 });
    expect(made.get(PC[isa])).toBe(BigInt(CODE + 1));
    made.cpu.close();
  });

  test.each([
    ['andn eax, eax, eax', 'c4e278f2c0'],
    ['rorx eax, eax, 1', 'c4e37bf0c001'],
    ['mulx eax, eax, eax', 'c4e27bf6c0'],
    ['tzcnt eax, eax', 'f30fbcc0'],
    ['adcx eax, eax', '660f38f6c0'],
    ['bndmk and other hints', 'f30f1b00'],
    ['endbr64', 'f30f1efa'],
    ['rdsspd, a hint without shadow stacks', 'f30f1ec8'],
    ['cldemote, a hint', '0f1c0424'],
  ])('%s runs', (_, code) => {
    const made = machine(isa, code);
    expect(made.run()).toMatchObject({ kind: EXIT.syscall, retired: 3 });
    made.cpu.close();
  });

  test('int1 is a trap of vector 1 with pc behind it, and int 1 is refused', () => {
    const icebp = machine(isa, 'f1');
    expect(icebp.run()).toMatchObject({ kind: EXIT.exception, vector: 1, retired: 2 });
    expect(icebp.get(PC[isa])).toBe(BigInt(CODE + 2));
    const gate = machine(isa, 'cd01');
    expect(gate.run()).toMatchObject({ kind: EXIT.exception, vector: 13, errorCode: 10, retired: 1 });
    expect(gate.get(PC[isa])).toBe(BigInt(CODE + 1));
  });

  test('rdtscp reads the instructions retired and processor 0 of node 0', () => {
    const names = isa === 'i386' ? ['edx', 'eax', 'ecx'] : ['dx', 'ax', 'cx'];
    const made = machine(isa, '0f01f9');
    made.set({ [names[2] ?? '']: 99 });
    made.cpu.setClock(3 * 2 ** 32 + 7);
    expect(made.run()).toMatchObject({ kind: EXIT.syscall, retired: 3 });
    expect(names.map((name) => made.get(name))).toEqual([3n, 9n, 0n]);
  });

  test('a search for a substring that begins at the end of the operand finds its beginning', () => {
    // movdqu xmm0, [di]; movdqu xmm1, [di+16]; pcmpistri xmm0, xmm1, 0x0c
    const made = machine(isa, 'f30f6f07f30f6f4f10660f3a63c10c');
    made.write(made.lookup(DATA), Buffer.from('needle\0\0\0\0\0\0\0\0\0\0a haystack, need'));
    made.set({ [isa === 'i386' ? 'edi' : 'di']: DATA });
    expect(made.run()).toMatchObject({ kind: EXIT.syscall, retired: 5 });
    expect(made.get(isa === 'i386' ? 'ecx' : 'cx')).toBe(12n);
  });
});

describe.each(['i386', 'x86_64'] as const)('x87 with exceptions unmasked on %s', (isa) => {
  // fninit; fldcw [di], with invalid operation and zero divide unmasked
  const unmask = 'dbe3d92f';
  const cases: [string, string, number | null][] = [
    ['0/0', 'd9eed9eedef9', 0x01],
    ['1/0', 'd9e8d9eedef9', 0x04],
    ['1/1', 'd9e8d9e8def9', null],
  ];
  test.each(cases)('%s is reported by the next instruction that waits', (_, divide, flag) => {
    // fnstsw ax does not wait, fld1 does
    const made = machine(isa, `${unmask}${divide}dfe0d9e8`);
    made.write(made.lookup(DATA), [0x7a, 0x03]);
    made.set({ [isa === 'i386' ? 'edi' : 'di']: DATA });
    const exit = made.run();
    if (flag === null) {
      expect(exit).toMatchObject({ kind: EXIT.syscall, retired: 9 });
      return;
    }
    expect(exit).toMatchObject({ kind: EXIT.exception, vector: 16, retired: 7 });
    expect(made.get(PC[isa])).toBe(BigInt(CODE + 13));
    expect(Number(made.get(isa === 'i386' ? 'eax' : 'ax')) & 0x05).toBe(flag);
  });
});

test('fs and gs bases are read and written by user code on x86-64, and belong to the thread', () => {
  // wrgsbase rax; rdgsbase rbx
  const made = machine('x86_64', 'f3480faed8f3480faecb');
  made.set({ ax: 0x1234_5678_9000 });
  expect(made.run()).toMatchObject({ kind: EXIT.syscall, retired: 4 });
  expect(made.get('bx')).toBe(0x1234_5678_9000n);
  expect(new DataView(made.saveThread().buffer).getBigUint64(8, true)).toBe(0x1234_5678_9000n);
  expect(machine('i386', 'f30faed8').run()).toMatchObject({ kind: EXIT.exception, vector: 6 });
});

describe('ARM', () => {
  function run(code: string): ReturnType<Machine['run']> {
    const made = new Machine('arm');
    // nop; …; svc 0
    made.code(CODE, hex(`00f020e3${code}000000ef`));
    made.map(DATA, RW);
    made.set({ pc: CODE, sp: DATA + 0x800, r5: DATA });
    const exit = made.run();
    made.cpu.close();
    return exit;
  }

  test.each([
    ['mrc MIDR', '100f10ee'],
    ['mrc CTR', '300f10ee'],
    ['mrc MPIDR', 'b00f10ee'],
    ['mrc ID_ISAR0', '120f10ee'],
    ['mrrc CNTPCT', '0e0f51ec'],
    ['mrrc CNTVCT', '1e0f51ec'],
    ['mrc CNTFRQ', '100f1eee'],
    ['mrc PMCCNTR', '1d0f19ee'],
    ['mcr TPIDRURO', '700f0dee'],
    ['vmrs MVFR0', '100af7ee'],
    ['vmrs FPSID', '100af0ee'],
    ['vmrs FPEXC', '100af8ee'],
    ['aese.8', '0003b0f3'],
    ['sha1h.32', 'c002b9f3'],
    ['sha256su0.32', 'c003baf3'],
    ['vmull.p64', '010ea0f2'],
    ['crc32b', '400000e1'],
    ['lda', '9f0c95e1'],
    ['vmaxnm.f32', '000a80fe'],
    ['vrinta.f32', '400ab8fe'],
    ['vadd.f16', '000930ee'],
    ['vsdot.s8', '400d20fc'],
    ['smc', '700060e1'],
    ['hvc', '700040e1'],
  ])('%s is undefined', (_, code) => {
    expect(run(code)).toMatchObject({ kind: EXIT.exception, vector: 1, retired: 1 });
  });

  test.each([
    ['mrc TPIDRURO', '700f1dee'],
    ['mcr TPIDRURW', '500f0dee'],
    ['mcr CP15DMB', 'ba0f07ee'],
    ['mcr CP15ISB', '950f07ee'],
    ['dmb ish', '5bf07ff5'],
    ['sdiv', '11f210e7'],
    ['udiv', '11f230e7'],
    ['vfma.f32', '810aa0ee'],
    ['vfma.f64 with d17 and d31', 'af0ba1ee'],
    ['vadd.i32 q15', '6e0822f2'],
    ['vcvtb.f32.f16', '600ab2ee'],
    ['smlabb', '813200e1'],
    ['umull', '920381e0'],
    ['ldrexd', '9f0fb5e1'],
    ['ldrd', 'd000c5e1'],
    ['qadd', '510002e1'],
    ['movw', '340201e3'],
    ['uadd8', '920f51e6'],
    ['bfi', '9101c7e7'],
  ])('%s runs', (_, code) => {
    expect(run(code)).toMatchObject({ kind: EXIT.syscall, retired: 3 });
  });
});

import { describe, expect, test } from 'vitest';
import { ACCESS, EXIT, type IsaName, THREAD_X86, TRAP } from '../../../kernel/ports.ts';
import { Machine, PC, RW, RX, SP } from './machine.ts';
import { hex } from './programs.ts';

const CODE = 0x10000;
const DATA = 0x20000;

/** `code` at CODE, a page of data at DATA whose end serves as stack, registers as given. */
function machine(isa: IsaName, code: string, registers: Record<string, number | bigint> = {}): Machine {
  const made = new Machine(isa);
  made.code(CODE, hex(code));
  made.map(DATA, RW);
  made.set({ [PC[isa]]: CODE, [SP[isa]]: DATA + 0x1000, ...registers });
  return made;
}

function dataOf(made: Machine): DataView {
  return new DataView(made.ram.u8.buffer, made.lookup(DATA), 4096);
}

describe.each(['i386', 'x86_64'] as const)('%s', (isa) => {
  test.each([
    ['hlt', 'f4'],
    ['cli', 'fa'],
    ['sti', 'fb'],
    ['in al, dx', 'ec'],
    ['out dx, al', 'ee'],
    ['ins byte [di], dx', '6c'],
    ['mov eax, cr0', '0f20c0'],
    ['lgdt [di]', '0f0117'],
    ['rdmsr', '0f32'],
    ['rdpmc', '0f33'],
    ['wbinvd', '0f09'],
    ['clts', '0f06'],
    ['int 0x0d', 'cd0d'],
    ['int 0x21', 'cd21'],
  ])('%s is refused to user mode with #GP, pc on it, time and again', (name, code) => {
    const made = machine(isa, `9090${code}`);
    const errorCode = name.startsWith('int ') ? Number(name.slice(4)) * 8 + 2 : 0;
    for (const retired of [2, 0, 0]) {
      expect(made.run()).toMatchObject({ kind: EXIT.exception, vector: 13, errorCode, retired });
      expect(made.get(PC[isa])).toBe(BigInt(CODE + 2));
    }
  });

  test.each([
    ['ud2', '0f0b', 6, {}],
    ['div ecx by zero', 'f7f1', 0, {}],
  ])('%s is a fault with pc on it, not counted', (_, code, vector, registers) => {
    const made = machine(isa, `90${code}9090`, registers);
    expect(made.run()).toMatchObject({ kind: EXIT.exception, vector, retired: 1 });
    expect(made.run()).toMatchObject({ kind: EXIT.exception, vector, retired: 0 });
    expect(made.get(PC[isa])).toBe(BigInt(CODE + 1));
  });

  test('int3 is a trap with pc behind it, counted', () => {
    const made = machine(isa, '90cc90');
    expect(made.run()).toMatchObject({ kind: EXIT.exception, vector: 3, retired: 2 });
    expect(made.get(PC[isa])).toBe(BigInt(CODE + 2));
  });

  test('int 0x80 is a system call with every register kept and pc behind it', () => {
    const made = machine(isa, '90cd80', { [isa === 'i386' ? 'eax' : 'ax']: 20 });
    const before = made.registers();
    expect(made.run()).toMatchObject({ kind: EXIT.syscall, trap: TRAP.int80, retired: 2 });
    expect(made.registers()).toEqual({ ...before, [PC[isa]]: BigInt(CODE + 3) });
  });

  test('the trap flag stops behind one instruction with #DB', () => {
    const made = machine(isa, '909090', { [isa === 'i386' ? 'eflags' : 'flags']: 0x302 });
    expect(made.run()).toMatchObject({ kind: EXIT.exception, vector: 1, retired: 1 });
    expect(made.get(PC[isa])).toBe(BigInt(CODE + 1));
  });

  // mov ss, ax; inc ecx; inc ecx; int 0x80
  test('the instruction behind a load of ss counts together with it', () => {
    const code = '8ed0ffc1ffc1cd80';
    const [ax, cx] = isa === 'i386' ? (['eax', 'ecx'] as const) : (['ax', 'cx'] as const);
    const made = machine(isa, code, { [ax]: 0x2b });
    expect(made.run()).toMatchObject({ kind: EXIT.syscall, retired: 3 });
    made.set({ [PC[isa]]: CODE, [ax]: 0x2b, [cx]: 0 });
    expect(made.run(1)).toMatchObject({ kind: EXIT.budget, retired: 1 });
    expect(made.get(cx)).toBe(1n);
    expect(made.run(1)).toMatchObject({ kind: EXIT.budget, retired: 1 });
    expect(made.get(cx)).toBe(2n);
  });

  // mov ss, ax; ud2
  test('of a load of ss and what faults behind it neither counts, in one run or in steps', () => {
    const made = machine(isa, '8ed00f0b', { [isa === 'i386' ? 'eax' : 'ax']: 0x2b });
    for (const budget of [1, 2, 1000]) {
      made.set({ [PC[isa]]: CODE });
      expect(made.run(budget)).toMatchObject({ kind: EXIT.exception, vector: 6, retired: 0 });
      expect(made.get(PC[isa])).toBe(BigInt(CODE + 2));
    }
  });

  // inc ecx; mov ss, ax; mov [edi], eax; inc ecx
  test.each([1, 2, 3])('of a budget of %i that ends behind a load of ss its shadow is part', (budget) => {
    const [ax, cx, di] = isa === 'i386' ? (['eax', 'ecx', 'edi'] as const) : (['ax', 'cx', 'di'] as const);
    const made = machine(isa, 'ffc18ed08907ffc1', { [ax]: 0x2b, [cx]: 0, [di]: DATA });
    expect(made.run(budget)).toMatchObject({ kind: EXIT.budget, retired: budget });
    expect(made.get(PC[isa])).toBe(BigInt(CODE + ([2, 6, 8][budget - 1] ?? 0)));
    made.set({ [PC[isa]]: CODE, [di]: 8 });
    const faulting = made.run(budget);
    expect(faulting).toMatchObject({ kind: budget === 1 ? EXIT.budget : EXIT.fault, retired: 1 });
    if (budget === 1) return;
    expect(made.get(PC[isa])).toBe(BigInt(CODE + 4));
    made.set({ [di]: DATA });
    expect(made.run(budget - 1)).toMatchObject({ kind: EXIT.budget, retired: budget - 1 });
    expect(made.get(PC[isa])).toBe(BigInt(CODE + ([2, 6, 8][budget - 1] ?? 0)));
  });

  describe('rep', () => {
    const [cx, si, di] = isa === 'i386' ? (['ecx', 'esi', 'edi'] as const) : (['cx', 'si', 'di'] as const);

    test.each([
      [0, 1],
      [1, 1],
      [2, 2],
      [1000, 1000],
    ])('movsb with a count of %i is %i instructions', (count, retired) => {
      // rep movsb; int 0x80
      const made = machine(isa, 'f3a4cd80', { [cx]: count, [si]: DATA, [di]: DATA + 2000 });
      expect(made.run()).toMatchObject({ kind: EXIT.syscall, retired: retired + 1 });
      expect(made.get(cx)).toBe(0n);
      expect(made.get(di)).toBe(BigInt(DATA + 2000 + count));
    });

    test('each iteration is one step', () => {
      const made = machine(isa, 'f3a4cd80', { [cx]: 3, [si]: DATA, [di]: DATA + 2000 });
      for (const left of [2n, 1n, 0n]) {
        expect(made.run(1)).toMatchObject({ kind: EXIT.budget, retired: 1 });
        expect(made.get(cx)).toBe(left);
        expect(made.get(PC[isa])).toBe(BigInt(left === 0n ? CODE + 2 : CODE));
      }
    });

    test('a fault in the middle leaves the iterations before it done and counted', () => {
      const made = machine(isa, 'f3aacd80', { [cx]: 100, [di]: DATA + 4096 - 10 });
      expect(made.run()).toMatchObject({
        kind: EXIT.fault,
        access: ACCESS.write,
        address: DATA + 4096,
        retired: 10,
      });
      expect(made.get(cx)).toBe(90n);
      made.map(DATA + 4096, RW);
      expect(made.run()).toMatchObject({ kind: EXIT.syscall, retired: 91 });
    });

    test('repne scasb counts the iterations it made', () => {
      // repne scasb; int 0x80
      const made = machine(isa, 'f2aecd80', { [cx]: 50, [di]: DATA, [isa === 'i386' ? 'eax' : 'ax']: 7 });
      made.ram.u8[made.lookup(DATA) + 6] = 7;
      expect(made.run()).toMatchObject({ kind: EXIT.syscall, retired: 8 });
      expect(made.get(cx)).toBe(43n);
    });
  });

  test('a push across the end of the mapped stack writes nothing', () => {
    const size = isa === 'i386' ? 4 : 8;
    const made = machine(isa, '50cd80', { [isa === 'i386' ? 'eax' : 'ax']: 0x1234_5678 });
    made.set({ [SP[isa]]: DATA + size / 2 });
    const before = dataOf(made).getBigUint64(0, true);
    expect(made.run()).toMatchObject({ kind: EXIT.fault, retired: 0, access: ACCESS.write });
    expect(made.get(SP[isa])).toBe(BigInt(DATA + size / 2));
    expect(dataOf(made).getBigUint64(0, true)).toBe(before);
    made.map(DATA - 4096, RW);
    expect(made.run().kind).toBe(EXIT.syscall);
    expect(made.get(SP[isa])).toBe(BigInt(DATA - size / 2));
  });

  test('a call into an unmapped stack does not jump', () => {
    const made = machine(isa, 'e800000000', { [SP[isa]]: 0x5000_0000 });
    expect(made.run()).toMatchObject({ kind: EXIT.fault, retired: 0, access: ACCESS.write });
    expect(made.get(PC[isa])).toBe(BigInt(CODE));
  });

  test('selectors that do not exist are #GP in front of the first instruction, and do no harm', () => {
    const cs = isa === 'i386' ? 'xcs' : 'cs';
    const made = machine(isa, '90cd80', { [cs]: 0x1234 });
    expect(made.run()).toMatchObject({ kind: EXIT.exception, vector: 13, retired: 0 });
    made.setSelectors();
    expect(made.run()).toMatchObject({ kind: EXIT.syscall, retired: 2 });
  });

  // nop; rdtsc; nop; nop; int 0x80
  test('rdtsc reads the number of instructions retired, itself included, on top of the clock', () => {
    const ax = isa === 'i386' ? 'eax' : 'ax';
    const made = machine(isa, '900f319090cd80');
    made.run(2);
    expect(made.get(ax)).toBe(2n);
    made.run();
    made.set({ [PC[isa]]: CODE });
    made.run();
    expect(made.get(ax)).toBe(5n + 2n);
    made.cpu.setClock(2 ** 40 + 100);
    made.set({ [PC[isa]]: CODE });
    made.run();
    expect([made.get(isa === 'i386' ? 'edx' : 'dx'), made.get(ax)]).toEqual([256n, 102n]);
  });

  test('rdtsc, cpuid and pause go on', () => {
    const made = machine(isa, '0f31f3900fa2cd80');
    expect(made.run()).toMatchObject({ kind: EXIT.syscall, retired: 4 });
  });
});

describe('i386', () => {
  test('into, bound and syscall end as on a CPU of Intel', () => {
    // into with OF set
    const into = machine('i386', '90ce90', { eflags: 0xa02 });
    expect(into.run()).toMatchObject({ kind: EXIT.exception, vector: 4, retired: 2 });
    expect(into.get('eip')).toBe(BigInt(CODE + 2));
    // bound eax, [edi]
    const bound = machine('i386', '906207', { eax: 5, edi: DATA });
    expect(bound.run()).toMatchObject({ kind: EXIT.exception, vector: 5, retired: 1 });
    const syscall = machine('i386', '900f05');
    expect(syscall.run()).toMatchObject({ kind: EXIT.exception, vector: 6, retired: 1 });
    expect(syscall.get('eip')).toBe(BigInt(CODE + 1));
  });

  test('sysenter is a system call with pc behind it', () => {
    const made = machine('i386', '9040400f3490');
    expect(made.run()).toMatchObject({ kind: EXIT.syscall, trap: TRAP.sysenter, retired: 4 });
    expect(made.get('eip')).toBe(BigInt(CODE + 5));
    expect(made.get('eax')).toBe(2n);
  });

  // pushf; or dword ptr [esp], 0x20000; push cs; push 0x10010; iretd; nop; nop; nop; int 0x80
  test('iret does not enter virtual 8086 mode', () => {
    const made = machine('i386', '9c810c24000002000e6810000100cf909090cd80');
    expect(made.run()).toMatchObject({ kind: EXIT.syscall, retired: 8 });
    expect(made.get('xcs')).toBe(0x23n);
  });

  test('pc wraps at the end of the address space', () => {
    const made = machine('i386', '');
    made.code(0xffff_fffe, hex('9090'));
    made.set({ eip: 0xffff_fffe });
    expect(made.run()).toMatchObject({ kind: EXIT.fault, access: ACCESS.exec, address: 0, retired: 2 });
    expect(made.get('eip')).toBe(0n);
  });

  /** Bits of a 32-bit data segment of privilege 3: Linux: arch/x86/kernel/tls.c fill_ldt(). */
  function descriptor(base: number): bigint {
    const low = 0xffffn | (BigInt(base & 0xffff) << 16n);
    const high = BigInt((base >>> 16) & 0xff) | 0xcf_f300n | (BigInt(base >>> 24) << 24n);
    return low | (high << 32n);
  }

  // mov eax, 0x63; mov gs, eax; mov ebx, gs:[4]; mov ecx, 0x6b; mov fs, ecx; mov edx, fs:[0]; int 0x80
  const TLS = 'b8630000008ee8658b1d04000000b96b0000008ee1648b1500000000cd80';

  test('TLS descriptors of the thread block are what mov gs finds', () => {
    const made = machine('i386', TLS);
    const block = made.saveThread();
    const view = new DataView(block.buffer);
    view.setBigUint64(THREAD_X86.tls, descriptor(DATA + 0x100), true);
    view.setBigUint64(THREAD_X86.tls + 8, descriptor(DATA + 0x200), true);
    made.cpu.loadThread(block);
    dataOf(made).setUint32(0x104, 0x1111, true);
    dataOf(made).setUint32(0x200, 0x2222, true);
    expect(made.run()).toMatchObject({ kind: EXIT.syscall, retired: 7 });
    expect(made.registers()).toMatchObject({ ebx: 0x1111n, edx: 0x2222n, xgs: 0x63n, xfs: 0x6bn });
  });

  test('a loaded gs follows the descriptors of the next thread, whose pt_regs name the same selector', () => {
    // mov ebx, gs:[4]; int 0x80
    const made = machine('i386', '658b1d04000000cd80', { xgs: 0x63 });
    const block = made.saveThread();
    for (const [base, value] of [
      [0x100, 0x1111],
      [0x300, 0x3333],
    ] as const) {
      new DataView(block.buffer).setBigUint64(THREAD_X86.tls, descriptor(DATA + base), true);
      made.cpu.loadThread(block);
      dataOf(made).setUint32(base + 4, value, true);
      made.set({ eip: CODE });
      expect(made.run().kind).toBe(EXIT.syscall);
      expect(made.get('ebx')).toBe(BigInt(value));
    }
  });

  test('a selector without a descriptor is #GP with the selector as error code', () => {
    // mov eax, 0x73; mov gs, eax
    const made = machine('i386', 'b8730000008ee8');
    expect(made.run()).toMatchObject({ kind: EXIT.exception, vector: 13, errorCode: 0x70, retired: 1 });
  });
});

describe('x86_64', () => {
  test('syscall leaves rip in rcx and rflags in r11', () => {
    const made = machine('x86_64', '900f05', { flags: 0x246 });
    expect(made.run()).toMatchObject({ kind: EXIT.syscall, trap: TRAP.syscall, retired: 2 });
    expect(made.registers()).toMatchObject({ ip: BigInt(CODE + 3), cx: BigInt(CODE + 3), r11: 0x246n });
  });

  // pushfq; or qword ptr [rsp], 0x3000; popfq; pushfq; pop rax; mov ebx, cs; mov ecx, ss; int 0x80
  test("user mode has a 64-bit Linux kernel's selectors, and popf changes neither IOPL nor IF", () => {
    const made = machine('x86_64', '9c48810c24003000009d9c588ccb8cd1cd80');
    expect(made.run().kind).toBe(EXIT.syscall);
    expect(made.registers()).toMatchObject({ ax: 0x202n, bx: 0x33n, cx: 0x2bn });
  });

  test.each([
    ['first non-canonical', 0x8000_0000_0000n],
    ['in the hole', 0x1234_5678_9abc_def0n],
  ])('an access to the %s address is #GP', (_, address) => {
    // mov rbx, [rax]
    const made = machine('x86_64', '90488b18', { ax: address });
    expect(made.run()).toMatchObject({ kind: EXIT.exception, vector: 13, errorCode: 0, retired: 1 });
  });

  test.each([0xffff_8000_0000_0000n, 0xffff_fe00_0000_0000n, 0xffff_ffff_ff60_0000n])(
    'an access to the kernel address %x is a page fault, reading, writing and fetching',
    (address) => {
      const expected = { kind: EXIT.fault, address: Number(address) };
      expect(machine('x86_64', '488b18', { ax: address }).run()).toMatchObject({ ...expected, access: ACCESS.read });
      expect(machine('x86_64', '488918', { ax: address }).run()).toMatchObject({ ...expected, access: ACCESS.write });
      expect(machine('x86_64', 'ffe0', { ax: address }).run()).toMatchObject({ ...expected, access: ACCESS.exec });
    },
  );

  // mov rax, fs:[8]; mov rbx, gs:[16]; syscall
  test('fs and gs have the bases of the thread block', () => {
    const made = machine('x86_64', '64488b04250800000065488b1c25100000000f05');
    const block = made.saveThread();
    const view = new DataView(block.buffer);
    view.setBigUint64(THREAD_X86.fsBase, BigInt(DATA + 0x100), true);
    view.setBigUint64(THREAD_X86.gsBase, BigInt(DATA + 0x200), true);
    made.cpu.loadThread(block);
    dataOf(made).setBigUint64(0x108, 0x1111n, true);
    dataOf(made).setBigUint64(0x210, 0x2222n, true);
    expect(made.run().kind).toBe(EXIT.syscall);
    expect(made.registers()).toMatchObject({ ax: 0x1111n, bx: 0x2222n });
    expect(Buffer.from(made.saveThread())).toEqual(Buffer.from(block));
  });

  // fld1; fldpi; fldz; fxch st(2); movups xmm0, [rdi]; movups xmm9, [rdi+16]; ldmxcsr [rdi+32]; fldcw [rdi+36];
  // fxsave64 [rdi+64]; syscall
  const FPU = 'd9e8d9ebd9eed9ca0f1007440f104f100fae5720d96f24480fae47400f05';

  test('the thread block holds what FXSAVE stores, and loading it brings that back', () => {
    const made = machine('x86_64', FPU, { di: DATA });
    const data = dataOf(made);
    for (let i = 0; i < 32; i++) data.setUint8(i, i * 3 + 1);
    data.setUint32(32, 0x3f80, true);
    data.setUint16(36, 0x0f7f, true);
    expect(made.run()).toMatchObject({ kind: EXIT.syscall, retired: 10 });
    const image = (block: Uint8Array): Buffer => Buffer.from(block.slice(THREAD_X86.fxsave, THREAD_X86.fxsave + 416));
    const guest = Buffer.from(made.ram.u8.slice(made.lookup(DATA) + 64, made.lookup(DATA) + 64 + 416));
    const saved = made.saveThread();
    expect(image(saved).subarray(0, 8)).toEqual(guest.subarray(0, 8));
    expect(image(saved).subarray(24, 28)).toEqual(guest.subarray(24, 28));
    expect(image(saved).subarray(32)).toEqual(guest.subarray(32));
    const other = new Machine('x86_64');
    other.cpu.loadThread(saved);
    expect(Buffer.from(other.saveThread())).toEqual(Buffer.from(saved));
  });

  test('a store into the block that runs takes effect at once', () => {
    // lea rax, [rip+1f]; mov byte ptr [rax+1], 0x22; 1: mov cl, 0x11; syscall
    const made = new Machine('x86_64');
    made.code(CODE, hex('488d0504000000c6400122b1110f05'), RX | RW);
    made.set({ ip: CODE });
    expect(made.run()).toMatchObject({ kind: EXIT.syscall, retired: 4 });
    made.set({ ip: CODE + 11 });
    expect(made.run(1).retired).toBe(1);
    expect(made.get('cx') & 0xffn).toBe(0x22n);
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { assemble, type Disassembler, loadDisassembler } from '../../../asm/index.ts';
import { text } from '../host.ts';

let disassembler: Disassembler;
beforeAll(async () => {
  disassembler = await loadDisassembler();
});

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

describe('one instruction', () => {
  it.each([
    ['i386', '5589e5', 1, 'push %ebp'],
    ['i386', '89e5', 2, 'mov %esp,%ebp'],
    ['i386', '8b45f4', 3, 'mov -0xc(%ebp),%eax'],
    ['i386', 'c70424ffffffff', 7, 'movl $0xffffffff,(%esp)'],
    ['i386', '83c4f0', 3, 'add $0xfffffff0,%esp'],
    ['i386', 'cd80', 2, 'int $0x80'],
    ['i386', 'c3', 1, 'ret'],
    ['i386', 'ffe2', 2, 'jmp *%edx'],
    ['i386', '65a110000000', 6, 'mov %gs:0x10,%eax'],
    ['i386', '0f44c1', 3, 'cmove %ecx,%eax'],
    ['i386', '8b0488', 3, 'mov (%eax,%ecx,4),%eax'],
    ['i386', '8b0408', 3, 'mov (%eax,%ecx,1),%eax'],
    ['x86_64', '0f05', 2, 'syscall'],
    ['x86_64', '5f', 1, 'pop %rdi'],
    ['x86_64', '48b88877665544332211', 10, 'movabs $0x1122334455667788,%rax'],
    ['x86_64', '64488b0c2528000000', 9, 'mov %fs:0x28,%rcx'],
    ['x86_64', '48c7c0ffffffff', 7, 'mov $0xffffffffffffffff,%rax'],
    ['arm', '0070a0e1', 4, 'mov r7, r0'],
    ['arm', '000000ef', 4, 'svc #0'],
    ['arm', '1eff2fe1', 4, 'bx lr'],
  ] as const)('%s %s is %i bytes: %s', (isa, hex, lenBytes, expected) => {
    const found = disassembler.one(isa, bytes(hex), 0x8048000);
    expect(found).toMatchObject({ address: 0x8048000, lenBytes, text: expected, valid: true });
  });

  it('is written in Intel syntax where asked', () => {
    expect(disassembler.one('i386', bytes('c70424ffffffff'), 0, { syntax: 'intel' }).text).toBe(
      'mov DWORD PTR [esp],0xffffffff',
    );
    expect(disassembler.one('x86_64', bytes('64488b0c2528000000'), 0, { syntax: 'intel' }).text).toBe(
      'mov rcx,QWORD PTR fs:0x28',
    );
  });

  it('in Thumb state is decoded as Thumb', () => {
    expect(disassembler.one('arm', bytes('7047'), 0, { thumb: true })).toMatchObject({ lenBytes: 2, text: 'bx lr' });
    expect(disassembler.one('arm', bytes('2de9f041'), 0, { thumb: true })).toMatchObject({ lenBytes: 4 });
  });

  it('after an IT instruction elsewhere is not coloured by its condition', () => {
    disassembler.one('arm', bytes('08bf'), 0x100, { thumb: true });
    expect(disassembler.one('arm', bytes('0120'), 0x900, { thumb: true }).text).toBe('movs r0, #1');
  });

  it('tells where direct branches go, by name where one is known', () => {
    const symbolize = (address: number): string | undefined => (address === 0x8048010 ? 'vfork+9' : undefined);
    const call = disassembler.one('i386', bytes('e80b000000'), 0x8048000, { symbolize });
    expect(call).toMatchObject({ target: 0x8048010, text: 'call 0x8048010 <vfork+9>' });
    expect(disassembler.one('i386', bytes('7504'), 0x8048000).target).toBe(0x8048006);
    expect(disassembler.one('arm', bytes('feffffeb'), 0x8000).target).toBe(0x8000);
    expect(disassembler.one('arm', bytes('fee7'), 0x8000, { thumb: true }).target).toBe(0x8000);
    expect(disassembler.one('arm', bytes('08b1'), 0x8000, { thumb: true }).target).toBe(0x8006);
    expect(disassembler.one('i386', bytes('ffd0'), 0x8048000).target).toBeUndefined();
  });

  it('tells which data it names relative to the program counter', () => {
    const symbolize = (address: number): string => `at${address.toString(16)}`;
    expect(disassembler.one('x86_64', bytes('488b0d10000000'), 0x400000, { symbolize })).toMatchObject({
      reference: 0x400017,
      text: 'mov 0x10(%rip),%rcx # 0x400017 <at400017>',
    });
    expect(disassembler.one('arm', bytes('08009fe5'), 0x8000).reference).toBe(0x8010);
    expect(disassembler.one('arm', bytes('0248'), 0x8002, { thumb: true }).reference).toBe(0x800c);
  });

  it('that is none is shown as such, one unit long', () => {
    expect(disassembler.one('i386', bytes('0f04'), 0)).toMatchObject({ lenBytes: 1, text: '(bad)', valid: false });
    expect(disassembler.one('x86_64', bytes('06'), 0)).toMatchObject({ lenBytes: 1, valid: false });
    expect(disassembler.one('arm', bytes('ffffffff'), 0)).toMatchObject({ lenBytes: 4, text: '.inst 0xffffffff' });
    expect(disassembler.one('arm', bytes('ffff'), 0)).toMatchObject({ lenBytes: 2, text: '.byte 0xffff' });
  });

  it('comes out of the cache as it went in, whatever symbols are known by then', () => {
    const first = disassembler.one('i386', bytes('e80b000000'), 0x9000);
    expect(disassembler.one('i386', bytes('e80b000000'), 0x9000)).toEqual(first);
    expect(disassembler.one('i386', bytes('e80b000000'), 0x9000, { symbolize: () => 'f' }).text).toBe(
      'call 0x9010 <f>',
    );
  });

  it('names the registers it reads and writes', () => {
    expect(disassembler.registers('i386', bytes('01d8'), 0)).toEqual({
      read: expect.arrayContaining(['eax', 'ebx']),
      written: expect.arrayContaining(['eax', 'eflags']),
    });
    expect(disassembler.registers('arm', bytes('020081e0'), 0)).toEqual({ read: ['r1', 'r2'], written: ['r0'] });
    expect(disassembler.registers('i386', bytes('0f04'), 0)).toBeNull();
  });
});

/** Forms where objdump knows the encoding's whole story and Capstone does not say it (displacements of zero, `shr $1`). */
const CAPSTONE_HIDES =
  /0x0\(|\+0x0\]|%st|\bst\b|\bst\(|^(rep )?(movs|stos|cmps|lods|scas|ins|outs)|^(repz?|repnz) |eiz|^(nop|cs nop|data16)/;

describe('the text', () => {
  it.each([
    ['i386', 'att'],
    ['x86_64', 'att'],
    ['i386', 'intel'],
    ['x86_64', 'intel'],
  ] as const)('of %s code in %s syntax is objdump’s own for nine forms in ten', async (isa, syntax) => {
    const path = join(import.meta.dirname, '..', 'corpus', `${isa}-${syntax}.s`);
    // What was added by hand behind objdump's lines is written as people write it.
    const forms = readFileSync(path, 'utf8')
      .split('\n')
      .slice(0, 550)
      .filter((form) => !CAPSTONE_HIDES.test(form));
    const source = `${syntax === 'intel' ? '.intel_syntax noprefix' : '.att_syntax'}\n${forms.join('\n')}\n`;
    const [object] = await assemble([{ file: 'forms.s', text: source }], { isa });
    const rows = object?.lines ?? [];
    const same = rows.filter(({ offset, line }, i) => {
      const end = rows[i + 1]?.offset ?? text(object).length;
      return disassembler.one(isa, text(object).subarray(offset, end), 0, { syntax }).text === forms[line - 2];
    });
    expect(same.length / rows.length).toBeGreaterThan(0.9);
  });
});

import { describe, expect, it } from 'vitest';
import { Keystone } from '../../../asm/assembler/keystone.ts';
import { assemble } from '../../../asm/index.ts';
import { text, toHex } from '../host.ts';

describe('Keystone', () => {
  it('works on after a trap, with a new instance', async () => {
    const keystone = await Keystone.load();
    const before = keystone.assemble('arm', 'arm', 'mov r0, #0x1');
    expect(keystone.assemble('arm', 'arm', '.text')).toBe('the encoder gave up on this instruction');
    expect(() => keystone.assemble('arm', 'arm', 'mov r1, #0x1')).toThrow('the encoder is not loaded');
    await keystone.revive();
    expect(keystone.assemble('arm', 'arm', 'mov r1, #0x1')).toEqual(Uint8Array.of(1, 0x10, 0xa0, 0xe3));
    expect(keystone.assemble('arm', 'arm', 'mov r0, #0x1')).toEqual(before);
  });

  it('is never shown a decimal number, whose radix it may change', async () => {
    const source = 'movl $10,%eax\nmovl 10(%eax,%ebx,8),%ecx\nint $128\n';
    const [object] = await assemble([{ file: 'a.S', text: source }], { isa: 'i386' });
    expect(toHex(text(object))).toBe('b80a0000008b4cd80acd80');
  });
});

/** What Keystone gets wrong and the front end sets right. */
describe('known traps of Keystone', () => {
  it.each([
    ['x86_64', 'movq %fs:0x28,%rcx', '64488b0c2528000000'],
    ['x86_64', 'movq %rcx,%fs:offset\noffset = 0x28', '6448890c2528000000'],
    ['x86_64', 'movl 0x9000,%eax', '8b042500900000'],
    ['x86_64', 'nopl 0x0(%rax,%rax,1)', '0f1f0400'],
    ['x86_64', 'endbr64', 'f30f1efa'],
    ['i386', 'endbr32', 'f30f1efb'],
    ['i386', 'movl %gs:0x10,%eax', '65a110000000'],
    ['i386', 'int $3', 'cc'],
    ['i386', 'mov $5,%eax; nop', 'b80500000090'],
    ['arm', '.inst 0xe7f001f0', 'f001f0e7'],
    ['arm', '.thumb\n.inst 0xde01\n.inst.w 0xf3af8000', '01deaff30080'],
    ['arm', 'adr r0,1f\n1:', '04004fe2'],
    ['arm', 'udiv r0,r1,r2', '11f230e7'],
  ] as const)('%s: %j', async (isa, source, expected) => {
    const [object] = await assemble([{ file: 'a.S', text: `${source}\n` }], { isa });
    expect(toHex(text(object))).toBe(expected);
  });
});

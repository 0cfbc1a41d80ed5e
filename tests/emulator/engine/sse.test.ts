/** SSE operands at an address that is a multiple of 8 only; which fault was seen on a CPU. */
import { expect, test } from 'vitest';
import { EXIT } from '../../../kernel/ports.ts';
import { Machine, RW } from './machine.ts';
import { hex } from './programs.ts';

const CODE = 0x10000;
const DATA = 0x20000;

function run(code: string): ReturnType<Machine['run']> {
  const machine = new Machine('x86_64');
  // int 0x80 behind it
  machine.code(CODE, hex(`${code}cd80`));
  machine.map(DATA, RW);
  machine.set({ ip: CODE, ax: DATA + 8, di: DATA + 8 });
  const exit = machine.run();
  machine.cpu.close();
  return exit;
}

test.each([
  ['movaps xmm0, [rax]', '0f2800'],
  ['movaps [rax], xmm0', '0f2900'],
  ['movdqa xmm0,[rax]', '660f6f00'],
  ['addps xmm0, [rax]', '0f5800'],
  ['pxor xmm0, [rax]', '660fef00'],
  ['cvttpd2pi mm0, [rax]', '660f2c00'],
  ['movntdqa xmm0,[rax]', '660f382a00'],
  ['punpcklbw xmm0,[rax]', '660f6000'],
  ['cvttpd2dq xmm0,[rax]', '660fe600'],
  ['movshdup xmm0,[rax]', 'f30f1600'],
  ['dppd xmm0,[rax],1', '660f3a410001'],
  ['pshufd xmm0,[rax],1', '660f700001'],
  ['unpcklpd xmm0,[rax]', '660f1400'],
  ['mpsadbw xmm0,[rax],1', '660f3a420001'],
  ['fxsave [rax]', '0fae00'],
  ['phaddw xmm0,[rax]', '660f380100'],
  ['movntps [rax],xmm0', '0f2b00'],
  ['aesenc xmm0,[rax]', '660f38dc00'],
  ['pclmulqdq xmm0,[rax],1', '660f3a440001'],
  ['psrld xmm0,[rax]', '660fd200'],
  ['blendps xmm0,[rax],1', '660f3a0c0001'],
  ['ptest xmm0,[rax]', '660f381700'],
])('%s needs alignment', (_, code) => {
  expect(run(code)).toMatchObject({ kind: EXIT.exception, vector: 13, errorCode: 0, retired: 0 });
});

test.each([
  ['movups xmm0, [rax]', '0f1000'],
  ['movdqu [rax], xmm0', 'f30f7f00'],
  ['lddqu xmm0, [rax]', 'f20ff000'],
  ['cvtps2pd xmm0, [rax]', '0f5a00'],
  ['cvtdq2pd xmm0, [rax]', 'f30fe600'],
  ['roundsd xmm0, [rax], 0', '660f3a0b0000'],
  ['pcmpistri xmm0, [rax], 0', '660f3a630000'],
  ['addsd xmm0, [rax]', 'f20f5800'],
  ['movq xmm0, [rax]', 'f30f7e00'],
  ['pmovzxbw xmm0, [rax]', '660f383000'],
  ['movhps xmm0, [rax]', '0f1600'],
  ['movddup xmm0,[rax]', 'f20f1200'],
  ['cmpsd xmm0,[rax],1', 'f20fc20001'],
  ['ucomisd xmm0,[rax]', '660f2e00'],
  ['pinsrw xmm0,[rax],1', '660fc40001'],
  ['insertps xmm0,[rax],1', '660f3a210001'],
  ['cvtpi2pd xmm0,[rax]', '660f2a00'],
  ['movlpd xmm0,[rax]', '660f1200'],
  ['maskmovdqu xmm0, xmm1', '660ff7c1'],
  ['pextrw [rax],xmm0,1', '660f3a150001'],
  ['sqrtsd xmm0,[rax]', 'f20f5100'],
  ['cvtsd2si eax,[rax]', 'f20f2d00'],
  ['pmovsxbq xmm0,[rax]', '660f382200'],
])('%s needs none', (_, code) => {
  expect(run(code)).toMatchObject({ kind: EXIT.syscall, retired: 2 });
});

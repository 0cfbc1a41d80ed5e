/** SSE2 instructions that are vector operations of the host: counts at and beyond the width, operands in their order. */
import { expect, test } from 'vitest';
import { EXIT } from '../../../kernel/ports.ts';
import { Machine, RW } from './machine.ts';
import { hex } from './programs.ts';

const CODE = 0x10000;
const DATA = 0x20000;
const FIRST = '01807fff000102030405060708090a80';
const SECOND = 'ff01807f00ffffff0405060700000000';

/** xmm0 = FIRST, xmm1 = SECOND, the instruction on both, and what is in xmm0 then. The results below are a CPU's. */
function run(code: string): string {
  const machine = new Machine('x86_64');
  // movups xmm0, [rdi]; movups xmm1, [rdi + 16]; CODE; movups [rdi + 32], xmm0; int 0x80
  machine.code(CODE, hex(`0f10070f104f10${code}0f114720cd80`));
  const at = machine.map(DATA, RW);
  machine.write(at, hex(FIRST + SECOND));
  machine.set({ ip: CODE, di: DATA });
  const exit = machine.run();
  const result = Buffer.from(machine.ram.u8.slice(at + 32, at + 48)).toString('hex');
  machine.cpu.close();
  expect(exit).toMatchObject({ kind: EXIT.syscall, retired: 5 });
  return result;
}

test.each([
  ['pslld xmm0, 31', '660f72f01f', '00000080000000000000000000000000'],
  ['pslld xmm0, 32', '660f72f020', '00000000000000000000000000000000'],
  ['psrld xmm0, 31', '660f72d01f', '01000000000000000000000001000000'],
  ['psrlq xmm0, 64', '660f73d040', '00000000000000000000000000000000'],
  ['psrlq xmm0, 63', '660f73d03f', '00000000000000000100000000000000'],
  ['psraw xmm0, 255', '660f71e0ff', 'ffffffff00000000000000000000ffff'],
  ['psrad xmm0, 32', '660f72e020', 'ffffffff0000000000000000ffffffff'],
  ['pandn xmm0, xmm1', '660fdfc1', 'fe01800000fefdfc0000000000000000'],
  ['andnps xmm0, xmm1', '0f55c1', 'fe01800000fefdfc0000000000000000'],
  ['pcmpgtb xmm0, xmm1', '660f64c1', 'ff00ff0000ffffff00000000ffffff00'],
  ['psubusb xmm0, xmm1', '660fd8c1', '007f0080000000000000000008090a80'],
  ['movdqa xmm0, xmm1', '660f6fc1', SECOND],
])('%s', (_, code, result) => {
  expect(run(code)).toBe(result);
});

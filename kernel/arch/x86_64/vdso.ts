import { EM_X86_64 } from '../../abi/elf.ts';
import type { Line, VdsoFunction } from '../../vdso/code.ts';
import { buildVdso, type VdsoSource } from '../../vdso/image.ts';
import type { FixedPage } from '../types.ts';

/** The x86-64 vDSO, right below the highest address that mmap gives out. Linux: arch/x86/entry/vdso/. */
const ADDR = 0x7fff_f7ff_e000;

function call(nr: number): Line[] {
  const byte = (value: number): string => value.toString(16).padStart(2, '0');
  return [
    [`mov $${nr}, %eax`, `b8 ${byte(nr & 0xff)} ${byte(nr >> 8)} 00 00`],
    ['syscall', '0f 05'],
    ['ret', 'c3'],
  ];
}

function clockCall(name: string, nr: number): VdsoFunction {
  return { names: [`__vdso_${name}`, name], version: 'LINUX_2.6', lines: call(nr) };
}

export const VDSO_SOURCE: VdsoSource = {
  wordBytes: 8,
  elfMachine: EM_X86_64,
  elfFlags: 0,
  soname: 'linux-vdso.so.1',
  functions: [
    clockCall('clock_gettime', 228),
    clockCall('gettimeofday', 96),
    clockCall('time', 201),
    clockCall('clock_getres', 229),
    clockCall('getcpu', 309),
  ],
  frames: { wordBytes: 8, sp: 7, fp: 6, returnAddress: 16 },
};
const IMAGE = buildVdso(VDSO_SOURCE);

export const FIXED_PAGES: readonly FixedPage[] = [{ addr: ADDR, name: '[vdso]', bytes: IMAGE.bytes }];
export const VDSO = ADDR;

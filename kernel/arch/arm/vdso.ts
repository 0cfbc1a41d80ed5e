import { EM_ARM } from '../../abi/elf.ts';
import type { Line, VdsoFunction } from '../../vdso/code.ts';
import { buildVdso, type VdsoSource } from '../../vdso/image.ts';
import type { FixedPage } from '../types.ts';

/** ARM's vDSO, in front of the sigpage. Linux: arch/arm/vdso/vdso.lds.S. */
const ADDR = 0xb6ff_e000;
/** EABI version 5. */
const EF_ARM_EABI_VER5 = 0x0500_0000;

/** r7 is the caller's, and ip may be used. The number is 256 and `beyond`. */
function call(nr: number): Line[] {
  const byte = (value: number): string => value.toString(16).padStart(2, '0');
  const rotated = nr > 255;
  return [
    ['mov ip, r7', '07 c0 a0 e1'],
    rotated
      ? [`movw r7, #${nr}`, `${byte(nr & 0xff)} ${byte(0x70 | ((nr >> 8) & 0xf))} 00 e3`]
      : [`mov r7, #${nr}`, `${byte(nr)} 70 a0 e3`],
    ['svc #0', '00 00 00 ef'],
    ['mov r7, ip', '0c 70 a0 e1'],
    ['bx lr', '1e ff 2f e1'],
  ];
}

function clockCall(name: string, nr: number): VdsoFunction {
  return { names: [`__vdso_${name}`], version: 'LINUX_2.6', lines: call(nr) };
}

export const VDSO_SOURCE: VdsoSource = {
  wordBytes: 4,
  elfMachine: EM_ARM,
  elfFlags: EF_ARM_EABI_VER5,
  soname: 'linux-vdso.so.1',
  functions: [
    clockCall('clock_gettime', 263),
    clockCall('gettimeofday', 78),
    clockCall('clock_getres', 264),
    clockCall('clock_gettime64', 403),
  ],
  frames: null,
};
const IMAGE = buildVdso(VDSO_SOURCE);

export const VDSO_PAGE: FixedPage = { addr: ADDR, name: '[vdso]', bytes: IMAGE.bytes };
export const VDSO = ADDR;

import { EM_386 } from '../../abi/elf.ts';
import { type Line, offsetOfLine, type VdsoFunction } from '../../vdso/code.ts';
import { buildVdso, type VdsoSource } from '../../vdso/image.ts';
import type { FixedPage } from '../types.ts';

/**
 * The i386 vDSO. The return code of signal handlers is instruction for instruction that of Linux, by which debuggers know it.
 * It lies right below the highest address that mmap gives out. Linux: arch/x86/entry/vdso/vdso32/.
 */
const ADDR = 0xf7ff_d000;

/** Linux: system_call.S. Behind the call, by either trap, the kernel comes back to the first pop. */
const VSYSCALL: readonly Line[] = [
  ['push %ecx', '51'],
  ['push %edx', '52'],
  ['push %ebp', '55'],
  ['mov %esp, %ebp', '89 e5'],
  ['sysenter', '0f 34'],
  ['int $0x80', 'cd 80'],
  ['pop %ebp', '5d'],
  ['pop %edx', '5a'],
  ['pop %ecx', '59'],
  ['ret', 'c3'],
];
const LANDING_LINE = 6;

const SIGRETURN: readonly Line[] = [
  ['pop %eax', '58'],
  ['mov $119, %eax', 'b8 77 00 00 00'],
  ['int $0x80', 'cd 80'],
];
const RT_SIGRETURN: readonly Line[] = [
  ['mov $173, %eax', 'b8 ad 00 00 00'],
  ['int $0x80', 'cd 80'],
];

/** A call with its arguments on the stack, ebx kept. */
function stackCall(nr: number, nrArgs: 1 | 2): Line[] {
  const byte = (value: number): string => value.toString(16).padStart(2, '0');
  const number = [byte(nr & 0xff), byte(nr >> 8), '00', '00'].join(' ');
  return [
    ['push %ebx', '53'],
    ['mov 8(%esp), %ebx', '8b 5c 24 08'],
    ...(nrArgs > 1 ? [['mov 12(%esp), %ecx', '8b 4c 24 0c'] as const] : []),
    [`mov $${nr}, %eax`, `b8 ${number}`],
    ['int $0x80', 'cd 80'],
    ['pop %ebx', '5b'],
    ['ret', 'c3'],
  ];
}

function clockCall(name: string, nr: number, nrArgs: 1 | 2): VdsoFunction {
  const lines = stackCall(nr, nrArgs);
  const frames = [
    [1, 8, 0],
    [lines.length - 1, 4, 0],
  ] as const;
  return { names: [`__vdso_${name}`], version: 'LINUX_2.6', lines, frames };
}

export const VDSO_SOURCE: VdsoSource = {
  wordBytes: 4,
  elfMachine: EM_386,
  elfFlags: 0,
  soname: 'linux-gate.so.1',
  functions: [
    {
      names: ['__kernel_vsyscall'],
      version: 'LINUX_2.5',
      lines: VSYSCALL,
      frames: [
        [1, 8, 0],
        [2, 12, 0],
        [3, 16, 16],
        [7, 12, 0],
        [8, 8, 0],
        [9, 4, 0],
      ],
    },
    { names: ['__kernel_sigreturn'], version: 'LINUX_2.5', lines: SIGRETURN, unknownFrame: true },
    { names: ['__kernel_rt_sigreturn'], version: 'LINUX_2.5', lines: RT_SIGRETURN, unknownFrame: true },
    clockCall('clock_gettime', 265, 2),
    clockCall('gettimeofday', 78, 2),
    clockCall('time', 13, 1),
    clockCall('clock_getres', 266, 2),
    clockCall('clock_gettime64', 403, 2),
    clockCall('getcpu', 318, 2),
  ],
  frames: { wordBytes: 4, sp: 4, fp: 5, returnAddress: 8 },
};
const IMAGE = buildVdso(VDSO_SOURCE);

function symbol(name: string): number {
  return ADDR + (IMAGE.symbols.get(name) ?? 0);
}

export const FIXED_PAGES: readonly FixedPage[] = [{ addr: ADDR, name: '[vdso]', bytes: IMAGE.bytes }];
export const VDSO = ADDR;
export const KERNEL_SIGRETURN = symbol('__kernel_sigreturn');
export const KERNEL_RT_SIGRETURN = symbol('__kernel_rt_sigreturn');
/** AT_SYSINFO. */
export const KERNEL_VSYSCALL = symbol('__kernel_vsyscall');
/** Where sysenter comes back to, behind the `int $0x80` that restarts it. */
export const LANDING_PAD = KERNEL_VSYSCALL + offsetOfLine(VSYSCALL, LANDING_LINE);

/**
 * The ARM CPU that programs see, a Cortex-A15: the one table behind AT_HWCAP and /proc/cpuinfo. docs/cpu.md says why each
 * feature is offered or not.
 */

/** Names and order are those of /proc/cpuinfo. Linux: arch/arm/include/uapi/asm/hwcap.h. */
const FEATURES: Readonly<Record<string, number>> = {
  ...{ half: 1, thumb: 2, fastmult: 4, vfp: 6, edsp: 7, neon: 12, vfpv3: 13, tls: 15, vfpv4: 16, idiva: 17, idivt: 18 },
  ...{ vfpd32: 19, lpae: 20 },
};

/** AT_HWCAP. Linux: elf_hwcap, arch/arm/kernel/setup.c. */
export const ARM_HWCAP = Object.values(FEATURES).reduce((bits, bit) => bits | (1 << bit), 0);

/** The Features line of /proc/cpuinfo. */
export const ARM_FEATURES: readonly string[] = Object.keys(FEATURES);

/** One instruction is one nanosecond. Linux: arch/arm/kernel/setup.c c_show(), with the MIDR of a Cortex-A15, 0x412fc0f1. */
export const ARM_CPUINFO = `processor\t: 0
model name\t: ARMv7 Processor rev 1 (v7l)
BogoMIPS\t: 2000.00
Features\t: ${ARM_FEATURES.join(' ')}
CPU implementer\t: 0x41
CPU architecture: 7
CPU variant\t: 0x2
CPU part\t: 0xc0f
CPU revision\t: 1

Hardware\t: forkscope virtual CPU
Revision\t: 0000
Serial\t\t: 0000000000000000
`;

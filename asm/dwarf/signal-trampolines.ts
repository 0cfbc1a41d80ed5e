import type { IsaName } from '../../kernel/ports.ts';

/** Where the registers of the interrupted code stand: struct sigcontext on the stack of the code that a signal handler returns to. */
export interface SignalContext {
  /** Offset from the stack pointer of the first of `registers`, in bytes. */
  readonly offset: number;
  /** DWARF's numbers in the order of the structure's words; -1 for what is no general register. */
  readonly registers: readonly number[];
}

/** Code that calls sigreturn(2) or rt_sigreturn(2). */
interface Trampoline {
  readonly code: readonly number[];
  /** By the offset of each of its instructions: how far the context is from the stack pointer there. */
  readonly contexts: Readonly<Record<number, number>>;
}

/** Linux: arch/x86/include/uapi/asm/sigcontext.h, arch/arm/include/uapi/asm/sigcontext.h. */
const REGISTERS: { readonly [isa in IsaName]: readonly number[] } = {
  // gs fs es ds edi esi ebp esp ebx edx ecx eax trapno err eip
  i386: [-1, -1, -1, -1, 7, 6, 5, 4, 3, 2, 1, 0, -1, -1, 8],
  // r8-r15 di si bp bx dx ax cx sp ip
  x86_64: [8, 9, 10, 11, 12, 13, 14, 15, 5, 4, 6, 3, 1, 0, 2, 7, 16],
  arm: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
};

/** sizeof(siginfo_t). */
const SIGINFO = 128;
/** In struct ucontext: ARM's has arm_r0 behind trap_no, error_code and oldmask. */
const MCONTEXT = { i386: 20, x86_64: 40, arm: 20 + 12 } as const;
/** On i386 pretcode is off the stack; sig, pinfo and puc are left. */
const RT_I386 = 12 + SIGINFO + MCONTEXT.i386;
const MOVS_R7_SVC = (number: number): readonly number[] => [number, 0x27, 0x00, 0xdf];
const MOV_R7_SVC = (number: number, immediate: readonly number[]): readonly number[] => [
  ...[number, 0x70, 0xa0, 0xe3],
  ...immediate,
];

const TRAMPOLINES: { readonly [isa in IsaName]: readonly Trampoline[] } = {
  i386: [
    // pop %eax; mov $119,%eax; int $0x80
    { code: [0x58, 0xb8, 119, 0, 0, 0, 0xcd, 0x80], contexts: { 0: 4, 1: 0, 6: 0 } },
    // mov $173,%eax; int $0x80
    { code: [0xb8, 173, 0, 0, 0, 0xcd, 0x80], contexts: { 0: RT_I386, 5: RT_I386 } },
  ],
  x86_64: [
    // mov $15,%rax; syscall, and with the short mov
    {
      code: [0x48, 0xc7, 0xc0, 15, 0, 0, 0, 0x0f, 0x05],
      contexts: { 0: MCONTEXT.x86_64, 7: MCONTEXT.x86_64 },
    },
    { code: [0xb8, 15, 0, 0, 0, 0x0f, 0x05], contexts: { 0: MCONTEXT.x86_64, 5: MCONTEXT.x86_64 } },
  ],
  arm: [
    ...[
      [119, 0],
      [173, SIGINFO],
    ].flatMap(([number = 0, above = 0]) => {
      const offset = above + MCONTEXT.arm;
      const arm = { 0: offset, 4: offset };
      return [
        { code: MOV_R7_SVC(number, [0, 0, 0, 0xef]), contexts: arm },
        { code: MOV_R7_SVC(number, [number, 0, 0x90, 0xef]), contexts: arm },
        { code: MOVS_R7_SVC(number), contexts: { 0: offset, 2: offset } },
        // mov.w r7, #number; svc #0
        { code: [0x4f, 0xf0, number, 0x07, 0x00, 0xdf], contexts: arm },
      ];
    }),
  ],
};

/**
 * The context that lies on the stack when `pc` is in code that returns from a signal handler, which is known by its bytes, as
 * gdb knows it; null for other code. `read` gives the bytes of the code, fewer where there are none.
 */
export function signalContextAt(
  isa: IsaName,
  pc: number,
  read: (addr: number, lenBytes: number) => Uint8Array,
): SignalContext | null {
  for (const { code, contexts } of TRAMPOLINES[isa]) {
    for (const [at, offset] of Object.entries(contexts)) {
      const start = pc - Number(at);
      if (start < 0) continue;
      const bytes = read(start, code.length);
      if (bytes.length === code.length && code.every((byte, i) => bytes[i] === byte)) {
        return { offset, registers: REGISTERS[isa] };
      }
    }
  }
  return null;
}

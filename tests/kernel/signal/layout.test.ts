/** Offsets of the signal frames, against the headers of the C library that gdb, unwinders and handlers are built with. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { SIGFRAME as ARM_FRAME } from '../../../kernel/arch/arm/sigframe.ts';
import { SIGFRAME as I386_FRAME, RT_SIGFRAME as I386_RT_FRAME } from '../../../kernel/arch/i386/sigframe.ts';
import { RT_SIGFRAME as X86_64_FRAME } from '../../../kernel/arch/x86_64/sigframe.ts';

/** The C library of Debian's armhf, see scripts/guests. */
const GUESTS_ARMHF = fileURLToPath(new URL('../../../.guests/armhf', import.meta.url));
const HEADERS = '#define _GNU_SOURCE\n#include <stddef.h>\n#include <signal.h>\n#include <ucontext.h>\n';

/** Compile an assertion of each offset; the compiler names the one that is wrong. */
function assertOffsets(
  compiler: string,
  args: readonly string[],
  headers: string,
  offsets: readonly [string, number][],
) {
  const asserts = offsets.map(([of, value]) => `_Static_assert((${of}) == ${value}, "${of.replaceAll('"', "'")}");`);
  const input = `${headers}${asserts.join('\n')}\n`;
  return () => execFileSync(compiler, [...args, '-fsyntax-only', '-x', 'c', '-'], { input, stdio: 'pipe' });
}

const uc = (member: string): string => `offsetof(ucontext_t, ${member})`;

describe('offsets of the frames', () => {
  test('x86_64', () => {
    const at = (offset: number): number => offset - X86_64_FRAME.ucFlags;
    const check = assertOffsets('gcc', ['-m64'], HEADERS, [
      [uc('uc_flags'), 0],
      [uc('uc_stack'), at(X86_64_FRAME.ucStack)],
      [uc('uc_mcontext'), at(X86_64_FRAME.mcontext)],
      [uc('uc_mcontext.gregs[REG_R8]'), at(X86_64_FRAME.mcontext)],
      [uc('uc_mcontext.gregs[REG_EFL]'), at(X86_64_FRAME.mcontext + 17 * 8)],
      [uc('uc_mcontext.gregs[REG_CSGSFS]'), at(X86_64_FRAME.segments)],
      [uc('uc_mcontext.gregs[REG_ERR]'), at(X86_64_FRAME.err)],
      [uc('uc_mcontext.gregs[REG_TRAPNO]'), at(X86_64_FRAME.trapno)],
      [uc('uc_mcontext.gregs[REG_OLDMASK]'), at(X86_64_FRAME.oldmask)],
      [uc('uc_mcontext.gregs[REG_CR2]'), at(X86_64_FRAME.cr2)],
      [uc('uc_mcontext.fpregs'), at(X86_64_FRAME.fpstate)],
      [uc('uc_mcontext.__reserved1'), at(X86_64_FRAME.reserved1)],
      [uc('uc_sigmask'), at(X86_64_FRAME.sigmask)],
      [`sizeof(siginfo_t) + ${X86_64_FRAME.info}`, X86_64_FRAME.lenBytes],
    ]);
    expect(check).not.toThrow();
  });

  test('i386', () => {
    const at = (offset: number): number => offset - I386_RT_FRAME.uc;
    const check = assertOffsets('gcc', ['-m32'], HEADERS, [
      [uc('uc_stack'), at(I386_RT_FRAME.ucStack)],
      [uc('uc_mcontext'), at(I386_RT_FRAME.mcontext)],
      [uc('uc_sigmask'), at(I386_RT_FRAME.sigmask)],
      [`sizeof(siginfo_t) + ${I386_RT_FRAME.info}`, I386_RT_FRAME.uc],
      [uc('uc_mcontext.gregs[REG_EIP]'), at(I386_RT_FRAME.mcontext) + 56],
      [uc('uc_mcontext.cr2'), at(I386_RT_FRAME.mcontext) + 84],
    ]);
    expect(check).not.toThrow();
    const kernelHeaders = '#include <stddef.h>\n#include <asm/sigcontext.h>\n';
    const oldFrame = assertOffsets('gcc', ['-m32'], kernelHeaders, [
      [`sizeof(struct sigcontext) + ${I386_FRAME.sc}`, I386_FRAME.fpstateUnused],
      [`sizeof(struct _fpstate) + ${I386_FRAME.fpstateUnused}`, I386_FRAME.extramask],
      ['offsetof(struct _fpstate, _fxsr_env)', 112],
    ]);
    expect(oldFrame).not.toThrow();
  });

  test('arm', () => {
    const target = ['--target=arm-linux-gnueabihf', `--sysroot=${GUESTS_ARMHF}`];
    const include = ['-isystem', `${GUESTS_ARMHF}/usr/include/arm-linux-gnueabihf`];
    const check = assertOffsets('clang', [...target, ...include], HEADERS, [
      [uc('uc_stack'), ARM_FRAME.ucStack],
      [uc('uc_mcontext'), ARM_FRAME.mcontext],
      [uc('uc_mcontext.arm_r0'), ARM_FRAME.mcontext + 12],
      [uc('uc_mcontext.arm_cpsr'), ARM_FRAME.mcontext + 12 + 16 * 4],
      [uc('uc_mcontext.fault_address'), ARM_FRAME.mcontext + 80],
      [uc('uc_sigmask'), ARM_FRAME.sigmask],
      [uc('uc_regspace'), ARM_FRAME.regspace],
      ['sizeof(ucontext_t)', ARM_FRAME.retcode],
    ]);
    expect(check).not.toThrow();
  });
});

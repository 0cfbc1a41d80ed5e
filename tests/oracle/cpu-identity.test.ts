/** What programs learn about the CPU is one thing, and what they are offered computes as on the real CPU. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { archOf } from '../../kernel/arch/index.ts';
import { ANY_SUBLEAF, CPUID_ROWS, X86_FLAGS } from '../../kernel/arch/x86-cpu.ts';
import { cached } from './build.ts';
import { show } from './compare.ts';
import { runForkscope } from './forkscope.ts';
import { runNative } from './native.ts';

const ISAS = ['i386', 'x86_64'] as const;

async function build(name: string, isa: (typeof ISAS)[number]): Promise<string> {
  const source = fileURLToPath(new URL(`cpu/${name}.c`, import.meta.url));
  const machine = isa === 'i386' ? ['-m32', '-msse2', '-mfpmath=sse'] : ['-m64'];
  const args = ['-std=gnu11', '-O1', '-static', ...machine, source, '-o'];
  return cached(`cpu-${name}.${isa}`, [readFileSync(source), ...args.slice(0, -2)], async (output) => {
    await promisify(execFile)('gcc', [...args, output]);
  });
}

function lines(text: string, start: string): string[] {
  return text.split('\n').filter((line) => line.startsWith(start));
}

/** The instructions that a CPU of the host may be without. */
function flagsOfHost(): Set<string> {
  return new Set(/^flags\t*: (.*)$/m.exec(readFileSync('/proc/cpuinfo', 'latin1'))?.[1]?.split(' '));
}

describe.each(ISAS)('%s', (isa) => {
  // A CPU without one of them would end by SIGILL: there is nothing to compare with.
  const host = flagsOfHost();
  const missing = X86_FLAGS.filter((flag) => flag !== 'hypervisor' && !host.has(flag));
  test.skipIf(missing.length > 0)('what is offered gives the results and flags of the real CPU', async () => {
    const path = await build('features', isa);
    const native = show(await runNative(path, []));
    const ours = show(runForkscope(path, []));
    expect(ours.status).toBe('exited 0');
    expect(ours.stdout.split('\n').length).toBeGreaterThan(400);
    expect(ours.stdout.split('\n')).toEqual(native.stdout.split('\n'));
  });

  test('cpuid, the auxiliary vector and /proc/cpuinfo say the same', async () => {
    const { stdout, status } = show(runForkscope(await build('identity', isa), []));
    expect(status).toBe('exited 0');
    const answers = lines(stdout, 'leaf ').map((line) =>
      line
        .split(' ')
        .slice(1)
        .map((word) => Number.parseInt(word, 16)),
    );
    const expected = answers.map(([leaf = 0, subleaf = 0]) => {
      const row = CPUID_ROWS.find(([at, sub]) => at === leaf && (sub === subleaf || sub === ANY_SUBLEAF));
      return [leaf, subleaf, ...(row ? row.slice(2).map((value) => value >>> 0) : [0, 0, 0, 0])];
    });
    expect(answers).toEqual(expected);
    const regs = (leaf: number): number[] => answers.find(([at]) => at === leaf)?.slice(2) ?? [];
    const [, , ecx = 0, edx = 0] = regs(1);
    expect(lines(stdout, 'hwcap')).toEqual([`hwcap ${edx.toString(16)} 2 ${archOf(isa).platform}`]);
    const flags = lines(stdout, 'flags\t')[0]?.split(': ')[1]?.split(' ') ?? [];
    for (const [flag, bits, bit] of [
      ...[['sse2', edx, 26] as const, ['rdtscp', regs(0x8000_0001)[3] ?? 0, 27] as const, ['avx', ecx, 28] as const],
      ...[['aes', ecx, 25] as const, ['rdrand', ecx, 30] as const, ['xsave', ecx, 26] as const],
      ...[['osxsave', ecx, 27] as const, ['bmi2', regs(7)[1] ?? 0, 8] as const, ['erms', regs(7)[1] ?? 0, 9] as const],
    ]) {
      expect([flag, flags.includes(flag)]).toEqual([flag, ((bits >>> bit) & 1) === 1]);
    }
  });

  test('the compiler run-time finds what is offered and nothing else', async () => {
    const { stdout } = show(runForkscope(await build('identity', isa), []));
    const names = 'cmov mmx sse sse2 sse3 ssse3 sse4.1 sse4.2 popcnt aes pclmul bmi bmi2';
    expect(lines(stdout, 'supports').map((line) => line.split(' ')[1])).toEqual(names.split(' '));
  });
});

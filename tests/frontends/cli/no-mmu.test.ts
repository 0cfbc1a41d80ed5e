import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PT_GNU_STACK, PT_INTERP } from '../../../kernel/abi/elf.ts';
import { buildNommu } from '../../oracle/nommu/build.ts';
import { forkscope, openWorkshop, type Workshop } from './support.ts';

const ISAS = ['i386', 'x86_64', 'arm'] as const;
const IN_ORDER = [0, 1, 2].map((i) => `child ${i}\nparent ${i}\nchild: exited ${i}\n`).join('');
const HINT = 'Link it with -static-pie (glibc also wants -Wl,-z,norelro), or make it bFLT or FDPIC.\n';

let workshop: Workshop;
const at = (name: string): string => join(workshop.directory, name);

beforeAll(() => {
  workshop = openWorkshop();
});

afterAll(() => workshop.remove());

/** A PIE whose stack header says that there is an interpreter. */
async function dynamicProgram(): Promise<string> {
  const elf = readFileSync(await buildNommu('vfork-order', 'i386', 'pie'));
  const [table, size, count] = [elf.readUInt32LE(28), elf.readUInt16LE(42), elf.readUInt16LE(44)];
  for (let i = 0; i < count; i++) {
    const place = table + i * size;
    if (elf.readUInt32LE(place) === PT_GNU_STACK) elf.writeUInt32LE(PT_INTERP, place);
  }
  writeFileSync(at('dynamic'), elf, { mode: 0o755 });
  return at('dynamic');
}

describe('forkscope run --no-mmu', () => {
  test.each(ISAS)('runs a program that can lie anywhere, %s', async (isa) => {
    const program = await buildNommu('vfork-order', isa, 'pie');
    expect(forkscope(['run', '--no-mmu', program])).toEqual({ status: 0, stdout: IN_ORDER, stderr: '' });
  });

  test('runs a program in bFLT, which the same machine with an MMU does not know', async () => {
    const program = await buildNommu('vfork-order', 'arm', 'flat');
    expect(forkscope(['run', '--no-mmu', program])).toEqual({ status: 0, stdout: IN_ORDER, stderr: '' });
    expect(forkscope(['run', program])).toMatchObject({ status: 126, stdout: '' });
  });

  test('says why a program with a fixed address or a dynamic one cannot run, and what to do', async () => {
    const fixed = await workshop.guest('vfork-step', 'i386');
    const dynamic = await dynamicProgram();
    expect(forkscope(['run', '--no-mmu', fixed])).toEqual({
      ...{ status: 126, stdout: '' },
      stderr: `forkscope: ${fixed}: has a fixed address: it needs an MMU\n${HINT}`,
    });
    expect(forkscope(['debug', '--no-mmu', dynamic])).toEqual({
      ...{ status: 126, stdout: '' },
      stderr: `forkscope: ${dynamic}: is a dynamic program: it needs an MMU\n${HINT}`,
    });
  });
});

describe('the other verbs take --no-mmu', () => {
  test('strace shows that fork is refused', async () => {
    const program = await buildNommu('fork-refused', 'x86_64', 'pie');
    const { stderr } = forkscope(['strace', '--no-mmu', program]);
    expect(stderr).toContain('fork()                                  = -1 EINVAL (Invalid argument)\n');
  });

  test('strace begins with how a program in bFLT was started, which has no auxiliary vector', async () => {
    const program = await buildNommu('vfork-order', 'arm', 'flat');
    const { stderr } = forkscope(['strace', '--no-mmu', program, 'one', '2']);
    expect(stderr.startsWith(`execve("${program}", ["`)).toBe(true);
    expect(stderr).toMatch(/^[^\n]*, "one", "2"\], 0x[0-9a-f]+ \/\* \d+ vars? \*\/\) = 0\n/);
  });

  test('trace --kernel gives addresses of kernel stacks as they are, in RAM', async () => {
    const program = await buildNommu('vfork-order', 'i386', 'pie');
    const { stderr, stdout } = forkscope(['trace', '--kernel', '--no-mmu', program]);
    expect(stderr + stdout).toMatch(/stack=0x([0-9a-f]{6}) thread_info=0x\1 pt_regs=0x[0-9a-f]{6}\n/);
    expect(stderr + stdout).not.toContain('do_page_fault');
  });

  test('a recording knows that the machine had none', async () => {
    const program = await buildNommu('stores-reach-other-processes', 'arm', 'flat');
    const recorded = forkscope(['record', '--no-mmu', '-o', at('run.fsr'), program]);
    expect(recorded.status).toBe(0);
    expect(forkscope(['replay', at('run.fsr')])).toEqual(recorded);
  });

  test('the debugger finds the functions of a program that was loaded as a whole', async () => {
    const program = await buildNommu('vfork-order', 'x86_64', 'pie');
    const commands = 'break main\nrun\nbt\nrsi\nsi\nwhen\nquit\n';
    const { stdout } = forkscope(['debug', '--no-mmu', program], { input: commands });
    expect(stdout).toMatch(/Breakpoint 1, main\n/);
    expect(stdout).toMatch(/#0 {2}0x[0-9a-f]+ in main\n#1 {2}0x[0-9a-f]+ in start/);
  });
});

/** Each program of tests/guests proves one fact; Linux says what it prints, and forkscope has to print the same. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { buildC, cPrograms } from './build.ts';
import { type Shown, show } from './compare.ts';
import { runForkscope } from './forkscope.ts';
import { runNative } from './native.ts';
import { ON_ARM } from './on-arm.ts';
import type { Libc } from './toolchains.ts';

/** What every program is run with. */
export const RUN = { argv0: 'guest', env: { GUEST: 'yes' }, cwd: '/' };

/** These change to other users, make namespaces, use privileges or see that they have them, natively too. */
const AS_ROOT =
  /^(bad-fork-bomb|caps|exec-no-new-privs|exec-setuid|ipc-namespace|limit-nproc|mlock-limit|msg-control|pidns-|sched-policies|sem-(information|keys)|setuid-|shm-keys|uts-|xattr-|signal\/(process-ids|settings|siginfo-of)|threads\/(clone-flags|thread-limit))/;
/** CAP_IPC_LOCK, CAP_SYS_ADMIN, CAP_SYS_NICE: a container's root may lack them. */
const CAPABILITIES = [14n, 21n, 23n];
const IS_ROOT = process.getuid?.() === 0 && hasCapabilities();

function hasCapabilities(): boolean {
  const effective = BigInt(`0x${/^CapEff:\s*(\w+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0'}`);
  return CAPABILITIES.every((number) => (effective >> number) & 1n);
}

/** Sentence and name. */
export type Titled = readonly [sentence: string, name: string];

/** The programs of tests/guests, or of a folder in it. */
export function programsOf(folder = ''): Titled[] {
  return cPrograms(folder).map(({ sentence, name }) => [sentence, name]);
}

/** The programs of tests/guests and its folders. */
export function allPrograms(): Titled[] {
  return ['', 'threads', 'signal'].flatMap((folder) => programsOf(folder));
}

/** A test for each program, left out where it needs root and this is another user. */
function testEach(programs: readonly Titled[], check: (name: string) => Promise<void>): void {
  const able = programs.filter(([, name]) => IS_ROOT || !AS_ROOT.test(name));
  const unable = programs.filter((program) => !able.includes(program));
  test.each(able)('%s (%s)', async (_sentence, name) => check(name));
  test.skip.each(unable)('%s (%s): needs root with all its rights, as natively', () => undefined);
}

/** Tests that the programs built with a C library print in forkscope what they print natively. */
export function describeNative(programs: readonly Titled[], isa: 'i386' | 'x86_64', libc: Libc): void {
  describe(`${isa} with ${libc} as Linux does it`, () => {
    testEach(programs, async (name) => {
      const path = await buildC(name, isa, libc);
      const native = await runNative(path, [], RUN);
      expect(native.stdout.length, 'the program says something natively').toBeGreaterThan(0);
      expect(show(runForkscope(path, [], RUN))).toEqual(show(native));
    });
  });
}

/** Tests that the programs print on ARM what they print natively on x86-64, on-arm.ts aside. */
export function describeArm(programs: readonly Titled[], libc: 'glibc' | 'armel' = 'glibc'): void {
  describe(`arm with ${libc} as Linux does it on x86-64`, () => {
    testEach(programs, async (name) => {
      const native = show(await runNative(await buildC(name, 'x86_64'), [], RUN));
      const change = ON_ARM[name];
      const expected: Shown = change
        ? { ...native, stdout: `${change(native.stdout.trimEnd().split('\n')).join('\n')}\n` }
        : native;
      expect(show(runForkscope(await buildC(name, 'arm', libc), [], RUN))).toEqual(expected);
    });
  });
}

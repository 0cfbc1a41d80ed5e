import { describe, expect, test } from 'vitest';
import { type Entry, type History, recordedOptions, startReplay } from '../../../debugger/history/index.ts';
import { createMemoryConsole } from '../../../emulator/machine/console.ts';
import { hostClock } from '../../../emulator/machine/machine.ts';
import { guestOptions, guestPath, keep, start, startSource } from './support.ts';

const SCRIPT = 'read x; echo $x | cat; cat /guest | wc -c; echo end';

interface Made {
  readonly entries: Entry[];
  readonly end: { t: number; status: number | null; hash: string };
}

const ARGV = ['busybox', 'sh', '-c', SCRIPT];
const PROGRAM = guestPath('i386', 'busybox');

/** A shell, recorded to its end. */
function record(): Made {
  const entries: Entry[] = [];
  const one = start(PROGRAM, ARGV, { hear: (entry) => entries.push(entry) });
  expect(one.advance()).toBe('done');
  return { entries, end: { t: one.t, status: one.machine.status, hash: one.machine.hash() } };
}

function replay(entries: readonly Entry[], end: Made['end'] | null): History {
  const { console: _console, mounts, ...options } = guestOptions(PROGRAM, ARGV);
  const paths = mounts.map((mount) => mount.guestPath);
  return keep(
    startReplay({ options: { ...options, mounts: paths }, entries: [...entries], end }, createMemoryConsole()),
  );
}

describe('a recording', () => {
  test('comes to the recorded end', () => {
    const { entries, end } = record();
    const one = replay(entries, end);
    expect(one.advance()).toBe('done');
    expect(one.t).toBe(end.t);
    expect(one.machine.hash()).toBe(end.hash);
  });

  test('that was cut short stops behind its last entry, and every instant before can be visited', () => {
    const { entries, end } = record();
    for (const part of [0.2, 0.5, 0.9]) {
      const one = replay(entries.slice(0, Math.floor(entries.length * part)), null);
      expect(one.advance()).toBe('unknown');
      expect(one.unknown).toBe('the recording was cut short here');
      const { t } = one;
      expect(t).toBeGreaterThan(0);
      expect(t).toBeLessThan(end.t);
      const hash = one.machine.hash();
      expect(one.advance()).toBe('unknown');
      one.seek(Math.floor(t / 2));
      expect(one.advance()).toBe('unknown');
      expect([one.t, one.machine.hash()]).toEqual([t, hash]);
      expect(() => one.seek(end.t)).toThrow(`t=${end.t} is not recorded: 0 to ${t} is`);
    }
  });

  test('whose entries do not fit stops in front of the instruction that asks for another', () => {
    const { entries, end } = record();
    const at = entries.findLastIndex(({ kind }) => kind === 'file');
    const broken = entries.map((entry, index): Entry => (index === at ? { kind: 'tty', size: null } : entry));
    const one = replay(broken, end);
    expect(one.advance()).toBe('unknown');
    expect(one.unknown).toMatch(/^the recording does not fit: the machine asks for file, the recording has tty$/);
    const { t } = one;
    const hash = one.machine.hash();
    one.seek(t - 1);
    expect(one.advance()).toBe('unknown');
    expect([one.t, one.machine.hash()]).toEqual([t, hash]);
  });

  test('that is edited goes on with what it knows of files, and stops where it does not', async () => {
    const source = `.global _start
_start:
 mov $path,%ebx
 xor %ecx,%ecx
 mov $5,%eax
 int $0x80
 nop
 mov %eax,%ebx
 mov $1,%eax
 int $0x80
.data
path: .asciz "/guest"
other: .asciz "/other/file"
`;
    const entries: Entry[] = [];
    const options = { hear: (entry: Entry): number => entries.push(entry) };
    const first = await startSource(source, 'i386', options);
    expect(first.advance()).toBe('done');
    const { console: _console, mounts: _mounts, ...rest } = guestOptions('', ['guest']);
    const recording = {
      ...{ options: { ...rest, mounts: ['/guest'] }, entries },
      end: { t: first.t, status: first.machine.status, hash: first.machine.hash() },
    };
    const one = keep(startReplay(recording, createMemoryConsole()));
    one.seek(1);
    // Once more what has been answered.
    one.happen({ kind: 'set-register', pid: 1000, name: 'ecx', value: 0n });
    expect(one.advance()).toBe('done');
    expect(one.machine.status).toBe(first.machine.status);
    expect(one.branches.length).toBe(2);
  });

  test('of a guest whose clock was the host’s says the same time again', () => {
    const entries: Entry[] = [];
    const argv = ['busybox', 'sh', '-c', 'date +%s; sleep 0.05; cat /proc/uptime'];
    const options = { clock: hostClock(), hear: (entry: Entry): number => entries.push(entry) };
    const one = start(PROGRAM, argv, options);
    for (let reason = one.advance(); reason !== 'done'; reason = one.advance()) expect(reason).toBe('idle');
    expect(one.machine.kernel.state.skippedNs).toBeGreaterThan(40_000_000);
    const hash = one.machine.hash();
    one.seek(Math.floor(one.end / 2));
    expect(one.advance()).toBe('done');
    expect(one.machine.hash()).toBe(hash);
    const kept = recordedOptions({ ...guestOptions(PROGRAM, argv), clock: options.clock });
    const end = { t: one.t, status: one.machine.status, hash };
    const again = keep(startReplay({ options: kept, entries, end }, createMemoryConsole()));
    expect(again.advance()).toBe('done');
    expect([again.t, again.machine.hash()]).toEqual([end.t, hash]);
  });
});

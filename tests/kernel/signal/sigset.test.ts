import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SIGKILL, SIGSTOP } from '../../../kernel/abi/signal.ts';
import {
  emptySet,
  lowestSignal,
  sigaddset,
  sigandnsets,
  sigandsets,
  sigdelset,
  sigisemptyset,
  sigismember,
  sigmask,
  sigorsets,
  withoutUnblockable,
} from '../../../kernel/signal/sigset.ts';
import type { Sigset } from '../../../kernel/task.ts';

const signals = fc.uniqueArray(fc.integer({ min: 1, max: 64 }));

function members(set: Sigset): number[] {
  return Array.from({ length: 64 }, (_, i) => i + 1).filter((signo) => sigismember(set, signo));
}

const sorted = (list: number[]): number[] => [...list].sort((a, b) => a - b);

describe('sets of signals', () => {
  test('hold what was added and not deleted again', () => {
    fc.assert(
      fc.property(signals, signals, (added, deleted) => {
        const set = emptySet();
        for (const signo of added) sigaddset(set, signo);
        for (const signo of deleted) sigdelset(set, signo);
        expect(members(set)).toEqual(sorted(added.filter((signo) => !deleted.includes(signo))));
      }),
    );
  });

  test('are united, intersected and subtracted as sets are', () => {
    fc.assert(
      fc.property(signals, signals, (a, b) => {
        const [x, y] = [sigmask(...a), sigmask(...b)];
        expect(members(sigorsets(x, y))).toEqual(sorted([...new Set([...a, ...b])]));
        expect(members(sigandsets(x, y))).toEqual(sorted(a.filter((signo) => b.includes(signo))));
        expect(members(sigandnsets(x, y))).toEqual(sorted(a.filter((signo) => !b.includes(signo))));
      }),
    );
  });

  test('are unsigned words, signal n in bit n-1, so that they compare and encode as they are', () => {
    expect(sigmask(1, 32)).toEqual({ lo: 0x8000_0001, hi: 0 });
    expect(sigmask(33, 64)).toEqual({ lo: 0, hi: 0x8000_0001 });
    expect(sigisemptyset(sigmask())).toBe(true);
  });

  test('give their lowest member, 0 when empty', () => {
    fc.assert(
      fc.property(signals, (list) => {
        expect(lowestSignal(sigmask(...list))).toBe(sorted(list)[0] ?? 0);
      }),
    );
  });

  test('never block SIGKILL and SIGSTOP when user space asks for it', () => {
    const all = { lo: 0xffff_ffff, hi: 0xffff_ffff };
    const missing = members(all).filter((signo) => !sigismember(withoutUnblockable(all), signo));
    expect(missing).toEqual([SIGKILL, SIGSTOP]);
  });
});

import { describe, expect, test } from 'vitest';
import { wantsColor } from '../../../frontends/cli/color.ts';
import { seconds, sizeBytes, wholeNumber } from '../../../frontends/cli/command.ts';
import { hostMessage } from '../../../frontends/cli/errors.ts';
import { createOutputMatcher } from '../../../frontends/cli/expect.ts';
import { guestEnvironment } from '../../../frontends/cli/guest-options.ts';
import { exitStatus } from '../../../frontends/cli/guest-run.ts';
import { parseMount } from '../../../frontends/cli/program.ts';
import { editDistance, nearestVerb } from '../../../frontends/cli/verbs.ts';

describe('verbs', () => {
  test('a mistyped verb finds its neighbour', () => {
    expect(nearestVerb('rnu')).toBe('run');
    expect(nearestVerb('starce')).toBe('strace');
    expect(nearestVerb('dissasm')).toBe('dis');
    expect(nearestVerb('tra')).toBe('trace');
    expect(nearestVerb('frobnicate')).toBeUndefined();
  });

  test('swapped neighbours are one edit', () => {
    expect(editDistance('rnu', 'run')).toBe(1);
    expect(editDistance('', 'dis')).toBe(3);
    expect(editDistance('asm', 'asm')).toBe(0);
  });
});

describe('option values', () => {
  test('sizes take units', () => {
    expect(sizeBytes('-s')('65536')).toBe(65536);
    expect(sizeBytes('-s')('64K')).toBe(65536);
    expect(sizeBytes('-s')('2g')).toBe(2 * 1024 ** 3);
    expect(() => sizeBytes('-s')('big')).toThrow(/not a size/);
  });

  test('numbers that are none are refused', () => {
    expect(wholeNumber('--seed', 0)('0x10')).toBe(16);
    expect(() => wholeNumber('--max-insns', 1)('0')).toThrow(/--max-insns/);
    expect(() => wholeNumber('--seed', 0)('1e3')).toThrow(/whole number/);
    expect(seconds('--timeout')('.5')).toBe(0.5);
    expect(() => seconds('--timeout')('-1')).toThrow(/seconds/);
    expect(() => seconds('--timeout')('0')).toThrow(/seconds/);
  });

  test('a writable mount is refused with a reason', () => {
    expect(() => parseMount('/tmp:rw')).toThrow(/writable/);
    expect(() => parseMount('/tmp:/x:rw')).toThrow(/writable/);
    expect(parseMount('/tmp')).toEqual({ hostPath: '/tmp', guestPath: '/tmp' });
    expect(parseMount('/tmp:/data/')).toEqual({ hostPath: '/tmp', guestPath: '/data' });
    expect(parseMount('/tmp:/data:ro')).toEqual({ hostPath: '/tmp', guestPath: '/data' });
    expect(() => parseMount('/tmp:data')).toThrow(/starts with/);
    expect(() => parseMount('/nowhere/at/all')).toThrow(/no such file/);
  });
});

describe('the guest environment', () => {
  test("is the host's, edited", () => {
    const host = { A: '1', B: '2' };
    expect(guestEnvironment(host, {})).toEqual(['A=1', 'B=2']);
    expect(guestEnvironment(host, { unset: ['A'], env: ['C=x=y', 'B='] })).toEqual(['B=', 'C=x=y']);
    expect(() => guestEnvironment(host, { env: ['novalue'] })).toThrow(/VAR=VAL/);
  });
});

describe('colour', () => {
  test('is decided by the option, then the environment, then the terminal', () => {
    expect(wantsColor('always', false, { NO_COLOR: '1' })).toBe(true);
    expect(wantsColor('never', true, { FORCE_COLOR: '1' })).toBe(false);
    expect(wantsColor('auto', true, {})).toBe(true);
    expect(wantsColor('auto', false, {})).toBe(false);
    expect(wantsColor('auto', true, { NO_COLOR: '1', FORCE_COLOR: '1' })).toBe(false);
    expect(wantsColor('auto', false, { FORCE_COLOR: '1' })).toBe(true);
    expect(wantsColor('auto', true, { FORCE_COLOR: '0' })).toBe(false);
    expect(wantsColor('auto', true, { TERM: 'dumb' })).toBe(false);
    expect(() => wantsColor('sometimes', true, {})).toThrow(/--color/);
  });
});

describe('--expect and --reject', () => {
  test('find a text that comes in pieces', () => {
    const matcher = createOutputMatcher(['hello'], ['bad']);
    for (const byte of Buffer.from('oh hello there')) matcher.see(Uint8Array.of(byte));
    expect(matcher.verdict()).toBeNull();
    for (const byte of Buffer.from('not bad')) matcher.see(Uint8Array.of(byte));
    expect(matcher.verdict()).toContain('"bad"');
  });

  test('name the text that did not come', () => {
    const matcher = createOutputMatcher(['one', 'two'], []);
    matcher.see(Buffer.from('one'));
    expect(matcher.verdict()).toContain('"two"');
  });
});

describe('statuses and messages', () => {
  test('a wait status becomes what a shell shows', () => {
    expect(exitStatus(3 << 8)).toBe(3);
    expect(exitStatus(11)).toBe(139);
    expect(exitStatus(11 | 0x80)).toBe(139);
    expect(exitStatus(0)).toBe(0);
  });

  test("Node's errors lose their call", () => {
    expect(hostMessage(new Error("ENOENT: no such file or directory, open '/x y'"))).toBe(
      '/x y: no such file or directory',
    );
    expect(hostMessage(new Error('something else'))).toBe('something else');
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { array, bytes, defineStruct, pad } from '../../../kernel/abi/struct.ts';
import * as S from '../../../kernel/abi/structs.ts';
import type { IsaName } from '../../../kernel/ports.ts';
import type { SigInfo } from '../../../kernel/task.ts';

const ISAS: readonly IsaName[] = ['i386', 'x86_64', 'arm'];

const inner = defineStruct('inner', { a: 'u8', b: 'u64' });
const mixed = defineStruct('mixed', {
  s8: 's8',
  u16: 'u16',
  gap: pad(3),
  s32: 's32',
  long: 'long',
  ptr: 'ptr',
  name: bytes(5),
  many: array('s16', 3),
  nested: inner,
  pairs: array(inner, 2),
});

describe.each(ISAS)('defineStruct on %s', (isa) => {
  it('decodes what it has encoded', () => {
    const long = isa === 'x86_64' ? fc.maxSafeInteger() : fc.integer();
    const ptr = isa === 'x86_64' ? fc.maxSafeNat() : fc.nat(0xffff_ffff);
    const one = fc.record({ a: fc.nat(255), b: fc.maxSafeNat() });
    const values = fc.record({
      s8: fc.integer({ min: -128, max: 127 }),
      u16: fc.nat(0xffff),
      s32: fc.integer(),
      long,
      ptr,
      name: fc.uint8Array({ minLength: 5, maxLength: 5 }),
      many: fc.array(fc.integer({ min: -32768, max: 32767 }), { minLength: 3, maxLength: 3 }),
      nested: one,
      pairs: fc.tuple(one, one),
    });
    fc.assert(
      fc.property(values, (given) => {
        const { name, ...rest } = mixed.decode(isa, mixed.encode(isa, given));
        expect({ ...rest, name: new Uint8Array(name) }).toEqual(given);
      }),
    );
  });

  it('stores -1 and Infinity as all ones and what is left out as zero', () => {
    const ones = defineStruct('ones', { a: 'u64', b: 'ulong', c: 'u32', d: 'u16', e: 'u8', f: 'u8', g: 'u16' });
    const size = ones.size(isa);
    const expected = new Uint8Array(size);
    expected.fill(0xff, 0, ones.offsetOf(isa, 'f'));
    for (const all of [-1, Infinity])
      expect(ones.encode(isa, { a: all, b: all, c: all, d: all, e: all })).toEqual(expected);
  });

  it('refuses bytes that are too few', () => {
    expect(() => inner.decode(isa, new Uint8Array(inner.size(isa) - 1))).toThrow(RangeError);
    expect(() => inner.decode(isa, new Uint8Array(inner.size(isa)), 1)).toThrow('struct inner');
  });

  it('writes into the middle of other bytes and leaves the rest alone', () => {
    const into = new Uint8Array(40).fill(7);
    inner.encodeInto(isa, into, 8, { a: 1 });
    expect([...into.subarray(0, 8), ...into.subarray(8 + inner.size(isa))]).toEqual(
      Array.from({ length: 40 - inner.size(isa) }, () => 7),
    );
    expect(inner.decode(isa, into, 8)).toEqual({ a: 1, b: 0 });
  });
});

describe('alignment', () => {
  it('a 64-bit field stands at 4 on i386 and at 8 on x86_64 and ARM', () => {
    const layout = defineStruct('layout', { a: 'u32', b: 'u64' });
    expect(ISAS.map((isa) => [layout.offsetOf(isa, 'b'), layout.size(isa)])).toEqual([
      [4, 12],
      [8, 16],
      [8, 16],
    ]);
  });
});

describe.each(ISAS)('siginfo on %s', (isa) => {
  const infos: readonly SigInfo[] = [
    { signo: 15, errno: 0, code: 0, pid: 1000, uid: 7 },
    { signo: 17, errno: 0, code: 1, pid: 1001, uid: 7, status: 3, utime: 4, stime: 5 },
    { signo: 11, errno: 0, code: 1, addr: 0x1234 },
    { signo: 40, errno: 0, code: -1, pid: 5, uid: 6, value: 42 },
    { signo: 14, errno: 0, code: -2, timerId: 3, overrun: 2, value: 9 },
  ];
  it.each(infos)('$signo with code $code comes back as it was', (info) => {
    const encoded = S.encodeSiginfo(isa, info);
    expect(encoded.length).toBe(128);
    expect(S.decodeSiginfo(isa, encoded)).toEqual(info);
  });
});

describe.each(ISAS)('directory records on %s', (isa) => {
  const entry = { ino: 5, off: 77, type: 4, name: 'etc' };

  it('getdents64 records are a multiple of 8 with the name at 19', () => {
    const record = S.encodeDirent64(isa, entry);
    expect(record.length).toBe(24);
    expect([...record.subarray(16, 24)]).toEqual([24, 0, 4, 101, 116, 99, 0, 0]);
  });

  it('old records have the type in their last byte', () => {
    const record = S.encodeDirent(isa, entry);
    const word = isa === 'x86_64' ? 8 : 4;
    expect(record.length % word).toBe(0);
    expect(record.at(-1)).toBe(4);
    expect(record[2 * word]).toBe(record.length);
  });
});

describe.each(ISAS)('limits on %s', (isa) => {
  it('no limit is Infinity in the kernel and all ones in user space', () => {
    const encoded = S.rlimit.encode(isa, { rlim_cur: 8192, rlim_max: Infinity });
    expect(S.decodeRlimit(isa, S.rlimit, encoded)).toEqual([8192, Infinity]);
    const wide = S.rlimit64.encode(isa, { rlim_cur: 0xffff_ffff, rlim_max: Infinity });
    expect(S.decodeRlimit(isa, S.rlimit64, wide)).toEqual([0xffff_ffff, Infinity]);
  });
});

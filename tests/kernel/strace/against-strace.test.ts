import { beforeAll, describe, expect, it } from 'vitest';
import { createStraceFormatter } from '../../../kernel/strace/index.ts';
import { ARG_WIDTH, type SyscallRow } from '../../../kernel/syscalls/row.ts';
import { findRow } from '../../../kernel/syscalls/table.ts';
import { casesFor } from './cases.ts';
import { fakeKernel, fakeTask } from './fake.ts';
import { IMAGE_BASE, IMAGE_BYTES, Image } from './image.ts';
import { type NativeIsa, type Played, play, type RawCall, whyNotHere } from './native.ts';
import { rowOf } from './rows.ts';

/** What the dispatcher makes of the registers. */
function convert(isa: NativeIsa, row: SyscallRow, raw: readonly number[]): number[] {
  return row.args.map(([, kind], i) => {
    const word = raw[i] ?? 0;
    const width = ARG_WIDTH[kind];
    if (width === 's32') return word | 0;
    if (width === 'u32') return word >>> 0;
    if (isa === 'x86_64') return word < 0 && width === 'ulong' ? word + 2 ** 64 : word;
    return width === 'ulong' ? word >>> 0 : word;
  });
}

function ours(isa: NativeIsa, row: SyscallRow, raw: readonly number[], before: Uint8Array, played: Played): string {
  const lines: string[] = [];
  let memory = before;
  const formatter = createStraceFormatter(fakeKernel, (line) => lines.push(line), {
    memoryOf: () => ({
      read: (addr, lenBytes) => {
        const at = addr - IMAGE_BASE;
        return at < 0 || at + lenBytes > IMAGE_BYTES ? null : memory.subarray(at, at + lenBytes);
      },
    }),
  });
  const task = fakeTask(isa, 1000);
  const args = convert(isa, row, raw);
  formatter.event({ kind: 'syscall-enter', task, row, args });
  memory = played.after;
  const signed = Number(played.result);
  const result = signed < -4095 && isa === 'i386' ? signed >>> 0 : signed;
  formatter.event({ kind: 'syscall-exit', task, row, args, result });
  return lines.join('\n');
}

const reason = whyNotHere();

describe.skipIf(reason !== null).each<NativeIsa>(['x86_64', 'i386'])('strace on %s', (isa) => {
  const image = new Image();
  const cases = casesFor(isa, image).filter(([name]) => rowOf(name).nr[isa] !== undefined);
  const number = (name: string): number => rowOf(name).nr[isa] ?? -1;
  let played: Played[] = [];

  beforeAll(() => {
    const raw: RawCall[] = cases.map(([name, ...args]) => [number(name), ...args]);
    played = play(isa, image.bytes, raw);
  });

  it.each<[string, (name: string) => SyscallRow]>([
    ['of each kind of argument', rowOf],
    ['of the rows of the kernel', (name) => findRow(isa, number(name)) ?? rowOf(name)],
  ])(`the text %s is strace's own${reason ? ` (${reason})` : ''}`, (_, row) => {
    const text = cases.map(([name, ...raw], i) => ours(isa, row(name), raw, image.bytes, played[i] as Played));
    expect(text).toEqual(played.map(({ line }) => line));
    expect(cases.length).toBeGreaterThan(300);
  });
});

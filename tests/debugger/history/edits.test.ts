import { describe, expect, test } from 'vitest';
import type { History } from '../../../debugger/history/index.ts';
import { startSource } from './support.ts';

describe('an edit', () => {
  const source = '.global _start\n_start:\n mov $1,%eax\n mov $7,%ebx\n nop\n int $0x80\n';
  const startProgram = (): Promise<History> => startSource(source, 'i386');

  test('in the past begins a branch, and both ends can be visited', async () => {
    const one = await startProgram();
    one.advance();
    expect(one.machine.status).toBe(7 << 8);
    one.seek(2);
    const branch = one.happen({ kind: 'set-register', pid: 1000, name: 'ebx', value: 9n }, 'nine');
    expect(branch).toMatchObject({ id: 1, name: 'nine', parent: { id: 0, t: 2 } });
    one.advance();
    expect(one.machine.status).toBe(9 << 8);
    one.switchTo(0);
    one.advance();
    expect(one.machine.status).toBe(7 << 8);
    one.switchTo(1);
    one.seek(1);
    one.advance();
    expect(one.machine.status).toBe(9 << 8);
    expect(one.branches.map(({ name, end }) => [name, end])).toEqual([
      ['main', 4],
      ['nine', 4],
    ]);
  });

  test('of a process or a register that is not there is refused, and nothing changes', async () => {
    const one = await startProgram();
    one.seek(0);
    const hash = one.machine.hash();
    expect(() => one.happen({ kind: 'set-register', pid: 5, name: 'ebx', value: 9n })).toThrow('no process 5');
    expect(() => one.happen({ kind: 'set-register', pid: 1000, name: 'rbx', value: 9n })).toThrow('no register rbx');
    expect(one.machine.hash()).toBe(hash);
    expect(one.branches.length).toBe(1);
    one.advance();
    one.seek(1);
    expect(() => one.happen({ kind: 'set-register', pid: 5, name: 'ebx', value: 9n })).toThrow('no process 5');
    expect(one.branches.length).toBe(1);
  });

  test('of memory changes code that has run already, and going back undoes it', async () => {
    const one = await startProgram();
    one.advance();
    const end = one.machine.hash();
    one.seek(1);
    const eip = 0x8048074 + 5;
    const task = one.next();
    expect(task?.mm?.vmas.some(({ start, end }) => start <= eip && eip < end)).toBe(true);
    // mov $7,%ebx becomes mov $9,%ebx.
    const at = one.machine.kernel.ram.u32[((task?.ptRegs ?? 0) >>> 2) + 12] ?? 0;
    const branch = one.happen({ kind: 'set-memory', pid: 1000, addr: at + 1, bytes: Uint8Array.of(9) });
    expect(branch).toMatchObject({ id: 1, name: 'edit-1' });
    one.advance();
    expect(one.machine.status).toBe(9 << 8);
    one.seek(2);
    one.advance();
    expect(one.machine.status).toBe(9 << 8);
    one.switchTo(0);
    one.advance();
    expect(one.machine.status).toBe(7 << 8);
    expect(one.machine.hash()).toBe(end);
  });

  test('of memory that is only partly there is refused, and nothing changes', async () => {
    const one = await startProgram();
    one.advance({ untilT: 1 });
    const last = Math.max(...(one.next()?.mm?.vmas.map(({ end }) => end) ?? []));
    const hash = one.machine.hash();
    const bytes = Uint8Array.of(1, 2, 3, 4);
    const edit = { kind: 'set-memory', pid: 1000, addr: last - 2, bytes } as const;
    expect(() => one.happen(edit)).toThrow(`Cannot access memory at address 0x${last.toString(16)}`);
    expect(one.machine.hash()).toBe(hash);
    expect(one.t).toBe(1);
    expect(one.branches.length).toBe(1);
  });
});

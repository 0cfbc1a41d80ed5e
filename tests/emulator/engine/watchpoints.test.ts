import { afterEach, describe, expect, test } from 'vitest';
import { ACCESS, EXIT, EXIT_ADDRESS, EXIT_LENGTH, EXIT_WATCHPOINT, WATCH } from '../../../kernel/ports.ts';
import { ACCESS_PROGRAMS, AccessGuest } from './access-programs.ts';
import { Machine, PC, RW } from './machine.ts';
import { hits, type Path, walk } from './model.ts';
import { CODE, DATA, hex, STACK } from './programs.ts';

const ANY = WATCH.read | WATCH.write;

describe('a watchpoint on x86_64', () => {
  let machine: Machine;

  function start(code: string, registers: Record<string, number> = {}): void {
    machine = new Machine('x86_64');
    machine.code(CODE, hex(code));
    machine.map(DATA, RW);
    machine.map(DATA + 0x1000, RW);
    machine.map(STACK, RW);
    machine.set({ ip: CODE, sp: STACK + 0x800, di: DATA, ...registers });
  }

  function watch(start: number, lenBytes: number, kinds: number): void {
    machine.cpu.observers.setWatchpoint({ id: 7, start, lenBytes, kinds });
  }

  test('names the instruction, the access, and what was there before and after', () => {
    // mov eax, 5; mov [rdi + 6], ax; add dword ptr [rdi + 4], 0x10000; nop
    start('b80500000066894706814704000001009090', { bx: 1 });
    watch(DATA + 6, 1, WATCH.write);
    expect(machine.run(100)).toMatchObject({
      kind: EXIT.watchpoint,
      retired: 2,
      address: DATA + 6,
      access: ACCESS.write,
    });
    expect([...machine.cpu.exit.subarray(EXIT_WATCHPOINT, EXIT_LENGTH + 1)]).toEqual([7, 2]);
    expect(machine.get('ip')).toBe(BigInt(CODE + 9));
    const hit = { id: 7, pc: CODE + 5, address: DATA + 6, lenBytes: 2, write: true, before: 0n, after: 5n };
    expect(machine.cpu.observers.hits()).toEqual([hit]);
    expect(machine.cpu.observers.range(7)).toEqual({ before: Uint8Array.of(0), after: Uint8Array.of(5) });
    expect(machine.run(1)).toMatchObject({ kind: EXIT.watchpoint, retired: 1, address: DATA + 4 });
    expect(machine.cpu.observers.hits()[0]).toMatchObject({ before: 0x50000n, after: 0x60000n, lenBytes: 4 });
    expect(machine.run(1)).toMatchObject({ kind: EXIT.budget, retired: 1 });
    expect(machine.cpu.observers.hits()).toEqual([]);
    expect(machine.cpu.observers.range(7)).toBeUndefined();
  });

  test('for reads is not hit by writes, nor the other way round', () => {
    // mov [rdi], eax; mov eax, [rdi]; mov [rdi], eax
    start('89078b078907');
    watch(DATA, 4, WATCH.read);
    expect(machine.run(3)).toMatchObject({ kind: EXIT.watchpoint, retired: 2, access: ACCESS.read });
    expect(machine.run(1)).toMatchObject({ kind: EXIT.budget, retired: 1 });
  });

  test('for changes is not hit by a write of the same value', () => {
    // mov [rdi], eax; inc byte ptr [rdi + 1]; mov [rdi + 2], ax
    start('8907fe470166894702');
    watch(DATA, 4, WATCH.change);
    expect(machine.run(3)).toMatchObject({ kind: EXIT.watchpoint, retired: 2, address: DATA + 1 });
    expect(machine.run(1)).toMatchObject({ kind: EXIT.budget, retired: 1 });
  });

  test('sees an access that only ends in its page, and one that ends in the next', () => {
    // mov [rdi + 0xffe], rax; mov eax, [rdi + 0xffd]
    start('488987fe0f00008b87fd0f0000', { ax: 0x11_2233_4455 });
    watch(DATA + 0x1000, 1, ANY);
    expect(machine.run(9)).toMatchObject({ kind: EXIT.watchpoint, retired: 1, address: DATA + 0xffe });
    expect(machine.run(9)).toMatchObject({ kind: EXIT.watchpoint, retired: 1, address: DATA + 0xffd });
    expect(machine.cpu.observers.hits()).toMatchObject([{ before: 0x33_4455_00n, lenBytes: 4, write: false }]);
    watch(DATA + 0xffe, 1, ANY);
    machine.set({ ip: CODE });
    expect(machine.run(9)).toMatchObject({ kind: EXIT.watchpoint, retired: 1, address: DATA + 0xffe });
  });

  test('may cover a page from its middle to the middle of the next', () => {
    // mov [rdi + 0x7ff], al; mov [rdi + 0x800], al; mov [rdi + 0x17ff], al; mov [rdi + 0x1800], al; nop
    start('8887ff0700008887000800008887ff17000088870018000090');
    watch(DATA + 0x800, 4096, WATCH.write);
    expect(machine.run(9)).toMatchObject({ kind: EXIT.watchpoint, retired: 2 });
    expect(machine.run(9)).toMatchObject({ kind: EXIT.watchpoint, retired: 1 });
    expect(machine.cpu.observers.range(7)?.before).toHaveLength(4096);
    expect(machine.run(2)).toMatchObject({ kind: EXIT.budget, retired: 2 });
  });

  test('stops behind the iteration of rep movs that hits it', () => {
    start('f3a490', { si: DATA + 0x100, di: DATA, cx: 8 });
    watch(DATA + 5, 1, WATCH.write);
    expect(machine.run(100)).toMatchObject({ kind: EXIT.watchpoint, retired: 6 });
    expect(machine.get('cx')).toBe(2n);
    expect(machine.get('ip')).toBe(BigInt(CODE));
  });

  test('on the stack sees call, push and ret', () => {
    // call 1f; 1: push rax; pop rcx; ret
    start('e8000000005059c3');
    watch(STACK + 0x7f8, 8, ANY);
    expect(machine.run(9)).toMatchObject({ kind: EXIT.watchpoint, retired: 1, access: ACCESS.write });
    expect(machine.cpu.observers.hits()[0]).toMatchObject({ pc: CODE, after: BigInt(CODE + 5) });
    expect(machine.run(9)).toMatchObject({ kind: EXIT.watchpoint, retired: 3, access: ACCESS.read });
    expect(machine.get('ip')).toBe(BigInt(CODE + 5));
  });

  test('on a page of code sees data accesses to it and not its execution', () => {
    // 1: mov al, [rip + 1b]; mov byte ptr [rip + 2f + 1], 9; 2: mov ebx, 1; nop
    start('8a05faffffffc6050100000009bb0100000090');
    machine.map(CODE, RW | 4, machine.lookup(CODE));
    machine.flush();
    watch(CODE, 4096, WATCH.read);
    expect(machine.run(9)).toMatchObject({ kind: EXIT.watchpoint, retired: 1, address: CODE });
    watch(CODE + 14, 1, WATCH.change);
    expect(machine.run(9)).toMatchObject({ kind: EXIT.watchpoint, retired: 1, address: CODE + 14 });
    expect(machine.run(1)).toMatchObject({ kind: EXIT.budget, retired: 1 });
    expect(machine.get('bx')).toBe(9n);
  });

  test('is not hit by an instruction that faults behind the access, and is when that has been mended', () => {
    // push [rdi]: reads, then writes below the stack's page
    start('ff3790', { sp: STACK });
    watch(DATA, 8, WATCH.read);
    expect(machine.run(9)).toMatchObject({ kind: EXIT.fault, retired: 0, address: STACK - 8 });
    expect(machine.cpu.observers.hits()).toEqual([]);
    machine.map(STACK - 0x1000, RW);
    expect(machine.run(9)).toMatchObject({ kind: EXIT.watchpoint, retired: 1, address: DATA });
  });

  test('stops behind the instruction in the shadow of a load of ss, as a step does', () => {
    // mov ss, [rdi]; mov rcx, rax; nop
    start('8e174889c190', { ax: 3 });
    machine.write(machine.lookup(DATA), [0x2b]);
    watch(DATA, 2, WATCH.read);
    expect(machine.run(9)).toMatchObject({ kind: EXIT.watchpoint, retired: 1 });
    expect(machine.get('cx')).toBe(3n);
    expect(machine.get('ip')).toBe(BigInt(CODE + 5));
  });

  test('of another address space is none, and all of them see theirs', () => {
    start('890790');
    const mine = machine.root;
    const set = (root: number): void =>
      machine.cpu.observers.setWatchpoint({ id: 1, start: DATA, lenBytes: 4, kinds: WATCH.write, root });
    set(mine + 0x1000);
    expect(machine.run(2)).toMatchObject({ kind: EXIT.budget, retired: 2 });
    machine.set({ ip: CODE });
    set(mine);
    expect(machine.run(2)).toMatchObject({ kind: EXIT.watchpoint, retired: 1 });
  });

  test('that is cleared is gone', () => {
    start('89078907');
    watch(DATA, 4, WATCH.write);
    expect(machine.run(1).kind).toBe(EXIT.watchpoint);
    machine.cpu.observers.clearWatchpoint(7);
    expect(machine.run(1).kind).toBe(EXIT.budget);
  });

  test('wins over a breakpoint behind its instruction and over the end of the budget', () => {
    start('890790');
    watch(DATA, 4, WATCH.write);
    machine.cpu.setBreakpoint(CODE + 2);
    expect(machine.run(1)).toMatchObject({ kind: EXIT.watchpoint, retired: 1 });
    expect(machine.cpu.exit[EXIT_ADDRESS]).toBe(DATA);
  });

  test.each([
    [{ lenBytes: 0 }, 'lenBytes 0'],
    [{ lenBytes: 4097 }, 'lenBytes 4097'],
    [{ kinds: 0 }, 'kinds 0'],
    [{ kinds: 8 }, 'kinds 8'],
    [{ start: 2 ** 47 }, 'start 140737488355328'],
    [{ root: -1 }, 'root -1'],
  ])('%j is refused', (wrong, message) => {
    start('90');
    const right = { id: 1, start: DATA, lenBytes: 4, kinds: WATCH.write };
    expect(() => machine.cpu.observers.setWatchpoint({ ...right, ...wrong })).toThrow(message);
  });
});

describe.each(ACCESS_PROGRAMS)('watchpoints on $name', (program) => {
  const guest = new AccessGuest(program);
  const { machine } = guest;
  const { observers } = machine.cpu;
  guest.reset();
  const path: Path = walk(machine, 500);

  afterEach(() => observers.clearWatchpoint(1));

  /** Steps that hit the range, as [instructions retired behind it, pc]. */
  function expected(start: number, lenBytes: number, kinds: number): number[][] {
    const point = { id: 1, start, lenBytes, kinds };
    return path.steps.flatMap((step, i) =>
      step.accesses.some((access) => hits(point, access)) ? [[i + 1, step.pc]] : [],
    );
  }

  test('the program has ended with its system call and has many accesses', () => {
    expect(path.end).toMatchObject({ kind: EXIT.syscall, retired: 1 });
    expect(path.steps.flatMap((step) => step.accesses).length).toBeGreaterThan(30);
  });

  test('every byte that the program touches can be watched', () => {
    const bytes = new Set(
      path.steps.flatMap((step) =>
        step.accesses.flatMap(({ address, lenBytes }) => [address, address + lenBytes - 1, address + lenBytes]),
      ),
    );
    for (const start of bytes) {
      for (const kinds of [WATCH.read, WATCH.write, WATCH.change]) {
        guest.reset();
        observers.setWatchpoint({ id: 1, start, lenBytes: 1, kinds });
        const found: number[][] = [];
        let t = 0;
        for (;;) {
          const exit = machine.run(1000);
          t += exit.retired;
          if (exit.kind !== EXIT.watchpoint) break;
          found.push([t, observers.hits()[0]?.pc ?? 0]);
        }
        expect({ start, kinds, found }).toEqual({ start, kinds, found: expected(start, 1, kinds) });
        expect(t).toBe(path.steps.length);
      }
    }
  });

  test('the page of the stack can be watched whole', () => {
    guest.reset();
    observers.setWatchpoint({ id: 1, start: STACK, lenBytes: 4096, kinds: ANY });
    const wanted = expected(STACK, 4096, ANY);
    expect(wanted.length).toBeGreaterThan(5);
    for (const [at] of wanted) {
      expect(machine.run(1000).kind).toBe(EXIT.watchpoint);
      const next = path.steps[at ?? 0];
      expect(machine.get(PC[program.isa])).toBe(BigInt(next?.pc ?? 0));
    }
  });
});

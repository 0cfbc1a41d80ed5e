import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { archOf } from '../../../kernel/arch/index.ts';
import { buildC } from '../../oracle/build.ts';
import { forkscope, openWorkshop, type Workshop } from './support.ts';

let workshop: Workshop;
beforeAll(() => {
  workshop = openWorkshop();
});
afterAll(() => workshop.remove());

interface Event {
  t: number;
  pid: number;
  event: 'enter' | 'leave';
  name: string;
  args?: Record<string, { pid?: number; mm?: number } | number | string>;
  result?: unknown;
  pt_regs?: { parent: Record<string, string>; child: Record<string, string> };
}

function events(program: string, ...options: string[]): Event[] {
  const { stderr } = forkscope(['trace', '--kernel', '--json', ...options, program]);
  const [head = '', ...lines] = stderr.trimEnd().split('\n');
  expect(JSON.parse(head)).toEqual({ schema: 'forkscope-trace-kernel', version: 1 });
  return lines.map((line) => JSON.parse(line) as Event);
}

/** `name` alone for a call, `/name` for its end. */
const names = (all: readonly Event[]): string[] =>
  all.map(({ event, name }) => (event === 'enter' ? name : `/${name}`));

describe.each(['i386', 'x86_64', 'arm'] as const)('forkscope trace --kernel on %s', (isa) => {
  test('a vfork is do_fork, copy_process with its parts in order, wake_up_new_task and the wait', async () => {
    const all = events(await workshop.guest('vfork-step', isa), '--no-faults', '--pid', '1000');
    expect(names(all).slice(0, 23)).toEqual([
      'do_fork',
      'copy_process',
      ...'dup_task_struct copy_files copy_fs copy_sighand copy_signal copy_mm copy_thread'
        .split(' ')
        .flatMap((name) => [name, `/${name}`]),
      '/copy_process',
      ...['wake_up_new_task', '/wake_up_new_task', 'wait_for_vfork_done', '/wait_for_vfork_done', '/do_fork'],
      'do_exit',
    ]);
  });

  test("the child's mm_release lets the parent go before the child's end is told", async () => {
    const all = events(await workshop.guest('vfork-step', isa), '--no-faults', '--pid', '1001');
    expect(names(all)).toEqual([
      ...['do_exit', 'mm_release', 'complete_vfork_done', '/complete_vfork_done', '/mm_release'],
      ...['mmput', '/mmput', '/do_exit'],
    ]);
  });

  test('copy_thread shows both pt_regs in the layout of the ISA: they differ in the result alone', async () => {
    const { names: order, ret } = archOf(isa).ptRegs;
    const copy = events(await workshop.guest('vfork-step', isa)).find((event) => event.pt_regs);
    const { parent = {}, child = {} } = copy?.pt_regs ?? {};
    expect(Object.keys(parent)).toEqual(order);
    const changed = order.filter((name) => parent[name] !== child[name]);
    // ARM's r0 holds what the call was given: it may be 0 as well.
    expect(changed.filter((name) => name !== order[ret])).toEqual([]);
    expect(Number(child[order[ret] ?? ''])).toBe(0);
  });

  test('the text names kernel stack, thread_info and pt_regs of the new task, which lie on one stack', async () => {
    const text = forkscope(['trace', '-k', await workshop.guest('vfork-step', isa)]).stderr;
    const found = /stack=(0x\w+) thread_info=(0x\w+) pt_regs=(0x\w+)/.exec(text);
    const [stack = 0n, info = 0n, regs = 0n] = (found ?? []).slice(1).map(BigInt);
    const { threadSizeBytes, ptRegs, stackTopPadding, pageOffset } = archOf(isa);
    expect(stack).toBe(info);
    expect(stack).toBeGreaterThan(pageOffset);
    expect(regs - stack).toBe(BigInt(threadSizeBytes - stackTopPadding - ptRegs.lenBytes));
    expect(text).toContain('mm_users=2 mm_count=1');
  });

  test('every brace that opens closes, at its own depth', async () => {
    const text = forkscope(['trace', '-k', await buildC('exec-errors', isa)]).stderr;
    const open = new Map<string, string[]>();
    for (const line of text.split('\n')) {
      const match = /^ *\d+ ([PC]\d+) ( *)(\S.*)$/.exec(line);
      const [, pid = '', indent = '', rest = ''] = match ?? [];
      const stack = open.get(pid) ?? [];
      open.set(pid, stack);
      if (/\{( {2}\/\*.*)?$/.test(rest)) stack.push(indent);
      else if (rest.startsWith('}')) expect(stack.pop()).toBe(indent);
    }
    expect([...open.values()].flat()).toEqual([]);
  });
});

describe('forkscope trace --kernel', () => {
  test('copy-on-write after fork is a do_page_fault with do_wp_page inside, on both sides', async () => {
    const all = events(await buildC('fork-copies-memory', 'i386'));
    const after = all.slice(all.findIndex((event) => event.name === 'dup_mm'));
    const writers = after.filter((event) => event.name === 'do_wp_page' && event.event === 'enter');
    expect(new Set(writers.map((event) => event.pid)).size).toBeGreaterThan(1);
  });

  test('an execve that fails ends do_execve with the error, one that succeeds goes through begin_new_exec', async () => {
    const { stderr } = forkscope(['trace', '-k', '--no-faults', await buildC('exec-errors', 'x86_64')]);
    expect(stderr).toMatch(/do_execve\(filename=[^)]+\)\n.*\} \/\* sys_execve \*\/ = -ENOENT/);
    const { stderr: good } = forkscope([
      'trace',
      '-k',
      '--no-faults',
      await buildC('vfork-released-by-exec', 'x86_64'),
    ]);
    const text = good.slice(good.indexOf('begin_new_exec'));
    expect(text).toMatch(/begin_new_exec\(.*\n.*mm_release\((.*\n)*.*complete_vfork_done\((.*\n)*.*start_thread\(/);
  });

  test('a signal that is handled stands inside do_signal', async () => {
    const { stderr } = forkscope(['trace', '-k', '--no-faults', await buildC('vfork-parent-signals-deferred', 'i386')]);
    expect(stderr).toMatch(/do_signal\(.*\{(.*\n).*get_signal\(\) = SIG\w+\n.*handle_signal\(sig=SIG\w+, handler=0x/);
  });

  test('the guest writes what it writes without a listener', async () => {
    const program = await workshop.guest('vfork-step', 'i386');
    expect(forkscope(['trace', '-k', program]).stdout).toBe(forkscope(['run', program]).stdout);
  });

  test('--around belongs to instructions', async () => {
    const { status, stderr } = forkscope(['trace', '-k', '--around', 'vfork', 'x']);
    expect({ status, stderr }).toMatchObject({ status: 125, stderr: expect.stringContaining('--around') });
  });
});

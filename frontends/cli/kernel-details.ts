import type { Mm } from '../../kernel/mm/types.ts';
import type { Kernel } from '../../kernel/state.ts';
import type { Task } from '../../kernel/task.ts';
import type { CallArgs, CallValue } from '../../kernel/trace.ts';
import { isMm, isTask, kernelStack, ptRegsOf } from './kernel-calls.ts';

/** Lines about the state that a function of the kernel leaves behind. */
export function detailsOf(k: Kernel, task: Task, name: string, args: CallArgs, result: CallValue): string[] {
  if (name === 'dup_task_struct' && result !== null && typeof result === 'object' && isTask(result)) {
    const { stack, threadInfo, ptRegs } = kernelStack(result, k);
    return [`stack=${stack} thread_info=${threadInfo} pt_regs=${ptRegs}`];
  }
  if (name === 'copy_thread') return registerTable(k, task, args.p ?? null);
  const mm = name === 'copy_mm' || name === 'dup_mm' ? result : (args.mm ?? null);
  const tellsUsers = /^(copy_mm|mmput|mm_release|begin_new_exec)$/.test(name);
  return tellsUsers && mm !== null && typeof mm === 'object' && isMm(mm) ? [mmText(mm)] : [];
}

function mmText(mm: Mm): string {
  return `mm ${mm.id}: mm_users=${mm.users} mm_count=${mm.count}`;
}

/** struct pt_regs of both sides, in the ISA's order; `*` marks what copy_thread has changed. */
function registerTable(k: Kernel, parent: Task, child: CallValue): string[] {
  if (child === null || typeof child !== 'object' || !isTask(child)) return [];
  const theirs = ptRegsOf(k, child);
  const rows = ptRegsOf(k, parent).map(([name, value], i) => [name, value, theirs[i]?.[1] ?? ''] as const);
  const width = Math.max(...rows.map(([, value]) => value.length), 10);
  const head = `${'pt_regs'.padEnd(9)} ${`task ${parent.pid}`.padEnd(width)} ${`task ${child.pid}`.padEnd(width)}`;
  const lines = rows.map(([name, ours, its]) =>
    `${name.padEnd(9)} ${ours.padEnd(width)} ${its.padEnd(width)}${ours === its ? '' : ' *'}`.trimEnd(),
  );
  return [head.trimEnd(), ...lines];
}

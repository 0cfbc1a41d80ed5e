import type { Kernel } from '../kernel/state.ts';
import type { KernelEvent, TraceSink } from '../kernel/trace.ts';
import type { EventRecord } from './records.ts';

/** The kernel's event as plain data, or null for system calls: those are told in strace's words. */
export function eventRecord(k: Kernel, event: KernelEvent): EventRecord | null {
  const { t } = k.state;
  switch (event.kind) {
    case 'fork':
      return {
        ...{ t, pid: event.parent.pid, kind: 'fork', child: event.child.pid, how: event.how },
        childMm: event.child.mm?.id ?? 0,
      };
    case 'vfork-wait':
    case 'vfork-done':
      return { t, pid: event.parent.pid, kind: event.kind, child: event.child.pid };
    case 'exec':
      return { t, pid: event.task.pid, kind: 'exec', text: event.path };
    case 'signal':
      return { t, pid: event.task.pid, kind: 'signal', signal: event.info.signo };
    case 'exit':
      return { t, pid: event.task.pid, kind: 'exit', status: event.code };
    case 'killed':
    case 'stopped':
      return { t, pid: event.task.pid, kind: event.kind, signal: event.signal };
    default:
      return null;
  }
}

/** Hears the kernel and hands on plain records; `text` may be a sink of strace's lines that hears it first. */
export function recordEvents(k: Kernel, take: (event: EventRecord) => void, text: TraceSink | null): TraceSink {
  return {
    event(event) {
      text?.event(event);
      const record = eventRecord(k, event);
      if (record) take(record);
    },
  };
}

import { signalName } from '../../kernel/abi/signal.ts';
import type { KernelEvent } from '../../kernel/trace.ts';
import type { AnyPoint, Caught } from './points.ts';
import type { Stop } from './stop.ts';

interface Told {
  readonly what: Caught;
  /** What a catchpoint's list of names is compared with. */
  readonly name: string;
  readonly pid: number;
  readonly text: string;
  /** Stops also when nobody has asked for it. */
  readonly always: boolean;
}

/** The stops that this event is, without their instants: one for each catchpoint that it fits. */
export function caughtEvent(event: KernelEvent, points: readonly AnyPoint[]): (Stop & { kind: 'caught' })[] {
  const told = tellEvent(event);
  if (told === null) return [];
  const { what, name, pid, text, always } = told;
  const ids = points
    .filter((point) => point.enabled && point.kind === 'catchpoint' && point.what === what)
    .filter((point) => point.kind === 'catchpoint' && (point.names.length === 0 || point.names.includes(name)))
    .map(({ id }) => id);
  if (always && ids.length === 0) ids.push(0);
  return ids.map((id) => ({ kind: 'caught', id, at: 0, pid, what, text }));
}

function tellEvent(event: KernelEvent): Told | null {
  switch (event.kind) {
    case 'syscall-enter':
      return {
        what: 'syscall',
        name: event.row.name,
        pid: event.task.pid,
        text: `call to ${event.row.name}`,
        always: false,
      };
    case 'fork': {
      const what = event.how === 'vfork' ? 'vfork' : 'fork';
      const text = `${event.how}ed process ${event.child.pid}`;
      return { what, name: event.how, pid: event.parent.pid, text, always: false };
    }
    case 'exec':
      return { what: 'exec', name: event.path, pid: event.task.pid, text: `exec'd ${event.path}`, always: false };
    case 'exit': {
      const { code } = event;
      return { what: 'exit', name: String(code), pid: event.task.pid, text: `exited with ${code}`, always: false };
    }
    case 'signal': {
      const name = signalName(event.info.signo);
      return { what: 'signal', name, pid: event.task.pid, text: `received signal ${name}`, always: false };
    }
    case 'killed': {
      const name = signalName(event.signal);
      const text = `terminated with signal ${name}${event.core ? ' (core dumped)' : ''}`;
      return { what: 'signal', name, pid: event.task.pid, text, always: true };
    }
    default:
      return null;
  }
}

import { placeText } from '../../../debugger/code.ts';
import { pcOf, type SharedWord, type Stop } from '../../../debugger/session/index.ts';
import type { Task } from '../../../kernel/task.ts';
import { hex } from '../hex.ts';
import type { Data, Debugger } from './debugger.ts';

/** Where the session stands, for tools; docs/debug-json.md describes it. `at` is null where no process is left. */
export function stopData(
  debug: Debugger,
  stop: Stop,
  at: {
    readonly task: Task;
    readonly changed: ReadonlyMap<string, bigint>;
    readonly words: readonly SharedWord[];
  } | null,
): Data {
  const { history, machine } = debug.session;
  const here = { t: history.t, end: history.end, branch: history.current, status: machine.status };
  const data = { kind: 'stop', reason: stop.kind, ...whyData(stop), ...here };
  if (!at) return data;
  const { task, changed, words } = at;
  const pc = pcOf(debug.session.kernel, task);
  const place = task.mm ? debug.session.code.symbols.place(task.mm, pc) : null;
  const line = debug.session.lineOf(task);
  return {
    ...data,
    ...{ pid: task.pid, parent: task.realParent, isa: task.isa, pc: hex(pc) },
    symbol: place ? placeText(place) : null,
    instruction: line ? `${line.mnemonic} ${line.operands}`.trim() : null,
    changed: Object.fromEntries([...changed].map(([name, value]) => [name, hex(value)])),
    stack: words.map(wordData),
  };
}

function wordData({ addr, hex: digits, isReturn, writer, torn, pointers }: SharedWord): object {
  const by = writer ? { t: writer.at, pid: writer.pid, pc: hex(writer.pc), by: writer.by, torn } : null;
  return { address: hex(addr), value: `0x${digits}`, return: isReturn, writer: by, pointers };
}

function whyData(stop: Stop): object {
  switch (stop.kind) {
    case 'breakpoint':
      return { number: stop.id, at: stop.at };
    case 'watchpoint': {
      const [before, after] = [stop.before, stop.after].map((bytes) => Buffer.from(bytes).toString('base64'));
      const access = stop.write ? 'write' : 'read';
      return { number: stop.id, at: stop.at, access, by: stop.by, writer: stop.pid, from: hex(stop.pc), before, after };
    }
    case 'caught':
      return { number: stop.id, at: stop.at, what: stop.what, process: stop.pid, event: stop.text };
    case 'unknown':
      return { why: stop.why };
    default:
      return {};
  }
}

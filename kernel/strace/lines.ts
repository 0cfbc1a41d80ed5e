import type { Task } from '../task.ts';

/**
 * Lines as strace -f writes them for several processes: a line that is not ended when another begins is cut with
 * `<unfinished ...>`, and every line carries its process while more than one lives.
 */
export interface Lines {
  /** A process is heard of, for the first time perhaps. */
  attach(task: Task): void;
  /** A process is gone. */
  detach(pid: number): void;
  whole(task: Task, text: string): void;
  /** Begin a line whose end comes later. */
  begin(task: Task, text: string): void;
  /** End the process's line, begun or resumed under `name`. */
  end(task: Task, name: string, text: string, result: string): void;
  /** End the line that is not ended, if any. */
  cut(tail?: string): void;
}

/** `column` is that of the equals sign. */
export function createLines(line: (text: string) => void, column: number): Lines {
  const live = new Set<number>();
  let any = false;
  let open: { pid: number; text: string } | null = null;

  const prefix = (task: Task): string => (live.size > 1 ? `[pid ${String(task.pid).padStart(5)}] ` : '');

  const cut = (tail = ' <unfinished ...>'): void => {
    if (open) line(open.text + tail);
    open = null;
  };

  return {
    cut,
    attach(task) {
      if (live.has(task.pid)) return;
      live.add(task.pid);
      if (any) {
        cut();
        line(`strace: Process ${task.pid} attached`);
      }
      any = true;
    },
    detach(pid) {
      live.delete(pid);
    },
    whole(task, text) {
      cut();
      line(prefix(task) + text);
    },
    begin(task, text) {
      cut();
      open = { pid: task.pid, text: prefix(task) + text };
    },
    end(task, name, text, result) {
      let begun = `${prefix(task)}<... ${name} resumed>`;
      if (open?.pid === task.pid) begun = open.text;
      else cut();
      open = null;
      line(`${`${begun}${text}) `.padEnd(column)}= ${result}`);
    },
  };
}

import { flagsText, isFlags } from '../../../debugger/registers.ts';
import { generalRegisters, type Mark, markOf, registerValue, type Session } from '../../../debugger/session/index.ts';
import type { IsaName } from '../../../kernel/ports.ts';
import type { Task } from '../../../kernel/task.ts';

export interface RegisterRow {
  readonly name: string;
  readonly value: bigint;
  readonly bits: number;
  /** Since the process's previous stop. */
  readonly isChanged: boolean;
  /** Where there is no room for all, those with the lowest are shown. */
  readonly rank: number;
  /** `ZF PF`, of the flags register. */
  readonly flags: string;
}

export interface RegisterView {
  readonly pid: number;
  readonly mark: Mark;
  /** The screen is about this process. */
  readonly isCurrent: boolean;
  readonly rows: readonly RegisterRow[];
}

/** Pointers, results and arguments of calls: what vfork's stubs are about. The others follow. */
const FIRST: { readonly [isa in IsaName]: readonly string[] } = {
  i386: ['eip', 'esp', 'ebp', 'eax', 'ecx', 'edx', 'ebx', 'eflags', 'esi', 'edi'],
  x86_64: ['rip', 'rsp', 'rbp', 'rax', 'rdi', 'rdx', 'rcx', 'rsi', 'eflags', 'rbx'],
  arm: ['pc', 'sp', 'lr', 'r0', 'r7', 'r11', 'r12', 'r1', 'r2', 'r3', 'cpsr', 'r4'],
};

/** A register that the user has chosen. */
export interface RegisterChoice {
  readonly pid: number;
  readonly name: string;
}

type Values = ReadonlyMap<string, bigint>;

/** Registers at earlier stops: what differs is marked. */
export class Changes {
  /** Of each process at the last stop that was about it, and at the one before. */
  private readonly last = new Map<number, Values>();
  private readonly before = new Map<number, Values>();
  private readonly at = new Map<number, number>();

  /** The session has stopped, and is about this task. To stop where one stands is to stand there. */
  stopped(session: Session, task: Task): void {
    const { t } = session.history;
    if (this.at.get(task.pid) === t) return;
    this.at.set(task.pid, t);
    const last = this.last.get(task.pid);
    if (last) this.before.set(task.pid, last);
    this.last.set(task.pid, valuesOf(session, task));
  }

  /** What the registers of a process are compared with: its own previous stop; that is the last one while another process is stopped. */
  previous(pid: number, isCurrent: boolean): Values | undefined {
    return (isCurrent ? this.before.get(pid) : undefined) ?? this.last.get(pid);
  }
}

function shownRegisters(task: Task): ReturnType<typeof generalRegisters> {
  return generalRegisters(task).filter(({ group }) => group === 'general');
}

function valuesOf(session: Session, task: Task): Values {
  return new Map(
    shownRegisters(task).map((register) => [register.name, registerValue(session.kernel, task, register)]),
  );
}

export function registerView(session: Session, task: Task, changes: Changes, current: Task): RegisterView {
  const isCurrent = task === current;
  const previous = changes.previous(task.pid, isCurrent);
  const first = FIRST[task.isa];
  const values = valuesOf(session, task);
  return {
    pid: task.pid,
    mark: markOf(session, task.pid),
    isCurrent,
    rows: shownRegisters(task).map(({ name, bits }) => {
      const value = values.get(name) ?? 0n;
      return {
        ...{ name, bits, value },
        isChanged: previous !== undefined && previous.get(name) !== value,
        rank: first.includes(name) ? first.indexOf(name) : first.length,
        flags: isFlags(task.isa, name) ? flagsText(task.isa, value.toString(16)).slice(1, -1) : '',
      };
    }),
  };
}

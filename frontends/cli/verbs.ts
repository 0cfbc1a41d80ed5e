/** A verb's module: runs with the arguments behind the verb, resolves to the exit status. */
export interface VerbModule {
  main(args: readonly string[]): Promise<number>;
}

export interface Verb {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<VerbModule>;
}

/** Every verb there is, in the order of the help. A verb's code is loaded when it is used. */
export const VERBS: readonly Verb[] = [
  { name: 'run', summary: 'run a program', load: () => import('./run.ts') },
  {
    name: 'debug',
    summary: 'step a program forwards and backwards',
    load: () => import('./debug.ts'),
  },
  {
    name: 'tui',
    summary: 'the same on the whole screen, with keys',
    load: () => import('../tui/main.ts'),
  },
  {
    name: 'record',
    summary: 'run a program and keep all that came to it from outside',
    load: () => import('./record.ts'),
  },
  { name: 'replay', summary: 'run a recording again', load: () => import('./replay.ts') },
  {
    name: 'strace',
    summary: 'run a program and print its system calls, as strace does',
    load: () => import('./strace.ts'),
  },
  {
    name: 'trace',
    summary: 'run a program and print every instruction and what it changed',
    load: () => import('./trace.ts'),
  },
  {
    name: 'demo',
    summary: 'show what a vfork child does to its parent, step by step',
    load: () => import('./demo.ts'),
  },
  { name: 'asm', summary: 'assemble to an ELF executable, an object or bytes', load: () => import('./asm.ts') },
  { name: 'dis', summary: 'disassemble an ELF file', load: () => import('./dis.ts') },
];

/** The verb most like a mistyped one, or undefined when none is near. */
export function nearestVerb(typed: string): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(typed.length / 3)) + 1;
  for (const { name } of VERBS) {
    const partial = typed.length > 1 && (name.startsWith(typed) || typed.startsWith(name));
    const distance = partial ? 0 : editDistance(typed, name);
    if (distance < bestDistance && distance < name.length) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}

/** Insertions, deletions, replacements and swaps of neighbours between two words (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

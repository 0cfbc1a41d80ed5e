import { spawnSync } from 'node:child_process';

/** Middle of the values; of an even number, the lower middle one, so that it is a value that was measured. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[(sorted.length - 1) >>> 1] ?? Number.NaN;
}

/** Wall-clock seconds of one run of a command, with its output thrown away. Throws when it does not exit with `status`. */
export function timeCommand(command: readonly string[], status = 0): number {
  const [program = '', ...args] = command;
  const start = performance.now();
  const run = spawnSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'], timeout: 120_000 });
  const seconds = (performance.now() - start) / 1000;
  if (run.status !== status) {
    throw new Error(`${command.join(' ')}: exit status ${run.status ?? run.signal}: ${run.stderr}`);
  }
  return seconds;
}

/** Several commands in turn (A B C, A B C, …), so that a machine that changes its speed hits all alike; the medians. */
export function timeInTurn(commands: readonly (readonly string[])[], runs: number): number[] {
  const times = commands.map((): number[] => []);
  for (const command of commands) timeCommand(command);
  for (let run = 0; run < runs; run++) {
    commands.forEach((command, i) => {
      times[i]?.push(timeCommand(command));
    });
  }
  return times.map(median);
}

/** A loop program under one runner: seconds of one iteration, with the start of the process taken off. */
export interface LoopRunner {
  readonly name: string;
  readonly command: (iterations: number) => readonly string[];
  /** Iterations of the long run: enough for a second or so. */
  readonly iterations: number;
}

/** Seconds an iteration, per runner: the median over `runs` of (long run - run of one) / iterations. */
export function timeLoops(runners: readonly LoopRunner[], runs: number): number[] {
  const samples = runners.map((): number[] => []);
  for (let run = 0; run < runs; run++) {
    runners.forEach(({ command, iterations }, i) => {
      const long = timeCommand(command(iterations));
      const short = timeCommand(command(1));
      samples[i]?.push((long - short) / iterations);
    });
  }
  return samples.map(median);
}

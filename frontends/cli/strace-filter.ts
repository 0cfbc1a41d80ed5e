import { syscallNumbers } from '../../kernel/abi/unistd.ts';
import { CliError } from './errors.ts';

/** strace's class of that name: process creation, its end and what waits for it. */
const PROCESS =
  'fork vfork clone clone3 execve execveat exit exit_group wait4 waitpid waitid kill tkill tgkill rt_sigqueueinfo'.split(
    ' ',
  );

/** Which system calls a filter lets through. */
export type SyscallFilter = (name: string) => boolean;

/**
 * `-e trace=NAMES`, `-e NAMES`, `-e trace=!NAMES`; NAMES are system calls, `all`, `none`, `%process`. Throws CliError for a
 * name that no system call has, so that a mistyped one is not silently an empty trace.
 */
export function parseFilter(expressions: readonly string[]): SyscallFilter {
  const filters = expressions.map((expression) => {
    const value = expression.replace(/^(?:trace|t)=/, '');
    if (value.includes('=')) throw new CliError(`strace: -e ${expression}: only -e trace=NAMES is understood`);
    const negated = value.startsWith('!');
    const names = new Set(
      value
        .slice(negated ? 1 : 0)
        .split(',')
        .flatMap((name) => expand(expression, name)),
    );
    return (name: string) => (names.has('all') || names.has(name)) !== negated;
  });
  return (name) => filters.every((filter) => filter(name));
}

function expand(expression: string, name: string): string[] {
  if (name === 'all') return ['all'];
  if (name === 'none') return [];
  if (name === '%process' || name === 'process') return PROCESS;
  if (!syscallNumbers(name)) {
    throw new CliError(`strace: -e ${expression}: no system call ${name}`, {
      hint: 'System calls have the names that Linux gives them.',
    });
  }
  return [name];
}

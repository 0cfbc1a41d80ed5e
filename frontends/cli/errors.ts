/** Exit statuses that are ours and not the guest's. */
export const STATUS = {
  mismatch: 1,
  timeout: 124,
  failure: 125,
  notExecutable: 126,
  notFound: 127,
  interrupted: 130,
} as const;

/** Ends forkscope with one line on stderr, `forkscope: what: why`, and a line that says what to do. */
export class CliError extends Error {
  readonly status: number;
  readonly hint: string;
  constructor(message: string, { hint = '', status = STATUS.failure as number } = {}) {
    super(message);
    this.status = status;
    this.hint = hint;
  }
}

/** The text for stderr, with its line ends. Node's own errors (ENOENT …) are put in the words of strerror. */
export function errorText(error: unknown): string {
  if (process.env.FORKSCOPE_DEBUG && error instanceof Error) return `forkscope: ${error.stack ?? error.message}\n`;
  if (error instanceof CliError) return `forkscope: ${error.message}\n${error.hint ? `${error.hint}\n` : ''}`;
  const message = error instanceof Error ? hostMessage(error) : String(error);
  const known = error instanceof Error && 'code' in error;
  return `forkscope: ${message.split('\n')[0]}\n${known ? '' : 'This is a fault of forkscope; FORKSCOPE_DEBUG=1 shows where.\n'}`;
}

/** "ENOENT: no such file or directory, open 'x'" → "x: no such file or directory". */
export function hostMessage(error: Error): string {
  const match = /^[A-Z0-9]+: ([^,]+), \w+(?: '(.*)')?/.exec(error.message);
  if (!match) return error.message;
  const path = match[2];
  return path ? `${path}: ${match[1]}` : `${match[1]}`;
}

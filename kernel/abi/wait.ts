/** Linux: uapi/linux/wait.h. */

export const WNOHANG = 1;
export const WUNTRACED = 2;
export const WSTOPPED = 2;
export const WEXITED = 4;
export const WCONTINUED = 8;
export const WNOWAIT = 0x1000000;
export const __WNOTHREAD = 0x20000000;
export const __WALL = 0x40000000;
export const __WCLONE = 0x80000000;
export const P_ALL = 0;
export const P_PID = 1;
export const P_PGID = 2;
export const P_PIDFD = 3;

/** Wait status of wait4 for exit(code). */
export function exitStatus(code: number): number {
  return (code & 0xff) << 8;
}

/** Wait status of death by a signal. */
export function killedStatus(signal: number, core: boolean): number {
  return signal | (core ? 0x80 : 0);
}

/** Wait status of a stop. */
export function stoppedStatus(signal: number): number {
  return (signal << 8) | 0x7f;
}

/** Wait status of a process that SIGCONT has set going. */
export const CONTINUED_STATUS = 0xffff;

/** WIFEXITED, WEXITSTATUS and the others, as in wait(2). */
export function wifexited(status: number): boolean {
  return (status & 0x7f) === 0;
}

export function wexitstatus(status: number): number {
  return (status >> 8) & 0xff;
}

export function wifstopped(status: number): boolean {
  return (status & 0xff) === 0x7f;
}

export function wstopsig(status: number): number {
  return (status >> 8) & 0xff;
}

export function wifcontinued(status: number): boolean {
  return status === CONTINUED_STATUS;
}

export function wifsignaled(status: number): boolean {
  const low = status & 0x7f;
  return low !== 0 && low !== 0x7f;
}

export function wtermsig(status: number): number {
  return status & 0x7f;
}

export function wcoredump(status: number): boolean {
  return (status & 0x80) !== 0;
}

import type { Key } from './keys.ts';

const SIGNS = [
  'P  the program that was started, C  its children      =>  the next instruction',
  '*  changed since this process last stopped           ret  stands behind a call',
  '<P <C  stack pointers, :P :C  frame pointers         1001@258  wrote it at t=258',
  '┄  asleep in vfork   v f c  a child   e  exec   +  call   !  signal   x X  exit, killed',
];

/** The page of keys and signs. */
export function help(keys: readonly Key[]): string[] {
  const lines = keys.filter(({ shown }) => shown !== '').map(({ shown, help: text }) => `${shown.padEnd(12)} ${text}`);
  return [
    ...lines,
    'Ctrl-C       stop what runs; twice: leave with status 130',
    'wheel        over code and timeline: time',
    '',
    'Upper case, left, PgUp and [ are the same thing backwards.',
    '',
    ...SIGNS,
  ];
}

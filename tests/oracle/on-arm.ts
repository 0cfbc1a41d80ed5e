/** What ARM prints where it is not what x86-64 prints, made from those lines. */
export const ON_ARM: Readonly<Record<string, (lines: string[]) => string[]>> = {
  'clone-bad-tls': () => ['flags are looked at first: EINVAL, ptid untouched', 'wait: ECHILD'],
  // Its direct calls tell by IPC_64 which structures they mean: words of the old ones, of the new ones. Linux: asm-generic/*buf.h.
  'ipc-direct': (lines) => [
    ...['shmctl: 0', 'words: 12', 'shmctl IPC_64: 0', 'words: 21'],
    ...['semctl: 0', 'words: 11', 'semctl IPC_64: 0', 'words: 16'],
    ...['msgctl IPC_64: 0', 'words: 22', 'msgctl: 0', 'words: 14'],
    ...lines.slice(12),
  ],
  // The registers of a fault are x86's.
  'signal/faults-become-signals': (lines) => {
    const data = lines.slice(0, lines.indexOf('ud2'));
    return [...data.map((line) => line.replace(/ trapno.*/, '')), 'done'];
  },
  'signal/fpu': (lines) => [
    'handler of 10',
    'kill 0, fpscr 0xf0c00000, d 1 2 3 4',
    ...lines.slice(4).map((line) => line.replace(/: control.*/, '')),
  ],
  // The flags of an ARM context are 0, and what is behind the register is x86's.
  'signal/context': (lines) => {
    const end = lines.findIndex((line) => line.startsWith('register'));
    return lines.slice(0, end + 1).map((line) => line.replace('flags 0x6', 'flags 0'));
  },
  'signal/no-restorer': () => [
    'handler of 10',
    'handler of 10',
    'back, kept 0x12345',
    'plain: exited 2',
    'handler of 10 code 0 context 1',
    'handler of 10 code 0 context 1',
    'back, kept 0x12345',
    'SA_SIGINFO: exited 2',
    'back, kept 0x12345',
    'Thumb: exited 20',
    'back, kept 0x12345',
    'Thumb with SA_SIGINFO: exited 40',
    'old sigaction 0',
    'handler of 12',
    'reads back 1 flags 0x40000000',
  ],
};

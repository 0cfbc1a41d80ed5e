/**
 * The guest programs that are written in assembly: which sources make which executable.
 * Paths are relative to the repository's root; the order is the order of linking.
 */
import type { IsaName } from '../../kernel/ports.ts';

export interface Guest {
  readonly name: string;
  readonly isa: IsaName;
  readonly sources: readonly string[];
}

/** Files of asm/guests/ISA and, with a slash, of libc-stubs: `uclibc/vfork` is libc-stubs/uclibc/ISA/vfork.S. */
type Parts = readonly string[];

const ISAS: readonly IsaName[] = ['i386', 'x86_64', 'arm'];
const CRT: Parts = ['start', 'exit', 'print', 'common/errno'];
const CRT_TLS: Parts = ['start-tls', 'exit', 'print', 'common/errno'];
const CRT_LOOP: Parts = ['start', 'exit', 'atoi', 'common/errno'];

/** The same program on each libc's stubs: `vfork-return-musl` and so on. */
function onEachLibc(): Record<string, Parts> {
  const guests: Record<string, Parts> = {};
  for (const libc of ['uclibc', 'glibc', 'musl', 'klibc', 'dietlibc']) {
    guests[`vfork-return-${libc}`] = ['vfork-return', `${libc}/vfork`, ...CRT];
  }
  for (const libc of ['uclibc', 'musl']) guests[`fork-step-${libc}`] = ['fork-step', `${libc}/fork`, ...CRT];
  for (const libc of ['uclibc', 'glibc']) guests[`clone-step-${libc}`] = ['clone-step', `${libc}/clone`, ...CRT];
  return guests;
}

const ON_ALL: Readonly<Record<string, Parts>> = {
  'child-printed-twice': ['child-printed-twice', 'uclibc/vfork', ...CRT],
  'child-printed-twice-fork': ['child-printed-twice', 'vfork-as-fork', 'uclibc/fork', ...CRT],
  'vfork-step': ['vfork-step', 'uclibc/vfork', ...CRT],
  'vfork-return-naive': ['vfork-return', 'vfork-naive', ...CRT],
  ...onEachLibc(),
  'vfork-return-glibc-2.24': ['vfork-return', 'glibc/vfork-2.24', ...CRT_TLS],
  'vfork-cached-pid': ['vfork-cached-pid', 'glibc/vfork-2.24', ...CRT_TLS],
  'fork-step-glibc': ['fork-step', 'glibc/fork', ...CRT_TLS],
  'clone-step-musl': ['clone-step', 'clone-as-musl', 'musl/clone', ...CRT],
  'getpid-loop': ['getpid-loop', ...CRT_LOOP],
  'fork-exit-wait-loop': ['fork-exit-wait-loop', 'uclibc/fork', ...CRT_LOOP],
  'vfork-exit-wait-loop': ['vfork-exit-wait-loop', 'uclibc/vfork', ...CRT_LOOP],
};

const ON_ONE: Readonly<Record<IsaName, Readonly<Record<string, Parts>>>> = {
  i386: { 'child-printed-twice-gcc12': ['child-printed-twice-gcc12', 'uclibc/vfork', ...CRT] },
  x86_64: {},
  arm: { 'vfork-step-thumb': ['vfork-step-thumb', 'uclibc/vfork', ...CRT] },
};

function sourcePath(isa: IsaName, part: string): string {
  const slash = part.indexOf('/');
  if (slash < 0) return `asm/guests/${isa}/${part}.S`;
  return `libc-stubs/${part.slice(0, slash)}/${isa}/${part.slice(slash + 1)}.S`;
}

/** Every guest, for every ISA that has it. */
export const GUESTS: readonly Guest[] = ISAS.flatMap((isa) =>
  Object.entries({ ...ON_ALL, ...ON_ONE[isa] }).map(([name, parts]) => ({
    name,
    isa,
    sources: parts.map((part) => sourcePath(isa, part)),
  })),
);

/** The guest of that name, or undefined. */
export function findGuest(name: string, isa: IsaName): Guest | undefined {
  return GUESTS.find((guest) => guest.name === name && guest.isa === isa);
}

/** Which programs of tests/guests each C library can build, and which of them every test run sees with it. */
import type { NATIVE_ISAS } from './build.ts';
import { allPrograms, type Titled } from './programs.ts';
import type { Libc } from './toolchains.ts';

/** Those beside the host's. */
export const OTHER_LIBCS = ['musl', 'dietlibc'] as const satisfies readonly Libc[];
type OtherLibc = (typeof OTHER_LIBCS)[number];
type NativeIsa = (typeof NATIVE_ISAS)[number];

/** The programs that a C library cannot build, with what it lacks. A test tries to build each. */
export const UNBUILDABLE: Readonly<Record<OtherLibc, Readonly<Record<string, string>>>> = {
  musl: {},
  dietlibc: {
    'clone3-vfork-stack': 'no posix_spawn',
    'epoll-wakes': 'no epoll_pwait',
    'limit-raise': 'no prlimit',
    'posix-shm': 'no shm_open',
    'sem-operations': 'no semtimedop',
    'timer-overrun': 'no si_overrun',
    'timer-signal': 'no si_overrun',
    'threads/barriers-rwlocks-once': 'no barriers and rwlocks',
    'threads/exec-keeps': 'no robust and no shared mutexes',
    'threads/group-killed': 'no ualarm',
    'threads/many-threads': 'no barriers',
    'threads/mutexes': 'no pthread_mutex_timedlock',
    'threads/pi-mutex': 'no mutexes with priority inheritance',
    'threads/robust-mutex': 'no robust mutexes',
    'threads/signal-to-process': 'no barriers',
    'threads/spawn-errors': 'no posix_spawn',
    'threads/timers-of-the-process': 'no ualarm',
    'threads/tls-variables': 'no barriers',
    'signal/context': 'another mcontext_t, without gregs',
    'signal/faults-become-signals': 'another mcontext_t, without gregs',
    'signal/settings': 'no rlimit64',
  },
};

const VFORK_IS_FORK = 'its vfork is fork';
const SIGTIMEDWAIT = 'its sigtimedwait goes on when a signal interrupts it';
const SIGNAL = 'its signal() does not have calls restarted, so the order is up to chance';

/**
 * The programs, or folders, that are left out because their fact does not hold with a C library on Linux either: they hang, or
 * what they print is up to chance.
 */
export const LEFT_OUT: Readonly<Record<OtherLibc, Readonly<Record<string, Partial<Record<NativeIsa, string>>>>>> = {
  musl: {
    'pidns-siginfo': everywhere(SIGTIMEDWAIT),
    'signal/sigwait': everywhere(SIGTIMEDWAIT),
  },
  dietlibc: {
    'threads/': everywhere('its threads are processes, which a manager ends when it finds their parent gone'),
    'msg-control': { x86_64: 'its struct msqid_ds is another than the kernel gives' },
    'shm-attach': { x86_64: 'its struct shmid_ds is another than the kernel gives' },
    'pidns-groups': everywhere(SIGNAL),
    'pidns-init-signals': everywhere(SIGNAL),
    'ptrace-attach': everywhere('it hangs at the second PTRACE_ATTACH'),
    'ptrace-vfork-events': { x86_64: VFORK_IS_FORK },
    'ptrace-vfork-parent-killed': { x86_64: VFORK_IS_FORK },
    'timerfd-once': { i386: 'its timerfd_settime is refused, and what it left is printed' },
    'vfork-failed-exec': { x86_64: VFORK_IS_FORK },
    'vfork-parent-every-signal': { x86_64: VFORK_IS_FORK },
    'vfork-parent-killed': { x86_64: VFORK_IS_FORK },
    'vfork-parent-signals-deferred': { x86_64: VFORK_IS_FORK },
    'vfork-released-by-exit': { x86_64: VFORK_IS_FORK },
    'vfork-sibling-runs': { x86_64: VFORK_IS_FORK },
    'signal/queueing': everywhere('its sigaction refuses SIGRTMAX, and Node has no name for that signal'),
  },
};

function everywhere(why: string): Record<NativeIsa, string> {
  return { i386: why, x86_64: why };
}

/** The programs about how processes come to be, end and are waited for. */
const CREATION =
  /^(threads\/(clone|exec|fork|vfork|group|join|orphans|spawn|thread-ids)|(child|clone|clone3|exec|fork|orphan|pdeathsig|pidns|subreaper|vfork|wait)-)/;

/** The programs that can be built with a C library for an ISA and are not left out. */
export function programsFor(libc: OtherLibc, isa: NativeIsa): Titled[] {
  const leftOut = (name: string): boolean => LEFT_OUT[libc][name]?.[isa] !== undefined;
  return allPrograms().filter(([, name]) => {
    const folder = name.slice(0, name.indexOf('/') + 1);
    return !UNBUILDABLE[libc][name] && !leftOut(name) && !leftOut(folder);
  });
}

/** Whether a program is about how processes come to be. */
export function isAboutCreation([, name]: Titled): boolean {
  return CREATION.test(name);
}

import * as fcntl from '../abi/fcntl.ts';
import { SEEK_CUR, SEEK_DATA, SEEK_END, SEEK_HOLE, SEEK_SET } from '../abi/fs.ts';
import * as mman from '../abi/mman.ts';
import * as poll from '../abi/poll.ts';
import * as prctl from '../abi/prctl.ts';
import * as ptrace from '../abi/ptrace.ts';
import * as resource from '../abi/resource.ts';
import * as sched from '../abi/sched.ts';
import { SIG_BLOCK, SIG_SETMASK, SIG_UNBLOCK } from '../abi/signal.ts';
import * as time from '../abi/time.ts';
import * as wait from '../abi/wait.ts';
import type { IsaName } from '../ports.ts';
import { withPrefix, type Xlat, xlat } from './xlat.ts';

/** Names of flags and values, in strace's order. */

const OPEN_FLAGS: { [isa in IsaName]?: Xlat } = {};

/** Flags of open without the access mode. */
export function openFlagNames(isa: IsaName): Xlat {
  const { O_DIRECT, O_LARGEFILE, O_NOFOLLOW, O_TMPFILE, O_DIRECTORY } = fcntl.openFlags(isa);
  const { O_CREAT, O_EXCL, O_NOCTTY, O_TRUNC, O_APPEND, O_NONBLOCK, O_SYNC, O_DSYNC, O_NOATIME, O_CLOEXEC, O_PATH } =
    fcntl;
  OPEN_FLAGS[isa] ??= xlat({
    O_CREAT,
    O_EXCL,
    O_NOCTTY,
    O_TRUNC,
    O_APPEND,
    O_NONBLOCK,
    O_SYNC,
    __O_SYNC: O_SYNC & ~O_DSYNC,
    O_DSYNC,
    O_DIRECT,
    O_LARGEFILE,
    O_NOFOLLOW,
    O_NOATIME,
    O_CLOEXEC,
    O_PATH,
    O_TMPFILE,
    __O_TMPFILE: O_TMPFILE & ~O_DIRECTORY,
    O_DIRECTORY,
    FASYNC: 0o20000,
  });
  return OPEN_FLAGS[isa] ?? [];
}

export const ACCESS_MODES = xlat({ O_RDONLY: 0, O_WRONLY: 1, O_RDWR: 2, O_ACCMODE: 3 });

const { R_OK, W_OK, X_OK, F_OK } = fcntl;
export const ACCESS_CHECKS = xlat({ F_OK, R_OK, W_OK, X_OK });

const {
  AT_SYMLINK_NOFOLLOW,
  AT_REMOVEDIR,
  AT_EACCESS,
  AT_SYMLINK_FOLLOW,
  AT_NO_AUTOMOUNT,
  AT_EMPTY_PATH,
  AT_RECURSIVE,
} = fcntl;
export const AT_FLAGS = xlat({
  AT_SYMLINK_NOFOLLOW,
  AT_REMOVEDIR,
  AT_SYMLINK_FOLLOW,
  AT_NO_AUTOMOUNT,
  AT_EMPTY_PATH,
  AT_RECURSIVE,
});
export const FACCESSAT_FLAGS = xlat({ AT_SYMLINK_NOFOLLOW, AT_EACCESS, AT_EMPTY_PATH });
const { AT_STATX_SYNC_AS_STAT, AT_STATX_FORCE_SYNC, AT_STATX_DONT_SYNC } = fcntl;
export const STATX_SYNC = xlat({ AT_STATX_SYNC_AS_STAT, AT_STATX_FORCE_SYNC, AT_STATX_DONT_SYNC });

export const SEEKS = xlat({ SEEK_SET, SEEK_CUR, SEEK_END, SEEK_DATA, SEEK_HOLE });
/** F_OWNER_*, F_RDLCK and F_SEAL_* are values of other arguments. */
export const FCNTL_COMMANDS = withPrefix(fcntl, /^F_(?!OWNER_|SEAL_|RDLCK|WRLCK|UNLCK|EXLCK|SHLCK|LINUX_SPECIFIC|OK$)/);
const { FD_CLOEXEC, F_RDLCK, F_WRLCK, F_UNLCK, LOCK_SH, LOCK_EX, LOCK_UN, LOCK_NB } = fcntl;
const { LOCK_MAND, LOCK_READ, LOCK_WRITE, LOCK_RW } = fcntl;
export const FD_FLAGS = xlat({ FD_CLOEXEC });
export const LOCK_TYPES = xlat({ F_RDLCK, F_WRLCK, F_UNLCK });
export const FLOCK_OPERATIONS = xlat({ LOCK_SH, LOCK_EX, LOCK_NB, LOCK_UN, LOCK_MAND, LOCK_RW, LOCK_READ, LOCK_WRITE });

const { PROT_NONE, PROT_READ, PROT_WRITE, PROT_EXEC, PROT_SEM, PROT_GROWSDOWN, PROT_GROWSUP } = mman;
export const PROTS = xlat({ PROT_NONE, PROT_READ, PROT_WRITE, PROT_EXEC, PROT_SEM, PROT_GROWSDOWN, PROT_GROWSUP });

const { MAP_FILE, MAP_SHARED, MAP_PRIVATE, MAP_SHARED_VALIDATE } = mman;
export const MAP_TYPES = xlat({ MAP_FILE, MAP_SHARED, MAP_PRIVATE, MAP_SHARED_VALIDATE });

const { MAP_FIXED, MAP_ANONYMOUS, MAP_32BIT, MAP_NORESERVE, MAP_POPULATE, MAP_NONBLOCK, MAP_GROWSDOWN } = mman;
const { MAP_DENYWRITE, MAP_EXECUTABLE, MAP_LOCKED, MAP_STACK, MAP_HUGETLB, MAP_SYNC, MAP_FIXED_NOREPLACE } = mman;
const MAP_FLAGS_X86 = xlat({
  MAP_FIXED,
  MAP_ANONYMOUS,
  MAP_32BIT,
  MAP_NORESERVE,
  MAP_POPULATE,
  MAP_NONBLOCK,
  MAP_GROWSDOWN,
  MAP_DENYWRITE,
  MAP_EXECUTABLE,
  MAP_LOCKED,
  MAP_STACK,
  MAP_HUGETLB,
  MAP_SYNC,
  MAP_FIXED_NOREPLACE,
});
export const MAP_FLAGS: { readonly [isa in IsaName]: Xlat } = {
  i386: MAP_FLAGS_X86,
  x86_64: MAP_FLAGS_X86,
  arm: MAP_FLAGS_X86.filter(([, name]) => name !== 'MAP_32BIT'),
};
/** Constants of the requests alone. */
export const PTRACE_REQUESTS = withPrefix(ptrace, /^PTRACE_(?!O_|EVENT|SYSCALL_INFO|PEEKSIGINFO_)/);
export const MADVICE = withPrefix(mman, /^MADV_/);
const { MREMAP_MAYMOVE, MREMAP_FIXED, MREMAP_DONTUNMAP, MS_SYNC, MS_ASYNC, MS_INVALIDATE } = mman;
export const MREMAP_FLAGS = xlat({ MREMAP_MAYMOVE, MREMAP_FIXED, MREMAP_DONTUNMAP });
export const MSYNC_FLAGS = xlat({ MS_SYNC, MS_ASYNC, MS_INVALIDATE });
const { MCL_CURRENT, MCL_FUTURE, MCL_ONFAULT } = mman;
export const MLOCKALL_FLAGS = xlat({ MCL_CURRENT, MCL_FUTURE, MCL_ONFAULT });

/** By value; the two flags above 32 bits come last. */
export const CLONE_FLAGS = withPrefix(sched, /^CLONE_(?!ARGS_|NEWTIME)/)
  .concat([[sched.CLONE_NEWTIME, 'CLONE_NEWTIME']])
  .toSorted((a, b) => a[0] - b[0]);

const { WNOHANG, WSTOPPED, WEXITED, WCONTINUED, WNOWAIT, __WCLONE, __WALL, __WNOTHREAD } = wait;
export const WAIT_OPTIONS = xlat({
  WNOHANG,
  WEXITED,
  WSTOPPED,
  WCONTINUED,
  WNOWAIT,
  __WCLONE,
  __WALL,
  __WNOTHREAD,
});
export const WAITID_TYPES = withPrefix(wait, /^P_/);

export const SIGPROCMASK_HOW = xlat({ SIG_BLOCK, SIG_UNBLOCK, SIG_SETMASK });
export const RESOURCES = withPrefix(resource, /^RLIMIT_/);
export const RUSAGE_WHO = withPrefix(resource, /^RUSAGE_(?!BOTH|LWP)/);
export const PRIORITY_WHICH = withPrefix(resource, /^PRIO_(?!MIN|MAX)/);
export const CLOCKS = withPrefix(time, /^CLOCK_/);
export const CLOCK_NANOSLEEP_FLAGS = xlat({ TIMER_ABSTIME: time.TIMER_ABSTIME });
export const ITIMERS = withPrefix(time, /^ITIMER_/);
export const ARCH_PRCTL_CODES = withPrefix(prctl, /^ARCH_/);
export const PRCTL_OPTIONS = withPrefix(
  prctl,
  /^PR_(SET|GET|CAP_AMBIENT$|CAPBSET|TASK_PERF|MCE_KILL(_GET)?$|SCHED_CORE$|SVE_[SG]ET_VL$)/,
).filter(([, name]) => !/^PR_(SET_MM_|SET_VMA_)/.test(name));

const { POLLIN, POLLPRI, POLLOUT, POLLRDNORM, POLLWRNORM, POLLRDBAND, POLLWRBAND, POLLERR, POLLHUP, POLLNVAL } = poll;
const { POLLMSG, POLLREMOVE, POLLRDHUP } = poll;
export const POLL_FLAGS = xlat({
  POLLIN,
  POLLPRI,
  POLLOUT,
  POLLRDNORM,
  POLLWRNORM,
  POLLRDBAND,
  POLLWRBAND,
  POLLERR,
  POLLHUP,
  POLLNVAL,
  POLLMSG,
  POLLREMOVE,
  POLLRDHUP,
});

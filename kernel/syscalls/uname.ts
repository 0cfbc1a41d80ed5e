import { CAP_SYS_ADMIN } from '../abi/capability.ts';
import { EFAULT, EINVAL, EPERM } from '../abi/errno.ts';
import { PER_LINUX32, PER_MASK, UNAME26 } from '../abi/personality.ts';
import { bytes, defineStruct } from '../abi/struct.ts';
import { sysinfo, utsname } from '../abi/structs.ts';
import { __NEW_UTS_LEN, __OLD_UTS_LEN } from '../abi/utsname.ts';
import { archOf } from '../arch/index.ts';
import { bytesToString, stringToBytes } from '../bytes.ts';
import { capable } from '../commoncap.ts';
import { getBytes } from '../fs/uargs.ts';
import { PAGE_SIZE } from '../mm/types.ts';
import { nsproxyOf } from '../nsproxy.ts';
import { nowNs } from '../sched.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import type { Handler, SyscallRow } from './row.ts';
import { putStruct } from './user.ts';

/** The machine's name and figures. */

/** The kernel that this one stands for. */
export const UTS_RELEASE = '6.1.0';
/** What UNAME26 makes of it: 2.6.(60 + minor). */
const UTS_RELEASE_26 = '2.6.61';
export const UTS_VERSION = '#1 SMP forkscope';

/** Strings without their NUL. Linux: init_uts_ns, sys_newuname(). */
function names(task: Task): string[] {
  const machine = (task.personality & PER_MASK) === PER_LINUX32 ? 'i686' : archOf(task.isa).machine;
  const release = task.personality & UNAME26 ? UTS_RELEASE_26 : UTS_RELEASE;
  return ['Linux', nsproxyOf(task).uts.nodename, release, UTS_VERSION, machine];
}

/** uname(2). */
const sys_uname: SyscallRow = {
  name: 'uname',
  nr: { i386: 122, x86_64: 63, arm: 122 },
  args: [['name', 'utsname']],
  ret: 'int',
  handler(k, task, [name = 0]) {
    const [sysname = [], nodename = [], release = [], version = [], machine = []] = names(task).map(stringToBytes);
    const domainname = stringToBytes(nsproxyOf(task).uts.domainname);
    putStruct(k, task, utsname, name, { sysname, nodename, release, version, machine, domainname });
    return 0;
  },
};

/** Five strings of `length` characters and a NUL. Linux: struct oldold_utsname, old_utsname. */
function oldUtsname(length: number) {
  const name = bytes(length + 1);
  return defineStruct('old_utsname', { sysname: name, nodename: name, release: name, version: name, machine: name });
}

const OLD_UTSNAME = oldUtsname(__NEW_UTS_LEN);
const OLDOLD_UTSNAME = oldUtsname(__OLD_UTS_LEN);

function oldUname(k: Kernel, task: Task, addr: number, layout: typeof OLD_UTSNAME, length: number): number {
  if (addr === 0) return -EFAULT;
  const cut = names(task).map((text) => stringToBytes(text.slice(0, length)));
  const [sysname = [], nodename = [], release = [], version = [], machine = []] = cut;
  putStruct(k, task, layout, addr, { sysname, nodename, release, version, machine });
  return 0;
}

/** uname(2) without a domain. */
const sys_olduname: SyscallRow = {
  name: 'olduname',
  nr: { i386: 109 },
  args: [['name', 'ptr']],
  ret: 'int',
  handler: (k, task, [name = 0]) => oldUname(k, task, name, OLD_UTSNAME, __NEW_UTS_LEN),
};

/** uname(2) with names of eight characters. */
const sys_oldolduname: SyscallRow = {
  name: 'oldolduname',
  nr: { i386: 59 },
  args: [['name', 'ptr']],
  ret: 'int',
  handler: (k, task, [name = 0]) => oldUname(k, task, name, OLDOLD_UTSNAME, __OLD_UTS_LEN),
};

function setName(which: 'nodename' | 'domainname'): Handler {
  return (k, task, [name = 0, len = 0]) => {
    if (!capable(task.cred, CAP_SYS_ADMIN)) return -EPERM;
    if (len < 0 || len > __NEW_UTS_LEN) return -EINVAL;
    const text = bytesToString(getBytes(k, task, name, len));
    const end = text.indexOf('\0');
    nsproxyOf(task).uts[which] = end < 0 ? text : text.slice(0, end);
    return 0;
  };
}

const NAME_ARGS = [
  ['name', 'ptr'],
  ['len', 'int'],
] as const;

/** sethostname(2). */
const sys_sethostname: SyscallRow = {
  name: 'sethostname',
  nr: { i386: 74, x86_64: 170, arm: 74 },
  args: NAME_ARGS,
  ret: 'int',
  handler: setName('nodename'),
};

/** setdomainname(2). */
const sys_setdomainname: SyscallRow = {
  name: 'setdomainname',
  nr: { i386: 121, x86_64: 171, arm: 121 },
  args: NAME_ARGS,
  ret: 'int',
  handler: setName('domainname'),
};

/** sysinfo(2). There is no swap and no load average; memory is the machine's RAM. */
const sys_sysinfo: SyscallRow = {
  name: 'sysinfo',
  nr: { i386: 116, x86_64: 99, arm: 116 },
  args: [['info', 'sysinfo']],
  ret: 'int',
  handler(k, task, [info = 0]) {
    const totalram = k.ram.lenBytes;
    putStruct(k, task, sysinfo, info, {
      uptime: Math.ceil(nowNs(k) / 1_000_000_000),
      totalram,
      freeram: totalram - k.state.frames.used * PAGE_SIZE,
      procs: k.state.tasks.size,
      mem_unit: 1,
    });
    return 0;
  },
};

export const UNAME_ROWS: readonly SyscallRow[] = [
  sys_uname,
  sys_olduname,
  sys_oldolduname,
  sys_sethostname,
  sys_setdomainname,
  sys_sysinfo,
];

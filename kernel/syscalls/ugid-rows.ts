import type { SyscallRow } from './row.ts';
import { fsSetter, getgroups, getter, reSetter, resGetter, resSetter, setgroups, setter } from './ugid.ts';

/** The table of user and group ids. */

/** getuid(2). */
const sys_getuid: SyscallRow = {
  name: 'getuid',
  nr: { i386: 24, x86_64: 102, arm: 24 },
  args: [],
  ret: 'int',
  handler: getter('uid', 'real', 'plain'),
};

/** geteuid(2). */
const sys_geteuid: SyscallRow = {
  name: 'geteuid',
  nr: { i386: 49, x86_64: 107, arm: 49 },
  args: [],
  ret: 'int',
  handler: getter('uid', 'effective', 'plain'),
};

/** getgid(2). */
const sys_getgid: SyscallRow = {
  name: 'getgid',
  nr: { i386: 47, x86_64: 104, arm: 47 },
  args: [],
  ret: 'int',
  handler: getter('gid', 'real', 'plain'),
};

/** getegid(2). */
const sys_getegid: SyscallRow = {
  name: 'getegid',
  nr: { i386: 50, x86_64: 108, arm: 50 },
  args: [],
  ret: 'int',
  handler: getter('gid', 'effective', 'plain'),
};

/** setuid(2). */
const sys_setuid: SyscallRow = {
  name: 'setuid',
  nr: { i386: 23, x86_64: 105, arm: 23 },
  args: [['uid', 'uid']],
  ret: 'int',
  handler: setter('uid', 'plain'),
};

/** setgid(2). */
const sys_setgid: SyscallRow = {
  name: 'setgid',
  nr: { i386: 46, x86_64: 106, arm: 46 },
  args: [['gid', 'uid']],
  ret: 'int',
  handler: setter('gid', 'plain'),
};

/** setreuid(2). */
const sys_setreuid: SyscallRow = {
  name: 'setreuid',
  nr: { i386: 70, x86_64: 113, arm: 70 },
  args: [
    ['ruid', 'uid'],
    ['euid', 'uid'],
  ],
  ret: 'int',
  handler: reSetter('uid', 'plain'),
};

/** setregid(2). */
const sys_setregid: SyscallRow = {
  name: 'setregid',
  nr: { i386: 71, x86_64: 114, arm: 71 },
  args: [
    ['rgid', 'uid'],
    ['egid', 'uid'],
  ],
  ret: 'int',
  handler: reSetter('gid', 'plain'),
};

/** setresuid(2). */
const sys_setresuid: SyscallRow = {
  name: 'setresuid',
  nr: { i386: 164, x86_64: 117, arm: 164 },
  args: [
    ['ruid', 'uid'],
    ['euid', 'uid'],
    ['suid', 'uid'],
  ],
  ret: 'int',
  handler: resSetter('uid', 'plain'),
};

/** setresgid(2). */
const sys_setresgid: SyscallRow = {
  name: 'setresgid',
  nr: { i386: 170, x86_64: 119, arm: 170 },
  args: [
    ['rgid', 'uid'],
    ['egid', 'uid'],
    ['sgid', 'uid'],
  ],
  ret: 'int',
  handler: resSetter('gid', 'plain'),
};

/** getresuid(2). */
const sys_getresuid: SyscallRow = {
  name: 'getresuid',
  nr: { i386: 165, x86_64: 118, arm: 165 },
  args: [
    ['ruid', 'ptr'],
    ['euid', 'ptr'],
    ['suid', 'ptr'],
  ],
  ret: 'int',
  handler: resGetter('uid', 'plain'),
};

/** getresgid(2). */
const sys_getresgid: SyscallRow = {
  name: 'getresgid',
  nr: { i386: 171, x86_64: 120, arm: 171 },
  args: [
    ['rgid', 'ptr'],
    ['egid', 'ptr'],
    ['sgid', 'ptr'],
  ],
  ret: 'int',
  handler: resGetter('gid', 'plain'),
};

/** setfsuid(2). Returns the old id. */
const sys_setfsuid: SyscallRow = {
  name: 'setfsuid',
  nr: { i386: 138, x86_64: 122, arm: 138 },
  args: [['uid', 'uid']],
  ret: 'int',
  handler: fsSetter('uid', 'plain'),
};

/** setfsgid(2). Returns the old id. */
const sys_setfsgid: SyscallRow = {
  name: 'setfsgid',
  nr: { i386: 139, x86_64: 123, arm: 139 },
  args: [['gid', 'uid']],
  ret: 'int',
  handler: fsSetter('gid', 'plain'),
};

/** getgroups(2). */
const sys_getgroups: SyscallRow = {
  name: 'getgroups',
  nr: { i386: 80, x86_64: 115, arm: 80 },
  args: [
    ['gidsetsize', 'int'],
    ['grouplist', 'ptr'],
  ],
  ret: 'int',
  handler: getgroups('plain'),
};

/** setgroups(2). */
const sys_setgroups: SyscallRow = {
  name: 'setgroups',
  nr: { i386: 81, x86_64: 116, arm: 81 },
  args: [
    ['gidsetsize', 'int'],
    ['grouplist', 'ptr'],
  ],
  ret: 'int',
  handler: setgroups('plain'),
};

/** getuid(2) with 32-bit ids. */
const sys_getuid32: SyscallRow = {
  name: 'getuid32',
  nr: { i386: 199, arm: 199 },
  args: [],
  ret: 'int',
  handler: getter('uid', 'real', 'wide'),
};

/** geteuid(2) with 32-bit ids. */
const sys_geteuid32: SyscallRow = {
  name: 'geteuid32',
  nr: { i386: 201, arm: 201 },
  args: [],
  ret: 'int',
  handler: getter('uid', 'effective', 'wide'),
};

/** getgid(2) with 32-bit ids. */
const sys_getgid32: SyscallRow = {
  name: 'getgid32',
  nr: { i386: 200, arm: 200 },
  args: [],
  ret: 'int',
  handler: getter('gid', 'real', 'wide'),
};

/** getegid(2) with 32-bit ids. */
const sys_getegid32: SyscallRow = {
  name: 'getegid32',
  nr: { i386: 202, arm: 202 },
  args: [],
  ret: 'int',
  handler: getter('gid', 'effective', 'wide'),
};

/** setuid(2) with 32-bit ids. */
const sys_setuid32: SyscallRow = {
  name: 'setuid32',
  nr: { i386: 213, arm: 213 },
  args: [['uid', 'uid']],
  ret: 'int',
  handler: setter('uid', 'wide'),
};

/** setgid(2) with 32-bit ids. */
const sys_setgid32: SyscallRow = {
  name: 'setgid32',
  nr: { i386: 214, arm: 214 },
  args: [['gid', 'uid']],
  ret: 'int',
  handler: setter('gid', 'wide'),
};

/** setreuid(2) with 32-bit ids. */
const sys_setreuid32: SyscallRow = {
  name: 'setreuid32',
  nr: { i386: 203, arm: 203 },
  args: [
    ['ruid', 'uid'],
    ['euid', 'uid'],
  ],
  ret: 'int',
  handler: reSetter('uid', 'wide'),
};

/** setregid(2) with 32-bit ids. */
const sys_setregid32: SyscallRow = {
  name: 'setregid32',
  nr: { i386: 204, arm: 204 },
  args: [
    ['rgid', 'uid'],
    ['egid', 'uid'],
  ],
  ret: 'int',
  handler: reSetter('gid', 'wide'),
};

/** setresuid(2) with 32-bit ids. */
const sys_setresuid32: SyscallRow = {
  name: 'setresuid32',
  nr: { i386: 208, arm: 208 },
  args: [
    ['ruid', 'uid'],
    ['euid', 'uid'],
    ['suid', 'uid'],
  ],
  ret: 'int',
  handler: resSetter('uid', 'wide'),
};

/** setresgid(2) with 32-bit ids. */
const sys_setresgid32: SyscallRow = {
  name: 'setresgid32',
  nr: { i386: 210, arm: 210 },
  args: [
    ['rgid', 'uid'],
    ['egid', 'uid'],
    ['sgid', 'uid'],
  ],
  ret: 'int',
  handler: resSetter('gid', 'wide'),
};

/** getresuid(2) with 32-bit ids. */
const sys_getresuid32: SyscallRow = {
  name: 'getresuid32',
  nr: { i386: 209, arm: 209 },
  args: [
    ['ruid', 'ptr'],
    ['euid', 'ptr'],
    ['suid', 'ptr'],
  ],
  ret: 'int',
  handler: resGetter('uid', 'wide'),
};

/** getresgid(2) with 32-bit ids. */
const sys_getresgid32: SyscallRow = {
  name: 'getresgid32',
  nr: { i386: 211, arm: 211 },
  args: [
    ['rgid', 'ptr'],
    ['egid', 'ptr'],
    ['sgid', 'ptr'],
  ],
  ret: 'int',
  handler: resGetter('gid', 'wide'),
};

/** setfsuid(2) with 32-bit ids. Returns the old id. */
const sys_setfsuid32: SyscallRow = {
  name: 'setfsuid32',
  nr: { i386: 215, arm: 215 },
  args: [['uid', 'uid']],
  ret: 'int',
  handler: fsSetter('uid', 'wide'),
};

/** setfsgid(2) with 32-bit ids. Returns the old id. */
const sys_setfsgid32: SyscallRow = {
  name: 'setfsgid32',
  nr: { i386: 216, arm: 216 },
  args: [['gid', 'uid']],
  ret: 'int',
  handler: fsSetter('gid', 'wide'),
};

/** getgroups(2) with 32-bit ids. */
const sys_getgroups32: SyscallRow = {
  name: 'getgroups32',
  nr: { i386: 205, arm: 205 },
  args: [
    ['gidsetsize', 'int'],
    ['grouplist', 'ptr'],
  ],
  ret: 'int',
  handler: getgroups('wide'),
};

/** setgroups(2) with 32-bit ids. */
const sys_setgroups32: SyscallRow = {
  name: 'setgroups32',
  nr: { i386: 206, arm: 206 },
  args: [
    ['gidsetsize', 'int'],
    ['grouplist', 'ptr'],
  ],
  ret: 'int',
  handler: setgroups('wide'),
};

export const UGID_ROWS: readonly SyscallRow[] = [
  sys_getuid,
  sys_geteuid,
  sys_getgid,
  sys_getegid,
  sys_setuid,
  sys_setgid,
  sys_setreuid,
  sys_setregid,
  sys_setresuid,
  sys_setresgid,
  sys_getresuid,
  sys_getresgid,
  sys_setfsuid,
  sys_setfsgid,
  sys_getgroups,
  sys_setgroups,
  sys_getuid32,
  sys_geteuid32,
  sys_getgid32,
  sys_getegid32,
  sys_setuid32,
  sys_setgid32,
  sys_setreuid32,
  sys_setregid32,
  sys_setresuid32,
  sys_setresgid32,
  sys_getresuid32,
  sys_getresgid32,
  sys_setfsuid32,
  sys_setfsgid32,
  sys_getgroups32,
  sys_setgroups32,
];

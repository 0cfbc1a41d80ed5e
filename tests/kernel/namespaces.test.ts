/** Namespaces that there are none of: as in a kernel that was built without them. The others are tests/guests/{pidns,uts,ipc}*.c. */
import { expect, test } from 'vitest';
import { EINVAL } from '../../kernel/abi/errno.ts';
import { CLONE_NEWNET, CLONE_NEWTIME, CLONE_NEWUSER, CLONE_NEWUTS } from '../../kernel/abi/sched.ts';
import { sys_clone } from '../../kernel/syscalls/clone.ts';
import { sys_unshare } from '../../kernel/syscalls/namespace.ts';
import { bareTask, call, ISAS } from './fs/harness.ts';
import { testKernel } from './support.ts';

test.each(ISAS)('user, network and time namespaces are EINVAL on %s, and leave no child', (isa) => {
  const k = testKernel();
  const task = bareTask(k, isa);
  const before = k.state.tasks.size;
  for (const flag of [CLONE_NEWUSER, CLONE_NEWNET, CLONE_NEWTIME]) {
    expect(call(k, task, sys_unshare, flag)).toBe(-EINVAL);
    expect(call(k, task, sys_unshare, flag | CLONE_NEWUTS)).toBe(-EINVAL);
  }
  for (const flag of [CLONE_NEWUSER, CLONE_NEWNET]) {
    expect(call(k, task, sys_clone, flag | 17, 0, 0, 0, 0)).toBe(-EINVAL);
  }
  expect(k.state.tasks.size).toBe(before);
  expect(call(k, task, sys_unshare, CLONE_NEWUTS)).toBe(0);
});

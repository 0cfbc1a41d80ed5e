import { S_IFDIR } from '../../abi/stat.ts';
import { archOf } from '../../arch/index.ts';
import { PAGE_SIZE, VM_MAPPED_COPY } from '../../mm/types.ts';
import { MMAP_MIN_ADDR } from '../../mm/unmapped-area.ts';
import { nsproxyOf } from '../../nsproxy.ts';
import { nowNs } from '../../sched.ts';
import type { Kernel } from '../../state.ts';
import { UTS_RELEASE, UTS_VERSION } from '../../syscalls/uname.ts';
import { PID_DIRECTORY } from './pid.ts';
import { directory, link, type ProcEntry, type ProcTarget, textFile } from './tree.ts';

/** The files of /proc that belong to the machine. */

const PID_MAX = 4194304;

function pages(k: Kernel): { total: number; free: number } {
  const { noMmu } = k.state;
  const total = Math.floor((noMmu ? noMmu.ramEnd - noMmu.ramStart : k.ram.lenBytes) / PAGE_SIZE);
  return { total, free: total - k.state.frames.used };
}

function cachedPages(k: Kernel): number {
  return [...k.state.cachedInodes].reduce((sum, inode) => sum + (inode.pages?.size ?? 0), 0);
}

/** Linux: mmap_pages_allocated, which there is only without an MMU. */
function copiedForMappings({ state }: Kernel): [string, number][] {
  if (!state.noMmu) return [];
  const copies = state.noMmu.regions.filter(({ flags }) => flags & VM_MAPPED_COPY);
  return [['MmapCopy', copies.reduce((sum, { start, top }) => sum + top - start, 0) / 1024]];
}

function meminfo(k: Kernel): string {
  const { total, free } = pages(k);
  const rows: [string, number][] = [
    ['MemTotal', total * 4],
    ['MemFree', free * 4],
    ['MemAvailable', free * 4],
    ['Buffers', 0],
    ['Cached', 4 * cachedPages(k)],
    ...copiedForMappings(k),
    ['SwapTotal', 0],
    ['SwapFree', 0],
  ];
  return rows.map(([name, kib]) => `${`${name}:`.padEnd(16)}${String(kib).padStart(8)} kB\n`).join('');
}

function seconds(ns: number): string {
  return (Math.floor(ns / 1e7) / 100).toFixed(2);
}

function stat(k: Kernel): string {
  const ticks = Math.floor(nowNs(k) / 1e7);
  const bootSeconds = k.clock.bootTimeNs / 1_000_000_000n;
  const running = [...k.state.tasks.values()].filter((task) => task.state === 'running').length;
  return (
    `cpu  ${ticks} 0 0 0 0 0 0 0 0 0\ncpu0 ${ticks} 0 0 0 0 0 0 0 0 0\nintr 0\nctxt 0\nbtime ${bootSeconds}\n` +
    `processes ${k.state.nextPid - 1000}\nprocs_running ${running}\nprocs_blocked 0\n`
  );
}

function loadavg(k: Kernel): string {
  const all = [...k.state.tasks.values()];
  const running = all.filter((task) => task.state === 'running').length;
  return `0.00 0.00 0.00 ${running}/${all.length} ${k.state.nextPid - 1}\n`;
}

const FILESYSTEMS = ['tmpfs', 'proc', 'pipefs', 'hostfs'].map((name) => `nodev\t${name}\n`).join('');

function pidNames(k: Kernel): string[] {
  return [...k.state.tasks.values()]
    .filter((task) => task.pid === task.tgid && task.state !== 'dead')
    .map((task) => String(task.pid));
}

function findPid(k: Kernel, _target: ProcTarget, name: string): ProcTarget | null {
  const task = /^[1-9][0-9]*$/.test(name) ? k.state.tasks.get(Number(name)) : undefined;
  return task && task.state !== 'dead' ? { pid: task.pid, fd: 0 } : null;
}

const KERNEL_FILES = directory({
  hostname: textFile((_k, _target, reader) => `${nsproxyOf(reader).uts.nodename}\n`),
  domainname: textFile((_k, _target, reader) => `${nsproxyOf(reader).uts.domainname}\n`),
  ostype: textFile(() => 'Linux\n'),
  osrelease: textFile(() => `${UTS_RELEASE}\n`),
  version: textFile(() => `${UTS_VERSION}\n`),
  pid_max: textFile(() => `${PID_MAX}\n`),
  ngroups_max: textFile(() => '65536\n'),
});

export const PROC_ROOT: ProcEntry = {
  mode: S_IFDIR | 0o555,
  children: {
    self: link((_k, _target, reader) => String(reader.tgid)),
    'thread-self': link((_k, _target, reader) => `${reader.tgid}/task/${reader.pid}`),
    version: textFile(() => `Linux version ${UTS_RELEASE} ${UTS_VERSION}\n`),
    meminfo: textFile(meminfo),
    cpuinfo: textFile((_k, _target, reader) => archOf(reader.isa).cpuinfo),
    stat: textFile(stat),
    loadavg: textFile(loadavg),
    uptime: textFile((k) => `${seconds(nowNs(k))} 0.00\n`),
    mounts: link(() => 'self/mounts'),
    filesystems: textFile(() => FILESYSTEMS),
    sys: directory({
      kernel: KERNEL_FILES,
      fs: directory({ 'pipe-max-size': textFile(() => '1048576\n') }),
      vm: directory({ overcommit_memory: textFile(() => '0\n'), mmap_min_addr: textFile(() => `${MMAP_MIN_ADDR}\n`) }),
    }),
  },
  many: { entry: PID_DIRECTORY, names: pidNames, find: findPid },
};

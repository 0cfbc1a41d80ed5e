/**
 * A real Linux without an MMU, in QEMU: build-linux.sh makes it, `make nommu-oracle` asks it. Nothing here runs in an
 * ordinary test run, which compares with what it said.
 */
import { execFile, spawn } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { signalName } from '../../../kernel/abi/signal.ts';
import type { Outcome } from '../native.ts';
import { buildNommuFile } from './build.ts';

/** Made by build-linux.sh. */
const LINUX = fileURLToPath(new URL('../../../.nommu-linux/', import.meta.url));
const INIT = fileURLToPath(new URL('init.c', import.meta.url));
const MACHINE = 'mps2-an385';
/** The RAM disk that is the root file system (CONFIG_BLK_DEV_RAM_SIZE), in KiB. */
const DISK_KIB = 3072;
/** How long Linux may say nothing. */
const SILENCE_MS = 60_000;

export interface LinuxAnswers {
  /** Linux's and QEMU's version, on one line. */
  readonly version: string;
  /** By the path that was asked for. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
}

/** Run ARM executables, one after the other, on Linux without an MMU. Rejects when Linux stops or falls silent. */
export async function runOnLinux(paths: readonly string[]): Promise<LinuxAnswers> {
  const folder = mkdtempSync(join(tmpdir(), 'nommu-'));
  try {
    const disk = await makeDisk(folder, paths);
    const lines = await boot(folder, disk);
    const qemu = await promisify(execFile)('qemu-system-arm', ['--version']);
    return readAnswers(lines, qemu.stdout, paths);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** An ext2 file system with the programs, the first process and the list of what it is to run. */
async function makeDisk(folder: string, paths: readonly string[]): Promise<string> {
  const root = join(folder, 'root');
  for (const name of ['bin', 'dev', 'proc', 'tmp']) mkdirSync(join(root, name), { recursive: true });
  copyFileSync(await buildNommuFile(INIT, 'init', 'arm', 'pie'), join(root, 'init'));
  for (const path of paths) copyFileSync(path, join(root, guestPath(path)));
  for (const path of ['init', ...paths.map(guestPath)]) chmodSync(join(root, path), 0o755);
  writeFileSync(join(root, 'list'), paths.map((path) => `${guestPath(path)}\n`).join(''));
  const disk = join(folder, 'disk');
  const settings = ['-q', '-t', 'ext2', '-b', '1024', '-N', '512', '-O', 'none', '-E', 'root_owner=0:0'];
  await promisify(execFile)('/sbin/mke2fs', [...settings, '-d', root, disk, `${DISK_KIB}`]);
  return disk;
}

const guestPath = (path: string): string => `/bin/${basename(path)}`;

/** The console's lines up to the end of the list. */
async function boot(folder: string, disk: string): Promise<string[]> {
  const board = join(folder, 'board.dtb');
  const image = join(LINUX, 'Image');
  if (!existsSync(image)) throw new Error(`${image} is missing: make nommu-oracle builds it`);
  const [start, end] = [DISK_ADDRESS, DISK_ADDRESS + statSync(disk).size];
  const chosen = `/ { chosen { bootargs = "${BOOT_ARGUMENTS}"; linux,initrd-start = <${start}>; linux,initrd-end = <${end}>; }; };\n`;
  const source = await promisify(execFile)(join(LINUX, 'dtc'), ['-q', '-O', 'dts', join(LINUX, `${MACHINE}.dtb`)]);
  writeFileSync(`${board}.dts`, source.stdout + chosen);
  await promisify(execFile)(join(LINUX, 'dtc'), ['-q', '-O', 'dtb', '-o', board, `${board}.dts`]);
  const loads = [
    [join(LINUX, 'board.bin'), 0],
    [image, 0x21008000],
    [board, 0x21700000],
    [disk, DISK_ADDRESS],
  ].flatMap(([file, address]) => ['-device', `loader,file=${file},addr=${address},force-raw=on`]);
  return console_(['-M', MACHINE, '-display', 'none', '-monitor', 'none', '-serial', 'stdio', '-no-reboot', ...loads]);
}

const DISK_ADDRESS = 0x21800000;
const BOOT_ARGUMENTS = 'console=ttyMPS0,9600 root=/dev/ram0 rw init=/init loglevel=1';

function console_(args: readonly string[]): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const qemu = spawn('qemu-system-arm', args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    const fail = (why: string): void => {
      qemu.kill('SIGKILL');
      reject(new Error(`Linux without an MMU ${why}; its last lines:\n${text.split('\n').slice(-20).join('\n')}`));
    };
    let timer = setTimeout(fail, SILENCE_MS, 'says nothing any more');
    qemu.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      clearTimeout(timer);
      timer = setTimeout(fail, SILENCE_MS, 'says nothing any more');
      if (!text.includes('@@@ end\r\n')) return;
      clearTimeout(timer);
      qemu.kill('SIGKILL');
      resolve(text.replaceAll('\r\n', '\n').split('\n'));
    });
    qemu.on('error', reject);
    qemu.on('exit', () => fail('ended before the last program'));
  });
}

function readAnswers(lines: readonly string[], qemuVersion: string, paths: readonly string[]): LinuxAnswers {
  const linux = lines.find((line) => line.startsWith('@@@ version '))?.split(' ')[4];
  const qemu = /version (\S+)/.exec(qemuVersion)?.[1];
  const outcomes = new Map<string, Outcome>();
  for (const path of paths) {
    const from = lines.indexOf(`@@@ ${guestPath(path)}`);
    const to = lines.findIndex((line, i) => i > from && line.startsWith('@@@ status '));
    if (from < 0 || to < 0) throw new Error(`Linux said nothing of ${path}`);
    const stdout = Buffer.from(
      lines
        .slice(from + 1, to)
        .map((line) => `${line}\n`)
        .join(''),
      'latin1',
    );
    const status = Number(lines[to]?.split(' ')[2]);
    const signal = status & 0x7f;
    outcomes.set(path, {
      stdout,
      stderr: new Uint8Array(0),
      status: signal ? { signaled: signalName(signal) ?? `signal ${signal}` } : { exited: (status >> 8) & 0xff },
    });
  }
  return { version: `Linux ${linux} without an MMU (ARMv7-M), QEMU ${qemu} ${MACHINE}`, outcomes };
}

import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createHostFiles, type HostFilesPort } from '../../../emulator/machine/host-files.ts';
import { EACCES, EINVAL, EISDIR, ELOOP, ENOENT, ENOTDIR } from '../../../kernel/abi/errno.ts';

let directory: string;
let inside: string;
let files: HostFilesPort;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'forkscope-host-'));
  inside = join(directory, 'mount');
  mkdirSync(join(inside, 'sub/deep'), { recursive: true });
  mkdirSync(join(directory, 'secret'));
  writeFileSync(join(directory, 'secret/key'), 'outside');
  writeFileSync(join(inside, 'hello'), 'hello, guest');
  writeFileSync(join(inside, 'sub/deep/file'), 'deep');
  files = createHostFiles([inside, join(inside, 'hello')]);
});

afterEach(() => {
  files.close();
  rmSync(directory, { recursive: true, force: true });
});

function text(found: Uint8Array | number): string | number {
  return typeof found === 'number' ? found : Buffer.from(found).toString();
}

describe('host files', () => {
  test('a file is read at any offset, shorter only at its end', () => {
    expect(text(files.read(0, 'hello', 0, 100))).toBe('hello, guest');
    expect(text(files.read(0, 'hello', 7, 3))).toBe('gue');
    expect(text(files.read(0, 'hello', 50, 3))).toBe('');
    expect(text(files.read(0, 'sub/deep/file', 0, 4))).toBe('deep');
  });

  test('a single file can be a mount', () => {
    expect(files.lstat(1, '')).toMatchObject({ type: 'file', lenBytes: 12 });
    expect(text(files.read(1, '', 0, 5))).toBe('hello');
  });

  test('lstat tells types, sizes and permissions', () => {
    expect(files.lstat(0, '')).toMatchObject({ type: 'directory' });
    expect(files.lstat(0, 'hello')).toMatchObject({ type: 'file', lenBytes: 12, nlink: 1 });
    symlinkSync('hello', join(inside, 'link'));
    expect(files.lstat(0, 'link')).toMatchObject({ type: 'symlink', lenBytes: 5 });
    expect(files.readlink(0, 'link')).toBe('hello');
  });

  test('errors are Linux errnos', () => {
    expect(files.lstat(0, 'absent')).toBe(-ENOENT);
    expect(files.lstat(0, 'absent/file')).toBe(-ENOENT);
    expect(files.lstat(0, 'hello/file')).toBe(-ENOTDIR);
    expect(files.readlink(0, 'hello')).toBe(-EINVAL);
    expect(files.readdir(0, 'hello')).toBe(-ENOTDIR);
    expect(files.read(0, 'sub', 0, 1)).toBe(-EISDIR);
    expect(files.read(0, '', 0, 1)).toBe(-EISDIR);
  });

  test('names that are not UTF-8 pass through byte by byte', () => {
    writeFileSync(Buffer.concat([Buffer.from(`${inside}/`), Buffer.from([0xff, 0x80, 0x41])]), 'bytes');
    const names = files.readdir(0, '');
    expect(names).toContain('\xff\x80A');
    expect(text(files.read(0, '\xff\x80A', 0, 9))).toBe('bytes');
  });

  test('no name leads out of the mount', () => {
    for (const path of [
      '..',
      '../secret/key',
      'sub/../../secret/key',
      './hello',
      'sub//deep',
      '/etc/passwd',
      'hello\0x',
    ]) {
      expect(files.lstat(0, path), path).toBe(-EACCES);
      expect(files.read(0, path, 0, 10), path).toBe(-EACCES);
      expect(files.readdir(0, path), path).toBe(-EACCES);
    }
  });

  test('symbolic links are never followed, in the last place or on the way', () => {
    symlinkSync(join(directory, 'secret/key'), join(inside, 'to-file'));
    symlinkSync('../secret', join(inside, 'to-directory'));
    expect(files.read(0, 'to-file', 0, 10)).toBe(-EACCES);
    expect(files.readdir(0, 'to-directory')).toBe(-ENOTDIR);
    expect([-ENOTDIR, -ELOOP]).toContain(files.read(0, 'to-directory/key', 0, 10));
    expect([-ENOTDIR, -ELOOP]).toContain(files.lstat(0, 'to-directory/key'));
  });

  test('a directory that becomes a symbolic link while it is in use does not lead out', () => {
    expect(text(files.read(0, 'sub/deep/file', 0, 4))).toBe('deep');
    renameSync(join(inside, 'sub'), join(inside, 'old'));
    symlinkSync('../secret', join(inside, 'sub'));
    expect(files.lstat(0, 'sub/key')).toBe(-ENOTDIR);
    expect(files.read(0, 'sub/key', 0, 10)).toBe(-ENOTDIR);
  });

  test('a file that is replaced is read anew once it was looked up', () => {
    expect(text(files.read(0, 'hello', 0, 5))).toBe('hello');
    unlinkSync(join(inside, 'hello'));
    writeFileSync(join(inside, 'hello'), 'other');
    files.lstat(0, 'hello');
    expect(text(files.read(0, 'hello', 0, 5))).toBe('other');
  });

  test('a FIFO is refused without blocking', () => {
    execFileSync('mkfifo', [join(inside, 'fifo')]);
    expect(files.lstat(0, 'fifo')).toBe(-EACCES);
    expect(files.read(0, 'fifo', 0, 1)).toBe(-EACCES);
    expect(files.readdir(0, 'fifo')).toBe(-ENOTDIR);
  });

  test('a device is refused', () => {
    const devices = createHostFiles(['/dev']);
    expect(devices.lstat(0, 'zero')).toBe(-EACCES);
    expect(devices.read(0, 'zero', 0, 1)).toBe(-EACCES);
    devices.close();
  });

  test('a socket is refused', async () => {
    const server = createServer();
    await new Promise<void>((listening) => server.listen(join(inside, 'socket'), listening));
    expect(files.lstat(0, 'socket')).toBe(-EACCES);
    expect(files.read(0, 'socket', 0, 1)).toBe(-EACCES);
    await new Promise((closed) => server.close(closed));
  });

  test('any number of files leaves a bounded number of descriptors, and none after close', () => {
    const before = readdirSync('/proc/self/fd').length;
    for (let i = 0; i < 300; i++) writeFileSync(join(inside, `file${i}`), String(i));
    for (let i = 0; i < 300; i++) expect(text(files.read(0, `file${i}`, 0, 9))).toBe(String(i));
    expect(readdirSync('/proc/self/fd').length - before).toBeLessThanOrEqual(64);
    files.close();
    expect(readdirSync('/proc/self/fd').length).toBeLessThanOrEqual(before - 2);
  });

  test('a mount that is not there is an error at once', () => {
    expect(() => createHostFiles([join(directory, 'nowhere')])).toThrow(/ENOENT/);
  });
});

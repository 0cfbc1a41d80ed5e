import { execFileSync, spawn } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createMemoryConsole } from '../../../emulator/machine/console.ts';
import { OutputClosed, writeAll } from '../../../emulator/machine/write-all.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'forkscope-console-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

describe('writeAll', () => {
  test('waits while a non-blocking pipe is full and loses nothing', async () => {
    const fifo = join(directory, 'fifo');
    const out = join(directory, 'out');
    execFileSync('mkfifo', [fifo]);
    const bytes = Buffer.from(Array.from({ length: 1 << 19 }, (_, at) => (at * 31 + (at >> 9)) & 255));
    const fd = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK);
    const reader = spawn('sh', ['-c', 'sleep 0.2; head -c "$2" < "$0" > "$1"', fifo, out, String(bytes.length)]);
    const ended = new Promise((done) => reader.on('close', done));
    writeAll(fd, bytes);
    await ended;
    closeSync(fd);
    expect(Buffer.compare(readFileSync(out), bytes)).toBe(0);
  });

  test('throws OutputClosed when the reader has gone', () => {
    const fifo = join(directory, 'fifo');
    execFileSync('mkfifo', [fifo]);
    const reader = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
    const fd = openSync(fifo, constants.O_WRONLY);
    closeSync(reader);
    expect(() => writeAll(fd, Buffer.from('x'))).toThrow(OutputClosed);
    closeSync(fd);
  });
});

describe('the console in memory', () => {
  test('gives its input in the pieces that are asked for, then its end', () => {
    const console = createMemoryConsole(Buffer.from('hello'));
    expect(Buffer.from(console.read(3) ?? []).toString()).toBe('hel');
    expect(Buffer.from(console.read(30) ?? []).toString()).toBe('lo');
    expect(console.read(1)?.length).toBe(0);
  });

  test('keeps what was written, by descriptor, though the writer uses its buffer again', () => {
    const console = createMemoryConsole();
    const buffer = Buffer.from('one');
    console.write(1, buffer);
    buffer.set(Buffer.from('two'));
    console.write(2, buffer);
    expect(console.bytes().toString()).toBe('onetwo');
    expect(console.bytes(2).toString()).toBe('two');
  });
});

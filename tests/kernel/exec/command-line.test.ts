/** Files that cannot be executed, given to `forkscope run`: a status and one clear line, as a shell has it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ET_REL, PT_INTERP } from '../../../kernel/abi/elf.ts';
import { forkscope } from '../../frontends/cli/support.ts';
import { BASE, elfFile, type Segment, usualSegments } from './elf-file.ts';

const FORMAT_ERROR = 'Exec format error';
const interp = { type: PT_INTERP, flags: 4, offset: 0x1100, vaddr: 0, fileSize: 9, memSize: 9, align: 1 };
const withInterpreter = (path: string, changes: Partial<Segment> = {}): Uint8Array =>
  elfFile('i386', {
    segments: [{ ...interp, fileSize: path.length + 1, ...changes }, ...usualSegments()],
    patches: [[0x1100, Buffer.from(`${path}\0`)]],
  });

const REFUSED: readonly (readonly [string, number, string, Uint8Array | string])[] = [
  ['an empty file', 126, FORMAT_ERROR, ''],
  ['an ELF file cut in its header', 126, FORMAT_ERROR, elfFile('i386').slice(0, 40)],
  ['an ELF file cut in its program headers', 126, FORMAT_ERROR, elfFile('x86_64').slice(0, 100)],
  ['an object file', 126, FORMAT_ERROR, elfFile('arm', { type: ET_REL })],
  ['a script without an interpreter', 126, FORMAT_ERROR, '#!\n'],
  ['a script whose interpreter is not there', 127, 'No such file or directory', '#!/no/such/interpreter\n'],
  ['a script whose interpreter is a directory', 126, 'Permission denied', '#!/tmp\n'],
  ['a program whose interpreter is not there', 127, 'No such file or directory', withInterpreter('/no/such/ld.so')],
  ['an interpreter path that is not all there', 126, 'Input/output error', withInterpreter('/x', { fileSize: 99 })],
  ['an interpreter path that does not end', 126, FORMAT_ERROR, withInterpreter('/lib/ld.so', { fileSize: 4 })],
];

const KILLED: readonly (readonly [string, Uint8Array])[] = [
  ['an entry where nothing is', elfFile('i386', { entry: 0x1000_0000 })],
  ['an entry beyond user space', elfFile('i386', { entry: 0xffff_f000 })],
  ['a segment of 2^47 bytes', elfFile('x86_64', { segments: [huge()] })],
  ['no segments at all', elfFile('arm', { segments: usualSegments().slice(2) })],
];

function huge(): Segment {
  return { type: 1, flags: 6, offset: 0, vaddr: BASE, fileSize: 0x400, memSize: 2 ** 47, align: 0x1000 };
}

describe('forkscope run', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'exec-'));
    mkdirSync(join(folder, 'directory'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each(REFUSED)('refuses %s with status %i: %s', (_, status, message, bytes) => {
    const path = join(folder, 'broken');
    writeFileSync(path, bytes, { mode: 0o755 });
    const ran = forkscope(['run', path]);
    expect(ran).toMatchObject({ status, stdout: '' });
    const [line = '', ...hints] = ran.stderr.trimEnd().split('\n');
    expect(line).toBe(`forkscope: ${path}: ${message}`);
    expect(hints.length).toBeLessThanOrEqual(1);
    expect(ran.stderr).not.toMatch(/\bat .*:\d+:\d+|fault of forkscope/);
  });

  test.each(KILLED)('ends with 139 for %s, as it is killed by SIGSEGV behind the point of no return', (_, bytes) => {
    const path = join(folder, 'broken');
    writeFileSync(path, bytes, { mode: 0o755 });
    expect(forkscope(['run', path])).toEqual({ status: 139, stdout: '', stderr: '' });
  });
});

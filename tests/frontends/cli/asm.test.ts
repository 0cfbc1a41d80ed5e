import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exitsWith, forkscope, openWorkshop, type Workshop } from './support.ts';

let workshop: Workshop;
let source: string;

beforeAll(() => {
  workshop = openWorkshop();
  source = join(workshop.directory, 'exits.S');
  writeFileSync(source, exitsWith(7));
});

afterAll(() => workshop.remove());

describe('forkscope asm', () => {
  test('makes an executable that runs', () => {
    const out = join(workshop.directory, 'exits');
    expect(forkscope(['asm', '-m', 'i386', '-o', out, source])).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(forkscope(['run', out])).toMatchObject({ status: 7 });
  });

  test('-c makes an object named after the source, in this directory', () => {
    expect(forkscope(['asm', '-m', 'i686', '-c', source], { cwd: workshop.directory })).toMatchObject({ status: 0 });
    const object = readFileSync(join(workshop.directory, 'exits.o'));
    expect(object.subarray(1, 4).toString()).toBe('ELF');
    expect(object.readUInt16LE(16)).toBe(1);
  });

  test('--flat makes bytes alone', () => {
    const out = join(workshop.directory, 'exits.bin');
    expect(forkscope(['asm', '-m', 'i386', '--flat', '-o', out, source])).toMatchObject({ status: 0 });
    expect(readFileSync(out).toString('hex')).toBe('b801000000bb07000000cd80');
  });

  test('--list shows addresses, bytes and lines, and writes no file', () => {
    const { status, stdout } = forkscope(['asm', '-m', 'i386', '--list', '--base', '0x10000', source], {
      cwd: workshop.directory,
    });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^00010[0-9a-f]{3} <_start>:\n +10[0-9a-f]{3}:\tb8 01 00 00 00 +\t3\tmov \$1,%eax$/m);
    expect(existsSync(join(workshop.directory, 'a.out'))).toBe(false);
  });

  test('standard input is a source too', () => {
    const out = join(workshop.directory, 'piped');
    expect(forkscope(['asm', '-m', 'i386', '-o', out, '-'], { input: exitsWith(9) })).toMatchObject({ status: 0 });
    expect(forkscope(['run', out])).toMatchObject({ status: 9 });
  });

  test('errors name file, line and column, status 1, and nothing is written', () => {
    const wrong = join(workshop.directory, 'wrong.S');
    writeFileSync(wrong, '_start:\n  mov $1,%eax\n  frobnicate %eax\n');
    const out = join(workshop.directory, 'wrong');
    const { status, stdout, stderr } = forkscope(['asm', '-m', 'i386', '-o', out, wrong]);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^forkscope: asm: 1 error\n/);
    expect(stderr).toContain(`${wrong}:3:3: `);
    expect(existsSync(out)).toBe(false);
  });

  test('a source that is not there is one line', () => {
    const { status, stderr } = forkscope(['asm', '-m', 'i386', './nowhere.S']);
    expect(status).toBe(125);
    expect(stderr).toBe('forkscope: ./nowhere.S: no such file or directory\n');
  });

  test('--bflt makes a program for Linux without an MMU, of sources and of objects alike', () => {
    const arm = join(workshop.directory, 'arm.S');
    writeFileSync(arm, '.globl _start\n_start: ldr r0, =7f\n ldr r0, [r0]\n mov r7, #1\n svc 0\n .data\n7: .word 7\n');
    const [object, made, again] = ['arm.o', 'arm', 'again'].map((name) => join(workshop.directory, name));
    if (!object || !made || !again) throw new Error('three names');
    expect(forkscope(['asm', '-m', 'arm', '-c', '-o', object, arm])).toMatchObject({ status: 0 });
    const bflt = ['asm', '-m', 'arm', '--bflt', '--stack-size', '12288', '-o'];
    expect(forkscope([...bflt, made, arm])).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(forkscope([...bflt, again, object])).toMatchObject({ status: 0 });
    const file = readFileSync(made);
    expect(file.subarray(0, 4).toString()).toBe('bFLT');
    expect(file.readUInt32BE(24)).toBe(12288);
    expect(readFileSync(again)).toEqual(file);
    expect(forkscope(['run', '--no-mmu', made])).toMatchObject({ status: 7 });
  });

  test.each([
    [['--bflt', '--flat'], 'asm: --bflt --flat: Linux places a bFLT program itself'],
    [['--bflt', '--base', '0'], 'asm: --bflt --base: Linux places a bFLT program itself'],
    [['--stack-size', '8192'], 'asm: --stack-size is for --bflt'],
  ])('%j is refused', (options, message) => {
    const { status, stderr } = forkscope(['asm', '-m', 'arm', ...options, '-'], { input: '_start: nop\n' });
    expect(status).not.toBe(0);
    expect(stderr.split('\n')[0]).toBe(`forkscope: ${message}`);
  });

  test('an object is not compiled again, and an executable is no object', () => {
    const [object, made] = [join(workshop.directory, 'x.o'), join(workshop.directory, 'x')];
    forkscope(['asm', '-m', 'i386', '-c', '-o', object, source]);
    expect(forkscope(['asm', '-m', 'i386', '-c', object]).stderr).toContain(`-c: ${object} is an object already`);
    expect(forkscope(['asm', '-m', 'arm', '-o', made, object]).stderr).toBe(
      `forkscope: asm: ${object}: an object for i386, not for arm\n`,
    );
    forkscope(['asm', '-m', 'i386', '-o', made, object]);
    expect(forkscope(['run', made])).toMatchObject({ status: 7 });
    expect(forkscope(['asm', '-m', 'i386', made]).stderr).toBe(`forkscope: asm: ${made}: not a relocatable object\n`);
  });
});

describe('forkscope dis', () => {
  test('shows a symbol in both syntaxes', async () => {
    const path = await workshop.guest('vfork-step', 'i386');
    expect(forkscope(['dis', path, 'vfork']).stdout).toContain('cmp $0xfffff001,%eax');
    const intel = forkscope(['dis', '-M', 'intel', path, 'vfork']).stdout;
    expect(intel).toContain('cmp eax,0xfffff001');
    expect(intel).toContain('<vfork>:');
    expect(intel).not.toContain('<main>:');
  });

  test('refuses what is no ELF file, and symbols that are not there', async () => {
    const path = await workshop.guest('vfork-step', 'arm');
    expect(forkscope(['dis', source])).toEqual({
      status: 1,
      stdout: '',
      stderr: `forkscope: dis: ${source}: not an ELF file\n`,
    });
    expect(forkscope(['dis', path, 'nosuch'])).toMatchObject({ status: 1, stdout: '' });
    expect(forkscope(['dis', path]).stdout).toContain('svc ');
  });
});

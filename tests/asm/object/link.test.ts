import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  assemble,
  findSection,
  linkExecutable,
  linkFlat,
  linkObjects,
  readElf,
  readSymbols,
  SymbolTable,
} from '../../../asm/index.ts';
import { canExecute, execute, has, inFolder, run } from '../host.ts';
import { PROGRAMS, type Program } from '../programs.ts';

const assembleProgram = ({ isa, sources }: Program) =>
  assemble(
    sources.map((text, i) => ({ file: `part${i}.S`, text })),
    { isa },
  );

describe.each(PROGRAMS)('a program ($isa, $name)', (program) => {
  it.skipIf(!canExecute(program.isa))('runs as written (ARM needs qemu-arm)', async () => {
    const executable = linkExecutable(await assembleProgram(program));
    const result = execute(program.isa, executable);
    expect(result).toMatchObject({ stdout: program.stdout, status: program.status, stderr: '' });
  });

  it('is laid out as ld does: text read and executed, constants read, data read and written', async () => {
    const image = readElf(linkExecutable(await assembleProgram(program)));
    const loads = image.segments.filter((s) => s.type === 1);
    expect(loads.map((s) => s.flags)).toEqual(
      findSection(image, '.rodata') ? (loads.length === 3 ? [5, 4, 6] : [5, 4]) : [5, 6],
    );
    for (const s of loads) {
      expect(s.offset % 0x1000).toBe(s.address % 0x1000);
      expect(s.align).toBe(0x1000);
    }
    const base = { i386: 0x08048000, x86_64: 0x400000, arm: 0x10000 }[program.isa];
    expect(loads[0]).toMatchObject({ address: base, offset: 0 });
    expect(SymbolTable.fromElf(image).lookup('_start')?.address).toBe(image.header.entry);
  });

  it('keeps its addresses when it is moved', async () => {
    const objects = await assembleProgram(program);
    const moved = linkObjects(objects, { base: 0x20000 });
    const usual = linkObjects(objects);
    const shift = usual.base - moved.base;
    const local = (image: typeof moved, by: number) =>
      image.symbols.filter((s) => s.section >= 0).map((s) => [s.name, s.address + by]);
    expect(local(moved, shift)).toEqual(local(usual, 0));
    if (!canExecute(program.isa)) return;
    expect(execute(program.isa, linkExecutable(objects, { base: 0x20000 }))).toMatchObject({ status: program.status });
  });

  it.skipIf(!has('nm'))('has symbols that nm reads', async () => {
    const executable = linkExecutable(await assembleProgram(program));
    const names = inFolder((folder) => {
      writeFileSync(join(folder, 'a'), executable);
      return run('nm', ['a'], folder).stdout;
    });
    const ours = readSymbols(readElf(executable)).find((s) => s.name === '_start');
    const width = program.isa === 'x86_64' ? 16 : 8;
    expect(names).toContain(`${ours?.value.toString(16).padStart(width, '0')} T _start`);
  });
});

describe('linking', () => {
  const source = (text: string, file = 'a.S') => ({ file, text });

  it('takes the global definition over the weak one, and any over none', async () => {
    const objects = await assemble(
      [
        source('.globl _start\n_start: movl $f,%ebx\n movl $g,%ecx\n movl $none,%edx\n .weak none\n'),
        source('.weak f\nf: nop\n .globl g\ng: nop\n', 'b.S'),
        source('.globl f\n nop\nf: nop\n', 'c.S'),
      ],
      { isa: 'i386' },
    );
    const flat = linkFlat(objects, { base: 0x1000 });
    const at = (offset: number): number => new DataView(flat.bytes.buffer).getUint32(offset, true);
    expect([at(1), at(6), at(11)]).toEqual([0x1000 + 15 + 2 + 1, 0x1000 + 15 + 1, 0]);
  });

  it('gives common symbols of one name one place, as large as the largest', async () => {
    const text = (n: number): string => `.globl s${n}\ns${n}: .long c\n.comm c,${n * 8},4\n.comm only${n},4\n`;
    const flat = linkFlat(await assemble([source(text(1)), source(text(2), 'b.S')], { isa: 'i386' }));
    const commons = flat.symbols.filter((s) => s.name === 'c');
    expect(commons).toHaveLength(1);
    expect(flat.memoryBytes).toBe(8 + 16 + 8);
    expect(flat.bytes.subarray(0, 4)).toEqual(flat.bytes.subarray(4, 8));
  });

  it('keeps one of several COMDAT groups of one name', async () => {
    const text = '.section .text.f,"axG",@progbits,f,comdat\n.weak f\nf: ret\n.text\ncall f\n';
    const flat = linkFlat(await assemble([source(text), source(text, 'b.S')], { isa: 'i386' }));
    expect(flat.bytes.length).toBe(5 + 1 + 5);
    expect(flat.symbols.filter((s) => s.name === 'f')).toHaveLength(1);
  });

  it('starts at the entry asked for', async () => {
    const objects = await assemble([source('nop\n.globl go\ngo: nop\n')], { isa: 'i386' });
    expect(linkObjects(objects, { base: 0, flat: true, entry: 'go' }).entry).toBe(1);
    expect(() => linkObjects(objects, { entry: 'nowhere' })).toThrow("entry symbol 'nowhere' is not defined");
  });

  it('tells for every instruction the line it comes from', async () => {
    const objects = await assemble([source('nop\n\n.data\n.long 1\n.text\nl: jmp l; nop\n')], { isa: 'i386' });
    expect(linkFlat(objects, { base: 0x100 }).lines).toEqual([
      { address: 0x100, file: 'a.S', line: 1 },
      { address: 0x101, file: 'a.S', line: 6 },
      { address: 0x103, file: 'a.S', line: 6 },
    ]);
  });

  it('sets the Thumb bit of an entry and of addresses taken, and of nothing else', async () => {
    const text = '.thumb\n.thumb_func\n.globl _start\n_start: bx lr\nl: nop\n.data\n.word _start, l, _start+4\n';
    const image = linkObjects(await assemble([source(text)], { isa: 'arm' }), { base: 0x10000 });
    const data = image.sections.find((s) => s.name === '.data');
    const words = new Uint32Array(data?.bytes.slice().buffer ?? new ArrayBuffer(0));
    expect(image.entry).toBe(0x10201);
    expect([...words]).toEqual([0x10201, 0x10202, 0x10205]);
    expect(image.symbols.find((s) => s.name === '_start')).toMatchObject({ address: 0x10200, thumb: true });
  });

  it('refuses to mix ISAs', async () => {
    const [a] = await assemble([source('nop\n')], { isa: 'i386' });
    const [b] = await assemble([source('nop\n', 'b.S')], { isa: 'arm' });
    if (!a || !b) throw new Error('no object');
    expect(() => linkObjects([a, b])).toThrow('b.S is for arm, a.S for i386');
  });
});

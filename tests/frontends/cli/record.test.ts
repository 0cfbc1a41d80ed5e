import { copyFileSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildDebug } from '../../asm/dwarf/build.ts';
import { forkscope, openWorkshop, type Workshop } from './support.ts';

const BUSYBOX = fileURLToPath(new URL('../../../.guests/i386/bin/busybox', import.meta.url));

let workshop: Workshop;
const at = (name: string): string => join(workshop.directory, name);

beforeAll(() => {
  workshop = openWorkshop();
});

afterAll(() => workshop.remove());

describe('forkscope record and replay', () => {
  test('a replay needs nothing but the file: the same output, the same end', async () => {
    const program = await workshop.guest('child-printed-twice', 'i386');
    const recorded = forkscope(['record', '-o', at('twice.fsr'), program]);
    expect(recorded).toEqual({ status: 139, stdout: 'child proc:0\n0\nchild proc:0\n', stderr: '' });
    renameSync(program, `${program}.away`);
    expect(forkscope(['replay', at('twice.fsr')])).toEqual(recorded);
    renameSync(`${program}.away`, program);
  });

  test('input, files and directories of the host are in it', () => {
    const script = 'read x y; echo got $x; ls /work; cat /work/note; echo $y | cat; exit 5';
    writeFileSync(at('note'), 'first\n');
    const args = ['record', '-o', at('sh.fsr'), '--mount', `${workshop.directory}:/work`, BUSYBOX, 'sh', '-c', script];
    const recorded = forkscope(args, { input: 'hello 12\nrest\n' });
    expect(recorded).toMatchObject({ status: 5, stderr: '' });
    expect(recorded.stdout).toMatch(/^got hello\n(.*\n)*note\n(.*\n)*first\n12\n$/);
    writeFileSync(at('note'), 'second\n');
    expect(forkscope(['replay', at('sh.fsr')], { input: 'other\n' })).toEqual(recorded);
  });

  test.each(['x86_64', 'arm'] as const)(
    'it has lines, variables and frames of a program that is gone, %s',
    async (isa) => {
      const built = await buildDebug('steps', 'gcc', isa, ['-g', '-O0', '-static'], ['steps.c']);
      copyFileSync(built, at('steps'));
      expect(forkscope(['record', '-o', at('steps.fsr'), at('steps')]).status).toBe(0);
      rmSync(at('steps'));
      const input = [
        'b twice',
        'c',
        'p x',
        'bt 2',
        `record ${at('again.fsr')}`,
        `replay ${at('again.fsr')}`,
        'info line twice',
      ];
      const { stdout } = forkscope(['debug', '--replay', at('steps.fsr')], { input: input.join('\n') });
      expect(stdout).toMatch(/^Breakpoint 1, twice\+\d+ steps\.c:9\n/m);
      expect(stdout).toContain('$1 = 0\n');
      expect(stdout).toMatch(/^#1 .* in main\+\d+ at steps\.c:24 {2}by cfi$/m);
      // Recorded once more, it still has them.
      expect(stdout).toMatch(/^Line \d+ of ".*steps\.c" starts at address 0x/m);
    },
  );

  test('the debugger steps through it, symbols included', async () => {
    const program = await workshop.guest('vfork-step', 'arm');
    forkscope(['record', '-o', at('step.fsr'), program]);
    renameSync(program, `${program}.away`);
    writeFileSync(at('script'), 'b vfork\nc\nc\nrc\n');
    const { status, stdout } = forkscope(['debug', '--replay', at('step.fsr'), '-x', at('script')]);
    expect(status).toBe(0);
    expect(stdout).toContain('Breakpoint 1, vfork');
    expect(stdout).toContain('child: vfork returned 0\nparent: wait status 0\nThe program exited with code 0.');
    expect(stdout.match(/child: vfork returned 0/g)).toHaveLength(1);
  });

  test('what is no recording, is cut short, damaged or of another version is told in one line', async () => {
    const program = await workshop.guest('vfork-step', 'i386');
    forkscope(['record', '-o', at('good.fsr'), program]);
    const lines = gunzipSync(readFileSync(at('good.fsr')))
      .toString()
      .trimEnd()
      .split('\n');
    const write = (name: string, text: string): string => {
      writeFileSync(at(name), gzipSync(text));
      return at(name);
    };
    const say = (path: string): string => {
      const { status, stderr } = forkscope(['replay', path]);
      expect(status).toBe(125);
      return stderr.replace(workshop.directory, 'DIR');
    };
    expect(say('/bin/true')).toBe('forkscope: /bin/true: not a recording of forkscope, or damaged\n');
    expect(say(at('nothing'))).toBe('forkscope: DIR/nothing: no such file or directory\n');
    const short = write('short.fsr', `${lines.slice(0, -1).join('\n')}\n`);
    expect(say(short)).toMatch(/^forkscope: replay: DIR\/short.fsr: cut short: it ends at t=\d+\n$/);
    const other = write('other.fsr', `${lines.join('\n').replace('"version":1', '"version":7')}\n`);
    expect(say(other)).toBe('forkscope: DIR/other.fsr: a recording of version 7; this forkscope reads version 1\n');
    const engine = write('engine.fsr', `${lines.join('\n').replace(/"engine":"\w+"/, '"engine":"0"')}\n`);
    expect(say(engine)).toContain('made by a forkscope with another engine');
    const changed = write('changed.fsr', `${lines.join('\n').replace('"fd":1', '"fd":2')}\n`);
    expect(say(changed)).toBe('forkscope: DIR/changed.fsr: damaged: its checksum is another one\n');
    const begun = write('begun.fsr', `${lines[0]}\n`);
    expect(say(begun)).toMatch(/^forkscope: DIR.begun.fsr: cut short before its first instruction: .*\n$/);
    const half = at('half.fsr');
    writeFileSync(half, readFileSync(at('good.fsr')).subarray(0, 300));
    expect(say(half)).toMatch(/^forkscope: .*(cut short|damaged|not a recording).*\n$/);
  });

  test('a full disk ends it with one line', async () => {
    if (!existsSync('/dev/full')) return;
    const program = await workshop.guest('vfork-step', 'i386');
    const { status, stderr } = forkscope(['record', '-o', '/dev/full', program]);
    expect({ status, stderr }).toEqual({
      status: 125,
      stderr: 'forkscope: record: /dev/full: no space left on device\nWhat has been written before can be replayed.\n',
    });
  });
});

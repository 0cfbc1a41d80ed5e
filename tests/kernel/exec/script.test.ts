/** Scripts: what a first line may be, and what the interpreter gets, as on the Linux beneath us. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { elfFile } from './elf-file.ts';
import { buildHostC, type Candidate, CandidateFolder, type Helpers } from './probe.ts';

const long = (bytes: number): string => `./${'x'.repeat(bytes - 2)}`;
/** A path to ./show of this many bytes. */
const padded = (bytes: number): string => `.${'/'.repeat(bytes - 5)}show`;

const TEXTS: Readonly<Record<string, string>> = {
  'an interpreter': '#!./show\n',
  'an interpreter with a line behind it': '#!./show\nnot for exec\n',
  'an argument': '#!./show one\n',
  'several words, which are one argument': '#!./show one two  three\n',
  'blanks everywhere': '#! \t ./show \t one two \t \n',
  'blanks behind the interpreter': '#!./show \t\n',
  'no newline': '#!./show',
  'no newline, an argument': '#!./show one',
  'no newline, a blank at the end': '#!./show ',
  'no newline, blanks behind the argument': '#!./show one \t',
  'a carriage return': '#!./show\r\n',
  'nothing behind the mark': '#!',
  'an empty line': '#!\n',
  'a line of blanks': '#! \t \n',
  'blanks and no newline': '#!   ',
  'only blanks for 300 bytes': `#!${' '.repeat(300)}`,
  'a NUL in the interpreter': '#!./show\0more\n',
  'a NUL at once': '#!\0./show\n',
  'a NUL in the argument': '#!./show one\0two\n',
  'a NUL behind a blank': '#!./show \0\n',
  'bytes that are no UTF-8': '#!./show \xff\xfe\n',
  'half a mark': '#',
  'a blank before the mark': ' #!./show\n',
  'an interpreter that is not there': '#!./nothing\n',
  'an interpreter without execute permission': '#!./closed\n',
  'an interpreter that is a directory': '#!.\n',
  'an interpreter below a file': '#!./show/more\n',
  'an interpreter that is empty': '#!./empty\n',
  'an interpreter that is text': '#!./text\n',
  'an interpreter that is a broken ELF file': '#!./broken\n',
  'an interpreter of 253 bytes and a newline': `#!${padded(253)}\n`,
  'an interpreter of 253 bytes and a blank': `#!${padded(253)} and more that is cut off\n`,
  'an interpreter of 253 bytes at the end': `#!${padded(253)}`,
  'an interpreter of 254 bytes': `#!${padded(254)}\n`,
  'an interpreter of 254 bytes at the end': `#!${padded(254)}`,
  'an interpreter of 300 bytes': `#!${padded(300)}\n`,
  'an interpreter of 250 bytes that is not there': `#!${long(250)}\n`,
  'an argument that is cut off': `#!./show ${'y'.repeat(300)}\n`,
  'blanks up to the cut': `#!./show${' '.repeat(300)}one\n`,
  'itself as interpreter': '#!./itself\n',
  ...Object.fromEntries([0, 1, 2, 3, 4, 5].map((i) => [`${i + 1} scripts behind it`, `#!./chain${i} arg\n`])),
  'scripts that end at nothing': '#!./lost4\n',
};

const candidates: Candidate[] = [
  ...Object.entries(TEXTS).map(([name, text]) => ({ name, bytes: Buffer.from(text, 'latin1') })),
  { name: 'an empty file', bytes: new Uint8Array(0) },
  { name: 'a directory', bytes: 'directory' },
  { name: 'a script without execute permission', bytes: Buffer.from('#!./show\n'), mode: 0o644 },
  { name: 'a script that cannot be read', bytes: Buffer.from('#!./show\n'), mode: 0o711 },
  { name: 'a file of zeros', bytes: new Uint8Array(5000) },
];

async function helpers(): Promise<Helpers> {
  const show = readFileSync(await buildHostC(fileURLToPath(new URL('show.c', import.meta.url))));
  const scripts = [0, 1, 2, 3, 4, 5].flatMap((i) => [
    [`chain${i}`, { bytes: Buffer.from(`#!./${i === 0 ? 'show' : `chain${i - 1}`} chain${i}\n`) }] as const,
    [`lost${i}`, { bytes: Buffer.from(`#!./${i === 0 ? 'nothing' : `lost${i - 1}`}\n`) }] as const,
  ]);
  return {
    show: { bytes: show },
    closed: { bytes: show, mode: 0o644 },
    empty: { bytes: new Uint8Array(0) },
    text: { bytes: Buffer.from('text\n') },
    broken: { bytes: elfFile('x86_64').slice(0, 100) },
    itself: { bytes: Buffer.from('#!./itself\n') },
    ...Object.fromEntries(scripts),
  };
}

describe('a script', () => {
  let native: readonly string[] = [];
  let forkscope: readonly string[] = [];
  beforeAll(async () => {
    const folder = new CandidateFolder(candidates, await helpers());
    try {
      native = await folder.runNative(true);
      forkscope = await folder.runForkscope(true);
    } finally {
      folder.remove();
    }
  });

  test('gets what native Linux gives it: the same arguments, names and errnos', () => {
    expect(forkscope).toEqual(native);
  });

  test.each(['ENOEXEC', 'ENOENT', 'EACCES', 'ENOTDIR', 'ELOOP'])('can be refused with %s', (errno) => {
    expect(forkscope).toContain(errno);
  });
});

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readSource, repositoryPaths, root } from '../scripts/checks/sources.ts';

interface LockedPackage {
  version?: string;
  license?: string;
  resolved?: string;
  dev?: boolean;
  optionalDependencies?: Record<string, string>;
}

/** The combined work is GPL-2.0: what it is linked with at run time must allow that. */
const LICENCES = /^(MIT|ISC|0BSD|BSD-[0-9A-Z-]*Clause|GPL-2\.0(-only|-or-later|\+)?)$/;

/** Files that are pictures by nature. */
const PICTURE = /^docs\/.*\.(png|gif)$/;

const paths = repositoryPaths();
const packageJson = JSON.parse(readSource('package.json').text);
const locked: [string, LockedPackage][] = Object.entries(JSON.parse(readSource('package-lock.json').text).packages);

/** `path:line: text` of each line of the files that matches. */
function linesMatching(files: string[], pattern: RegExp): string[] {
  return files.flatMap((path) =>
    readSource(path)
      .text.split('\n')
      .flatMap((text, index) => (pattern.test(text) ? [`${path}:${index + 1}: ${text.trim()}`] : [])),
  );
}

describe('lock files', () => {
  test('npm packages are locked without the address they came from', () => {
    expect(locked.length).toBeGreaterThan(1);
    expect(locked.filter(([, entry]) => entry.resolved !== undefined).map(([name]) => name)).toEqual([]);
  });

  test('packages for other platforms are locked too, or npm ci refuses the lock file', () => {
    const names = new Set(locked.map(([path]) => path.replace(/^.*node_modules\//, '')));
    const wanted = locked.flatMap(([, entry]) => Object.keys(entry.optionalDependencies ?? {}));
    expect(wanted.length).toBeGreaterThan(0);
    expect(wanted.filter((name) => !names.has(name))).toEqual([]);
  });

  test('crates come from the index that cargo knows by default', () => {
    const locks = paths.filter((path) => path.endsWith('Cargo.lock'));
    expect(locks).not.toEqual([]);
    const index = 'source = "registry+https://github.com/rust-lang/crates.io-index"';
    expect(linesMatching(locks, /:\/\//).filter((line) => !line.endsWith(index))).toEqual([]);
  });
});

describe('licences', () => {
  test('LICENSE is the GNU General Public License, version 2', () => {
    expect(readSource('LICENSE').text).toMatch(/^\s*GNU GENERAL PUBLIC LICENSE\s+Version 2, June 1991\s/);
  });

  test('package.json and the addon say GPL-2.0', () => {
    expect(packageJson.license).toBe('GPL-2.0-only');
    expect(readSource('emulator/native/Cargo.toml').text).toMatch(/^license = "GPL-2\.0-only"$/m);
  });

  test('all that is needed at run time may be combined with it', () => {
    const needed = locked.filter(([name, entry]) => name !== '' && entry.dev !== true);
    expect(needed.length).toBeGreaterThanOrEqual(Object.keys(packageJson.dependencies).length);
    const refused = needed.filter(([, { license }]) => !LICENCES.test(license ?? ''));
    expect(refused.map(([name, { license }]) => `${name}: ${license}`)).toEqual([]);
  });

  test.each(['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'GPL-2.0', 'GPL-2.0-only', 'GPL-2.0-or-later'])(
    '%s is allowed',
    (id) => {
      expect(id).toMatch(LICENCES);
    },
  );

  test.each(['', 'Apache-2.0', 'GPL-3.0-only', 'UNLICENSED', 'SEE LICENSE IN LICENSE'])('"%s" is not', (id) => {
    expect(id).not.toMatch(LICENCES);
  });
});

test('Node.js 20 is enough', () => {
  expect(packageJson.engines.node).toBe('>=20.19');
});

test('nothing that was built is in git', () => {
  const built = paths.filter((path) => /\.(node|o|a|so|elf|exe|deb|wasm|tgz)$/.test(path));
  const binary = paths.filter(
    (path) =>
      !PICTURE.test(path) &&
      readFileSync(root + path)
        .subarray(0, 8192)
        .includes(0),
  );
  expect([...built, ...binary]).toEqual([]);
});

test('no source leaves work behind as a mark', () => {
  const sources = paths.filter((path) => /\.(ts|mjs|rs|S|c|h|sh|py)$/.test(path));
  expect(sources.length).toBeGreaterThan(0);
  const marks = ['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X', 'HA' + 'CK'].join('|');
  expect(linesMatching(sources, new RegExp(`\\b(${marks})\\b`))).toEqual([]);
});

test.each(['bin/forkscope', '.ci/run', 'scripts/test/run.sh', 'scripts/guests/fetch.sh'])(
  '%s can be executed',
  (path) => {
    expect(statSync(root + path).mode & 0o111).toBe(0o111);
  },
);

describe('the closing line of a test run', () => {
  const good = { passed: 7, failed: 0, skipped: 0, unhandledErrors: 0, reason: 'passed' };

  function close(report: string): { stdout: string; status: number | null } {
    const folder = mkdtempSync(join(tmpdir(), 'forkscope-report-'));
    try {
      writeFileSync(join(folder, 'report.json'), report);
      const script = join(root, 'scripts/test/closing-line.mjs');
      const { stdout, status } = spawnSync(process.execPath, [script, join(folder, 'report.json')], {
        encoding: 'utf8',
      });
      return { stdout, status };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  test.each([
    [good, '7 passed, 0 failed\n', 0],
    [{ ...good, skipped: 2 }, '7 passed, 0 failed, 2 skipped\n', 0],
    [{ ...good, failed: 1, reason: 'failed' }, '7 passed, 1 failed\n', 1],
    [{ ...good, unhandledErrors: 1 }, '7 passed, 0 failed\n', 1],
    [{ ...good, reason: 'interrupted' }, '7 passed, 0 failed\n', 1],
    [{ ...good, passed: 0 }, '0 passed, 0 failed\n', 1],
  ])('of %j', (report, stdout, status) => {
    expect(close(JSON.stringify(report))).toEqual({ stdout, status });
  });

  test('is not printed without a whole report', () => {
    expect(close('{"passed": 7')).toEqual({ stdout: '', status: 1 });
  });
});

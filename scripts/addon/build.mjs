/**
 * Builds emulator/native/forkscope.node. With nothing changed it returns at once; a finished addon is kept outside the
 * checkout, so that another checkout of the same sources copies it. `--force` builds anyway.
 *
 * With FORKSCOPE_WITHOUT_EDITS=01,02 an addon without these edits is built apart and only kept outside; its path is the
 * one line on standard output, and FORKSCOPE_ADDON makes the engine load it. Edits that others build upon fail the build.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { editNames, patchCrate } from './patch.mjs';

const SCRIPTS = dirname(fileURLToPath(import.meta.url));
const ROOT = join(SCRIPTS, '..', '..');
const NATIVE = join(ROOT, 'emulator', 'native');
const ADDON = join(NATIVE, 'forkscope.node');
const STAMP = join(NATIVE, 'target', 'forkscope.key');
const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'forkscope');

/** Numbers of the edits that are left out, in order. */
const WITHOUT = [...new Set((process.env.FORKSCOPE_WITHOUT_EDITS ?? '').split(',').filter(Boolean))].sort();
/** What folders of such an addon are told apart by. */
const SUFFIX = WITHOUT.length === 0 ? '' : `-without-${WITHOUT.join('-')}`;

function filesUnder(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesUnder(path) : [path];
    })
    .sort();
}

/** Short hash of the contents of files and of other texts. */
function keyOf(files, texts) {
  const hash = createHash('sha256');
  for (const file of files)
    hash
      .update(`${file.slice(ROOT.length)}\0`)
      .update(readFileSync(file))
      .update('\0');
  for (const text of texts) hash.update(`${text}\0`);
  return hash.digest('hex').slice(0, 20);
}

function output(command, args, options = {}) {
  return execFileSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28, ...options });
}

/** Everything the addon is made from. */
function addonKey() {
  const sources = [
    ...filesUnder(join(NATIVE, 'src')),
    ...['Cargo.toml', 'Cargo.lock', 'build.rs'].map((name) => join(NATIVE, name)),
    join(NATIVE, 'stock-bench', 'Cargo.lock'),
    ...filesUnder(SCRIPTS),
  ];
  return keyOf(sources, [
    output('rustc', ['--version']),
    process.versions.modules,
    process.arch,
    process.platform,
    ...WITHOUT,
  ]);
}

/** Folder of the unpacked crate in cargo's own registry, downloaded by cargo if need be and checked against the lock file. */
function registryCrate() {
  const manifest = join(NATIVE, 'stock-bench', 'Cargo.toml');
  const metadata = JSON.parse(
    output('cargo', ['metadata', '--locked', '--format-version', '1', '--manifest-path', manifest], {
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  );
  const crate = metadata.packages.find((candidate) => candidate.name === 'unicorn-engine-sys');
  if (crate === undefined) throw new Error('cargo metadata does not list unicorn-engine-sys');
  return dirname(crate.manifest_path);
}

/**
 * The crate, copied into the cache with the edited source below it: the source's configure script refuses paths with
 * spaces, and cargo's target folder must see all checkouts at one path. The edited source is written anew when it
 * differs, so that its files are newer than what was compiled from others.
 */
async function stagedCrate() {
  const stage = join(CACHE, `crate${SUFFIX}`);
  for (const name of ['src', 'build.rs', 'Cargo.toml', 'Cargo.lock']) {
    rmSync(join(stage, name), { recursive: true, force: true });
    cpSync(join(NATIVE, name), join(stage, name), { recursive: true });
  }
  const crate = registryCrate();
  const key = keyOf(filesUnder(join(SCRIPTS, 'edits')), [
    crate,
    ...['patch.mjs', 'source.mjs'].map((name) => readFileSync(join(SCRIPTS, name), 'utf8')),
  ]);
  const upstream = join(stage, 'upstream', 'unicorn-engine-sys');
  const stamp = join(stage, 'upstream', 'key');
  if (!existsSync(upstream) || !existsSync(stamp) || readFileSync(stamp, 'utf8') !== key) {
    rmSync(stamp, { force: true });
    mkdirSync(dirname(upstream), { recursive: true });
    await patchCrate(crate, upstream, WITHOUT);
    writeFileSync(stamp, key);
  }
  return stage;
}

/** Puts a finished file in place at once, for readers at the same time. */
function install(from, to) {
  const part = `${to}.${process.pid}`;
  copyFileSync(from, part);
  renameSync(part, to);
}

async function build(key) {
  console.error('forkscope: building the native addon (about a minute)');
  const stage = await stagedCrate();
  const napi = join(ROOT, 'node_modules', '.bin', 'napi');
  const into = join(CACHE, `build-${process.pid}`);
  mkdirSync(into, { recursive: true });
  try {
    execFileSync(
      napi,
      [
        'build',
        '--release',
        '--manifest-path',
        join(stage, 'Cargo.toml'),
        '--package-json-path',
        join(ROOT, 'package.json'),
        '--output-dir',
        into,
        '--no-js',
        '--',
        '--locked',
      ],
      {
        cwd: stage,
        stdio: ['ignore', 2, 2],
        // A Unicorn that is installed on the machine is never taken instead.
        env: { ...process.env, CARGO_TARGET_DIR: join(CACHE, `target${SUFFIX}`), UNICORN_NO_PKG_CONFIG: '1' },
      },
    );
    const built = readdirSync(into).filter((name) => name.endsWith('.node'));
    if (built.length !== 1) throw new Error(`napi build made ${built.length} addons`);
    install(join(into, built[0]), kept(key));
  } finally {
    rmSync(into, { recursive: true, force: true });
  }
}

function kept(key) {
  const folder = join(CACHE, 'addon');
  mkdirSync(folder, { recursive: true });
  return join(folder, `${key}.node`);
}

async function main() {
  for (const number of WITHOUT)
    if (!editNames().some((name) => name.startsWith(`${number}-`))) throw new Error(`there is no edit ${number}`);
  const key = addonKey();
  const force = process.argv.includes('--force');
  if (WITHOUT.length > 0) {
    if (force || !existsSync(kept(key))) await build(key);
    console.log(kept(key));
    return;
  }
  const stamp = existsSync(STAMP) ? readFileSync(STAMP, 'utf8') : '';
  if (!force && stamp === key && existsSync(ADDON)) return;
  if (force || !existsSync(kept(key))) await build(key);
  install(kept(key), ADDON);
  mkdirSync(dirname(STAMP), { recursive: true });
  writeFileSync(STAMP, key);
}

try {
  await main();
} catch (error) {
  if (process.env.FORKSCOPE_DEBUG) throw error;
  console.error(`forkscope: addon: ${error.message}`);
  process.exit(1);
}

/**
 * Add to package-lock.json what `npm install` left out: packages for other platforms that the registry in use did not
 * have. Without them `npm ci` refuses the lock file, on every machine. Run it after `npm install`.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const path = 'package-lock.json';
const lock = JSON.parse(readFileSync(path, 'utf8'));
const { packages } = lock;

const OS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const CPU = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'];

/** The platform that a package's name ends in, as npm's `os`, `cpu` and `libc` fields. */
function platformOf(name) {
  const words = name.split(/[-/]/);
  const cpu = words.flatMap((word) => (CPU.includes(word) ? [word] : []));
  const os = words.filter((word) => OS.includes(word));
  if (cpu.length !== 1 || (os.length !== 1 && cpu[0] !== 'wasm32'))
    throw new Error(`cannot read the platform of ${name}`);
  const libc = words.includes('musl') ? ['musl'] : words.includes('gnu') ? ['glibc'] : undefined;
  return { cpu, ...(os.length && { os }), ...(libc && os[0] === 'linux' && { libc }) };
}

/** Whether `name` is found from package `at` (a key of the lock file), as Node looks for it. */
function isLocked(at, name) {
  for (let dir = at; ; dir = dir.slice(0, Math.max(dir.lastIndexOf('/node_modules/'), 0))) {
    if (packages[`${dir && `${dir}/`}node_modules/${name}`]) return true;
    if (dir === '') return false;
  }
}

const added = {};
for (const [at, { optionalDependencies = {}, dev }] of Object.entries(packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    if (isLocked(at, name)) continue;
    const key = `node_modules/${name}`;
    if (!/^\d+\.\d+\.\d+[\w.-]*$/.test(version)) throw new Error(`${at} wants ${name} ${version}: no exact version`);
    if (added[key] && added[key].version !== version) throw new Error(`two versions of ${name} are wanted`);
    added[key] = { version, ...platformOf(name), ...(dev && { dev }), optional: true };
  }
}

const sorted = Object.entries({ ...packages, ...added }).sort(([a], [b]) => a.localeCompare(b, 'en'));
writeFileSync(path, `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, null, 2)}\n`);
console.log(`${Object.keys(added).length} packages added to ${path}`);

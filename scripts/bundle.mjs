/**
 * Bundle the TypeScript into dist/: `node scripts/bundle.mjs NAME=ENTRY` writes dist/NAME.js.
 *
 * A dynamic import becomes a chunk of its own (dist/NAME-HASH.js), so that what a command does not use is not loaded.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const outdir = resolve(root, 'dist');

/** Sources find their files next to themselves: in the bundle `import.meta.url` still names the source. */
const sourceUrls = {
  name: 'source-urls',
  setup(builder) {
    builder.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      if (!text.includes('import.meta')) return undefined;
      const other = /import\.meta\.(?!url\b)\w+/.exec(text);
      if (other)
        return {
          errors: [{ text: `${other[0]} means the bundle here: use import.meta.url`, location: { file: path } }],
        };
      const source = JSON.stringify(relative(outdir, path));
      return { contents: text.replaceAll('import.meta.url', `new URL(${source}, import.meta.url).href`), loader: 'ts' };
    });
  },
};

const [name, entry] = (process.argv[2] ?? '').split('=');
if (!name || !entry) {
  process.stderr.write('usage: node scripts/bundle.mjs NAME=ENTRY\n');
  process.exit(2);
}

const result = await build({
  absWorkingDir: root,
  entryPoints: { [name]: entry },
  outdir,
  bundle: true,
  splitting: true,
  chunkNames: `${name}-[hash]`,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  sourcemap: 'linked',
  write: false,
  logLevel: 'warning',
  plugins: [sourceUrls],
}).catch(() => process.exit(1)); // esbuild has printed why

/** In one go each, the entry last: a run that is interrupted leaves no half of a program behind. */
mkdirSync(outdir, { recursive: true });
const main = resolve(outdir, `${name}.js`);
const isMain = ({ path }) => path === main;
for (const { path, contents } of [...result.outputFiles].sort((a, b) => isMain(a) - isMain(b))) {
  const part = `${path}.${process.pid}`;
  writeFileSync(part, contents);
  renameSync(part, path);
}

const written = new Set(result.outputFiles.map(({ path }) => relative(outdir, path)));
for (const file of readdirSync(outdir)) {
  const isChunk = file.startsWith(`${name}-`) && /\.js(\.map)?$/.test(file);
  if (isChunk && !written.has(file)) rmSync(resolve(outdir, file));
}

/** Builds the bench of unedited Unicorn, with its build kept outside the checkout, and prints the path of the program. */
import { execFileSync } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const target = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'forkscope', 'stock-bench');
const manifest = fileURLToPath(new URL('../../emulator/native/stock-bench/Cargo.toml', import.meta.url));

execFileSync('cargo', ['build', '--release', '--locked', '--quiet', '--manifest-path', manifest], {
  stdio: ['ignore', 2, 2],
  env: { ...process.env, CARGO_TARGET_DIR: target },
});
console.log(join(target, 'release', 'stock-bench'));

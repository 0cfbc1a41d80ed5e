/**
 * The edits that are there for speed alone change no result: an engine is built without them and does the same sequences.
 * Edit 03 cannot be left out, as the count and the budget of a run are its instruction counter; its other form is a run of
 * single steps, one instruction a block, to which each lockstep compares runs in one go.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';

const BUILD = fileURLToPath(new URL('../../scripts/addon/build.mjs', import.meta.url));
const WITHOUT = ['01', '02'];
const SPEED_EDITS = ['01-dirty-by-page', '02-exit-check'];
const SEED = 0x9000_0000;
const SEEDS = 2_000;
const INSTRUCTIONS = 1_000_000;
const TIMEOUT_MS = 3_600_000;

let slowAddon = '';

beforeAll(async () => {
  const env = { ...process.env, FORKSCOPE_WITHOUT_EDITS: WITHOUT.join(',') };
  slowAddon = (await promisify(execFile)(process.execPath, [BUILD], { env, maxBuffer: 1 << 26 })).stdout.trim();
}, TIMEOUT_MS);

afterEach(() => {
  vi.unstubAllEnvs();
});

/** A module with an engine of its own: the one without the edits, or the usual one. */
async function load<Module>(isSlow: boolean, module: () => Promise<Module>): Promise<Module> {
  vi.resetModules();
  vi.stubEnv('FORKSCOPE_ADDON', isSlow ? slowAddon : undefined);
  return module();
}

const TIMEOUT = { timeout: TIMEOUT_MS };

describe.each(['x86_64', 'i386'] as const)('on %s, without the edits for speed', (isa) => {
  test('the engine leaves the same registers, counts and memory', TIMEOUT, async () => {
    const usual = (await load(false, () => import('./x86/fingerprint.ts'))).fingerprints(isa, SEED, SEEDS);
    const slow = (await load(true, () => import('./x86/fingerprint.ts'))).fingerprints(isa, SEED, SEEDS);
    expect(usual.edits.filter((name) => !slow.edits.includes(name))).toEqual(SPEED_EDITS);
    expect(slow.hashes).toEqual(usual.hashes);
    expect(slow.instructions).toBe(usual.instructions);
  });

  test('the engine agrees with the real CPU after every instruction of a million', TIMEOUT, async () => {
    const { lockstep } = await load(true, () => import('./lockstep.ts'));
    const { compared } = await lockstep(isa, SEED, INSTRUCTIONS);
    expect(compared).toBeGreaterThanOrEqual(INSTRUCTIONS);
  });

  test('dash runs from start to end as on the real CPU', TIMEOUT, async () => {
    const { runGuest, SCRIPTS } = await load(true, () => import('./program/programs.ts'));
    const { status, output } = await runGuest(isa, 'dash', SCRIPTS.dash.args);
    expect({ status, output }).toEqual({ status: 0, output: SCRIPTS.dash.expected });
  });
});

test.each([
  ['ARM', false],
  ['Thumb', true],
])('%s without the edits for speed agrees with qemu-arm', TIMEOUT, async (_, thumb) => {
  const { hunt } = await load(true, () => import('./arm/hunt.ts'));
  const shape = { items: 200, passes: 14, mix: { vfp: 15, neon: 10 } };
  const { reports } = await hunt({ thumb, seed: 40_000, instructions: INSTRUCTIONS, stepped: false, shape });
  expect(reports.join('\n')).toBe('');
});

import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Slow sweeps over many cases: `make test-all`. */
const sweeps = process.env.FORKSCOPE_SWEEPS === '1';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts', ...(sweeps ? ['tests/**/*.sweep.ts'] : [])],
    pool: 'forks',
    maxWorkers: Math.min(availableParallelism(), 4),
    testTimeout: sweeps ? 600_000 : 120_000,
    hookTimeout: 120_000,
  },
});

import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Slow sweeps over many cases: `make test-all`. */
const sweeps = process.env.FORKSCOPE_SWEEPS === '1';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts', ...(sweeps ? ['tests/**/*.sweep.ts'] : [])],
    pool: 'forks',
    maxWorkers: Math.min(availableParallelism(), 4),
    // Only a hang may meet these, on any machine beside any load.
    testTimeout: sweeps ? 3_600_000 : 900_000,
    hookTimeout: 900_000,
    setupFiles: ['tests/seed.ts'],
  },
});

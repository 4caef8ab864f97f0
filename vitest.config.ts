import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/global-setup.ts'],
    // Processes, not threads: better-sqlite3, chains and kill -9 trials need a process of their own.
    pool: 'forks',
    maxWorkers: 2,
    setupFiles: ['test/worker-setup.ts'],
    // Nothing is asserted about time, so limits only end what hangs, also on a machine that is busy otherwise.
    testTimeout: 180_000,
    hookTimeout: 300_000,
    teardownTimeout: 20_000,
    // A test without an assertion cannot fail, so it fails.
    expect: { requireAssertions: true, poll: { timeout: 20_000 } },
    coverage: {
      provider: 'v8',
      reportsDirectory: 'coverage/typescript',
      include: ['ledger/**/*.ts', 'gateway/**/*.ts', 'cli/**/*.ts'],
      exclude: ['**/__generated__/**'],
    },
  },
});

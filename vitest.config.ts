import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/global-setup.ts'],
    // Processes, not threads: better-sqlite3, chains and kill -9 trials need a process of their own.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 120_000,
    teardownTimeout: 20_000,
    // A test without an assertion cannot fail, so it fails.
    expect: { requireAssertions: true },
    coverage: {
      provider: 'v8',
      reportsDirectory: 'coverage/typescript',
      include: ['ledger/**/*.ts', 'gateway/**/*.ts', 'cli/**/*.ts'],
      exclude: ['**/__generated__/**'],
    },
  },
});

import { defineConfig } from 'vitest/config';

/** The tests that Stryker runs against each mutant: of the log and of what verifies it, on no chain. */
export default defineConfig({
  test: {
    include: [
      'test/ledger/log/**/*.test.ts',
      'test/gateway/log/**/*.test.ts',
      'test/gateway/receipts/grant-chains.test.ts',
    ],
    // It builds and runs a program of its own.
    exclude: ['**/go-tool.test.ts'],
    setupFiles: ['test/worker-setup.ts'],
    env: { DXL_MUTATION: '1' },
    testTimeout: 60_000,
    reporters: ['dot'],
  },
});

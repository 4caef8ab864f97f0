import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Longest last: most mutants are killed by a vector or a table, and then nothing more is run on them. */
const LAST = ['receipt-log', 'tiles', 'frontier', 'vectors'];

class CheapFirst extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number =>
      LAST.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
    return Promise.resolve(files.toSorted((one, other) => place(one) - place(other)));
  }
}

/** The tests that Stryker runs against each mutant: of the log and of what verifies it, on no chain. */
export default defineConfig({
  test: {
    include: [
      'test/ledger/log/**/*.test.ts',
      'test/gateway/log/**/*.test.ts',
      'test/gateway/receipts/grant-chains.test.ts',
    ],
    // They build a program, and start chains.
    exclude: ['**/go-tool.test.ts', '**/anchoring.test.ts'],
    setupFiles: ['test/worker-setup.ts'],
    sequence: { sequencer: CheapFirst },
    env: { DXL_MUTATION: '1' },
    testTimeout: 20_000,
    reporters: ['dot'],
  },
});

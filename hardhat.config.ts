import { createRequire } from 'node:module';

import hardhatEthers from '@nomicfoundation/hardhat-ethers';
import hardhatIgnition from '@nomicfoundation/hardhat-ignition-ethers';
import { defineConfig } from 'hardhat/config';
import type { HardhatPlugin } from 'hardhat/types/plugins';
import type { CompilerOutput } from 'hardhat/types/solidity';

// The compiler comes from the exactly pinned npm package, never from a download; the path must be absolute.
const soljson = createRequire(import.meta.url).resolve('solc/soljson.js');

const LONG = process.env['DXL_LONG'] === '1';

type CompilerProblem = NonNullable<CompilerOutput['errors']>[number];

/** Code larger than a chain takes (5574, 3860): test contracts are never deployed to one. */
const TOO_LARGE = ['5574', '3860'];

/** Warnings of packages are not ours to mend; OpenZeppelin's `at` will become a keyword. */
function isHarmless({ severity, errorCode, formattedMessage }: CompilerProblem): boolean {
  if (severity !== 'warning' || formattedMessage === undefined) return false;
  if (formattedMessage.includes('--> npm/')) return true;
  return formattedMessage.includes('--> project/test/') && TOO_LARGE.includes(errorCode ?? '');
}

/** Ends a build at a compiler warning in our own sources. */
const warningsAreErrors: HardhatPlugin = {
  id: 'warnings-are-errors',
  hookHandlers: {
    solidity: () =>
      Promise.resolve({
        default: () =>
          Promise.resolve({
            invokeSolc: async (context, compiler, input, config, next) => {
              const output = await next(context, compiler, input, config);
              const problems = (output.errors ?? []).filter((problem) => !isHarmless(problem));
              const errors = problems.map((problem) =>
                problem.severity === 'warning' ? { ...problem, type: 'Error', severity: 'error' as const } : problem,
              );
              return { ...output, errors };
            },
          }),
      }),
  },
};

export default defineConfig({
  plugins: [hardhatEthers, hardhatIgnition, warningsAreErrors],
  solidity: {
    compilers: [
      {
        version: '0.8.37',
        path: soljson,
        settings: { evmVersion: 'cancun', optimizer: { enabled: true, runs: 200 } },
      },
    ],
    // The largest contract fits on a chain (EIP-170) only by the newer pipeline, which is slow: so not for the tests.
    overrides: {
      'contracts/ShareLedger.sol': {
        version: '0.8.37',
        path: soljson,
        settings: { evmVersion: 'cancun', viaIR: true, optimizer: { enabled: true, runs: 1 } },
      },
      // The newer pipeline spares a tree head a thousand gas of stack moves; heads come every minute for ever.
      'contracts/ReceiptLog.sol': {
        version: '0.8.37',
        path: soljson,
        settings: { evmVersion: 'cancun', viaIR: true, optimizer: { enabled: true, runs: 1_000_000 } },
      },
    },
    // Starting the ledger compiles the contracts only, not the tests.
    splitTestsCompilation: true,
    npmFilesToBuild: [
      '@openzeppelin/contracts/access/manager/AccessManager.sol',
      '@openzeppelin/contracts/utils/cryptography/verifiers/ERC7913P256Verifier.sol',
      '@openzeppelin/contracts/utils/cryptography/verifiers/ERC7913WebAuthnVerifier.sol',
    ],
  },
  paths: { tests: { solidity: 'test/contracts' } },
  test: {
    solidity: {
      // A fixed seed: a run that fails here fails everywhere. `npm test -- --long` asks for more runs.
      fuzz: { runs: LONG ? 5_000 : 256, seed: '0x6478' },
      invariant: { runs: LONG ? 256 : 16, depth: LONG ? 128 : 64, failOnRevert: true },
    },
  },
  networks: {
    // Osaka has the P-256 precompile (EIP-7951) that officers' keys and passkeys use.
    default: { type: 'edr-simulated', chainType: 'l1', chainId: 20990, hardfork: 'osaka', initialBaseFeePerGas: 0 },
  },
});

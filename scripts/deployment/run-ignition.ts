import { resolve } from 'node:path';

import '@nomicfoundation/hardhat-ignition-ethers';
import { createHardhatRuntimeEnvironment } from 'hardhat/hre';
import type { HardhatPlugin } from 'hardhat/types/plugins';
import type { JsonRpcRequest } from 'hardhat/types/providers';

import config from '../../hardhat.config.ts';
import { ledgerModule, supervisorParameter } from '../../ignition/modules/ledger.ts';
import type { Deployment } from '../../ledger/deployment.ts';
import { buildIfChanged } from '../compile-contracts.ts';
import { eachContract } from './each-contract.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const NETWORK = 'ledger';

/** The chain mines when a transaction arrives, so nothing is to be won by waiting for more blocks. */
const CONFIRMATIONS = 1;
const POLL_INTERVAL_MS = 50;

export interface IgnitionRun {
  readonly rpcUrl: string;
  readonly deployerKey: string;
  /** Absolute folder of Ignition's journals. */
  readonly journalDir: string;
  readonly deploymentId: string;
  readonly parameters: Readonly<Record<string, string | number>>;
  /** Supervisors to admit, a superior before its inferiors. */
  readonly supervisors: readonly SupervisorRegistration[];
}

/** `DepartmentRegistration` on chain. Nobody signs it, so it has neither nonce nor deadline. */
export interface SupervisorRegistration {
  readonly authority: string;
  readonly department: string;
  readonly kind: number;
  readonly superior: string;
  readonly region: string;
  readonly maker: string;
  readonly office: string;
  readonly head: string;
  readonly nonce: 0;
  readonly expiresAt: 0;
}

export type LedgerAddresses = Pick<Deployment, 'contracts' | 'verifiers'>;

/** Runs or continues the deployment module; compiles the contracts if they changed. */
export async function runIgnition(run: IgnitionRun): Promise<LedgerAddresses> {
  await buildIfChanged();
  const hre = await createHardhatRuntimeEnvironment(
    {
      ...config,
      plugins: [...(config.plugins ?? []), legacyZeroGas],
      paths: { ...config.paths, ignition: run.journalDir },
      networks: { [NETWORK]: { type: 'http', url: run.rpcUrl, accounts: [run.deployerKey] } },
      ignition: {
        requiredConfirmations: CONFIRMATIONS,
        blockPollingInterval: POLL_INTERVAL_MS,
        disableFeeBumping: true,
      },
    },
    { network: NETWORK },
    ROOT,
  );
  const connection = await hre.network.create(NETWORK);
  try {
    const deployed = await connection.ignition.deploy(ledgerModule(run.supervisors.length), {
      deploymentId: run.deploymentId,
      parameters: { Ledger: { ...run.parameters, ...supervisorParameters(run.supervisors) } },
    });
    return {
      contracts: await eachContract(async (name) => await deployed[name].getAddress()),
      verifiers: {
        p256: await deployed.p256Verifier.getAddress(),
        webauthn: await deployed.webAuthnVerifier.getAddress(),
      },
    };
  } finally {
    await connection.close();
  }
}

function supervisorParameters(supervisors: readonly SupervisorRegistration[]) {
  return Object.fromEntries(supervisors.map((supervisor, index) => [supervisorParameter(index), { ...supervisor }]));
}

/** Ignition offers EIP-1559 fees wherever blocks have a base fee; our chains take type 0 at price 0 from anyone. */
const legacyZeroGas: HardhatPlugin = {
  id: 'legacy-zero-gas',
  hookHandlers: {
    network: () =>
      Promise.resolve({
        default: () =>
          Promise.resolve({
            onRequest: (context, connection, request, next) => next(context, connection, withoutFees(request)),
          }),
      }),
  },
};

function withoutFees(request: JsonRpcRequest): JsonRpcRequest {
  if (request.method !== 'eth_sendTransaction' || !Array.isArray(request.params)) return request;
  const transaction: unknown = request.params[0];
  if (typeof transaction !== 'object' || transaction === null) return request;
  const legacy = { ...transaction, gasPrice: '0x0', maxFeePerGas: undefined, maxPriorityFeePerGas: undefined };
  return { ...request, params: [legacy] };
}

import { computeAddress, Interface, keccak256 } from 'ethers';
import { z } from 'zod';

import { ADMIN_ROLE, GOVERNANCE_ROLE } from '../../ignition/modules/ledger.ts';
import { type ChainFacts, type ContractName, type Deployment } from '../../ledger/deployment.ts';
import { LedgerError } from '../../ledger/errors.ts';
import { callChain } from '../embedded/json-rpc.ts';
import { eachContract } from './each-contract.ts';

type Contracts = Deployment['contracts'];

const text = z.string();
const blockSchema = z.object({ hash: z.string() });

/** Chain id and genesis hash, as the node says. */
export async function readChain(rpcUrl: string): Promise<Pick<ChainFacts, 'chainId' | 'genesisHash'>> {
  const chainId = Number(text.parse(await callChain(rpcUrl, 'eth_chainId')));
  const genesis = blockSchema.parse(await callChain(rpcUrl, 'eth_getBlockByNumber', ['0x0', false]));
  return { chainId, genesisHash: genesis.hash };
}

/**
 * The chain and the code at the given addresses.
 * @throws LedgerError DEPLOYMENT_MISMATCH where there is no code
 */
export async function readFacts(rpcUrl: string, contracts: Contracts): Promise<ChainFacts> {
  const codeHash = async (name: ContractName): Promise<string> => {
    const code = text.parse(await callChain(rpcUrl, 'eth_getCode', [contracts[name], 'latest']));
    if (code !== '0x') return keccak256(code);
    throw new LedgerError('DEPLOYMENT_MISMATCH', 'The node serves another chain', { what: `code.${name}` });
  };
  return { ...(await readChain(rpcUrl)), codeHashes: await eachContract(codeHash) };
}

/** Who gives the administrative rights away, and to which address. */
export interface HandOver {
  readonly rpcUrl: string;
  readonly deployerKey: string;
  readonly governance: string;
}

const managed = new Interface([
  'function authority() view returns (address)',
  'function hasRole(uint64 role, address account) view returns (bool isMember, uint32 delay)',
]);

/**
 * The journal may know transactions that a chain has lost since (a dev chain restored from an older state), so the chain
 * itself is asked whether the deployer gave its rights away.
 * @throws LedgerError DEPLOYMENT_MISMATCH if the deployer holds a role or governance lacks one
 */
export async function assertHandedOver(parties: HandOver, contracts: Contracts): Promise<void> {
  const { rpcUrl, governance } = parties;
  const deployer = computeAddress(parties.deployerKey);
  const manager = text.parse(await read(rpcUrl, contracts.Directory, 'authority', []));
  for (const role of [ADMIN_ROLE, GOVERNANCE_ROLE]) {
    const deployerHolds = await read(rpcUrl, manager, 'hasRole', [role, deployer]);
    const governanceHolds = await read(rpcUrl, manager, 'hasRole', [role, governance]);
    if (deployerHolds !== false || governanceHolds !== true) {
      throw new LedgerError('DEPLOYMENT_MISMATCH', 'Rights were not handed over', { what: `role.${String(role)}` });
    }
  }
}

/** The first value that a view function answers. */
async function read(rpcUrl: string, to: string, method: string, parameters: readonly unknown[]): Promise<unknown> {
  const data = managed.encodeFunctionData(method, parameters);
  const answer = text.parse(await callChain(rpcUrl, 'eth_call', [{ to, data }, 'latest']));
  const first: unknown = managed.decodeFunctionResult(method, answer)[0];
  return first;
}

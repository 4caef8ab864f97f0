import { z } from 'zod';

import { LedgerError } from './errors.ts';
import { type Bytes32, parseBytes32 } from './ids.ts';
import { firstProblem } from './json/first-problem.ts';
import { parseStrictJson } from './json/strict-json.ts';

/** The contracts with a history. */
export const CONTRACT_NAMES = [
  'Directory',
  'DepartmentRegistry',
  'WorkingDayCalendar',
  'ResourceCatalog',
  'ShareLedger',
  'CaseBook',
  'ReceiptLog',
] as const;
export type ContractName = (typeof CONTRACT_NAMES)[number];

/** One value for each contract. */
export function mapContracts<Value>(valueOf: (name: ContractName) => Value): Record<ContractName, Value> {
  return {
    Directory: valueOf('Directory'),
    DepartmentRegistry: valueOf('DepartmentRegistry'),
    WorkingDayCalendar: valueOf('WorkingDayCalendar'),
    ResourceCatalog: valueOf('ResourceCatalog'),
    ShareLedger: valueOf('ShareLedger'),
    CaseBook: valueOf('CaseBook'),
    ReceiptLog: valueOf('ReceiptLog'),
  };
}

/** How many entries a contract has and the rolling head over them; zero and the zero hash before the first. */
export interface HistoryHead {
  readonly seq: number;
  readonly head: Bytes32;
}

/** What `Directory.headsOf` answers at one block, by contract. */
export type HistoryHeads = Readonly<Record<ContractName, HistoryHead>>;

const bytes32 = z
  .string()
  .regex(/^0x[0-9a-f]{64}$/)
  .transform((text) => parseBytes32(text));

/** Stored in lower case, as nodes give it in logs. */
const address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/)
  .transform((text) => text.toLowerCase());

function byContract<Value extends z.ZodType>(value: Value) {
  return z.strictObject(mapContracts(() => value));
}

const deploymentSchema = z.strictObject({
  chainId: z.int().positive(),
  genesisHash: bytes32,
  /** Block of the first deployment transaction: no entry is older. */
  startBlock: z.int().min(0),
  /** How much a node is believed (DESIGN.md 6); stated here, never taken from the node. */
  profile: z.enum(['dev', 'qbft', 'comet']),
  contracts: byContract(address).refine(
    (contracts) => new Set(Object.values(contracts)).size === CONTRACT_NAMES.length,
    {
      params: { rule: 'UNIQUE' },
    },
  ),
  /** keccak256 of the deployed code of each contract. */
  codeHashes: byContract(bytes32),
  /** ERC-7913 verifiers for officers with a P-256 key or a passkey. */
  verifiers: z.strictObject({ p256: address, webauthn: address }),
});

/** Which ledger this is. Whoever holds the file refuses every other chain. */
export type Deployment = Readonly<z.output<typeof deploymentSchema>>;

/** @throws LedgerError DEPLOYMENT_INVALID with `details.path` and `details.rule` of the first problem. */
export function parseDeployment(bytes: Uint8Array): Deployment {
  let value: unknown;
  try {
    value = parseStrictJson(bytes);
  } catch (cause) {
    throw new LedgerError('DEPLOYMENT_INVALID', 'The deployment file is not strict JSON', { rule: 'JSON' }, cause);
  }
  const result = deploymentSchema.safeParse(value);
  if (result.success) return result.data;
  throw new LedgerError('DEPLOYMENT_INVALID', 'The deployment file is not valid', { ...firstProblem(result.error) });
}

/** What a node says about the chain that it serves. `codeHashes`: keccak256 of `eth_getCode` at each address. */
export interface ChainFacts {
  readonly chainId: number;
  readonly genesisHash: string;
  readonly codeHashes: Readonly<Record<ContractName, string>>;
}

/** @throws LedgerError DEPLOYMENT_MISMATCH with `details.what`: the first fact that differs. */
export function assertSameChain(deployment: Deployment, facts: ChainFacts): void {
  assertEqual('chainId', deployment.chainId, facts.chainId);
  assertEqual('genesisHash', deployment.genesisHash, facts.genesisHash);
  for (const name of CONTRACT_NAMES) {
    assertEqual(`codeHashes.${name}`, deployment.codeHashes[name], facts.codeHashes[name]);
  }
}

function assertEqual(what: string, expected: string | number, actual: string | number): void {
  if (expected === actual) return;
  throw new LedgerError('DEPLOYMENT_MISMATCH', 'The node serves another chain', { what, expected, actual });
}

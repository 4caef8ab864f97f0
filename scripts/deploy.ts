#!/usr/bin/env node
import { readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { computeAddress } from 'ethers';
import { z } from 'zod';

import { DEPARTMENT_KINDS } from '../ledger/acts/chain-enums.ts';
import { assertSameChain, CONTRACT_NAMES, parseDeployment, type Deployment } from '../ledger/deployment.ts';
import { LedgerError } from '../ledger/errors.ts';
import { departmentIdToHex, parseDepartmentId } from '../ledger/ids.ts';
import { assertHandedOver, readChain, readFacts } from './deployment/chain-facts.ts';
import { readIfPresent, writeAtomically } from '../gateway/stores/durable-file.ts';
import { isJournalLost, mendJournal } from './deployment/mend-journal.ts';
import type { LedgerAddresses, SupervisorRegistration } from './deployment/run-ignition.ts';
import { EmbeddedError } from './embedded/embedded-error.ts';
import { readBlockNumber } from './embedded/json-rpc.ts';

const HELP = `Usage: node scripts/bootstrap.mjs scripts/deploy.ts [options]

Deploys the ledger once and writes DATA_DIR/deployment.json; a second run changes nothing. Afterwards the deployer holds
no right, the governance account holds all.

  --rpc-url URL             JSON-RPC node
  --deployer-key-file FILE  file with the private key (0x and 64 hex digits) that pays no gas and keeps no right
  --governance ADDRESS      account that may admit authorities and governments, restore accounts,
                            set a department's status and list contracts
  --authority CODE          first authority: its unified social credit code
  --region CODE             its region, six digits (GB/T 2260)
  --maker ACCOUNT           its officer who prepares: an address or an ERC-7913 signer, hex
  --office ACCOUNT          its sharing office, likewise
  --head ACCOUNT            its head, likewise
  --government CODE,REGION,MAKER,OFFICE,HEAD
                            a government above it, likewise; repeat it for more of them, the
                            highest first: each is under the one before, the authority under
                            the last
  --data-dir DIR            where deployment.json and the deployment journal are kept
  --profile PROFILE         dev, qbft or comet
  --help                    this text

Exit codes: 0 deployed or already there, 1 failed, 2 wrong options.
`;

/** 48 hours between announcing and doing, except on a development chain. */
const GOVERNANCE_DELAY_SECONDS = 172_800;

const NO_DEPARTMENT = `0x${'00'.repeat(18)}`;

const hex = z.string().regex(/^0x(?:[0-9a-fA-F]{2})*$/);
const address = hex.length(42);
const account = hex.min(42);
const supervisor = z.strictObject({
  department: z.string().length(18),
  region: z.string().regex(/^[0-9]{6}$/),
  maker: account,
  office: account,
  head: account,
});

const optionsSchema = z.strictObject({
  rpcUrl: z.url(),
  deployerKey: hex.length(66),
  governance: address,
  authority: supervisor,
  /** Governments above the authority, the highest first. */
  governments: z.array(supervisor).exactOptional(),
  dataDir: z.string().min(1),
  profile: z.enum(['dev', 'qbft', 'comet']),
});

export type DeployOptions = Readonly<z.output<typeof optionsSchema>>;
/** A government or an authority with its region and its accounts. */
export type Supervisor = DeployOptions['authority'];

/**
 * Deploys the ledger, or finds it: the deployment file in `dataDir` names the chain, and a journal beside it lets an
 * interrupted deployment continue where it stopped.
 * @param beforeRecording awaited when all is deployed and before the deployment file says so; a dev chain is saved here
 * @throws LedgerError DEPLOYMENT_MISMATCH if `dataDir` belongs to another chain, DEPLOYMENT_INVALID for bad options
 * @throws EmbeddedError CHAIN_UNREACHABLE if the node does not answer
 */
export async function deployLedger(
  options: DeployOptions,
  beforeRecording: () => Promise<void> = () => Promise.resolve(),
): Promise<Deployment> {
  const checked = parseOptions(options);
  const found = await readIfPresent(deploymentPath(checked.dataDir));
  if (found === null) return await deployNew(checked, beforeRecording);
  const deployment = parseDeployment(found);
  assertSameChain(deployment, await readFacts(checked.rpcUrl, deployment.contracts));
  return deployment;
}

/** Where {@link deployLedger} keeps the deployment file. */
export function deploymentPath(dataDir: string): string {
  return join(dataDir, 'deployment.json');
}

function parseOptions(options: DeployOptions): DeployOptions {
  const result = optionsSchema.safeParse(options);
  if (!result.success) {
    const problem = result.error.issues[0];
    const details = { path: problem?.path.join('.') ?? null, rule: problem?.code ?? null };
    throw new LedgerError('DEPLOYMENT_INVALID', 'A deployment option is not valid', details);
  }
  const { deployerKey, governance } = result.data;
  if (computeAddress(deployerKey).toLowerCase() === governance.toLowerCase()) {
    // Handing the rights to oneself and then renouncing them would leave nobody.
    const details = { path: 'governance', rule: 'DEPLOYER' };
    throw new LedgerError('DEPLOYMENT_INVALID', 'Governance cannot be the deployer', details);
  }
  return result.data;
}

async function deployNew(options: DeployOptions, beforeRecording: () => Promise<void>): Promise<Deployment> {
  const { chainId, genesisHash } = await readChain(options.rpcUrl);
  // The journal's name holds the genesis hash, so the journal of a chain that was thrown away is never continued.
  const deploymentId = `ledger-${String(chainId)}-${genesisHash.slice(2, 18)}`;
  const startFile = join(options.dataDir, `${deploymentId}.start`);
  const journalDir = join(resolve(options.dataDir), 'ignition');
  const deploymentDir = join(journalDir, 'deployments', deploymentId);
  if (options.profile === 'dev' && (await isJournalLost(deploymentDir, options.rpcUrl))) {
    await rm(deploymentDir, { recursive: true });
    await rm(startFile, { force: true });
  }
  const startBlock = await rememberStartBlock(startFile, options.rpcUrl);
  await mendJournal(deploymentDir, options.rpcUrl, computeAddress(options.deployerKey), startBlock);
  // Loaded only here: a ledger that is already there starts without a compiler.
  const { runIgnition } = await import('./deployment/run-ignition.ts');
  const addresses = await runIgnition({
    rpcUrl: options.rpcUrl,
    deployerKey: options.deployerKey,
    journalDir,
    deploymentId,
    parameters: {
      governance: options.governance,
      governanceDelay: options.profile === 'dev' ? 0 : GOVERNANCE_DELAY_SECONDS,
    },
    supervisors: registrations(options),
  });
  const deployment = await describeDeployment(options, startBlock, addresses);
  await assertHandedOver(options, deployment.contracts);
  await beforeRecording();
  await writeAtomically(deploymentPath(options.dataDir), `${JSON.stringify(deployment, null, 2)}\n`);
  return deployment;
}

/** The governments from the highest down, then the authority: each is under the one before it. */
function registrations({ governments = [], authority }: DeployOptions): SupervisorRegistration[] {
  const admitting = departmentHex(authority);
  const registered: SupervisorRegistration[] = [];
  for (const supervisor of [...governments, authority]) {
    registered.push({
      ...supervisor,
      authority: admitting,
      department: departmentHex(supervisor),
      kind: supervisor === authority ? DEPARTMENT_KINDS.authority : DEPARTMENT_KINDS.government,
      superior: registered.at(-1)?.department ?? NO_DEPARTMENT,
      region: `0x${Buffer.from(supervisor.region, 'latin1').toString('hex')}`,
      nonce: 0,
      expiresAt: 0,
    });
  }
  return registered;
}

function departmentHex({ department }: Supervisor): string {
  return departmentIdToHex(parseDepartmentId(department));
}

async function describeDeployment(
  options: DeployOptions,
  startBlock: number,
  addresses: LedgerAddresses,
): Promise<Deployment> {
  const { contracts, verifiers } = addresses;
  const facts = await readFacts(options.rpcUrl, contracts);
  const text = JSON.stringify({ ...facts, startBlock, profile: options.profile, contracts, verifiers });
  return parseDeployment(Buffer.from(text));
}

/** The height before the first transaction, kept beside the journal because a continued deployment begins later. */
async function rememberStartBlock(path: string, rpcUrl: string): Promise<number> {
  const known = await readIfPresent(path);
  if (known !== null) return z.coerce.number().int().min(0).parse(known.toString().trim());
  const startBlock = (await readBlockNumber(rpcUrl)) + 1;
  await writeAtomically(path, `${String(startBlock)}\n`);
  return startBlock;
}

const cliOptions = {
  'rpc-url': { type: 'string' },
  'deployer-key-file': { type: 'string' },
  governance: { type: 'string' },
  authority: { type: 'string' },
  region: { type: 'string' },
  maker: { type: 'string' },
  office: { type: 'string' },
  head: { type: 'string' },
  government: { type: 'string', multiple: true },
  'data-dir': { type: 'string' },
  profile: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

type CliValues = ReturnType<typeof parseArgs<{ options: typeof cliOptions }>>['values'];

async function readOptions(values: CliValues): Promise<unknown> {
  const keyFile = values['deployer-key-file'];
  return {
    rpcUrl: values['rpc-url'],
    deployerKey: keyFile === undefined ? undefined : (await readFile(keyFile, 'utf8')).trim(),
    governance: values.governance,
    authority: {
      department: values.authority,
      region: values.region,
      maker: values.maker,
      office: values.office,
      head: values.head,
    },
    governments: (values.government ?? []).map((text) => {
      const [department, region, maker, office, head] = text.split(',');
      return { department, region, maker, office, head };
    }),
    dataDir: values['data-dir'],
    profile: values.profile,
  };
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: cliOptions });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const options = optionsSchema.safeParse(await readOptions(values));
  if (!options.success) {
    process.stderr.write(`${z.prettifyError(options.error)}\n\n${HELP}`);
    return 2;
  }
  let deployment: Deployment;
  try {
    deployment = await deployLedger(options.data);
  } catch (error) {
    if (!(error instanceof LedgerError || error instanceof EmbeddedError)) throw error;
    const details = error instanceof LedgerError ? ` ${JSON.stringify(error.details)}` : '';
    process.stderr.write(`${error.code}: ${error.message}${details}\n`);
    return 1;
  }
  process.stdout.write(`${deploymentPath(options.data.dataDir)}\n`);
  for (const name of CONTRACT_NAMES) process.stdout.write(`${name} ${deployment.contracts[name]}\n`);
  return 0;
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  process.exitCode = await main();
}

#!/usr/bin/env node
import { createRequire } from 'node:module';

import {
  AbiCoder,
  computeAddress,
  concat,
  getBytes,
  hexlify,
  Interface,
  randomBytes,
  Wallet,
  ZeroAddress,
  ZeroHash,
} from 'ethers';
import { z } from 'zod';

import type { Act, ActName } from '../ledger/acts/act-definitions.ts';
import { actDigest } from '../ledger/acts/act-digest.ts';
import {
  deriveGatewayId,
  deriveGrantId,
  deriveResourceId,
  type GrantId,
  parseBytes32,
  parseRequestId,
  type RequestId,
  resourceCodeHash,
} from '../ledger/ids.ts';
import { anchoredHeadDigest, encodeAnchorCall } from '../ledger/log-anchor.ts';
import {
  accountsChange,
  agreement,
  gatewayRegistration,
  publication,
  refusal,
  registration,
  shareRequest,
  step,
  submission,
  suspension,
} from '../test/support/act-factory.ts';
import { parseOptions } from '../scripts/parse-options.ts';
import { type Actor, actor } from '../test/support/actors.ts';
import { LedgerChain, officers } from '../test/support/ledger-chain.ts';
import { equalHead, equalPath } from './support/equal-leaves.ts';

const HELP = `Usage: npm run bench:gas -- [options]

Prints the gas of each act on a fresh chain beside that of attest() of EAS 1.9 on the same chain, as ratios: of an
attestation of one hash (32 bytes) and of one with all nine words of an agreement (288 bytes), which EAS stores and we
log. An EAS attester is the sender, so attest() checks no signature. Each figure is that of the second transaction of
its kind: the first pays for storage that all later ones share.

  --json   one JSON object instead of a table
  --help   this text
`;

type Gas = Record<string, number>;

/** Data bytes of an attestation, by the name of its row. */
const ATTESTATIONS = { 'EAS attest, 32 bytes': 32, 'EAS attest, 288 bytes': 288 } as const;
/** Sizes of a log about a million receipts long, the shortest proof first; the last one is the worst below 2^20. */
const ANCHORS = [
  [524_288, 524_289],
  [647_744, 994_255],
  [999_000, 1_000_000],
  [913_601, 1_000_000],
  [524_289, 1_048_576],
  [699_051, 1_000_000],
  [1_048_575, 1_048_576],
] as const;
const RESOURCE_CODES = ['301001/000001', '301001/000002'];

const receiptSchema = z.object({ gasUsed: z.string(), contractAddress: z.string().nullish() });
const artifactSchema = z.object({ abi: z.array(z.looseObject({ type: z.string() })), bytecode: z.string() });

/** The ledger with two departments that share with each other. */
interface Bench {
  readonly chain: LedgerChain;
  readonly provider: Actor;
  readonly requester: Actor;
  readonly gas: Gas;
}

async function main(): Promise<void> {
  const options = { json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } } as const;
  const { values } = parseOptions({ options });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  await using chain = await LedgerChain.start();
  const bench = await openBench(chain);
  await measureCatalog(bench);
  await measureAnswers(bench);
  await measureSharedOffice(bench);
  await measureAnchors(bench);
  await measureAttest(bench);
  process.stdout.write(values.json ? `${JSON.stringify(withRatios(bench.gas))}\n` : asTable(bench.gas));
}

async function openBench(chain: LedgerChain): Promise<Bench> {
  const bench = { chain, provider: actor('GA'), requester: actor('RS'), gas: {} };
  for (const department of [bench.provider, bench.requester]) {
    const act = registration(chain.authority, department);
    await measure(bench, 'register department', 'registerDepartment', act, chain.authority);
  }
  return bench;
}

async function measureCatalog(bench: Bench): Promise<void> {
  const { chain, provider } = bench;
  for (const code of RESOURCE_CODES) {
    const act = submission(provider, { codeHash: resourceCodeHash(code) });
    await measure(bench, 'submit resource', 'submitResource', act, provider);
    const announcement = publication(chain.authority, deriveResourceId(provider.id, code));
    await measure(bench, 'publish resource', 'publishResource', announcement, chain.authority);
  }
}

async function measureAnswers(bench: Bench): Promise<void> {
  const { provider, requester } = bench;
  for (const code of RESOURCE_CODES) {
    const refused = await measureRequest(bench, code);
    await measure(bench, 'refuse', 'refuse', refusal(provider, refused), provider);
    const grantId = await measureAgreement(bench, code, 'agree', provider);
    await measure(bench, 'deliver', 'deliver', step('deliver', provider, grantId), provider);
    await measure(bench, 'acknowledge', 'acknowledge', step('acknowledge', requester, grantId), requester);
    await measure(bench, 'suspend', 'suspend', suspension(provider, grantId), provider);
  }
}

/** The provider's office becomes an account of three officers, two of whom sign. */
async function measureSharedOffice(bench: Bench): Promise<void> {
  const { chain } = bench;
  const three = officers(3);
  const office = await chain.deployOfficers(three, 2, three.slice(0, 2));
  const provider = { ...bench.provider, office };
  await chain.record('changeDepartmentAccounts', accountsChange(provider), provider);
  for (const code of RESOURCE_CODES) await measureAgreement(bench, code, 'agree, 2 of 3 officers', provider);
}

async function measureRequest(bench: Bench, code: string): Promise<RequestId> {
  const { chain, provider, requester } = bench;
  const act = shareRequest(requester, deriveResourceId(provider.id, code));
  await measure(bench, 'request', 'submitRequest', act, requester);
  return parseRequestId(actDigest(chain.deployment, 'submitRequest', act));
}

async function measureAgreement(bench: Bench, code: string, label: string, provider: Actor): Promise<GrantId> {
  const act = agreement(provider, await measureRequest(bench, code));
  await measure(bench, label, 'agree', act, provider);
  return deriveGrantId(act);
}

async function measure<Name extends ActName>(
  bench: Bench,
  label: string,
  name: Name,
  act: Act<Name>,
  by: Actor,
): Promise<void> {
  const { transactionHash } = await bench.chain.record(name, act, by);
  bench.gas[label] = (await readReceipt(bench.chain, transactionHash)).gasUsed;
}

/** Each head after one of the other size, of a gateway of its own. */
async function measureAnchors(bench: Bench): Promise<void> {
  const { chain, gas } = bench;
  for (const [from, to] of ANCHORS) {
    const key = new Wallet(Wallet.createRandom().privateKey).signingKey;
    const act = gatewayRegistration(chain.authority, {
      publicKey: parseBytes32(hexlify(randomBytes(32))),
      account: computeAddress(key).toLowerCase(),
    });
    await chain.record('registerGateway', act, chain.authority);
    const gateway = deriveGatewayId('ed25519', getBytes(act.publicKey));
    let anchored = 0;
    for (const size of [from, to]) {
      const head = { gateway, size, root: parseBytes32(hexlify(equalHead(size).root)) };
      const path = equalPath(anchored, size).map((hash) => parseBytes32(hexlify(hash)));
      const { serialized } = key.sign(anchoredHeadDigest(chain.deployment, head));
      const { transactionHash } = await chain.send(encodeAnchorCall(chain.deployment, head, path, serialized));
      if (anchored > 0) {
        const label = `anchor ${String(from)} to ${String(to)}, ${String(path.length)} nodes`;
        gas[label] = (await readReceipt(chain, transactionHash)).gasUsed;
      }
      anchored = size;
    }
  }
}

async function measureAttest({ chain, gas }: Bench): Promise<void> {
  const attester = new Wallet(Wallet.createRandom().privateKey);
  const registry = await deployEas(chain, attester, 'SchemaRegistry', []);
  const eas = await deployEas(chain, attester, 'EAS', [registry.address]);
  const register = registry.abi.encodeFunctionData('register', ['bytes agreement', ZeroAddress, true]);
  const schema = await chain.simulate(attester.address, { to: registry.address, data: register });
  await chain.sendFrom(attester, { to: registry.address, data: register });
  for (const [label, bytes] of Object.entries(ATTESTATIONS)) {
    for (const filler of ['11', '22']) {
      const data = { ...ATTESTATION, recipient: attester.address, data: `0x${filler.repeat(bytes)}` };
      const call = eas.abi.encodeFunctionData('attest', [{ schema, data }]);
      const { transactionHash } = await chain.sendFrom(attester, { to: eas.address, data: call });
      gas[label] = (await readReceipt(chain, transactionHash)).gasUsed;
    }
  }
}

const ATTESTATION = { expirationTime: 0, revocable: true, refUID: ZeroHash, value: 0 };

interface Deployed {
  readonly address: string;
  readonly abi: Interface;
}

async function deployEas(
  chain: LedgerChain,
  sender: Wallet,
  name: 'SchemaRegistry' | 'EAS',
  parameters: readonly string[],
): Promise<Deployed> {
  const path = `@ethereum-attestation-service/eas-contracts/artifacts/contracts/${name}.sol/${name}.json`;
  const artifact = artifactSchema.parse(createRequire(import.meta.url)(path));
  const encoded = AbiCoder.defaultAbiCoder().encode(
    parameters.map(() => 'address'),
    [...parameters],
  );
  const { transactionHash } = await chain.sendFrom(sender, { to: null, data: concat([artifact.bytecode, encoded]) });
  const { contractAddress } = await readReceipt(chain, transactionHash);
  return { address: contractAddress ?? ZeroAddress, abi: new Interface(artifact.abi) };
}

async function readReceipt(chain: LedgerChain, transactionHash: string) {
  const receipt = receiptSchema.parse(await chain.rpc('eth_getTransactionReceipt', [transactionHash]));
  return { ...receipt, gasUsed: Number(receipt.gasUsed) };
}

function withRatios(gas: Readonly<Gas>): Record<string, { gas: number; ratios: number[] }> {
  const bases = Object.keys(ATTESTATIONS).map((label) => gas[label] ?? Number.NaN);
  const rows = Object.entries(gas).map(
    ([label, used]) => [label, { gas: used, ratios: bases.map((base) => used / base) }] as const,
  );
  return Object.fromEntries(rows);
}

function asTable(gas: Readonly<Gas>): string {
  const headers = Object.values(ATTESTATIONS).map((bytes) => `/ ${bytes} B`.padStart(8));
  const rows = Object.entries(withRatios(gas)).map(([label, { gas: used, ratios }]) =>
    [label.padEnd(36), String(used).padStart(9), ...ratios.map((ratio) => ratio.toFixed(2).padStart(8))].join(' '),
  );
  return `${['act'.padEnd(36), 'gas'.padStart(9), ...headers].join(' ')}\n${rows.join('\n')}\n`;
}

await main();

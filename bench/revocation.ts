#!/usr/bin/env node
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

import { Contract, JsonRpcProvider } from 'ethers';

import { shareLedgerAbi } from '../ledger/__generated__/abi.ts';
import { decideNow } from '../gateway/authz/authorize.ts';
import { endAsWrongUsage, parseOptions } from '../scripts/parse-options.ts';
import { suspension } from '../test/support/act-factory.ts';
import type { Granted } from '../test/support/gateway-fixture.ts';
import { grantMany } from '../test/support/many-grants.ts';
import { BenchError } from './support/bench-error.ts';
import { listenOnLoopback } from './support/loopback.ts';
import { startShareWorld, type ShareWorld } from './support/share-world.ts';
import { formatTable, median, quantile } from './support/statistics.ts';

const HELP = `Usage: npm run bench:revocation -- [options]

Suspends grants one after the other and measures, from the moment at which the block with the suspension reaches the
gateway's WebSocket, how long it takes until the gateway's proved state refuses the grant. In the same run, for the
same blocks, a contract.on listener of an ethers JsonRpcProvider with its default polling. Between the two moments the
gateway permits nothing: it knows of a block that it has not proved.

  --trials N    suspensions (50)
  --json        one JSON object instead of a table
  --help        this text
`;

/** Blocks come at uneven moments, so that they meet the polling of the listener at all of its phases. */
const PAUSE_MS = { min: 100, spread: 400 };
/** The listener polls every 4 s. */
const LISTENER_TIMEOUT_MS = 15_000;
const WAIT_MS = 5_000;

interface Trial {
  readonly sentAt: number;
  readonly headAt: number;
  readonly deniedAt: number;
}

type Decide = (granted: Granted) => string;

/** The gateway's own decision about a read of the grant, at this moment. */
async function prepareDecision({ fixture }: ShareWorld, grants: readonly Granted[]): Promise<Decide> {
  const { authorization, follower } = fixture.gateway.context;
  const usage = { second: 0, day: 0, total: 0, bytesToday: 0 };
  const documents = new Map<string, Awaited<ReturnType<typeof authorization.terms.load>>>();
  for (const { grantId } of grants) {
    const state = follower.ledger.grant(grantId);
    if (state === null) throw new BenchError('SETUP_FAILED', 'A grant is missing');
    documents.set(grantId, await authorization.terms.load(follower.ledger, state));
  }
  return ({ grantId, requester }) => {
    const use = { purpose: 'BUSINESS_COLLAB', caseNumber: 'CASE-1', system: 'SI-TEST-01' };
    const scope = { fields: [], equals: new Map<string, string>(), region: null, limit: null };
    const read = { caller: requester.actor.id, grantId, ...scope, ...use };
    const decision = decideNow(authorization, read, documents.get(grantId) ?? null, usage);
    return decision.outcome === 'permit' ? 'PERMIT' : decision.code;
  };
}

/** Suspends and waits until the gateway's proved state refuses the grant for that reason. */
async function runTrial(world: ShareWorld, granted: Granted, decide: Decide, clock: Clock): Promise<Trial> {
  const { chain, provider } = world;
  if (decide(granted) !== 'PERMIT') throw new BenchError('SETUP_FAILED', 'The grant is refused before its suspension');
  clock.watch(() => decide(granted) === 'NOT_ACTIVE');
  const sentAt = performance.now();
  const { blockNumber } = await chain.record('suspend', suspension(provider.actor, granted.grantId), provider.actor);
  for (let waited = 0; clock.deniedAt === null && waited < WAIT_MS; waited += 1) await sleep(1);
  const headAt = clock.heads.get(blockNumber);
  if (clock.deniedAt === null || headAt === undefined) throw new BenchError('SETUP_FAILED', 'The block never arrived');
  return { sentAt, headAt, deniedAt: clock.deniedAt };
}

/** When blocks were announced, and when the condition that is watched for was first true after one was applied. */
class Clock {
  readonly heads = new Map<number, number>();
  deniedAt: number | null = null;
  #isDenied: () => boolean = () => false;

  constructor({ fixture }: ShareWorld) {
    const { node, follower } = fixture.gateway.context;
    node.onHead((blockNumber) => {
      if (!this.heads.has(blockNumber)) this.heads.set(blockNumber, performance.now());
    });
    follower.onApplied(() => {
      if (this.deniedAt === null && this.#isDenied()) this.deniedAt = performance.now();
    });
  }

  watch(isDenied: () => boolean): void {
    this.deniedAt = null;
    this.#isDenied = isDenied;
  }
}

/** The listener that the ethers documentation begins with. Heard grants go into the map that is returned. */
async function listenWithEthers({ chain }: ShareWorld) {
  const provider = new JsonRpcProvider(chain.url);
  const heard = new Map<string, number>();
  const contract = new Contract(chain.deployment.contracts.ShareLedger, shareLedgerAbi, provider);
  await contract.on('GrantSuspended', (...values: unknown[]) => {
    const known = values.find((value) => typeof value === 'string' && /^0x[0-9a-f]{64}$/.test(value));
    if (typeof known === 'string') heard.set(known, performance.now());
  });
  const stop = async (): Promise<void> => {
    await contract.removeAllListeners();
    provider.destroy();
  };
  return { heard, stop };
}

async function measure(trials: number) {
  const source = createServer((_request, response) => response.writeHead(200).end());
  const port = await listenOnLoopback(source);
  const world = await startShareWorld(`http://127.0.0.1:${String(port)}/rows`, 1);
  try {
    const [requester] = world.requesters;
    if (requester === undefined) throw new BenchError('SETUP_FAILED', 'No requester');
    const grants = await grantMany(world.fixture, requester, world.resource, trials);
    const decide = await prepareDecision(world, grants);
    const listener = await listenWithEthers(world);
    const clock = new Clock(world);
    const done = new Map<string, Trial>();
    for (const granted of grants) {
      await sleep(PAUSE_MS.min + Math.random() * PAUSE_MS.spread);
      done.set(granted.grantId, await runTrial(world, granted, decide, clock));
    }
    for (let waited = 0; listener.heard.size < trials && waited < LISTENER_TIMEOUT_MS; waited += 50) await sleep(50);
    await listener.stop();
    return summarize(done, listener.heard);
  } finally {
    await world.fixture.stop();
    await world.chain.stop();
    source.close();
  }
}

function summarize(done: ReadonlyMap<string, Trial>, heard: ReadonlyMap<string, number>) {
  const trials = [...done];
  const gateway = trials.map(([, { headAt, deniedAt }]) => deniedAt - headAt);
  const fromSending = trials.map(([, { sentAt, deniedAt }]) => deniedAt - sentAt);
  const ethers = trials.flatMap(([id, { headAt }]) => {
    const at = heard.get(id);
    return at === undefined ? [] : [at - headAt];
  });
  if (ethers.length < trials.length) throw new BenchError('SETUP_FAILED', 'The ethers listener missed a revocation');
  const of = (values: readonly number[]) => ({
    p50: median(values),
    p99: quantile(values, 0.99),
    max: Math.max(...values),
  });
  const [ours, theirs] = [of(gateway), of(ethers)];
  const ratio = { p50: theirs.p50 / ours.p50, p99: theirs.p99 / ours.p99, max: theirs.max / ours.max };
  return { trials: trials.length, gatewayMs: ours, ethersListenerMs: theirs, sentToDeniedMs: of(fromSending), ratio };
}

function print({
  trials,
  gatewayMs,
  ethersListenerMs,
  sentToDeniedMs,
  ratio,
}: Awaited<ReturnType<typeof measure>>): string {
  const row = (name: string, { p50, p99, max }: typeof ratio, digits = 1): string[] => [
    name,
    ...[p50, p99, max].map((value) => value.toFixed(digits)),
  ];
  return `${String(trials)} revocations, ms from the block's arrival\n${formatTable([
    ['', 'p50', 'p99', 'max'],
    row('gateway denies', gatewayMs),
    row('ethers listener hears', ethersListenerMs),
    row('times slower', ratio, 0),
    row('(act sent -> gateway denies)', sentToDeniedMs),
  ])}`;
}

const { values } = parseOptions({
  options: {
    trials: { type: 'string', default: '50' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const trials = Number(values.trials);
if (values.help) {
  process.stdout.write(HELP);
} else if (!Number.isSafeInteger(trials) || trials < 1) {
  endAsWrongUsage(`--trials is a positive integer, not ${values.trials}`);
} else {
  const measured = await measure(trials);
  process.stdout.write(values.json ? `${JSON.stringify(measured)}\n` : print(measured));
}

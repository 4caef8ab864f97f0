import type { RequestListener, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

import { Agent, request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CliError } from '../../cli/cli-error.ts';
import { readReceipt, rowsPath } from '../../cli/fetch-rows.ts';
import { deriveResourceId } from '../../ledger/ids.ts';
import { signRequest } from '../../ledger/request-signature.ts';
import { sampleResources } from '../../scripts/samples/resources.ts';
import { suspension } from '../support/act-factory.ts';
import { FirstByteWatch, type SeenRead } from '../support/first-bytes.ts';
import { GatewayFixture, type Granted, type Member, readOptions } from '../support/gateway-fixture.ts';
import { LedgerChain } from '../support/ledger-chain.ts';
import { grantMany } from '../support/many-grants.ts';
import { startUpstream, type Upstream } from '../support/upstream-server.ts';

const TRIALS = 200;
const READERS = 4;
/** One trial in so many also has a stream of the grant open when it is revoked. */
const STREAM_EVERY = 10;
/** The source takes the row limit as the sign that an endless answer is wanted. */
const ENDLESS = 50_000;
const MAX_READS = 2_000;
const READERS_TIMEOUT_MS = 30_000;
const READ_HEADERS = { 'dxl-purpose': 'BUSINESS_COLLAB', 'dxl-case-number': 'CASE-1', 'dxl-system': 'SI-TEST-01' };

const sample = sampleResources().find(({ entry }) => entry.resourceCode === '301001/000001');
if (sample === undefined) throw new TypeError('The sample is missing');

const ROW = `${JSON.stringify({ id_no: '990100199001010012', name: '张三', sex: '1', nation: '01', birth: '1990-01-01', addr: '示例省' })}\n`;

let chain: LedgerChain;
let upstream: Upstream;
let fixture: GatewayFixture;
let requester: Member;
let grants: readonly Granted[];
let watch: FirstByteWatch;
const heads: { readonly blockNumber: number; readonly note: number }[] = [];
const agent = new Agent({ connections: READERS * 2 });

/** Answers after 0 to 9 ms, so that at any moment some reads stand between the decision and their first byte. */
function answer(): RequestListener {
  let count = 0;
  return (request_, response) => {
    count += 1;
    const limit = new URL(request_.url ?? '', 'http://source').searchParams.get('limit');
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    if (limit === String(ENDLESS)) drip(response);
    else setTimeout(() => response.end(ROW.repeat(3)), (count * 7) % 10);
  };
}

/** More than the gateway collects before it begins to stream, then a row now and then, without end. */
function drip(response: ServerResponse): void {
  response.write(ROW.repeat(3_000));
  const timer = setInterval(() => response.write(ROW), 5);
  response.once('close', () => clearInterval(timer));
}

beforeAll(async () => {
  chain = await LedgerChain.start();
  upstream = await startUpstream(answer());
  const [ga, rs] = [await chain.register('GA'), await chain.register('RS')];
  const source = {
    ...{ kind: 'http', format: 'ndjson', allowedCidrs: ['127.0.0.0/8'], allowLoopback: true },
    ...{ url: `http://127.0.0.1:${String(upstream.port)}/rows`, query: { limit: '{$limit}' } },
  };
  const sources = { [deriveResourceId(ga.id, '301001/000001')]: source };
  fixture = await GatewayFixture.start({ chain, sources });
  const authority = await fixture.join(chain.authority);
  const provider = await fixture.join(ga);
  requester = await fixture.join(rs);
  const resource = await fixture.publish(provider, authority, sample.entry);
  grants = await grantMany(fixture, requester, resource, TRIALS);
  fixture.gateway.context.node.onHead((blockNumber) => heads.push({ blockNumber, note: watch.note() }));
  watch = new FirstByteWatch(fixture.gateway.port);
});

afterAll(async () => {
  watch.stop();
  await agent.destroy();
  await fixture.stop();
  await upstream.stop();
  await chain.stop();
});

/** One signed read; the status, or null when the connection was broken. */
async function read(grantId: string): Promise<{ status: number | null; body: string }> {
  const url = new URL(rowsPath(readOptions(grantId)), fixture.url).href;
  const { headers } = signRequest(
    { method: 'GET', url, headers: READ_HEADERS, body: null },
    requester.key,
    Date.now() / 1000,
  );
  try {
    const response = await request(url, { headers, dispatcher: agent });
    return { status: response.statusCode, body: await response.body.text() };
  } catch {
    return { status: null, body: '' };
  }
}

/** Reads without pause until the ledger's refusal; what happened on the way is judged from what the server saw. */
async function readUntilRefused(grantId: string): Promise<void> {
  for (let count = 0; count < MAX_READS; count += 1) {
    if ((await read(grantId)).status === 403) return;
  }
  throw new RangeError('The grant was never refused');
}

function answersBegun(grantId: string): readonly SeenRead[] {
  return watch.reads.filter((seen) => seen.grantId === grantId && seen.status === 200);
}

async function untilReaders(grantId: string): Promise<void> {
  const deadline = performance.now() + READERS_TIMEOUT_MS;
  while (answersBegun(grantId).length < READERS) {
    if (performance.now() > deadline) throw new RangeError('No answers have begun');
    await sleep(1);
  }
}

/** The moment at which the gateway heard of the block; the readers may be done before the test hears of it. */
async function momentOf(blockNumber: number): Promise<number> {
  const announced = () => heads.find((head) => head.blockNumber >= blockNumber)?.note;
  await expect.poll(announced).toBeDefined();
  return announced()!;
}

/** An open stream of the grant, of which at least one piece has arrived. */
async function openStream({ grantId }: Granted) {
  const opened = await requester.client.openRows(rowsPath(readOptions(grantId, { limit: ENDLESS })), READ_HEADERS);
  const pieces = opened.body[Symbol.asyncIterator]();
  const first = await pieces.next();
  return { receiptId: opened.receiptId, received: first.done === true ? 0 : first.value.length, pieces };
}

/** How the stream ended for its reader. */
async function readToEnd({ pieces, received }: Awaited<ReturnType<typeof openStream>>) {
  let bytes = received;
  try {
    for (let piece = await pieces.next(); piece.done !== true; piece = await pieces.next()) bytes += piece.value.length;
    return { end: 'CLEAN', bytes };
  } catch (error) {
    return { end: error instanceof CliError ? error.code : 'OTHER', bytes };
  }
}

interface Trial {
  /** Answers with data whose first byte left after the gateway had heard of the revocation's block. */
  readonly late: number;
  /** Reads that were under way at that moment and were refused. */
  readonly raced: number;
  readonly before: number;
  readonly lastCode: unknown;
  readonly stream: Awaited<ReturnType<typeof readToEnd>> | null;
  readonly receiptId: string | null;
}

async function runTrial(granted: Granted, withStream: boolean): Promise<Trial> {
  const { grantId, resource } = granted;
  const stream = withStream ? await openStream(granted) : null;
  const ended = stream === null ? null : readToEnd(stream);
  const readers = Array.from({ length: READERS }, () => readUntilRefused(grantId));
  await untilReaders(grantId);
  const { actor } = resource.provider;
  const { blockNumber } = await chain.record('suspend', suspension(actor, grantId), actor);
  await Promise.all(readers);
  const head = await momentOf(blockNumber);
  const seen = watch.reads.filter((read_) => read_.grantId === grantId);
  const last = JSON.parse((await read(grantId)).body) as Record<string, unknown>;
  return {
    late: seen.filter(({ began, status }) => status === 200 && (began ?? 0) > head).length,
    raced: seen.filter(({ arrived, began, status }) => status !== 200 && arrived < head && (began ?? 0) > head).length,
    before: seen.filter(({ began, status }) => status === 200 && (began ?? head) < head).length,
    lastCode: last['deny_code'],
    stream: await ended,
    receiptId: stream?.receiptId ?? null,
  };
}

describe('revocation', () => {
  it(`lets no answer begin once its block has reached the gateway, in ${String(TRIALS)} trials`, async () => {
    const trials: Trial[] = [];
    for (const [index, granted] of grants.entries()) trials.push(await runTrial(granted, index % STREAM_EVERY === 0));
    const sum = (pick: (trial: Trial) => number): number => trials.reduce((total, trial) => total + pick(trial), 0);
    expect(trials).toHaveLength(TRIALS);
    expect(sum(({ late }) => late)).toBe(0);
    expect(new Set(trials.map(({ lastCode }) => lastCode))).toEqual(new Set(['NOT_ACTIVE']));
    // The trials say something only if reads were answered before, and were on their way at that very moment.
    expect(trials.every(({ before }) => before >= READERS)).toBe(true);
    expect(sum(({ raced }) => raced)).toBeGreaterThan(TRIALS / 2);

    const cut = trials.filter(({ stream }) => stream !== null);
    expect(cut).toHaveLength(TRIALS / STREAM_EVERY);
    for (const { stream, receiptId } of cut) {
      expect(stream?.end).toBe('STREAM_CUT');
      const receipt = await readReceipt(requester.client, receiptId ?? '');
      const handedOver = watch.reads.find((seen) => seen.receiptId === receiptId)?.bytes;
      expect(receipt).toMatchObject({ decision: 'PERMIT', outcome: 'ABORTED', status: 200, bytes: handedOver });
      expect(receipt.endedBy).toMatchObject({ code: 'NOT_ACTIVE' });
      expect(stream?.bytes).toBeLessThanOrEqual(receipt.bytes);
    }
  }, 900_000);
});

import { createHash } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { CliError } from '../../../cli/cli-error.ts';
import { fetchRows, readReceipt, type FetchOptions } from '../../../cli/fetch-rows.ts';
import { MAX_ANSWER_ROWS } from '../../../gateway/relay/answer-limits.ts';
import type { ShareAuthorization } from '../../../ledger/documents/share-authorization.ts';
import { deriveResourceId } from '../../../ledger/ids.ts';
import {
  GatewayFixture,
  readOptions,
  type Granted,
  type Member,
  type Published,
} from '../../support/gateway-fixture.ts';
import { LedgerChain } from '../../support/ledger-chain.ts';
import { httpConfig, startUpstream, type Upstream } from '../../support/upstream-server.ts';
import { CALENDAR_CODE, calendarEntry, PEOPLE_CODE, peopleEntry } from './samples.ts';

/** Members in the order of the granted fields, so that an answer has the very bytes of the source. */
const DAY = { date: '2026-01-01', holiday: 'x'.repeat(60), weekday: 4, working: false };
const ROWS = 1_000;
const ANSWER = `${JSON.stringify(DAY)}\n`.repeat(ROWS);
const MAX_ANSWER_MS = 2_500;
const READERS = 8;
/** Of these some are suppressed, however slowly they come. */
const MAX_REFUSED = 400;

let chain: LedgerChain;
let upstream: Upstream;
let fixture: GatewayFixture;
let authority: Member;
let provider: Member;
let requester: Member;
let calendar: Published;
let people: Published;
/** What the source does once it is asked. */
let answer: () => Promise<{ readonly first: string; readonly rest: Promise<string> }>;

beforeAll(async () => {
  chain = await LedgerChain.start();
  upstream = await startUpstream((_request, response) => {
    void (async () => {
      const { first, rest } = await answer();
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      response.write(first);
      response.end(await rest);
    })();
  });
  const rs = await chain.register('RS');
  const timeouts = { connectTimeoutMs: 1_000, headersTimeoutMs: 9_000, idleTimeoutMs: 9_000, bodyTimeoutMs: 20_000 };
  const source = { timeouts, query: { limit: '{$limit}' } };
  fixture = await GatewayFixture.start({
    chain,
    sources: {
      [deriveResourceId(rs.id, CALENDAR_CODE)]: httpConfig(upstream.port, source),
      [deriveResourceId(rs.id, PEOPLE_CODE)]: httpConfig(upstream.port, { ...source, maxConnections: 2 }),
    },
    config: { maxAnswerMs: MAX_ANSWER_MS },
  });
  authority = await fixture.join(chain.authority);
  provider = await fixture.join(rs);
  requester = await fixture.join(await chain.register('ZW'));
  calendar = await fixture.publish(provider, authority, calendarEntry());
  people = await fixture.publish(provider, authority, peopleEntry());
});

afterAll(async () => {
  await fixture.stop();
  await upstream.stop();
  await chain.stop();
});

const whole = (text: string) => () => Promise.resolve({ first: text, rest: Promise.resolve('') });

async function grant(resource: Published, quota: Partial<ShareAuthorization['quota']> = {}): Promise<Granted> {
  const ample = { perSecond: 1_000, perDay: 100_000, total: 1_000_000, maxRowsPerCall: ROWS };
  return await fixture.grant(requester, resource, { quota: { ...ample, maxBytesPerDay: 1_000_000_000, ...quota } });
}

interface Outcome {
  readonly bytes: number;
  readonly receiptId: string | null;
  /** The deny code or the code of a refusal; null for a whole answer. */
  readonly code: string | null;
}

async function read({ grantId }: Granted, changes: Partial<FetchOptions> = {}): Promise<Outcome> {
  let bytes = 0;
  const take = (piece: Buffer): void => void (bytes += piece.length);
  try {
    const { receiptId } = await fetchRows(requester.client, readOptions(grantId, changes), take);
    return { bytes, receiptId, code: null };
  } catch (error) {
    const { code, facts } = error as CliError & {
      facts: { receiptId?: string | null; problem?: { code: string; deny_code?: string } };
    };
    const refusal = facts.problem?.deny_code ?? facts.problem?.code ?? code;
    return { bytes, receiptId: facts.receiptId ?? null, code: refusal };
  }
}

async function newestReceipt(): Promise<Record<string, unknown>> {
  const { body } = await requester.client.get('/v1/receipts?limit=1');
  return (body as { receipts: [Record<string, unknown>] }).receipts[0];
}

describe('the bytes of a day', () => {
  it('are not multiplied by parallel reads', async () => {
    answer = whole(ANSWER);
    const maxBytesPerDay = Math.round(ANSWER.length * 1.5);
    const granted = await grant(calendar, { maxBytesPerDay });
    const outcomes = await Promise.all(Array.from({ length: READERS }, () => read(granted)));
    expect(outcomes.filter(({ code }) => code === null)).toHaveLength(1);
    expect(outcomes.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(maxBytesPerDay);
  });

  it('are given back as far as an answer, or a refusal, did not use them', async () => {
    const granted = await grant(calendar, { maxBytesPerDay: ANSWER.length * 2 });
    const used = async (): Promise<number> =>
      (await fixture.gateway.context.quotas.usage(granted.grantId, fixture.gateway.context.now())).bytesToday;
    answer = whole('no row');
    expect((await read(granted)).code).toBe('SOURCE_FAILED');
    await expect.poll(used).toBe(0);
    answer = whole(ANSWER);
    for (let count = 1; count <= 2; count += 1) {
      expect((await read(granted)).bytes).toBe(ANSWER.length);
      await expect.poll(used).toBe(ANSWER.length * count);
    }
    expect((await read(granted)).code).toBe('QUOTA_DAY');
  });

  it('do not stop small parallel reads, which can use little of them', async () => {
    answer = whole(`${JSON.stringify(DAY)}\n`);
    const granted = await grant(calendar, { maxBytesPerDay: 10_000_000 });
    const outcomes = await Promise.all(Array.from({ length: READERS }, () => read(granted, { limit: 1 })));
    expect(outcomes.map(({ code }) => code)).toEqual(Array.from({ length: READERS }, () => null));
  });
});

describe('the receipt of an answer', () => {
  it('hides the digest of its bytes from all but the two sides', async () => {
    answer = whole(ANSWER);
    const { receiptId } = await read(await grant(calendar));
    const digest = createHash('sha256').update(ANSWER).digest();
    await expect.poll(async () => (await newestReceipt())['receiptId']).toBe(receiptId);
    const shown = async ({ client }: Member) =>
      (await client.get(`/v1/receipts/${String(receiptId)}`)).body as {
        receipt: Record<string, unknown>;
        contentSalt: string | null;
      };
    const { receipt, contentSalt } = await shown(requester);
    expect(JSON.stringify(receipt)).not.toContain(digest.toString('base64'));
    const salted = createHash('sha256')
      .update(Buffer.from(contentSalt ?? '', 'base64url'))
      .update(digest);
    expect(receipt['contentHash']).toBe(`0x${salted.digest('hex')}`);
    expect(await shown(provider)).toEqual({ receipt, contentSalt, confirmed: false, confirmation: null });
    expect(await shown(authority)).toEqual({ receipt, contentSalt: null, confirmed: false, confirmation: null });
  });
});

describe('one answer', () => {
  it('takes no longer than the gateway allows, and its receipt says so', async () => {
    const { promise: rest, resolve: finish } = Promise.withResolvers<string>();
    answer = () => Promise.resolve({ first: ANSWER, rest });
    // One row more than there is, so that the source is waited for.
    const { code } = await read(await grant(calendar, { maxRowsPerCall: ROWS + 1 }));
    finish('');
    expect(code).toBe('STREAM_CUT');
    await expect.poll(newestReceipt).toMatchObject({
      decision: 'PERMIT',
      outcome: 'ABORTED',
      endedBy: { code: 'ANSWER_TIMEOUT', block: { number: expect.any(Number) as number } },
    });
  });

  it('asks its source for no more rows than the gateway allows', async () => {
    answer = whole(ANSWER);
    await read(await grant(calendar, { maxRowsPerCall: MAX_ANSWER_ROWS * 10 }));
    expect(upstream.targets.at(-1)).toBe(`/rows?limit=${String(MAX_ANSWER_ROWS)}`);
  });

  it('does not leave a source without a connection for other departments', async () => {
    const { promise: rest, resolve: finish } = Promise.withResolvers<string>();
    const { promise: asked, resolve: onAsked } = Promise.withResolvers<undefined>();
    answer = () => {
      onAsked(undefined);
      return Promise.resolve({ first: '', rest });
    };
    const granted = await grant(people);
    const first = read(granted);
    await asked;
    expect((await read(granted)).code).toBe('TOO_MANY_REQUESTS');
    finish('');
    expect((await first).code).toBeNull();
  });
});

describe('refusals of one department', () => {
  it('beyond its budget leave no receipt each, and are counted in the next one', async () => {
    answer = whole(ANSWER);
    const granted = await grant(calendar);
    const { now, refusalBudget } = fixture.gateway.context;
    // Thousands of refused reads, without the time that they take; the last one is the first to be suppressed.
    while (refusalBudget.spend(requester.actor.id, now()));
    const outcomes: Outcome[] = [];
    while (outcomes.filter(({ receiptId }) => receiptId === null).length < 2) {
      expect(outcomes.length).toBeLessThan(MAX_REFUSED);
      outcomes.push(...(await Promise.all(Array.from({ length: 4 }, () => read(granted, { purpose: 'OTHER' })))));
    }
    const suppressed = outcomes.filter(({ receiptId }) => receiptId === null);
    expect(new Set(suppressed.map(({ code }) => code))).toEqual(new Set(['TOO_MANY_REQUESTS']));
    const receipts = await Promise.all(
      outcomes.flatMap(({ receiptId }) => (receiptId === null ? [] : [readReceipt(requester.client, receiptId)])),
    );
    const { receiptId } = await read(granted);
    const next = await readReceipt(requester.client, receiptId ?? '');
    const counted = [...receipts, next].reduce((sum, receipt) => sum + receipt.suppressed, 0);
    expect([counted, next.outcome]).toEqual([suppressed.length + 1, 'DELIVERED']);
  });
});

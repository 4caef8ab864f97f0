import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type Act, ACTS } from '../../ledger/acts/act-definitions.ts';
import { CONTRACT_NAMES, type HistoryHeads } from '../../ledger/deployment.ts';
import { decodeActSigned, decodeLog, type LedgerEvent } from '../../ledger/events.ts';
import { type GrantId, parseCaseId, parseGatewayId } from '../../ledger/ids.ts';
import { VerifiedProjection } from '../../ledger/projection.ts';
import { END, publication, someHash } from '../support/act-factory.ts';
import { LedgerChain } from '../support/ledger-chain.ts';
import { type RecordedBlock, recordedBlocks, type Story, tellStory } from '../support/ledger-story.ts';
import { ACT_NAMES } from './acts/example-acts.ts';
import { codeOf } from './refusal-of.ts';

/** How many sign behind each kind of entry; nobody signs what governance does, and a gateway signed two heads. */
const SIGNERS = new Map<string, number>([
  ...ACT_NAMES.map((name) => [ACTS[name].event, ACTS[name].signers.length] as const),
  ['GatewayEquivocated', 2],
]);

let chain: LedgerChain;
let story: Story;
let blocks: RecordedBlock[];

beforeAll(async () => {
  chain = await LedgerChain.start();
  story = await tellStory(chain);
  blocks = await recordedBlocks(chain);
});

afterAll(async () => {
  await chain.stop();
});

const eventsOf = ({ logs }: RecordedBlock): LedgerEvent[] =>
  logs.map((log) => decodeLog(chain.deployment, log)).filter((event) => event !== null);

function replay(recorded: readonly RecordedBlock[] = blocks): VerifiedProjection {
  const projection = new VerifiedProjection(chain.deployment);
  for (const each of recorded) {
    projection.apply(each.block, eventsOf(each));
    projection.confirm(each.heads);
  }
  return projection;
}

describe('VerifiedProjection', () => {
  it('equals the chain at every block', () => {
    const projection = replay();
    expect(projection.block).toEqual({ number: blocks.at(-1)?.block.number, hash: blocks.at(-1)?.block.hash });
    expect(projection.heads).toEqual(blocks.at(-1)?.heads);
    expect(blocks.some(({ logs }) => logs.length > 4)).toBe(true);
  });

  it('reaches the same state when blocks are applied in windows', () => {
    const last = blocks.at(-1);
    if (last === undefined) throw new TypeError('no block');
    const projection = new VerifiedProjection(chain.deployment);
    const middle = blocks[Math.floor(blocks.length / 2)] ?? last;
    const events = blocks.flatMap(eventsOf);
    projection.apply(
      middle.block,
      events.filter(({ blockNumber }) => blockNumber <= middle.block.number),
    );
    projection.confirm(middle.heads);
    projection.apply(
      last.block,
      events.filter(({ blockNumber }) => blockNumber > middle.block.number),
    );
    projection.confirm(last.heads);
    expect(projection.grant(story.activeGrant)).toEqual(replay().grant(story.activeGrant));
  });

  it('knows gateways as they are now, those that ended too', () => {
    const projection = replay();
    expect(projection.gateways()).toMatchObject([
      { operator: chain.authority.id, publicKey: someHash(0xe1), status: 'retired' },
      { operator: chain.authority.id, publicKey: someHash(0xe3), status: 'equivocated' },
    ]);
    const [first] = projection.gateways();
    if (first === undefined) throw new TypeError('no gateway');
    expect(projection.gateway(first.id)).toEqual(first);
    expect(first.endedAt).toBeGreaterThanOrEqual(first.registeredAt);
    expect(projection.gateway(parseGatewayId(someHash(1)))).toBeNull();
  });

  it('knows departments as they are now', () => {
    const projection = replay();
    expect(projection.department(story.requester.id)).toEqual({
      id: story.requester.id,
      kind: 'department',
      status: 'active',
      superior: chain.government.id,
      region: '990100',
      maker: story.requester.maker.account,
      office: story.requester.office.account,
      head: story.requester.head.account,
    });
    expect(projection.department(story.bystander.id)?.status).toBe('suspended');
    expect(projection.department(story.regulator.id)?.kind).toBe('regulator');
    expect(projection.departments()).toHaveLength(6);
  });

  it('knows access keys, and when one was revoked', () => {
    const projection = replay();
    expect(projection.accessKey(story.activeKey)).toMatchObject({
      algorithm: 'ed25519',
      revokedAt: null,
      notAfter: END,
    });
    expect(projection.accessKey(story.revokedKey)).toMatchObject({ algorithm: 'ecdsa-p256-sha256' });
    expect(projection.accessKey(story.revokedKey)?.revokedAt).toBeGreaterThan(0);
  });

  it('knows resources and each of their versions', () => {
    const projection = replay();
    const { resourceId } = story;
    expect(projection.resource(resourceId)).toMatchObject({
      provider: story.provider.id,
      publishedVersion: 1,
      restraint: 'none',
      updateDueAt: 0,
    });
    expect(projection.resources().map(({ restraint }) => restraint)).toEqual(['none', 'retired']);
    expect(projection.resourceVersion(resourceId, 1)).toMatchObject({ status: 'published', shareClass: 'conditional' });
    expect(projection.resourceVersion(resourceId, 2)).toMatchObject({ status: 'submitted', fieldCount: 6 });
    expect(projection.resourceVersion(resourceId, 3)).toBeNull();
  });

  it('knows open requests and grants', () => {
    const projection = replay();
    expect(projection.request(story.openRequest)).toMatchObject({
      status: 'submitted',
      requester: story.requester.id,
      fields: 0b111n,
    });
    expect(projection.request(story.refusedRequest)?.status).toBe('refused');
    expect(projection.grant(story.activeGrant)).toMatchObject({
      resourceId: story.resourceId,
      resourceVersion: 1,
      requester: story.requester.id,
      notAfter: END - 1,
      status: 'active',
    });
    const statusesOf = (grants: readonly GrantId[]) => grants.map((id) => projection.grant(id)?.status);
    expect(statusesOf(story.suspendedGrants)).toEqual(['suspended', 'suspended', 'suspended']);
    expect(statusesOf(story.endedGrants)).toEqual(['terminated', 'terminated', 'closed', 'changed']);
  });

  it('knows corrections, disputes and the calendar', () => {
    const projection = replay();
    const opened = blocks.flatMap(eventsOf).filter((event) => 'caseId' in event);
    expect(opened.map(({ caseId }) => projection.case(caseId)?.status)).toEqual([
      'closed',
      'upheld',
      'executed',
      'settled',
    ]);
    expect(projection.calendarYear(2026)).not.toBeNull();
    expect(projection.calendarYear(1999)).toBeNull();
  });

  it('decodes the signature behind every entry that somebody signed', () => {
    const logs = blocks.flatMap((block) => block.logs);
    const signed = logs.map((log) => decodeActSigned(chain.deployment, log)).filter((entry) => entry !== null);
    const entries = logs.map((log) => decodeLog(chain.deployment, log)).filter((event) => event !== null);
    const signatures = entries.map(({ name }) => SIGNERS.get(name) ?? 0);
    // Governance admits a government and an authority, which looks like a registration that was signed.
    expect(signed).toHaveLength(signatures.reduce((sum, count) => sum + count, 0) - 2);
    expect(
      signed.every(({ contract, seq }) => entries.some((event) => event.contract === contract && event.seq === seq)),
    ).toBe(true);
  });

  describe('confirm', () => {
    it.each(CONTRACT_NAMES)('compares the head of %s', (name) => {
      const { heads } = lastBlock();
      const wrong = (change: Partial<HistoryHeads[typeof name]>): HistoryHeads => ({
        ...heads,
        [name]: { ...heads[name], ...change },
      });
      expect(codeOf(() => replay().confirm(wrong({ head: someHash(1) })))).toBe('HISTORY_HEAD_MISMATCH');
      expect(codeOf(() => replay().confirm(wrong({ seq: heads[name].seq + 1 })))).toBe('HISTORY_GAP');
      expect(codeOf(() => replay().confirm(wrong({ seq: heads[name].seq - 1 })))).toBe('HISTORY_GAP');
      expect(codeOf(() => replay().confirm(heads))).toBeNull();
    });

    it('refuses the heads of another block', () => {
      const projection = replay();
      expect(codeOf(() => projection.confirm(blocks[5]?.heads ?? lastBlock().heads))).toBe('HISTORY_GAP');
    });
  });

  const reads: readonly ((projection: VerifiedProjection) => unknown)[] = [
    (projection) => projection.block,
    (projection) => projection.heads,
    (projection) => projection.department(story.requester.id),
    (projection) => projection.accessKey(story.activeKey),
    (projection) => projection.resource(story.resourceId),
    (projection) => projection.resourceVersion(story.resourceId, 1),
    (projection) => projection.request(story.openRequest),
    (projection) => projection.grant(story.activeGrant),
    (projection) => projection.case(parseCaseId(someHash(1))),
    (projection) => projection.calendarYear(2026),
    (projection) => projection.departments(),
    (projection) => projection.gateways(),
    (projection) => projection.gateway(parseGatewayId(someHash(1))),
    (projection) => projection.resources(),
  ];

  describe('before it is confirmed', () => {
    it('answers nothing at first', () => {
      const projection = new VerifiedProjection(chain.deployment);
      projection.apply(lastBlock().block, blocks.flatMap(eventsOf));
      for (const read of reads) expect(codeOf(() => read(projection))).toBe('HISTORY_UNPROVED');
      projection.confirm(lastBlock().heads);
      for (const read of reads) expect(codeOf(() => read(projection))).toBeNull();
    });

    it('answers with the block that was confirmed last, and can go back to it', () => {
      const [middle, rest] = [blocks.slice(0, -3), blocks.slice(-3)];
      const projection = replay(middle);
      const answers = reads.map((read) => read(projection));
      projection.apply(lastBlock().block, rest.flatMap(eventsOf));
      expect(reads.map((read) => read(projection))).toEqual(answers);
      expect(projection.rollBack()).toBe(true);
      expect(reads.map((read) => read(projection))).toEqual(answers);
      for (const each of rest) {
        projection.apply(each.block, eventsOf(each));
        projection.confirm(each.heads);
      }
      expect(projection.heads).toEqual(lastBlock().heads);
      expect(answers).not.toEqual(reads.map((read) => read(projection)));
    });

    it('has nothing to go back to before the first confirmation', () => {
      expect(new VerifiedProjection(chain.deployment).rollBack()).toBe(false);
    });
  });

  describe('after an error', () => {
    const steps: typeof reads = [
      ...reads,
      (projection) => projection.apply(nextBlock(), []),
      (projection) => projection.confirm(lastBlock().heads),
    ];

    it('answers nothing, and not a second block either', () => {
      const projection = replay();
      for (const read of reads) expect(codeOf(() => read(projection))).toBeNull();
      expect(codeOf(() => projection.confirm({ ...lastBlock().heads, Directory: { seq: 9, head: someHash(1) } }))).toBe(
        'HISTORY_GAP',
      );
      for (const step of steps) expect(codeOf(() => step(projection))).toBe('HISTORY_GAP');
      expect(projection.rollBack()).toBe(false);
    });
  });

  describe('order of blocks', () => {
    it.each([
      ['the same block again', () => ({ ...lastBlock().block })],
      ['an earlier block', () => ({ ...nextBlock(), number: 1 })],
      ['a block with another parent', () => ({ ...nextBlock(), parentHash: someHash(7) })],
      ['a block without a number', () => ({ ...nextBlock(), number: Number.NaN })],
    ])('refuses %s', (_what, block) => {
      expect(codeOf(() => replay().apply(block(), []))).toBe('HISTORY_ILLEGAL');
    });

    it('takes an empty block, and one after a gap of empty ones', () => {
      const projection = replay();
      projection.apply(nextBlock(), []);
      projection.apply({ number: nextBlock().number + 50, hash: someHash(8) }, []);
      projection.confirm(lastBlock().heads);
      expect(projection.block.hash).toBe(someHash(8));
    });

    it('refuses events before the start block', () => {
      const late = new VerifiedProjection({ ...chain.deployment, startBlock: lastBlock().block.number + 1 });
      expect(codeOf(() => late.apply(nextBlock(), blocks.flatMap(eventsOf)))).toBe('HISTORY_ILLEGAL');
    });
  });

  it('follows a later act', async () => {
    const projection = replay();
    const act: Act<'publishResource'> = publication(chain.authority, story.resourceId, {
      documentHash: someHash(0xd2),
    });
    await chain.record('publishResource', act, chain.authority);
    const block = await chain.block();
    const logs = await chain.logs(block.number, block.number);
    projection.apply(block, eventsOf({ block, logs, heads: lastBlock().heads }));
    projection.confirm(await chain.heads(block.hash));
    expect(projection.resource(story.resourceId)?.publishedVersion).toBe(2);
  });
});

function lastBlock(): RecordedBlock {
  const last = blocks.at(-1);
  if (last === undefined) throw new TypeError('no block');
  return last;
}

function nextBlock(): RecordedBlock['block'] {
  const { block } = lastBlock();
  return { number: block.number + 1, hash: someHash(9), parentHash: block.hash, timestamp: block.timestamp + 1 };
}

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  buildCorrectionFiling,
  buildDisputeOpening,
  buildShareRefusal,
  buildStep,
} from '../../../ledger/acts/build-acts.ts';
import type { DocumentKind, Documents } from '../../../ledger/documents/parse-document.ts';
import { parseCaseId } from '../../../ledger/ids.ts';
import { sampleResources } from '../../../scripts/samples/resources.ts';
import { GatewayFixture, salt, type Asked, type Member, type Published } from '../../support/gateway-fixture.ts';
import { LedgerChain } from '../../support/ledger-chain.ts';

const sample = sampleResources().find(({ entry }) => entry.resourceCode === '301001/000001');
if (sample === undefined) throw new TypeError('The sample is missing');

/** 2026-09-24 09:00 in Shanghai: long before the tests' own clock, by which the gateway tells what is late. */
const AUTUMN = 1_790_211_600;
const DAY_SECONDS = 86_400;
/** 2096: no act of a test expires. */
const NEVER = 3_976_214_400;

let chain: LedgerChain;
let fixture: GatewayFixture;
let authority: Member;
let provider: Member;
let requester: Member;
let stranger: Member;
let resource: Published;

beforeAll(async () => {
  chain = await LedgerChain.start({ genesisTime: AUTUMN });
  const [ga, rs, mz] = [await chain.register('GA'), await chain.register('RS'), await chain.register('MZ')];
  fixture = await GatewayFixture.start({ chain, sources: {} });
  authority = await fixture.join(chain.authority);
  provider = await fixture.join(ga);
  requester = await fixture.join(rs);
  stranger = await fixture.join(mz);
  resource = await fixture.publish(provider, authority, sample.entry);
});

afterAll(async () => {
  await fixture.stop();
  await chain.stop();
});

interface Item {
  readonly task: string;
  readonly subject: string;
  readonly overdue: boolean;
  readonly liability: string | null;
  readonly dueAt: number;
  readonly titleZh: string;
  readonly lateZh: string | null;
}

async function inbox({ client }: Member): Promise<readonly Item[]> {
  const { body } = await client.get('/v1/inbox');
  return (body as { items: readonly Item[] }).items;
}

async function tasksAbout(member: Member, subject: string): Promise<readonly string[]> {
  return (await inbox(member)).filter((item) => item.subject === subject).map(({ task }) => task);
}

async function scorecard(reader: Member, of: Member): Promise<Record<string, unknown>> {
  return (await reader.client.get(`/v1/scorecards/${of.actor.id}`)).body as Record<string, unknown>;
}

function documentOf<Kind extends DocumentKind>(type: Kind, schema: string, members: object): Documents[Kind] {
  return { type, schema: `dxl/${schema}/1`, ...members } as unknown as Documents[Kind];
}

async function refuse({ requestId }: Asked): Promise<void> {
  const members = { requestId, provider: provider.actor.id, reasonCode: 'CONDITION_NOT_MET' };
  const because = { conditions: ['DUTY'], legalBasis: [], text: '未说明法定职责依据' };
  const salted = salt(documentOf('ShareRefusal', 'share-refusal', { ...members, ...because }));
  await fixture.act(provider, 'refuse', buildShareRefusal(salted, resource, NEVER), salted);
}

async function fileCorrection(): Promise<string> {
  const about = { department: requester.actor.id, resourceId: resource.resourceId, version: 1, fields: ['addr'] };
  const doubt = { errorKind: 'OUTDATED', text: '地址与实际不符', evidence: [] };
  const salted = salt(documentOf('CorrectionFiling', 'correction-filing', { ...about, ...doubt }));
  const { body } = await fixture.act(requester, 'fileCorrection', buildCorrectionFiling(salted, NEVER), salted);
  return (body as { digest: string }).digest;
}

describe('the inbox', () => {
  it('tells the provider of a request, and which liability item a late answer points at', async () => {
    const { requestId } = await fixture.request(requester, resource);
    const [item] = (await inbox(provider)).filter(({ subject }) => subject === requestId);
    // By the calendar the ten working days after 24 September 2026 end on 15 October: National Day lies between.
    expect(item).toMatchObject({
      task: 'ANSWER_REQUEST',
      dueAt: Date.UTC(2026, 9, 15, 16) / 1000,
      overdue: true,
      liability: 'ART39_4_LATE_ANSWER',
      lateZh: '未按时答复共享申请',
    });
    expect(await tasksAbout(requester, requestId)).toEqual([]);
    expect(await tasksAbout(stranger, requestId)).toEqual([]);
  });

  it('passes a grant from side to side until it is closed', async () => {
    const asked = await fixture.request(requester, resource);
    const agreed = await fixture.agree(asked);
    const { grantId } = agreed;
    const turn = async () => [await tasksAbout(provider, grantId), await tasksAbout(requester, grantId)];
    expect(await turn()).toEqual([['DELIVER'], []]);
    await fixture.state(provider, 'deliver', grantId);
    expect(await turn()).toEqual([[], ['ACKNOWLEDGE']]);
    await fixture.state(requester, 'acknowledge', grantId);
    expect(await turn()).toEqual([[], []]);
    await fixture.suspend(agreed);
    // By the gateway's clock it is too late to follow up.
    expect(await turn()).toEqual([[], ['RESUME_LAPSED']]);
    await fixture.state(provider, 'resume', grantId);
    await fixture.state(requester, 'release', grantId);
    expect(await turn()).toEqual([[], ['DISPOSE']]);
    const records = {
      scenario: '资格认证',
      process: '逐笔查询',
      effect: '已办结',
      storage: '不落库',
      destruction: '已删除',
    };
    const certified = { department: requester.actor.id, grantId, method: 'ERASE', scope: '全部副本' };
    const proof = { witness: '办公室', completedOn: '2026-09-30', records };
    const salted = salt(documentOf('DisposalCertificate', 'disposal-certificate', { ...certified, ...proof }));
    await fixture.act(requester, 'certifyDisposal', buildStep('certifyDisposal', salted, NEVER), salted);
    expect(await turn()).toEqual([['ACCEPT_DISPOSAL'], []]);
    await fixture.state(provider, 'acceptDisposal', grantId);
    expect(await turn()).toEqual([[], []]);
  });

  it('tells every active grantee of a correction, and nobody else', async () => {
    const { grantId } = await fixture.grant(requester, resource);
    const other = await fixture.grant(stranger, resource);
    await fixture.suspend(other);
    const caseId = await fileCorrection();
    expect(await tasksAbout(provider, caseId)).toEqual(['FEED_BACK_CORRECTION']);
    await fixture.state(provider, 'verifyCorrection', caseId);
    await fixture.state(provider, 'correct', caseId);
    expect(await tasksAbout(requester, grantId)).toEqual(['NOTE_CORRECTION']);
    expect(await tasksAbout(stranger, other.grantId)).not.toContain('NOTE_CORRECTION');
    await fixture.state(provider, 'feedBackCorrection', caseId);
    expect(await tasksAbout(requester, caseId)).toEqual(['CLOSE_CORRECTION']);
    const { body } = await requester.client.get(`/v1/cases/${parseCaseId(caseId)}`);
    expect(body).toMatchObject({ kind: 'correction', status: 'fed-back', claimant: requester.actor.id });
    expect((body as { steps: readonly unknown[] }).steps).toHaveLength(4);
  });

  it('leads a dispute to the authority of the level, and to nobody before it was applied for', async () => {
    const asked = await fixture.request(requester, resource);
    await refuse(asked);
    const subject = { kind: 'REQUEST', id: asked.requestId };
    const sides = { department: requester.actor.id, respondent: provider.actor.id, subject };
    const claim = { claim: '请求撤销不予共享', negotiation: '协商未果', attachments: [] };
    const salted = salt(documentOf('DisputeOpening', 'dispute-opening', { ...sides, ...claim }));
    const { body } = await fixture.act(requester, 'openDispute', buildDisputeOpening(salted, NEVER), salted);
    const caseId = (body as { digest: string }).digest;
    expect(await tasksAbout(authority, caseId)).toEqual([]);
    expect(await tasksAbout(provider, caseId)).toEqual(['NEGOTIATE']);
    await fixture.state(requester, 'applyForCoordination', caseId);
    expect(await tasksAbout(authority, caseId)).toEqual(['TAKE_UP_DISPUTE']);
    await fixture.state(authority, 'coordinate', caseId);
    expect(await tasksAbout(authority, caseId)).toEqual(['SETTLE_DISPUTE']);
    await expect(stranger.client.get(`/v1/cases/${caseId}`)).rejects.toMatchObject({ facts: { status: 404 } });
  });

  it('asks the authority to review, and the provider to update', async () => {
    await fixture.state(authority, 'requireUpdate', resource.resourceId);
    const [item] = (await inbox(provider)).filter(({ task }) => task === 'UPDATE_ENTRY');
    expect(item).toMatchObject({ subject: resource.resourceId, overdue: true, liability: 'ART39_1_LATE_UPDATE' });
    expect((await inbox(authority)).map(({ task }) => task)).not.toContain('UPDATE_ENTRY');
  });
});

describe('the scorecard', () => {
  it('counts what was done in time, what was late and what is overdue, from the ledger alone', async () => {
    const before = await scorecard(provider, provider);
    const late = await fixture.request(requester, resource);
    await chain.passTime(25 * DAY_SECONDS);
    const inTime = await fixture.request(requester, resource);
    await fixture.agree(late);
    await fixture.agree(inTime);
    const after = await scorecard(authority, provider);
    const count = (card: Record<string, unknown>, duty: string) => card[duty] as Record<string, number>;
    expect(count(after, 'answers')).toEqual({
      inTime: (count(before, 'answers')['inTime'] ?? 0) + 1,
      late: (count(before, 'answers')['late'] ?? 0) + 1,
      overdue: count(before, 'answers')['overdue'],
    });
    expect(count(after, 'given')['agreed']).toBe((count(before, 'given')['agreed'] ?? 0) + 2);
    expect(count(after, 'updates')['overdue']).toBe(1);
  });

  it('is for the department itself and those who supervise it', async () => {
    await expect(scorecard(requester, provider)).rejects.toMatchObject({ facts: { status: 404 } });
    const { body: own } = await requester.client.get('/v1/scorecards');
    expect((own as { scorecards: readonly unknown[] }).scorecards).toHaveLength(1);
    const { body: all } = await authority.client.get('/v1/scorecards');
    const listed = (all as { scorecards: readonly { department: string }[] }).scorecards.map(
      ({ department }) => department,
    );
    expect(listed).toContain(provider.actor.id);
    expect(listed).toContain(authority.actor.id);
  });
});

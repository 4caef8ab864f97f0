import { openStream } from './cut-stream.ts';
import { fact, type Fact, type Narrator } from './narrator.ts';
import { OFFICERS } from './principal.ts';
import { type Denial, expectDenial, readRows, tryRows } from './read-rows.ts';
import { expectLedgerRefusal } from './refused-act.ts';
import { tellEvidence } from './tell-evidence.ts';
import { tellReceipts } from './tell-receipts.ts';
import {
  type ActiveShare,
  agreeToShare,
  askForShare,
  type AskedShare,
  type GrantedShare,
  handOver,
  share as makeShare,
  type ShareTerms,
  suspendShare,
} from './share.ts';
import { calendarShare, divisionsShare, residentsShare } from './shares.ts';
import { StoryError } from './story-error.ts';
import { proofOf, type World } from './world.ts';

const SHOWN_ROWS = 5;
/** The quota is two calls a second: of seven at once one is over it, even when they stretch over three seconds. */
const BURST = 7;
/** The gateway sends 64 KiB at a time, which is about a thousand of these rows. */
const ROWS_BEFORE_SUSPENSION = 500;

/** What the story leaves behind for whoever wants to go on. */
export interface StoryEnd {
  /** A grant that is still active. */
  readonly residents: GrantedShare;
}

/** The main job, step by step; each step shows what proves it, and a step that goes otherwise ends the story. */
export async function tellStory(world: World, narrator: Narrator): Promise<StoryEnd> {
  const asked = await tellRequest(world, narrator);
  const divisions = await tellDelivery(world, narrator, await tellApproval(world, narrator, asked));
  const receipts = [await tellFetch(narrator, divisions)];
  receipts.push(await tellForeignField(narrator, divisions));
  receipts.push(await tellQuota(narrator, divisions));
  receipts.push(await tellSuspension(world, narrator, divisions));
  receipts.push(await tellCutStream(world, narrator));
  const residents = await makeShare(residentsShare(world));
  receipts.push(await tellMasks(world, narrator, residents));
  await tellReceipts(world, narrator, receipts);
  await tellEvidence(world, narrator, divisions.grantId, receipts[0] ?? '');
  return { residents };
}

async function tellRequest(world: World, narrator: Narrator): Promise<AskedShare> {
  const terms = divisionsShare(world);
  const asked = await askForShare(terms);
  narrator.step({
    name: 'request',
    title: [
      'HR & Social Security requests the administrative divisions of Guangdong',
      `${terms.requester.department.name}申请共享${terms.provider.department.name}的${terms.entry.name}(广东)`,
    ],
    facts: [
      fact('requestId', ['request', '申请'], asked.requestId),
      fact('fields', ['fields', '字段'], terms.fields.join(', ')),
      ...(await proofOf(world, 'ShareLedger', asked.recorded)),
    ],
  });
  return asked;
}

async function tellApproval(world: World, narrator: Narrator, asked: AskedShare): Promise<GrantedShare> {
  const alone = await expectLedgerRefusal(async () => await agreeToShare(asked, OFFICERS.slice(0, 1)));
  const granted = await agreeToShare(asked, OFFICERS.slice(1));
  narrator.step({
    name: 'approve',
    title: [
      'Civil Affairs agrees: 2 of its 3 officers sign',
      `${asked.terms.provider.department.name}同意:三名经办人中两名签署`,
    ],
    facts: [
      fact('oneOfficer', ['one officer alone', '仅一人签署'], `${alone.code} ${alone.revert}`),
      fact('grantId', ['grant', '授权'], granted.grantId),
      ...(await proofOf(world, 'ShareLedger', granted.agreed)),
    ],
  });
  return granted;
}

async function tellDelivery(world: World, narrator: Narrator, granted: GrantedShare): Promise<ActiveShare> {
  const denial = await expectDenial(granted, { limit: 1 }, 'NOT_ACTIVE');
  const active = await handOver(granted);
  narrator.step({
    name: 'deliver',
    title: [
      'Civil Affairs delivers and HR & Social Security acknowledges: only then reads are answered',
      '提供部门交付、需求部门确认接收后,方可读取',
    ],
    facts: [
      fact('before', ['before', '交付前'], `${String(denial.status)} ${denial.code}`),
      ...(await proofOf(world, 'ShareLedger', active.activated)),
    ],
  });
  return active;
}

async function tellFetch(narrator: Narrator, share: GrantedShare): Promise<string> {
  const { rows, receiptId } = await readRows(share, { region: '4403', limit: SHOWN_ROWS });
  narrator.step({
    name: 'fetch',
    title: ['A signed fetch relays real rows from PostgreSQL', '签名读取:从 PostgreSQL 转发真实数据'],
    facts: [
      ...rows.map((row, index) => fact(`row${String(index + 1)}`, ['row', '数据'], row)),
      fact('receiptId', ['receipt', '回执'], receiptId),
      fact('signature', ['answer', '应答'], 'signed by the gateway, digest checked'),
    ],
  });
  return receiptId;
}

async function tellForeignField(narrator: Narrator, share: GrantedShare): Promise<string> {
  const denial = await expectDenial(share, { fields: ['code', 'parent_code'], limit: 1 }, 'FIELD_NOT_GRANTED');
  narrator.step({
    name: 'field',
    title: ['A field outside the grant is refused', '授权外字段:拒绝'],
    facts: factsOf(denial),
  });
  return denial.receiptId;
}

async function tellQuota(narrator: Narrator, share: GrantedShare): Promise<string> {
  const reads = Array.from({ length: BURST }, async () => await tryRows(share, { limit: 1 }));
  const results = await Promise.all(reads);
  const denial = results.find((result): result is Denial => 'code' in result && result.code === 'QUOTA_RATE');
  if (denial === undefined) throw new StoryError('UNEXPECTED_ANSWER', 'The quota did not hold');
  const permitted = results.filter((result) => 'rows' in result).length;
  narrator.step({
    name: 'quota',
    title: ['Seven calls at once against a quota of two a second', '每秒两次的配额下同时调用七次:超出部分拒绝'],
    facts: [fact('permitted', ['permitted', '通过'], `${String(permitted)} of ${String(BURST)}`), ...factsOf(denial)],
  });
  return denial.receiptId;
}

async function tellSuspension(world: World, narrator: Narrator, share: GrantedShare): Promise<string> {
  const recorded = await suspendShare(share, '发现调用来源异常,立即暂停共享并核查。');
  const denial = await expectDenial(share, { limit: 1 }, 'NOT_ACTIVE');
  narrator.step({
    name: 'suspend',
    title: [
      'Civil Affairs suspends the grant after an incident; the next fetch is refused',
      '安全事件:提供部门暂停授权,下一次读取即被拒绝',
    ],
    facts: [...(await proofOf(world, 'ShareLedger', recorded)), ...factsOf(denial)],
  });
  return denial.receiptId;
}

async function tellCutStream(world: World, narrator: Narrator): Promise<string> {
  const share = await makeShare(calendarShare(world));
  const stream = await openStream(share, ROWS_BEFORE_SUSPENSION);
  await stream.flowing;
  const recorded = await suspendShare(share, '接口出现异常,暂停共享。');
  const { cut, rows, bytes } = await stream.ended;
  if (!cut) throw new StoryError('UNEXPECTED_ANSWER', 'The open stream was not cut');
  narrator.step({
    name: 'cut',
    title: [
      'A grant over an HTTP source is suspended while its rows flow: the open stream is cut',
      'HTTP 数据源授权在传输中被暂停:已打开的数据流被切断',
    ],
    facts: [
      fact('received', ['received before the cut', '切断前收到'], `${String(rows)} rows, ${String(bytes)} bytes`),
      ...(await proofOf(world, 'ShareLedger', recorded)),
      fact('receiptId', ['receipt', '回执'], stream.receiptId),
    ],
  });
  return stream.receiptId;
}

async function tellMasks(world: World, narrator: Narrator, share: GrantedShare): Promise<string> {
  const missing = await expectDenial(share, { limit: 1 }, 'CASE_MISSING');
  const { rows, receiptId } = await readRows(share, { limit: SHOWN_ROWS, caseNumber: 'BJ-2025-0001' });
  const { requester, provider, entry }: ShareTerms = share.terms;
  narrator.step({
    name: 'mask',
    title: [
      'Government Services reads invented residents: masked, and only with a case number',
      `${requester.department.name}读取${provider.department.name}的${entry.name}(虚构人员):脱敏,且须附办件编号`,
    ],
    facts: [
      fact('grantId', ['grant, stays active', '授权,保持有效'], share.grantId),
      ...(await proofOf(world, 'ShareLedger', share.agreed)),
      fact('withoutCase', ['without a case number', '无办件编号'], `${String(missing.status)} ${missing.code}`),
      ...rows.map((row, index) => fact(`row${String(index + 1)}`, ['row', '数据'], row)),
      fact('receiptId', ['receipt', '回执'], receiptId),
    ],
  });
  return receiptId;
}

function factsOf({ status, code, receiptId }: Denial): Fact[] {
  return [
    fact('denial', ['refused', '拒绝'], `${String(status)} ${code}`),
    fact('receiptId', ['receipt', '回执'], receiptId),
  ];
}

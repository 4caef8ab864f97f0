import { writeFile } from 'node:fs/promises';

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { activeGrant, openShare, submitShareRequest } from './cli-share.ts';
import { CliWorld, sampleEntry } from './cli-world.ts';

// Each step is a process of its own; on a busy machine one takes seconds.
vi.setConfig({ testTimeout: 240_000 });

let world: CliWorld;
let resourceId: string;
let authority: string;

beforeAll(async () => {
  world = await CliWorld.start();
  ({ resourceId } = await openShare(world));
  authority = world.chain.authority.id;
}, 500_000);

afterAll(async () => {
  await world.stop();
});

/** Signed here by one department, then by the other, and sent. */
async function sendJointly(first: string, second: string, name: string, ...args: readonly string[]): Promise<void> {
  const file = world.file(`${name}.joint.json`);
  await world.succeed(first, ...args, '--out', file);
  await world.succeed(second, 'act', 'sign', file);
  expect(await world.succeed(first, 'act', 'send', file)).toMatchObject({ status: 'recorded' });
}

describe('a request', () => {
  it('is supplemented, answered later with consent, and withdrawn', async () => {
    const requestId = await submitShareRequest(world, resourceId, 'supplemented', 'name');
    await world.succeed('ga', 'answer', 'ask-supplement', requestId, '--missing', 'basis=未写明条款');
    expect(await world.succeed('rs', 'request', 'show', requestId)).toMatchObject({ status: 'supplementing' });
    await world.succeed('rs', 'request', 'supplement', requestId, '--supply', 'basis=第七十四条');
    const { dueAt } = await world.succeed('rs', 'request', 'show', requestId);
    const later = String(Number(dueAt) + 1);
    const extend = ['answer', 'extend', requestId, '--authority', authority, '--due', later, '--text', '核对范围'];
    await sendJointly('ga', 'sh', 'extension', ...extend);
    expect(await world.succeed('rs', 'request', 'show', requestId)).toMatchObject({ dueAt: Number(later) });
    await world.succeed('rs', 'request', 'withdraw', requestId, '--text', '不再需要');
    expect(await world.succeed('rs', 'request', 'show', requestId)).toMatchObject({ status: 'withdrawn' });
  });

  it('is opened again when the dispute over its refusal was settled so', async () => {
    const requestId = await submitShareRequest(world, resourceId, 'reopened', 'name');
    await world.succeed('ga', 'answer', 'refuse', requestId, '--condition', 'DUTY', '--text', '依据不足');
    const sides = ['--kind', 'request', '--respondent', world.provider.id];
    const opening = ['dispute', 'open', requestId, ...sides, '--claim', '依据充分', '--negotiation', '未达成一致'];
    const caseId = String((await world.succeed('rs', ...opening))['caseId']);
    await world.succeed('rs', 'dispute', 'apply', caseId, '--text', '申请协调');
    await world.succeed('sh', 'dispute', 'coordinate', caseId, '--text', '受理');
    await world.succeed('sh', 'dispute', 'settle', caseId, '--reason', 'REOPEN', '--text', '重新受理');
    await world.succeed('rs', 'request', 'reopen', requestId, '--text', '按协调结果');
    expect(await world.succeed('rs', 'request', 'show', requestId)).toMatchObject({ status: 'submitted' });
  });
});

describe('a grant', () => {
  it('is suspended, followed up, resumed, released, disposed of and closed', async () => {
    const grantId = await activeGrant(world, await submitShareRequest(world, resourceId, 'closed', 'name'));
    await world.succeed('ga', 'grant', 'suspend', grantId, '--reason', 'SECURITY', '--text', '疑似泄露');
    await world.succeed('ga', 'grant', 'follow-up', grantId, '--text', '已排查');
    await world.succeed('ga', 'grant', 'resume', grantId, '--text', '已修复');
    await world.succeed('rs', 'grant', 'release', grantId, '--text', '目的已实现');
    const records = ['scenario', 'process', 'effect', 'storage', 'destruction'].flatMap((name) => [`--${name}`, name]);
    const certificate = ['--scope', '全部副本', '--witness', '张三', '--on', '2026-11-20', ...records];
    await world.succeed('rs', 'grant', 'certify', grantId, ...certificate);
    await world.succeed('ga', 'grant', 'accept', grantId, '--text', '验收通过');
    expect(await world.succeed('rs', 'grant', 'show', grantId)).toMatchObject({ status: 'closed' });
  });

  it('has new terms after negotiation and filing', async () => {
    const grantId = await activeGrant(world, await submitShareRequest(world, resourceId, 'changed', 'birth,name'));
    const { document } = await world.succeed('ga', 'grant', 'show', grantId);
    const terms = document as { fields: string[]; narrowed: unknown[] };
    const narrowed = [{ field: 'birth', ask: 'field', reason: '不再需要' }];
    const file = world.file('terms.json');
    await writeFile(file, JSON.stringify({ ...terms, fields: ['name'], narrowed }));
    const change = ['grant', 'change', grantId, file, '--authority', authority, '--negotiation', file];
    await sendJointly('ga', 'sh', 'change', ...change);
    expect(await world.succeed('rs', 'grant', 'show', grantId)).toMatchObject({ status: 'changed' });
  });
});

describe('a resource', () => {
  it('is returned with its defects, published, designated, frozen and retired', async () => {
    const entry = { ...sampleEntry('GA', world.provider.id), resourceCode: '301001/000077' };
    const file = world.file('second.entry.json');
    await writeFile(file, JSON.stringify(entry));
    const { digest } = await world.succeed('ga', 'resource', 'submit', file, '--dry-run');
    expect(digest).toMatch(/^0x[0-9a-f]{64}$/);
    await world.succeed('ga', 'resource', 'submit', file);
    const [row] = await world.succeed('sh', 'resource', 'list', '--limit', '1');
    const id = String(row?.['resourceId']);
    await world.succeed('sh', 'resource', 'return', id, '--version', '1', '--defect', '/abstract=未写明用途');
    await writeFile(file, JSON.stringify({ ...entry, abstract: '核验办件信息' }));
    await world.succeed('ga', 'resource', 'submit', file);
    const { state } = await world.succeed('sh', 'resource', 'show', id);
    await world.succeed(
      'sh',
      'resource',
      'publish',
      id,
      '--document',
      (state as { documentHash: string }).documentHash,
    );
    await world.succeed('sh', 'resource', 'designate', id, '--element', 'GMSFHM', '--text', '公安为数源');
    await world.succeed('sh', 'resource', 'require-update', id, '--reason', 'LAW_CHANGED', '--text', '依据修订');
    const { updateDueAt } = await world.succeed('sh', 'resource', 'show', id);
    const due = String(Number(updateDueAt) + 1);
    await world.succeed('sh', 'resource', 'extend-update', id, '--due', due, '--text', '同意延期');
    await world.succeed('ga', 'resource', 'freeze', id, '--reason', 'SECURITY', '--text', '安全事件');
    await world.succeed('sh', 'resource', 'unfreeze', id, '--text', '已处置');
    const retire = ['resource', 'retire', id, '--authority', authority, '--reason', 'MERGED', '--text', '已合并'];
    await sendJointly('ga', 'sh', 'retirement', ...retire);
    expect(await world.succeed('sh', 'resource', 'show', id)).toMatchObject({ restraint: 'retired' });
  });
});

describe('a calendar year', () => {
  it('is entered as announced, with the hash of the notice, and only once', async () => {
    const notice = world.file('notice.txt');
    await writeFile(notice, '国务院办公厅关于2023年部分节假日安排的通知');
    const load = ['calendar', 'load', '2023', '--notice', notice];
    expect(await world.succeed('sh', ...load)).toMatchObject({ status: 'recorded', year: 2023, workingDays: 249 });
    expect(await world.fail('sh', ...load)).toMatchObject({ exit: 1, code: 'ACT_REJECTED' });
    const unknown = ['calendar', 'load', '2031', '--notice', notice];
    expect(await world.fail('sh', ...unknown)).toMatchObject({ exit: 2, code: 'INPUT_INVALID' });
  });
});

import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { chmod, copyFile, readFile, writeFile } from 'node:fs/promises';

import { Wallet } from 'ethers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { createAccessKey, exportPublicKey } from '../../ledger/signatures/signature-key.ts';
import { activeGrant, openShare, submitShareRequest } from './cli-share.ts';
import { CliWorld, ROWS } from './cli-world.ts';
import { PaperLog } from '../gateway/witness/paper-log.ts';
import { startLyingGateway } from './lying-gateway.ts';

// Each step is a process of its own; on a busy machine one takes seconds.
vi.setConfig({ testTimeout: 240_000 });

const DAY_MS = 86_400_000;
const USE = ['--purpose', 'BUSINESS_COLLAB', '--system', 'SI-TEST-01'];
const LAW = ['--scenario', '核验', '--basis', '社会保险法', '--article', '第七十四条'];
/** Date.now of the process, this many seconds early. */
const lateClock = (seconds: number): string[] => [
  '--import',
  `data:text/javascript,const now=Date.now;Date.now=()=>now()-${String(seconds * 1000)};`,
];

let world: CliWorld;
let resourceId: string;
let grantId: string;

beforeAll(async () => {
  world = await CliWorld.start();
  ({ resourceId, grantId } = await openShare(world));
}, 500_000);

afterAll(async () => {
  await world.stop();
});

describe('dxl act', () => {
  let file: string;
  beforeAll(async () => {
    file = world.file('several.json');
    const requestId = await submitShareRequest(world, resourceId, 'several', 'name');
    await world.succeed('ga-1', 'answer', 'agree', requestId, '--out', file);
  }, 240_000);

  it('takes no signature of another department, which would make the act useless', async () => {
    const before = await readFile(file, 'utf8');
    expect(await world.fail('rs', 'act', 'sign', file)).toMatchObject({ exit: 2, code: 'INPUT_INVALID' });
    expect(await readFile(file, 'utf8')).toBe(before);
  });

  it('says who signed an act that the ledger refuses for that', async () => {
    const { code, body } = await world.json('ga-1', 'act', 'send', file);
    const { signers: parts } = JSON.parse(await readFile(file, 'utf8')) as {
      signers: { signatures: { signer: string }[] }[];
    };
    const signers = parts.flatMap(({ signatures }) => signatures.map(({ signer }) => signer));
    expect(signers).toHaveLength(2);
    expect([code, body]).toMatchObject([1, { error: { code: 'ACT_REJECTED', signers } }]);
  });

  it('takes a signature out again', async () => {
    const stranger = Wallet.createRandom();
    const members = { department: world.provider.id, accessKey: 'ga.pem' };
    await world.writeProfile('stray', {
      ...members,
      office: [await world.writeKeystore('stray', stranger.privateKey)],
    });
    expect(await world.succeed('stray', 'act', 'sign', file)).toMatchObject({ signatures: 3 });
    expect(await world.succeed('ga-2', 'act', 'sign', file)).toMatchObject({ signatures: 4 });
    expect(await world.fail('ga-2', 'act', 'send', file)).toMatchObject({ exit: 1, code: 'ACT_REJECTED' });
    expect(await world.succeed('ga-2', 'act', 'unsign', file, stranger.address)).toMatchObject({ signatures: 3 });
    expect(await world.fail('ga-2', 'act', 'unsign', file, stranger.address)).toMatchObject({ exit: 2 });
    expect(await world.succeed('ga-2', 'act', 'send', file)).toMatchObject({ status: 'recorded' });
  });
});

describe('dxl doctor', () => {
  async function lastCheck(profile: string, node: readonly string[] = []) {
    const { code, stdout } = await world.runWith(node, profile, '--json', 'doctor');
    const checks = JSON.parse(stdout) as { check: string; ok: boolean; detail: string }[];
    return { code, ...checks.at(-1)! };
  }

  it('notices a key of another department than the profile names', async () => {
    await world.writeProfile('borrowed', { department: world.provider.id, accessKey: 'rs.pem' });
    expect(await lastCheck('borrowed')).toMatchObject({ code: 1, check: 'signed call', ok: false });
  });

  it('notices keystores that cannot be opened', async () => {
    await copyFile(world.file('password'), world.file('wrong.password'));
    await writeFile(world.file('wrong.password'), 'something else');
    const office = [{ keystore: 'rs.keystore.json', passwordFile: 'wrong.password' }];
    const head = [{ keystore: 'no-such.json', passwordFile: 'password' }];
    await world.writeProfile('wrong-password', { department: world.requester.id, accessKey: 'rs.pem', office });
    await world.writeProfile('no-keystore', { department: world.requester.id, accessKey: 'rs.pem', head });
    expect(await lastCheck('wrong-password')).toMatchObject({ code: 1, check: 'keystores', ok: false });
    expect(await lastCheck('no-keystore')).toMatchObject({ code: 1, check: 'keystores', ok: false });
  });

  it('says by how much the clock is off, as every command does', async () => {
    const found = await lastCheck('rs', lateClock(120));
    expect(found).toMatchObject({ code: 1, check: 'signed call', ok: false });
    expect(found.detail).toMatch(/differs by -1[12]\d s/);
    const { code, stdout } = await world.runWith(lateClock(120), 'rs', '--json', 'grant', 'list');
    const { error } = JSON.parse(stdout) as { error: { problem: { code: string }; clockOffset: number } };
    expect([code, error.problem.code]).toEqual([1, 'SIGNATURE_EXPIRED']);
    expect(Math.abs(error.clockOffset + 120)).toBeLessThan(30);
  });

  it('calls it a failure when the gateway cannot prove its state', async () => {
    const gateway = await startLyingGateway(
      createAccessKey(generateKeyPairSync('ed25519').privateKey, world.requester.id),
    );
    gateway.lies.staleReason = 'NODE_UNREACHABLE';
    const own = { department: world.requester.id, accessKey: 'rs.pem' };
    await world.writeProfile('silent-node', { ...own, gateway: gateway.url });
    expect(await lastCheck('silent-node')).toMatchObject({ code: 1, check: 'ledger is proved current', ok: false });
    await gateway.stop();
  });

  it('takes a signed answer of another form for one that is not verified', async () => {
    const privateKey = createPrivateKey(await readFile(world.file('rs.pem')));
    const gateway = await startLyingGateway(createAccessKey(privateKey, world.requester.id));
    const own = { department: world.requester.id, accessKey: 'rs.pem' };
    await world.writeProfile('formless', { ...own, gateway: gateway.url });
    const { code, stdout } = await world.run('formless', '--json', 'grant', 'list');
    const { error } = JSON.parse(stdout) as { error: { code: string; path: string } };
    expect([code, error.code, error.path]).toEqual([3, 'ANSWER_UNVERIFIED', '/grants']);
    await gateway.stop();
  });

  it('tells a gateway that is away, and one with another key, by exit codes of their own', async () => {
    const own = { department: world.requester.id, accessKey: 'rs.pem' };
    await world.writeProfile('away', { ...own, gateway: 'http://127.0.0.1:1' });
    await world.writeProfile('other-key', { ...own, gatewayKey: `0x${'ee'.repeat(32)}` });
    expect(await lastCheck('away')).toMatchObject({ code: 4, check: 'gateway', ok: false });
    expect(await lastCheck('other-key')).toMatchObject({ code: 3, check: 'gateway', ok: false });
  });
});

describe('dxl gateway equivocation', () => {
  it('makes the transaction that ends a gateway with two histories, and none of what proves nothing', async () => {
    const log = PaperLog.unregistered(world.chain);
    const publicKey = `0x${Buffer.from(exportPublicKey(createPublicKey(log.keys.signer)).bytes).toString('hex')}`;
    const keys = ['--public-key', publicKey, '--account', log.keys.address];
    await world.succeed('sh', 'gateway', 'register', ...keys);
    const write = async (name: string, of: PaperLog, size: number): Promise<string> => {
      await writeFile(world.file(name), of.note(size));
      return world.file(name);
    };
    const [one, same] = [await write('one.note', log, 9), await write('same.note', log, 9)];
    const [other, smaller] = [await write('other.note', log.forked(), 9), await write('small.note', log.forked(), 8)];
    const foreign = await write('foreign.note', PaperLog.unregistered(world.chain), 9);
    for (const wrong of [same, smaller, foreign]) {
      expect((await world.fail('rs', 'gateway', 'equivocation', one, wrong)).code).toBe('INPUT_INVALID');
    }
    const noNote = await world.fail('rs', 'gateway', 'equivocation', one, world.file('rs.json'));
    expect(noNote).toMatchObject({ exit: 2, code: 'FILE_UNUSABLE' });

    const { gateway, to, data } = await world.succeed('rs', 'gateway', 'equivocation', one, other);
    expect(gateway).toBe(log.keys.gateway);
    await world.chain.send({ to: String(to), data: String(data) });
    await world.fixture.follow();
    expect(world.fixture.gateway.context.follower.ledger.gateway(log.keys.gateway)?.status).toBe('equivocated');
  });
});

describe('a refusal', () => {
  it('is one line: the reason, then the receipt', async () => {
    const { code, stderr, stdout } = await world.run('rs', 'fetch', grantId, ...USE, '--fields', 'addr');
    expect([code, stdout, stderr.trimEnd().split('\n')]).toMatchObject([1, '', { length: 1 }]);
    expect(stderr).toMatch(/^dxl: DENIED FIELD_NOT_GRANTED: .+; receipt [\w-]{16,}\n$/);
  });
});

describe('dxl fetch --json', () => {
  it('is one JSON text with the rows and their receipt', async () => {
    const fetched = await world.succeed('rs', 'fetch', grantId, ...USE, '--fields', 'name');
    expect(fetched).toMatchObject({ count: ROWS.length, rows: [{ name: '张*' }, { name: '欧阳**' }] });
    expect(await world.succeed('rs', 'receipt', 'show', String(fetched['receiptId']))).toMatchObject({ grantId });
  });
});

describe('dxl answer refuse', () => {
  it('refuses by law, on the articles that are named', async () => {
    const requestId = await submitShareRequest(world, resourceId, 'by-law', 'name');
    const refuse = ['answer', 'refuse', requestId, '--reason', 'FORBIDDEN_BY_LAW', '--text', '法律禁止'];
    const first = ['--basis', '数据安全法', '--article', '第三十一条'];
    const second = ['--basis', '统计法', '--article', '第九条'];
    expect(await world.fail('ga', ...refuse)).toMatchObject({ exit: 2, code: 'INPUT_INVALID' });
    expect(await world.fail('ga', ...refuse, ...first, '--basis', '统计法')).toMatchObject({ exit: 2 });
    expect(await world.succeed('ga', ...refuse, ...first, ...second)).toMatchObject({ status: 'recorded' });
    const { answer } = await world.succeed('rs', 'request', 'show', requestId);
    expect(answer).toMatchObject({
      legalBasis: [
        { instrument: '数据安全法', article: '第三十一条' },
        { instrument: '统计法', article: '第九条' },
      ],
    });
  });

  it('says at once that a condition must be named', async () => {
    const args = ['answer', 'refuse', `0x${'1'.repeat(64)}`, '--text', '不符合条件'];
    expect(await world.fail('ga', ...args)).toMatchObject({ exit: 2, code: 'INPUT_INVALID' });
  });
});

describe('lists', () => {
  it('say where they go on, and go on there', async () => {
    await world.succeed('rs', 'fetch', grantId, ...USE);
    for (const noun of ['request', 'receipt'] as const) {
      const all = await world.succeed('rs', noun, 'list');
      expect(all.length).toBeGreaterThan(1);
      const first = await world.run('rs', noun, 'list', '--limit', '1');
      expect(first.stdout.trimEnd().split('\n').length).toBe(2);
      expect(first.stderr).toMatch(/^more: --offset 1 /);
      const rest = await world.succeed('rs', noun, 'list', '--limit', '600', '--offset', '1');
      expect(rest).toEqual(all.slice(1));
    }
  });

  it('of resources have their titles', async () => {
    const [resource] = await world.succeed('rs', 'resource', 'list');
    const { entry } = await world.succeed('rs', 'resource', 'show', resourceId);
    expect(resource).toMatchObject({ title: (entry as { name: string }).name });
  });

  it('tell times with their zone to people', async () => {
    const { stdout } = await world.run('rs', 'grant', 'list');
    expect(stdout).toMatch(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)$/m);
  });
});

describe('wrong input', () => {
  it('is refused before a document is written', async () => {
    const out = world.file('bogus.json');
    const ask = ['request', 'new', '--from', resourceId, ...LAW, '--out', out];
    expect(await world.fail('rs', ...ask, '--fields', 'name,bogus')).toMatchObject({ exit: 2, code: 'INPUT_INVALID' });
    await expect(readFile(out)).rejects.toThrow();
  });

  it('is placed when it is a file that is not strict JSON', async () => {
    const file = world.file('twice.json');
    await writeFile(file, '{"type":"ShareRequest","type":"ShareRequest"}');
    const { code, body } = await world.json('rs', 'request', 'submit', file);
    expect([code, body]).toMatchObject([2, { error: { code: 'FILE_UNUSABLE', offset: expect.any(Number) as number } }]);
    const { stderr } = await world.run('rs', 'request', 'submit', file);
    expect(stderr).toMatch(/DUPLICATE_KEY at byte \d+/);
  });

  it('is told apart: no profile, and one that is not JSON', async () => {
    await writeFile(world.file('half.json'), '{"gateway":');
    const [none, half] = await Promise.all([world.run('nowhere', 'grant', 'list'), world.run('half', 'grant', 'list')]);
    expect([none.code, half.code]).toEqual([2, 2]);
    expect(none.stderr.replaceAll('nowhere', 'half')).not.toBe(half.stderr);
  });
});

describe('a key that others can read', () => {
  it('is warned of', async () => {
    await copyFile(world.file('rs.pem'), world.file('open.pem'));
    await chmod(world.file('open.pem'), 0o644);
    await world.writeProfile('open', { department: world.requester.id, accessKey: 'open.pem' });
    const [open, closed] = await Promise.all([world.run('open', 'grant', 'list'), world.run('rs', 'grant', 'list')]);
    expect([open.code, closed.code, closed.stderr]).toEqual([0, 0, '']);
    expect(open.stderr).toContain('open.pem');
  });
});

describe('an act that the ledger refuses', () => {
  it('is ACT_REJECTED', async () => {
    const args = ['department', 'suspend', world.provider.id, '--reason', 'SECURITY'];
    expect(await world.fail('rs', ...args)).toMatchObject({ exit: 1, code: 'ACT_REJECTED' });
  });
});

describe('dxl department and dxl grant show', () => {
  it('suspend and resume a department, and show it with its grants', async () => {
    const { id } = world.provider;
    await world.succeed('sh', 'department', 'suspend', id, '--reason', 'SECURITY');
    expect(await world.succeed('rs', 'department', 'show', id)).toMatchObject({ status: 'suspended' });
    expect(await world.succeed('rs', 'grant', 'show', grantId)).toMatchObject({ suspended: [id], status: 'active' });
    expect(await world.fail('rs', 'fetch', grantId, ...USE)).toMatchObject({ exit: 1, denied: 'NOT_ACTIVE' });
    await world.succeed('sh', 'department', 'resume', id, '--reason', 'RESOLVED');
    expect(await world.succeed('rs', 'grant', 'show', grantId)).toMatchObject({ suspended: [] });
    expect((await world.run('rs', 'fetch', grantId, ...USE)).code).toBe(0);
  });

  it('show who suspended a grant, why, and in which block', async () => {
    const ended = await activeGrant(world, await submitShareRequest(world, resourceId, 'ended', 'name'));
    const misuse = ['--reason', 'MISUSE', '--text', '超范围使用', '--demand', '停止使用'];
    const lastDay = new Date(Date.now() + 30 * DAY_MS).toISOString().slice(0, 10);
    const suspend = ['grant', 'suspend', ended, ...misuse, '--rectify-by', lastDay];
    const suspended = await world.succeed('ga', ...suspend);
    const dueAt = Date.parse(`${lastDay}T24:00:00+08:00`) / 1000;
    const { block: blockNumber } = suspended['entry'] as { block: number };
    const shown = await world.succeed('rs', 'grant', 'show', ended);
    expect(shown).toMatchObject({ status: 'suspended', suspender: world.provider.id, dueAt });
    const { steps } = shown as unknown as { steps: Record<string, unknown>[] };
    expect(steps.at(-1)).toMatchObject({ department: world.provider.id, reasonCode: 'MISUSE', blockNumber });
  });
});

describe('--dry-run', () => {
  it('shows act, digest, document and who must sign, and sends nothing', async () => {
    const args = ['grant', 'release', grantId, '--text', '不再需要'];
    const shown = await world.succeed('rs', ...args, '--dry-run');
    expect(shown).toMatchObject({
      name: 'release',
      act: { department: world.requester.id, subject: grantId },
      document: { type: 'Statement', act: 'release', reasonCode: 'PURPOSE_ENDED', text: '不再需要' },
      mustSign: [{ department: world.requester.id, role: 'office' }],
    });
    expect(shown['digest']).toMatch(/^0x[0-9a-f]{64}$/);
    expect(await world.succeed('rs', 'grant', 'show', grantId)).toMatchObject({ status: 'active' });
  });

  it('needs no keystore', async () => {
    const args = ['calendar', 'load', '2023', '--notice', world.file('password'), '--dry-run'];
    expect(await world.succeed('rs', ...args)).toMatchObject({ name: 'setCalendarYear', year: 2023 });
    await world.writeProfile('keyless', { department: world.provider.id, accessKey: 'ga.pem' });
    expect(await world.succeed('keyless', 'grant', 'deliver', grantId, '--text', '补', '--dry-run')).toMatchObject({
      name: 'deliver',
    });
    expect(await world.fail('keyless', 'grant', 'deliver', grantId, '--text', '补')).toMatchObject({ exit: 2 });
  });
});

describe('a joint act', () => {
  it('is handed over, and sent once both departments have signed', async () => {
    const requestId = await submitShareRequest(world, resourceId, 'joint', 'name');
    const ended = await activeGrant(world, requestId);
    const file = world.file('termination.json');
    const facts = ['--reason', 'SYSTEM_RETIRED', '--held-on', '2026-11-20', '--outcome', '改用新接口'];
    const parties = ['--authority', world.chain.authority.id, '--filing', '已备案'];
    const terminate = ['grant', 'terminate', ended, ...parties, ...facts];
    expect(await world.fail('ga', ...terminate)).toMatchObject({ exit: 2, code: 'INPUT_INVALID' });
    await world.succeed('ga', ...terminate, '--out', file);
    const { body } = await world.json('ga', 'act', 'send', file);
    expect(body).toMatchObject({ error: { missing: [{ department: world.chain.authority.id, role: 'office' }] } });
    expect(await world.fail('rs', 'act', 'sign', file)).toMatchObject({ exit: 2, code: 'INPUT_INVALID' });
    expect(await world.succeed('sh', 'act', 'sign', file)).toMatchObject({ signatures: 3, missing: [] });
    expect(await world.succeed('ga', 'act', 'send', file)).toMatchObject({ status: 'recorded' });
    expect(await world.succeed('rs', 'grant', 'show', ended)).toMatchObject({ status: 'terminated' });
  });
});

describe('dxl correction and dxl dispute', () => {
  it('file a doubt and answer it', async () => {
    const doubt = ['--version', '1', '--fields', 'name', '--text', '姓名有误'];
    const vain = ['--version', '1', '--fields', 'name,nope', '--text', '姓名有误'];
    const refused = await world.fail('rs', 'correction', 'file', resourceId, ...vain);
    expect(refused).toMatchObject({ exit: 2, code: 'FIELDS_INVALID' });
    const filed = await world.succeed('rs', 'correction', 'file', resourceId, ...doubt);
    const caseId = String(filed['caseId']);
    for (const name of ['verify', 'correct', 'feed-back']) {
      await world.succeed('ga', 'correction', name, caseId, '--text', '已处理');
    }
    await world.succeed('rs', 'correction', 'close', caseId, '--text', '无异议');
    expect(await world.succeed('rs', 'correction', 'show', caseId)).toMatchObject({ status: 'closed' });
    const list = await world.succeed('ga', 'correction', 'list');
    expect(list.map((row) => row['caseId'])).toEqual([caseId]);
  });

  it('open a dispute over a grant', async () => {
    const claim = [
      '--kind',
      'grant',
      '--respondent',
      world.provider.id,
      '--claim',
      '字段不足',
      '--negotiation',
      '未果',
    ];
    const opened = await world.succeed('rs', 'dispute', 'open', grantId, ...claim);
    const caseId = String(opened['caseId']);
    await world.succeed('rs', 'dispute', 'apply', caseId, '--text', '请予协调');
    await world.succeed('sh', 'dispute', 'coordinate', caseId, '--text', '已受理');
    expect(await world.succeed('ga', 'dispute', 'show', caseId)).toMatchObject({ status: 'coordinating' });
  });
});

describe('dxl inbox, scorecard and explain', () => {
  it('tell what waits, how a department did, and why a read was refused', async () => {
    const requestId = await submitShareRequest(world, resourceId, 'waiting', 'name');
    const waiting = await world.succeed('ga', 'inbox');
    expect(waiting.find((item) => item['subject'] === requestId)).toMatchObject({
      task: 'ANSWER_REQUEST',
      overdue: false,
      liability: null,
    });
    expect(await world.succeed('ga', 'inbox', '--overdue')).toEqual([]);

    const card = await world.succeed('sh', 'scorecard', 'show', world.provider.id);
    expect(card).toMatchObject({ department: world.provider.id, answers: { late: 0, overdue: 0 } });
    expect(await world.fail('rs', 'scorecard', 'show', world.provider.id)).toMatchObject({ exit: 1 });
    expect(await world.succeed('sh', 'scorecard', 'list')).toContainEqual(
      expect.objectContaining({ department: world.provider.id, misuse: 0 }),
    );

    const ended = await activeGrant(world, await submitShareRequest(world, resourceId, 'refused', 'name'));
    const suspend = ['--reason', 'SECURITY', '--text', '疑似泄露'];
    await world.succeed('ga', 'grant', 'suspend', ended, ...suspend);
    const { body } = await world.json('rs', 'fetch', ended, ...USE, '--case', 'CASE-1');
    const { error } = body as unknown as { readonly error: { readonly receiptId: string } };
    const { receiptId } = error;
    const why = await world.succeed('rs', 'explain', receiptId);
    expect(why).toMatchObject({ code: 'NOT_ACTIVE', rule: 3 });
    expect(why['facts']).toContainEqual(
      expect.objectContaining({ name: 'grant', value: expect.stringContaining('suspended') as unknown }),
    );
    expect(await world.succeed('ga', 'explain', receiptId)).toEqual(why);
  });
});

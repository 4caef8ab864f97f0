import { existsSync, readdirSync } from 'node:fs';
import { copyFile, readFile, stat, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';

import { Wallet } from 'ethers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { sampleDepartment } from '../../scripts/samples/departments.ts';
import { walletSigner } from '../support/actors.ts';
import { freePort } from '../support/gateway-fixture.ts';
import { activeGrant, openShare, submitShareRequest } from './cli-share.ts';
import { type Body, CliWorld, RESOURCE_CODE, ROWS } from './cli-world.ts';

// Each step is a process of its own; on a busy machine one takes seconds.
vi.setConfig({ testTimeout: 240_000 });

const USE = ['--purpose', 'BUSINESS_COLLAB', '--system', 'SI-TEST-01'];
const HASH = /^0x[0-9a-f]{64}$/;
const UNKNOWN = `0x${'ee'.repeat(32)}`;
const MASKED = [
  { id_no: '9****************2', name: '张*', birth: '1990' },
  { id_no: '9****************0', name: '欧阳**', birth: '1985' },
];

let world: CliWorld;
let resourceId: string;
let grantId: string;
let openRequest: string;

/** One line of NDJSON each. */
function lines(text: string): unknown[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);
}

async function succeed(profile: string, ...args: readonly string[]): Promise<Body> {
  return await world.succeed(profile, ...args);
}

async function fail(profile: string, ...args: readonly string[]) {
  return await world.fail(profile, ...args);
}

async function submitRequest(name: string, fields: string, plain = ''): Promise<string> {
  return await submitShareRequest(world, resourceId, name, fields, plain);
}

beforeAll(async () => {
  world = await CliWorld.start();
  ({ resourceId, openRequest, grantId } = await openShare(world));
});

afterAll(async () => {
  await world.stop();
});

describe('dxl department', () => {
  it('lists all and shows one, by default its own', async () => {
    const [list, own, table] = await Promise.all([
      succeed('rs', 'department', 'list'),
      succeed('rs', 'department', 'show'),
      world.run('rs', 'department', 'list'),
    ]);
    expect(list.map(({ id }) => id)).toEqual(expect.arrayContaining([world.provider.id, world.requester.id]));
    expect(own).toMatchObject({ id: world.requester.id, office: world.requester.office.account, status: 'active' });
    expect(table.stdout.split('\n')[0]).toMatch(/^id +kind +status +region +superior$/);
    expect(table.stdout).toContain(world.provider.id);
  });

  it('registers one for the authority, and for nobody else', async () => {
    const { id, region } = sampleDepartment('MZ');
    const [maker, office, head] = [walletSigner().account, walletSigner().account, walletSigner().account];
    const accounts = ['--maker', maker, '--office', office, '--head', head];
    const args = ['department', 'register', '--uscc', id, '--region', region, ...accounts];
    expect(await fail('rs', ...args)).toMatchObject({ exit: 1 });
    expect(await succeed('sh', ...args)).toMatchObject({ status: 'recorded' });
    // Beneath the government of the authority, where nothing else is said.
    const { superior } = await succeed('sh', 'department', 'show');
    expect(superior).not.toBeNull();
    expect(await succeed('rs', 'department', 'show', id)).toMatchObject({ id, region, superior });
  });
});

describe('dxl department accounts', () => {
  it('replaces the accounts, signed by the head', async () => {
    const [maker, office, head] = [walletSigner().account, walletSigner().account, walletSigner().account];
    const keys = { office: Wallet.createRandom().privateKey, head: Wallet.createRandom().privateKey };
    const { id, region } = sampleDepartment('ZW');
    const present = ['--office', walletSigner(keys.office).account, '--head', walletSigner(keys.head).account];
    const accounts = ['--maker', walletSigner().account, ...present];
    await succeed('sh', 'department', 'register', '--uscc', id, '--region', region, ...accounts);
    await world.writeProfile('zw', {
      department: id,
      office: [await world.writeKeystore('zw-office', keys.office)],
      head: [await world.writeKeystore('zw-head', keys.head)],
    });
    await succeed('zw', 'key', 'new', world.file('zw.pem'));
    await succeed('zw', 'key', 'register', world.file('zw.pem'));
    const change = ['department', 'accounts', '--maker', maker];
    const changed = await succeed('zw', ...change, '--office', office, '--head', head);
    expect(changed).toMatchObject({ status: 'recorded' });
    expect(await succeed('zw', 'department', 'show')).toMatchObject({ id, maker, office, head });
    expect(await fail('zw', ...change, '--office', head, '--head', office)).toMatchObject({ exit: 1 });
  });
});

describe('dxl key', () => {
  it('makes a private file, and never overwrites one', async () => {
    const file = world.file('fresh.pem');
    const made = await succeed('rs', 'key', 'new', file, '--algorithm', 'p256');
    expect(made).toMatchObject({
      algorithm: 'ecdsa-p256-sha256',
      publicKey: expect.stringMatching(/^0x[0-9a-f]{128}$/) as unknown,
    });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await fail('rs', 'key', 'new', file)).toMatchObject({ exit: 2, code: 'FILE_UNUSABLE' });
  });

  it('registers a key that then opens the gateway, until it is revoked', async () => {
    const file = world.file('second.pem');
    await succeed('rs', 'key', 'new', file);
    const { keyId } = await succeed('rs', 'key', 'register', file, '--days', '1');
    await world.writeProfile('rs-second', { department: world.requester.id, accessKey: 'second.pem' });
    expect(await succeed('rs-second', 'department', 'show')).toMatchObject({ id: world.requester.id });
    expect(await succeed('rs', 'key', 'revoke', String(keyId))).toMatchObject({ status: 'recorded' });
    expect(await fail('rs-second', 'department', 'show')).toMatchObject({ exit: 1, code: 'GATEWAY_REFUSED' });
  });
});

describe('dxl resource', () => {
  it('lists the catalogue and shows an entry with its fields', async () => {
    const [list, shown, fields] = await Promise.all([
      succeed('rs', 'resource', 'list'),
      succeed('rs', 'resource', 'show', resourceId),
      succeed('rs', 'resource', 'fields', resourceId),
    ]);
    expect(list).toEqual([expect.objectContaining({ resourceId, status: 'published' })]);
    expect(shown).toMatchObject({ version: 1, entry: { resourceCode: RESOURCE_CODE } });
    expect(fields.map(({ key }) => key)).toEqual(expect.arrayContaining(['id_no', 'name', 'birth']));
  });
});

describe('dxl request and dxl answer', () => {
  it('shows a request to its parties, and to nobody else', async () => {
    const [mine, theirs, shown] = await Promise.all([
      succeed('rs', 'request', 'list'),
      succeed('ga', 'request', 'list'),
      succeed('ga', 'request', 'show', openRequest),
    ]);
    for (const list of [mine, theirs]) expect(list.map(({ requestId }) => requestId)).toContain(openRequest);
    expect(shown).toMatchObject({ requestId: openRequest, requester: world.requester.id, grantId });
    expect(await fail('rs', 'request', 'show', UNKNOWN)).toMatchObject({ exit: 1, problem: 'NOT_FOUND' });
  });

  it('lets a 2-of-3 office agree one officer after the other, and never with one', async () => {
    const requestId = await submitRequest('shared', 'id_no,name');
    const file = world.file('agreement.json');
    const made = await succeed('ga-1', 'answer', 'agree', requestId, '--out', file);
    expect(await fail('ga-1', 'act', 'send', file)).toMatchObject({ exit: 1, problem: 'ACT_REJECTED' });
    const copy = world.file('changed.json');
    await copyFile(file, copy);
    await writeFile(copy, (await readFile(copy, 'utf8')).replace(/"notAfter": \d+/, '"notAfter": 9999999999'));
    expect(await fail('ga-2', 'act', 'sign', copy)).toMatchObject({ exit: 2, code: 'FILE_UNUSABLE' });
    expect(await succeed('ga-2', 'act', 'show', file)).toMatchObject({
      name: 'agree',
      signers: [{ role: 'office' }, { role: 'maker' }],
    });
    expect(await succeed('ga-2', 'act', 'sign', file)).toMatchObject({ signatures: 3, missing: [] });
    expect(await succeed('ga-2', 'act', 'send', file)).toMatchObject({ status: 'recorded' });
    expect(await succeed('rs', 'grant', 'show', String(made['grantId']))).toMatchObject({ status: 'issued' });
  });

  it('grants fewer fields and plain values than were asked for, with the reason for each', async () => {
    const requestId = await submitRequest('narrowed', 'addr,birth,id_no,name', 'addr,birth,id_no');
    const less = ['--fields', 'birth,id_no,name', '--plain', 'id_no', '--reason', '用不着'];
    const { grantId: narrow } = await succeed('ga', 'answer', 'agree', requestId, ...less);
    const { document } = await succeed('rs', 'grant', 'show', String(narrow));
    expect(document).toMatchObject({
      fields: ['birth', 'id_no', 'name'],
      plainFields: ['id_no'],
      narrowed: [
        { field: 'addr', ask: 'field', reason: '用不着' },
        { field: 'birth', ask: 'plain', reason: '用不着' },
      ],
    });
  });

  it('refuses with reasons', async () => {
    const requestId = await submitRequest('refused', 'name');
    const args = ['--reason', 'CONDITION_NOT_MET', '--condition', 'DUTY', '--text', '法定职责依据不足'];
    expect(await succeed('ga', 'answer', 'refuse', requestId, ...args)).toMatchObject({ status: 'recorded' });
    const shown = await succeed('rs', 'request', 'show', requestId);
    expect(shown).toMatchObject({
      grantId: null,
      answer: { reasonCode: 'CONDITION_NOT_MET', text: '法定职责依据不足' },
    });
  });
});

describe('dxl fetch, grant and receipt', () => {
  it('prints masked rows as NDJSON, and the receipt beside them', async () => {
    const { code, stdout, stderr } = await world.run('rs', 'fetch', grantId, ...USE);
    expect([code, lines(stdout)]).toEqual([0, MASKED]);
    const receiptId = /receipt (\S+)/.exec(stderr)?.[1] ?? '';
    const [receipt, list] = await Promise.all([
      succeed('rs', 'receipt', 'show', receiptId),
      succeed('ga', 'receipt', 'list'),
    ]);
    expect(receipt).toMatchObject({
      grantId,
      outcome: 'DELIVERED',
      rows: ROWS.length,
      bytes: Buffer.byteLength(stdout),
    });
    expect(receipt['leafHash']).toMatch(HASH);
    expect(list.map((row) => row['receiptId'])).toContain(receiptId);
  });

  it('writes a file, which is there only when all of it was proved', async () => {
    const out = world.file('rows.ndjson');
    const fetched = await succeed('rs', 'fetch', grantId, ...USE, '--fields', 'name', '--out', out);
    expect(fetched).toMatchObject({ file: out, rows: ROWS.length });
    expect(lines(await readFile(out, 'utf8'))).toEqual(MASKED.map(({ name }) => ({ name })));
    const none = world.file('none.ndjson');
    const refused = await fail('rs', 'fetch', grantId, ...USE, '--fields', 'addr', '--out', none);
    expect(refused).toEqual({ exit: 1, code: 'GATEWAY_REFUSED', problem: 'DENIED', denied: 'FIELD_NOT_GRANTED' });
    expect(readdirSync(world.folder).filter((name) => name.startsWith(basename(none)))).toEqual([]);
  });

  it('suspends a grant, after which nothing is fetched under it', async () => {
    const ended = await activeGrant(world, await submitRequest('suspended', 'name'));
    expect((await world.run('rs', 'fetch', ended, ...USE)).code).toBe(0);
    const args = ['--reason', 'SECURITY', '--text', '疑似泄露'];
    expect(await succeed('ga', 'grant', 'suspend', ended, ...args)).toMatchObject({ status: 'recorded' });
    expect(await fail('rs', 'fetch', ended, ...USE)).toMatchObject({ exit: 1, denied: 'NOT_ACTIVE' });
    const list = await succeed('rs', 'grant', 'list');
    const statuses = new Map(list.map((grant) => [grant['grantId'], grant['status']]));
    expect([statuses.get(ended), statuses.get(grantId)]).toEqual(['suspended', 'active']);
  });
});

describe('dxl chain status and dxl doctor', () => {
  it('tell that all is well', async () => {
    const [status, checks] = await Promise.all([succeed('rs', 'chain', 'status'), succeed('rs', 'doctor')]);
    expect(status).toMatchObject({ chainId: world.chain.deployment.chainId, staleReason: null });
    expect(checks.map(({ check, ok }) => [check, ok])).toEqual([
      ['profile', true],
      ['access key', true],
      ['keystores', true],
      ['gateway', true],
      ['ledger is proved current', true],
      ['gateway is ready', true],
      ['signed call', true],
    ]);
  });

  it('name the first thing to mend', async () => {
    await world.writeProfile('no-key', { department: world.requester.id, accessKey: 'missing.pem' });
    const { code, body } = await world.json('no-key', 'doctor');
    expect([code, body.map(({ check, ok }) => [check, ok])]).toEqual([
      1,
      [
        ['profile', true],
        ['access key', false],
      ],
    ]);
  });
});

describe('exit codes', () => {
  it('2: a command, an id or a profile that is not usable', async () => {
    const [unknown, id, none] = await Promise.all([
      world.run('rs', 'department', 'erase'),
      fail('rs', 'grant', 'show', '0x12'),
      fail('no-such-profile', 'department', 'list'),
    ]);
    expect([unknown.code, id.exit, none.exit]).toEqual([2, 2, 2]);
    expect(none.code).toBe('FILE_UNUSABLE');
    await world.writeProfile('mistyped', { department: `${world.requester.id.slice(0, -1)}0`, accessKey: 'rs.pem' });
    const mistyped = await world.json('mistyped', 'department', 'list');
    expect([mistyped.code, JSON.stringify(mistyped.body)]).toEqual([2, expect.stringContaining('department: ')]);
    expect((await fail('rs', 'grant', 'list', '--limit', '0')).exit).toBe(2);
    const group = await world.json('rs', 'grant');
    expect([group.code, JSON.stringify(group.body)]).toEqual([2, expect.stringContaining('A command is missing')]);
    expect((await world.run('rs', '--help')).code).toBe(0);
  });

  it('1: a receipt that is not there, which is no proof that a gateway lies', async () => {
    for (const command of ['show', 'proof']) {
      const { exit, code } = await fail('rs', 'receipt', command, '0'.repeat(36));
      expect([command, exit, code]).toEqual([command, 1, 'GATEWAY_REFUSED']);
    }
  });

  it('3: an answer that was changed on its way, or that another gateway signed', async () => {
    world.proxy.attack = { path: '/rows', kind: 'CHANGE_A_BYTE' };
    const out = world.file('forged.ndjson');
    const rows = await fail('rs', 'fetch', grantId, ...USE, '--out', out);
    world.proxy.attack = { path: '/v1/grants', kind: 'CHANGE_A_BYTE' };
    const shown = await fail('rs', 'grant', 'show', grantId);
    world.proxy.attack = null;
    expect([rows.exit, rows.code, existsSync(out)]).toEqual([3, 'DIGEST_MISMATCH', false]);
    expect([shown.exit, shown.code]).toEqual([3, 'ANSWER_UNVERIFIED']);
    const members = { department: world.requester.id, accessKey: 'rs.pem', gatewayKey: UNKNOWN };
    await world.writeProfile('pinned', members);
    expect(await fail('pinned', 'department', 'list')).toMatchObject({ exit: 3, code: 'ANSWER_UNVERIFIED' });
  });

  it('4: nobody there, or gone in the middle', async () => {
    const dead = `http://127.0.0.1:${String(await freePort())}`;
    await world.writeProfile('dead', { department: world.requester.id, accessKey: 'rs.pem', gateway: dead });
    expect(await fail('dead', 'department', 'list')).toMatchObject({ exit: 4, code: 'GATEWAY_UNREACHABLE' });
    world.proxy.attack = { path: '/rows', kind: 'CUT' };
    const cut = await fail('rs', 'fetch', grantId, ...USE, '--out', world.file('cut.ndjson'));
    world.proxy.attack = null;
    expect(cut).toMatchObject({ exit: 4, code: 'STREAM_CUT' });
  });
});

// Last: whoever is retired serves nothing any more.
describe('dxl gateway', () => {
  it('registers the gateway that it speaks to, shows it, and retires it for ever', async () => {
    const { gatewayKey, relayerAddress } = world.fixture.gateway.context;
    const { keyId, publicKey } = gatewayKey;
    const account = relayerAddress.toLowerCase();
    expect(await succeed('sh', 'gateway', 'register')).toMatchObject({ status: 'recorded', gatewayId: keyId });
    const again = ['gateway', 'register', '--public-key', publicKey, '--account', account];
    expect(await fail('rs', ...again)).toMatchObject({ exit: 1, code: 'ACT_REJECTED' });
    const shown = { id: keyId, operator: sampleDepartment('SH').id, publicKey, account, status: 'active' };
    expect(await succeed('rs', 'gateway', 'show', keyId)).toMatchObject(shown);
    expect(await fail('rs', 'gateway', 'retire', keyId)).toMatchObject({ exit: 1, code: 'ACT_REJECTED' });
    await succeed('sh', 'gateway', 'retire', keyId);
    expect(await succeed('rs', 'gateway', 'list')).toMatchObject([{ ...shown, status: 'retired' }]);
    expect(await fail('rs', 'gateway', 'show', UNKNOWN)).toMatchObject({ exit: 1, problem: 'NOT_FOUND' });
  });

  it.each([
    ['no key', `0x${'00'.repeat(32)}`, `0x${'11'.repeat(20)}`],
    ['no account', `0x${'11'.repeat(32)}`, `0x${'00'.repeat(20)}`],
  ])('refuses %s', async (_what, publicKey, account) => {
    const register = ['gateway', 'register', '--public-key', publicKey, '--account', account];
    expect(await fail('sh', ...register)).toMatchObject({ exit: 2, code: 'INPUT_INVALID' });
  });
});

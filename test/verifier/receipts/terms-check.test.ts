import { beforeEach, describe, expect, it } from 'vitest';

import type { ShareAuthorization } from '../../../ledger/documents/share-authorization.ts';
import { departmentIdToHex } from '../../../ledger/ids.ts';
import type { AccessReceipt } from '../../../ledger/receipts/receipt.ts';
import { Findings } from '../../../verifier/findings.ts';
import { Timeline } from '../../../verifier/ledger/timeline.ts';
import { ACTIVE, type Gateway, KIND, NOBODY, SUSPENDED, World } from '../../../verifier/ledger/world.ts';
import { TermsCheck } from '../../../verifier/receipts/terms-check.ts';
import { READ } from '../paper-gateway.ts';
import { CALLER, GRANT, KEY, OPENED, shownReceipt } from './shown.ts';

const QUOTA = { perSecond: 5, perDay: 100, total: 1_000, maxRowsPerCall: 10, maxBytesPerDay: 1_000 };

let world: World;
let findings: Findings;
let terms: TermsCheck;
let gateway: Gateway;
let quota: ShareAuthorization['quota'] | null;

beforeEach(() => {
  world = new World();
  findings = new Findings();
  quota = QUOTA;
  world.departments.set(departmentIdToHex(CALLER), {
    kind: KIND.department,
    superior: NOBODY,
    region: '0x',
    status: new Timeline(1, ACTIVE),
    office: '0x',
    head: '0x',
    maker: '0x',
  });
  world.keys.set(KEY, {
    department: departmentIdToHex(CALLER),
    algorithm: 1,
    publicKey: '0x',
    notBefore: BigInt(OPENED - 1_000),
    notAfter: BigInt(OPENED + 1_000),
    since: 10,
    revoked: null,
  });
  world.grants.set(GRANT, {
    requestId: '0x',
    requester: departmentIdToHex(CALLER),
    provider: NOBODY,
    resourceId: '0x',
    resourceVersion: 1,
    notBefore: 0n,
    notAfter: BigInt(OPENED + 500),
    disposalDays: 1,
    status: new Timeline(1, 'active' as const),
    suspension: null,
  });
  const status = new Timeline<'active' | 'retired' | 'equivocated'>(1, 'active');
  gateway = { operator: '0x', publicKey: '0x', account: '0x', status, anchored: null };
  terms = makeTerms();
});

function makeTerms(): TermsCheck {
  const authorizations = new Map(quota === null ? [] : [[GRANT, { quota } as ShareAuthorization]]);
  return new TermsCheck(world, authorizations, findings);
}

/** The findings of one receipt. */
function foundIn(changes: Partial<AccessReceipt> = {}, limit: number | null = null): readonly string[] {
  const before = findings.count;
  const log = { line: 1, gateway, head: null, frontier: null, lastIndex: -1 };
  terms.take(
    shownReceipt(changes, { context: { ...READ, fields: [...READ.fields], equals: { ...READ.equals }, limit } }),
    log,
  );
  return findings.listed.slice(before).map(({ code }) => code);
}

const setKey = (changes: object): void => {
  world.keys.set(KEY, { ...world.keys.get(KEY)!, ...changes });
};

describe('a gateway', () => {
  it.each(['retired', 'equivocated'] as const)('that is %s serves nothing from that block on', (status) => {
    gateway.status.set(20, status);
    expect(foundIn()).toEqual(['GATEWAY_NOT_ACTIVE']);
    expect(findings.listed[0]).toEqual({
      code: 'GATEWAY_NOT_ACTIVE',
      line: 7,
      id: 'receipt-000000000001',
      facts: { status, block: 20 },
    });
    expect(foundIn({ block: { number: 19, hash: shownReceipt().receipt.block!.hash } })).toEqual([]);
  });

  it('is looked at for what it permits', () => {
    gateway.status.set(20, 'retired');
    expect(foundIn({ decision: 'NOT_ACTIVE' })).toEqual([]);
    expect(foundIn({ block: null })).toEqual([]);
    expect(foundIn({ grantId: null })).toEqual([]);
  });
});

describe('what is taken out of the records', () => {
  const audit = { decision: 'AUDIT', grantId: null, sequence: null, rows: 0, usage: null } as const;

  it('needs a key, and a gateway that has one log', () => {
    expect(foundIn(audit)).toEqual([]);
    gateway.status.set(20, 'equivocated');
    expect(foundIn(audit)).toEqual(['GATEWAY_NOT_ACTIVE']);
    world.keys.clear();
    expect(foundIn(audit)).toEqual(['GATEWAY_NOT_ACTIVE', 'KEY_NOT_VALID']);
  });

  it('may come from a gateway that was retired, and be of any size', () => {
    gateway.status.set(20, 'retired');
    expect(foundIn({ ...audit, bytes: 500_000_000 })).toEqual([]);
  });
});

describe('an access key', () => {
  it.each<[string, () => void, readonly string[]]>([
    ['is valid', () => undefined, []],
    ['is not there', () => world.keys.delete(KEY), ['KEY_NOT_VALID']],
    ['is of somebody else', () => setKey({ department: NOBODY }), ['KEY_NOT_VALID']],
    ['came at that block', () => setKey({ since: 20 }), []],
    ['came later', () => setKey({ since: 21 }), ['KEY_NOT_VALID']],
    ['was revoked before', () => setKey({ revoked: { block: 19, at: 0n } }), ['KEY_NOT_VALID']],
    ['was revoked at that block', () => setKey({ revoked: { block: 20, at: 0n } }), ['KEY_NOT_VALID']],
    ['was revoked later', () => setKey({ revoked: { block: 21, at: 0n } }), []],
    ['began when the receipt closed', () => setKey({ notBefore: BigInt(OPENED + 1) }), []],
    ['began later', () => setKey({ notBefore: BigInt(OPENED + 2) }), ['KEY_NOT_VALID']],
    ['ended a minute before', () => setKey({ notAfter: BigInt(OPENED - 60) }), []],
    ['ended sooner', () => setKey({ notAfter: BigInt(OPENED - 61) }), ['KEY_NOT_VALID']],
    [
      'is of a department that was suspended',
      () => world.departments.get(departmentIdToHex(CALLER))!.status.set(20, SUSPENDED),
      ['KEY_NOT_VALID'],
    ],
    [
      'is of a department that was suspended later',
      () => world.departments.get(departmentIdToHex(CALLER))!.status.set(21, SUSPENDED),
      [],
    ],
    ['is of a department that is not there', () => world.departments.clear(), ['KEY_NOT_VALID']],
  ])('%s', (_, change, codes) => {
    change();
    expect(foundIn()).toEqual(codes);
  });

  it('is named by each receipt of a read', () => {
    expect(foundIn({ keyId: null })).toEqual(['KEY_NOT_VALID']);
    expect(foundIn({ caller: null })).toEqual(['KEY_NOT_VALID']);
    expect(findings.listed[0]?.facts).toEqual({ keyId: null, block: 20 });
  });
});

describe('amounts', () => {
  const used = (bytesToday: number) => ({ usage: { second: 0, day: 0, total: 0, bytesToday } });

  it.each<[string, Partial<AccessReceipt>, number | null, readonly string[]]>([
    ['as many rows as the terms allow', { rows: 10 }, null, []],
    ['a row more', { rows: 11 }, null, ['TERMS_EXCEEDED']],
    ['as many rows as were asked for', { rows: 3 }, 3, []],
    ['a row more than was asked for', { rows: 4 }, 3, ['TERMS_EXCEEDED']],
    ['fewer rows than a limit beyond the terms', { rows: 11 }, 50, ['TERMS_EXCEEDED']],
    ['as many bytes as are left of the day', { bytes: 400, ...used(600) }, null, []],
    ['a byte more', { bytes: 401, ...used(600) }, null, ['TERMS_EXCEEDED']],
    ['all bytes of a day, where none are said to be used', { bytes: 1_000, usage: null }, null, []],
    ['a byte more than those', { bytes: 1_001, usage: null }, null, ['TERMS_EXCEEDED', 'QUOTA_EXCEEDED']],
  ])('%s', (_, changes, limit, codes) => {
    expect(foundIn(changes, limit)).toEqual(codes);
  });

  it('are told', () => {
    foundIn({ rows: 11, bytes: 20, ...used(600) }, 50);
    expect(findings.listed[0]?.facts).toEqual({ rows: 11, mostRows: 10, bytes: 20, mostBytes: 400 });
  });

  it('are a hundred thousand rows at most, whatever the terms say', () => {
    quota = { ...QUOTA, maxRowsPerCall: 200_000 };
    terms = makeTerms();
    expect(foundIn({ rows: 100_000 })).toEqual([]);
    expect(foundIn({ rows: 100_001 })).toEqual(['TERMS_EXCEEDED']);
    expect(foundIn({ rows: 100_001 }, 150_000)).toEqual(['TERMS_EXCEEDED']);
  });

  it('are not known where the terms are withheld', () => {
    quota = null;
    terms = makeTerms();
    expect(foundIn({ rows: 5_000, bytes: 5_000 })).toEqual([]);
  });
});

describe('the window of a grant', () => {
  const late = (seconds: number, changes: Partial<AccessReceipt> = {}) =>
    foundIn({ closedAt: OPENED + seconds, ...changes });

  it('may be over a minute before the answer ends', () => {
    expect(late(560)).toEqual([]);
    expect(late(561)).toEqual(['TERMS_EXCEEDED']);
    expect(findings.listed[0]?.facts).toEqual({ closedAt: OPENED + 561, notAfter: String(OPENED + 500) });
  });

  it('matters where something was delivered, of a grant that is known', () => {
    expect(late(561, { bytes: 0 })).toEqual([]);
    world.grants.clear();
    expect(late(561)).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';

import type { Act } from '../../ledger/acts/act-definitions.ts';
import { DEPARTMENT_KINDS } from '../../ledger/acts/chain-enums.ts';
import { deriveAccessKeyId, parseResourceId } from '../../ledger/ids.ts';
import * as factory from '../support/act-factory.ts';
import { actor } from '../support/actors.ts';
import {
  aHistory,
  type ForgedHistory,
  grantIdOf,
  PROVIDER,
  REGULATOR,
  REQUESTER,
  requestIdOf,
  RESOURCE_ID,
  ROOT,
} from './projection.factory.ts';
import { refusalOf } from './refusal-of.ts';

const STRANGER = actor('ZJ');

const KEY_ID = deriveAccessKeyId(REQUESTER.id, 'ed25519', Buffer.from('ab'.repeat(32), 'hex'));
const LISTED = { listedName: factory.someHash(1), version: 1, account: `0x${'d9'.repeat(20)}` };
const DENIED = { version: 2, shareClass: 3, conditionsHash: factory.NO_HASH, denyBasisHash: factory.someHash(2) };
const EXPIRED = { expiresAt: factory.BEGIN };

type Step = (history: ForgedHistory) => ForgedHistory;

/** The reason for which the rules refuse the last step, or null. */
function reason(step: Step): unknown {
  const history = aHistory();
  const refusal = refusalOf(() => step(history));
  if (refusal === null) {
    history.projection.confirm(history.heads);
    return null;
  }
  expect(refusal.code).toBe('HISTORY_ILLEGAL');
  expect(refusalOf(() => history.projection.block)?.code).toBe('HISTORY_ILLEGAL');
  return refusal.details['reason'];
}

const revokeKey =
  (department = REQUESTER, keyId = KEY_ID): Step =>
  (history) =>
    history.append('AccessKeyRevoked', { act: factory.keyRevocation(department, keyId) });
const changeAccounts =
  (department = REQUESTER, changes: Partial<Act<'changeDepartmentAccounts'>> = {}): Step =>
  (history) =>
    history.append('DepartmentAccountsChanged', { act: factory.accountsChange(department, changes) });
const restoreAccounts =
  (department = REQUESTER): Step =>
  (history) =>
    history.append('DepartmentAccountsRestored', { act: factory.restoration(department) });
const NO_ACCOUNT = { account: `0x${'00'.repeat(20)}`, sign: () => '0x' };

describe('VerifiedProjection and the rules of', () => {
  describe('Directory', () => {
    it.each<[string | null, Step]>([
      [null, (history) => history.append('ContractListed', LISTED)],
      ['UNEXPECTED_VERSION', (history) => history.append('ContractListed', { ...LISTED, version: 2 })],
      [
        'ACCOUNT_LISTED',
        (history) => history.append('ContractListed', LISTED).append('ContractListed', { ...LISTED, version: 2 }),
      ],
    ])('says %s', (expected, step) => {
      expect(reason(step)).toBe(expected);
    });
  });

  describe('DepartmentRegistry', () => {
    it.each<[string | null, Step]>([
      [null, (history) => history.register(STRANGER, { superior: PROVIDER.id })],
      ['DEPARTMENT_KNOWN', (history) => history.register(REQUESTER)],
      ['DEPARTMENT_KIND', (history) => history.register(STRANGER, {}, PROVIDER)],
      ['DEPARTMENT_NOT_ACTIVE', (history) => history.register(STRANGER, {}, STRANGER)],
      ['DEPARTMENT_NOT_ACTIVE', (history) => history.govern(ROOT, 'suspended').register(STRANGER)],
      ['ACT_EXPIRED', (history) => history.register(STRANGER, EXPIRED)],
      [
        'AUTHORITY_MISSING',
        (history) =>
          history.append('DepartmentRegistered', { act: { ...factory.registration(ROOT, STRANGER), authority: null } }),
      ],
      // Governance's way to enter an authority.
      [null, (history) => history.register(STRANGER, { kind: DEPARTMENT_KINDS.authority, ...EXPIRED }, STRANGER)],
      ['SUPERIOR_UNKNOWN', (history) => history.register(STRANGER, { superior: actor('TY').id })],
      ['SAME_ACCOUNTS', (history) => history.register({ ...STRANGER, head: STRANGER.office })],
      [null, changeAccounts()],
      ['DEPARTMENT_UNKNOWN', changeAccounts(STRANGER)],
      ['DEPARTMENT_NOT_ACTIVE', (history) => changeAccounts()(history.setStatus(REQUESTER, 'suspended'))],
      ['ACT_EXPIRED', changeAccounts(REQUESTER, EXPIRED)],
      ['SAME_ACCOUNTS', changeAccounts({ ...REQUESTER, head: REQUESTER.office })],
      ['ZERO_ACCOUNT', changeAccounts({ ...REQUESTER, head: NO_ACCOUNT })],
      ['ZERO_ACCOUNT', changeAccounts({ ...REQUESTER, office: NO_ACCOUNT })],
      [null, restoreAccounts()],
      [null, (history) => restoreAccounts(REGULATOR)(history.govern(REGULATOR, 'suspended'))],
      ['DEPARTMENT_UNKNOWN', restoreAccounts(STRANGER)],
      ['SAME_ACCOUNTS', restoreAccounts({ ...REQUESTER, head: REQUESTER.office })],
      [null, (history) => history.setStatus(REQUESTER, 'suspended').setStatus(REQUESTER, 'active')],
      ['STATUS_UNCHANGED', (history) => history.setStatus(REQUESTER, 'active')],
      ['DEPARTMENT_UNKNOWN', (history) => history.setStatus(STRANGER, 'suspended')],
      ['DEPARTMENT_KIND', (history) => history.setStatus(REQUESTER, 'suspended', REGULATOR)],
      ['NOT_RESTRAINABLE', (history) => history.setStatus(REGULATOR, 'suspended')],
      ['NOT_RESTRAINABLE', (history) => history.setStatus(ROOT, 'suspended')],
      [
        'NOT_RESTRAINABLE',
        (history) => history.register(STRANGER, { kind: DEPARTMENT_KINDS.government }).setStatus(STRANGER, 'suspended'),
      ],
      [
        null,
        (history) => history.register(STRANGER, { kind: DEPARTMENT_KINDS.operator }).setStatus(STRANGER, 'suspended'),
      ],
      [null, (history) => history.govern(ROOT, 'suspended').govern(ROOT, 'active').register(STRANGER)],
      [null, (history) => history.govern(REGULATOR, 'suspended')],
      ['STATUS_UNCHANGED', (history) => history.govern(REGULATOR, 'active')],
      ['DEPARTMENT_UNKNOWN', (history) => history.govern(STRANGER, 'suspended')],
    ])('says %s', (expected, step) => {
      expect(reason(step)).toBe(expected);
    });
  });

  describe('access keys', () => {
    const other = { publicKey: `0x${'cd'.repeat(32)}` };

    it.each<[string | null, Step]>([
      [null, (history) => history.registerKey(PROVIDER, other)],
      ['KEY_KNOWN', (history) => history.registerKey(REQUESTER)],
      [null, (history) => history.registerKey(PROVIDER)],
      ['DEPARTMENT_UNKNOWN', (history) => history.registerKey(STRANGER, other)],
      ['DEPARTMENT_NOT_ACTIVE', (history) => history.setStatus(PROVIDER, 'suspended').registerKey(PROVIDER, other)],
      [
        'KEY_VALIDITY',
        (history) => history.registerKey(PROVIDER, { ...other, notBefore: factory.END, notAfter: factory.BEGIN }),
      ],
      ['KEY_VALIDITY', (history) => history.registerKey(PROVIDER, { ...other, notAfter: factory.BEGIN + 1 })],
      ['ACT_EXPIRED', (history) => history.registerKey(PROVIDER, { ...other, ...EXPIRED })],
      [null, revokeKey()],
      [null, (history) => revokeKey()(history.setStatus(REQUESTER, 'suspended'))],
      ['KEY_NOT_REVOCABLE', (history) => revokeKey()(revokeKey()(history))],
      ['KEY_NOT_REVOCABLE', revokeKey(PROVIDER)],
      ['DEPARTMENT_UNKNOWN', revokeKey(STRANGER)],
    ])('says %s', (expected, step) => {
      expect(reason(step)).toBe(expected);
    });
  });

  describe('ResourceCatalog', () => {
    it.each<[string | null, Step]>([
      [null, (history) => history.submit({ version: 2 }).publish({ version: 2 })],
      ['UNEXPECTED_VERSION', (history) => history.submit({ version: 1 })],
      ['UNEXPECTED_VERSION', (history) => history.submit({ version: 3 })],
      ['VERSION_SUBMITTED', (history) => history.submit({ version: 2 }).submit({ version: 2 })],
      ['DEPARTMENT_KIND', (history) => history.submit({}, REGULATOR)],
      ['DEPARTMENT_NOT_ACTIVE', (history) => history.submit({}, STRANGER)],
      ['CONDITIONS_DO_NOT_FIT_CLASS', (history) => history.submit({ version: 2, shareClass: 1 })],
      ['CONDITIONS_DO_NOT_FIT_CLASS', (history) => history.submit({ version: 2, conditionsHash: factory.NO_HASH })],
      [
        'DENY_BASIS_DOES_NOT_FIT_CLASS',
        (history) => history.submit({ version: 2, denyBasisHash: factory.someHash(1) }),
      ],
      ['ENTRY_OUT_OF_BOUNDS', (history) => history.submit({ version: 2, level: 0 })],
      ['ENTRY_OUT_OF_BOUNDS', (history) => history.submit({ version: 2, fieldCount: 0 })],
      ['ENTRY_OUT_OF_BOUNDS', (history) => history.submit({ version: 2, fieldCount: 257 })],
      ['DOCUMENT', (history) => history.submit({ version: 2, documentHash: factory.NO_HASH })],
      ['DOCUMENT', (history) => history.submit({ version: 2, hashAlgorithm: 3 })],
      ['ACT_EXPIRED', (history) => history.submit({ version: 2, ...EXPIRED })],
      ['VERSION_PUBLISHED', (history) => history.publish()],
      ['RESOURCE_UNKNOWN', (history) => history.publish({ version: 2 })],
      ['RESOURCE_UNKNOWN', (history) => history.publish({ resourceId: parseResourceId(factory.someHash(1)) })],
      [
        'DOCUMENT_MISMATCH',
        (history) => history.submit({ version: 2 }).publish({ version: 2, documentHash: factory.someHash(1) }),
      ],
      ['DEPARTMENT_KIND', (history) => history.submit({ version: 2 }).publish({ version: 2 }, PROVIDER)],
    ])('says %s', (expected, step) => {
      expect(reason(step)).toBe(expected);
    });
  });

  describe('ShareLedger: requests', () => {
    it.each<[string | null, Step]>([
      [null, (history) => history.request(3)],
      ['REQUEST_KNOWN', (history) => history.request(1)],
      ['RESOURCE_UNKNOWN', (history) => history.request(3, { resourceId: parseResourceId(factory.someHash(1)) })],
      ['RESOURCE_NOT_PUBLISHED', (history) => history.submit({ version: 2 }).request(3, { resourceVersion: 2 })],
      ['RESOURCE_NOT_PUBLISHED', (history) => history.submit({ version: 2 }).publish({ version: 2 }).request(3)],
      [
        'RESOURCE_DENIED',
        (history) => history.submit(DENIED).publish({ version: 2 }).request(3, { resourceVersion: 2 }),
      ],
      ['OWN_RESOURCE', (history) => history.request(3, {}, PROVIDER)],
      ['DEPARTMENT_KIND', (history) => history.request(3, {}, REGULATOR)],
      ['DEPARTMENT_NOT_ACTIVE', (history) => history.setStatus(REQUESTER, 'suspended').request(3)],
      ['FIELDS', (history) => history.request(3, { fields: 0n })],
      ['FIELDS', (history) => history.request(3, { fields: 0b100000n })],
      [null, (history) => history.request(3, { fields: 0b11111n })],
      ['WINDOW', (history) => history.request(3, { notAfter: factory.BEGIN + 1 })],
      ['WINDOW', (history) => history.request(3, { notBefore: factory.END, notAfter: factory.END - 1 })],
      ['DOCUMENT', (history) => history.request(3, { documentHash: factory.NO_HASH })],
      ['ACT_EXPIRED', (history) => history.request(3, EXPIRED)],
    ])('says %s', (expected, step) => {
      expect(reason(step)).toBe(expected);
    });
  });

  describe('ShareLedger: answers', () => {
    it.each<[string | null, Step]>([
      [null, (history) => history.agree(1)],
      ['REQUEST_NOT_OPEN', (history) => history.agree(2)],
      ['REQUEST_NOT_OPEN', (history) => history.agree(9)],
      ['NOT_THE_REQUEST', (history) => history.agree(1, {}, { requester: REGULATOR.id })],
      ['NOT_THE_REQUEST', (history) => history.agree(1, {}, { resourceId: parseResourceId(factory.someHash(1)) })],
      ['NOT_THE_REQUEST', (history) => history.agree(1, {}, { resourceVersion: 2 })],
      ['GRANT_KNOWN', (history) => history.agree(1, {}, { grantId: grantIdOf(2) })],
      ['NOT_PROVIDER', (history) => history.agree(1, {}, {}, REQUESTER)],
      ['DEPARTMENT_NOT_ACTIVE', (history) => history.setStatus(PROVIDER, 'suspended').agree(1)],
      ['DEPARTMENT_NOT_ACTIVE', (history) => history.setStatus(REQUESTER, 'suspended').agree(1)],
      [null, (history) => history.setStatus(REQUESTER, 'suspended').refuse(1)],
      ['FIELDS', (history) => history.agree(1, { fields: 0b1000n })],
      ['FIELDS', (history) => history.agree(1, { fields: 0n })],
      ['WINDOW', (history) => history.agree(1, { notBefore: factory.BEGIN - 1 })],
      ['WINDOW', (history) => history.agree(1, { notAfter: factory.END + 1 })],
      ['WINDOW', (history) => history.agree(1, { notAfter: factory.BEGIN + 1 })],
      ['RESOURCE_DENIED', (history) => history.submit(DENIED).publish({ version: 2 }).agree(1)],
      [null, (history) => history.submit({ version: 2 }).publish({ version: 2 }).agree(1)],
      ['DOCUMENT', (history) => history.agree(1, { hashAlgorithm: 0 })],
      ['ACT_EXPIRED', (history) => history.agree(1, EXPIRED)],
      [null, (history) => history.refuse(1)],
      ['REQUEST_NOT_OPEN', (history) => history.refuse(1).agree(1)],
      ['REQUEST_NOT_OPEN', (history) => history.refuse(2)],
      ['REASON_MISSING', (history) => history.refuse(1, { reasonCode: factory.NO_HASH })],
      ['NOT_PROVIDER', (history) => history.refuse(1, {}, REQUESTER)],
      ['ACT_EXPIRED', (history) => history.refuse(1, EXPIRED)],
    ])('says %s', (expected, step) => {
      expect(reason(step)).toBe(expected);
    });
  });

  describe('ShareLedger: revocations', () => {
    it.each<[string | null, Step]>([
      [null, (history) => history.revoke(2)],
      [null, (history) => history.setStatus(PROVIDER, 'suspended').revoke(2)],
      [null, (history) => history.revoke(2, {}, ROOT)],
      [null, (history) => history.govern(REGULATOR, 'suspended').revoke(2, {}, REGULATOR)],
      ['NOT_REVOKER', (history) => history.revoke(2, {}, REQUESTER)],
      ['NOT_REVOKER', (history) => history.revoke(2, {}, STRANGER)],
      ['GRANT_UNKNOWN', (history) => history.revoke(1)],
      ['GRANT_REVOKED', (history) => history.revoke(2).revoke(2)],
      ['REASON_MISSING', (history) => history.revoke(2, { reasonCode: factory.NO_HASH })],
      ['DOCUMENT', (history) => history.revoke(2, { documentHash: factory.NO_HASH })],
      ['ACT_EXPIRED', (history) => history.revoke(2, EXPIRED)],
    ])('says %s', (expected, step) => {
      expect(reason(step)).toBe(expected);
    });
  });

  it('keeps what the entries say', () => {
    const { projection } = aHistory().revoke(2);
    expect(projection.grant(grantIdOf(2))).toEqual({
      grantId: grantIdOf(2),
      resourceId: RESOURCE_ID,
      resourceVersion: 1,
      requester: REQUESTER.id,
      notBefore: factory.BEGIN,
      notAfter: factory.END - 1,
      status: 'revoked',
    });
    expect(projection.openRequest(requestIdOf(1))?.resourceId).toBe(RESOURCE_ID);
    expect(projection.openRequest(requestIdOf(2))).toBeNull();
  });
});

import { beforeEach, describe, expect, it } from 'vitest';

import { isSupervisor } from '../../../verifier/ledger/registry-rules.ts';
import { KIND, NOBODY, ZERO } from '../../../verifier/ledger/world.ts';
import { hash, type Members, NOON, PaperLedger, WHO } from './paper-ledger.ts';

/** Codes with a right check character, as they are on chain. */
const CODE = hexOf('11100000000013127D');
const OTHER_CODE = hexOf('11990100MB0000019L');
const [MAKER, OFFICE, HEAD] = [0xa1, 0xa2, 0xa3].map((byte) => `0x${byte.toString(16).repeat(20)}`) as [
  string,
  string,
  string,
];
const REGISTRATION: Members = {
  authority: WHO.authority,
  department: CODE,
  kind: KIND.department,
  superior: WHO.country,
  region: hexOf('110000'),
  maker: MAKER,
  office: OFFICE,
  head: HEAD,
};
const ED25519_KEY = `0x${'cd'.repeat(32)}`;
const P256_KEY = `0x${'cd'.repeat(64)}`;

let ledger: PaperLedger;

beforeEach(() => {
  ledger = new PaperLedger();
});

function hexOf(text: string): string {
  return `0x${Buffer.from(text, 'latin1').toString('hex')}`;
}

function register(changes: Members = {}): string | null {
  return ledger.enter('DepartmentRegistered', { ...REGISTRATION, ...changes });
}

describe('registerDepartment', () => {
  it.each<[string, Members]>([
    ['a department', {}],
    ['a regulator', { kind: KIND.regulator }],
    ['an operator', { kind: KIND.operator }],
    ['an authority', { kind: KIND.authority, authority: CODE }],
    ['a government', { kind: KIND.government, authority: CODE, superior: NOBODY }],
    ['another code', { department: OTHER_CODE }],
    ['a department of a province, by the country', { superior: WHO.province }],
    ['a department of a province, by the province', { superior: WHO.province, authority: WHO.provincial }],
    [
      'a department without a government, by an authority without one',
      { superior: NOBODY, authority: WHO.statelessAuthority },
    ],
    ['accounts that are contracts with keys', { maker: `0x${'a1'.repeat(84)}` }],
  ])('enters %s', (_, changes) => {
    expect(register(changes)).toBeNull();
    const id = changes['department'] ?? CODE;
    const entered = ledger.world.departments.get(String(id))!;
    expect(entered).toMatchObject({
      kind: changes['kind'] ?? KIND.department,
      superior: changes['superior'] ?? WHO.country,
      region: hexOf('110000'),
      office: OFFICE,
      head: HEAD,
      maker: changes['maker'] ?? MAKER,
    });
    expect([entered.status.at(9), entered.status.at(10)]).toEqual([undefined, 1]);
  });

  it.each<[string, Members, string]>([
    ['a check character that is wrong', { department: hexOf('11100000000013127E') }, 'CODE'],
    ['two digits exchanged', { department: hexOf('11100000000031127D') }, 'CODE'],
    ['a letter that no code has', { department: hexOf('1110000000001312ID') }, 'CODE'],
    ['one digit another', { department: hexOf('21100000000013127D') }, 'CODE'],
    ['small letters', { department: hexOf('11100000000013127d') }, 'CODE'],
    ['a kind that is none', { kind: 0 }, 'KIND'],
    ['a kind beyond', { kind: 6 }, 'KIND'],
    ['a superior that is not there', { superior: OTHER_CODE }, 'UNKNOWN'],
    ['five digits of a region', { region: `${hexOf('11000')}00` }, 'REGION'],
    ['a letter in a region', { region: hexOf('1100a0') }, 'REGION'],
    ['an authority that is none', { authority: WHO.other }, 'KIND'],
    ['an authority of a province for the country', { authority: WHO.provincial }, 'OVERSIGHT'],
    ['an authority of another province', { authority: WHO.provincial, superior: WHO.secondProvince }, 'OVERSIGHT'],
    ['an authority without a government', { authority: WHO.statelessAuthority }, 'OVERSIGHT'],
    ['a superior without a government', { superior: NOBODY }, 'OVERSIGHT'],
    ['office and head as one', { office: HEAD }, 'ACCOUNTS'],
    ['maker and head as one', { maker: HEAD }, 'ACCOUNTS'],
    ['maker and office as one', { maker: OFFICE }, 'ACCOUNTS'],
    ['no maker', { maker: '0x' }, 'ACCOUNTS'],
    ['half an address', { office: `0x${'a2'.repeat(19)}` }, 'ACCOUNTS'],
    ['an account that is too long', { maker: `0x${'a1'.repeat(1_025)}` }, 'ACCOUNTS'],
    ['the address of nobody', { head: `0x${'00'.repeat(20)}` }, 'ACCOUNTS'],
  ])('refuses %s', (_, changes, rule) => {
    expect(register(changes)).toBe(rule);
    expect(ledger.world.departments.has(CODE)).toBe(false);
  });

  it('enters nobody twice', () => {
    register();
    expect(register()).toBe('KNOWN');
  });

  it('needs no signature for those who supervise', () => {
    const kinds = Object.values(KIND).filter((kind) =>
      isSupervisor(ledger.entry('DepartmentRegistered', { ...REGISTRATION, kind })),
    );
    expect(kinds).toEqual([KIND.authority, KIND.government]);
  });
});

describe('changeAccounts', () => {
  it.each(['DepartmentAccountsChanged', 'DepartmentAccountsRestored'] as const)('%s: all three are others', (name) => {
    const act = { department: WHO.provider, maker: MAKER, office: OFFICE, head: HEAD };
    expect(ledger.enter(name, { ...act, head: OFFICE })).toBe('ACCOUNTS');
    expect(ledger.enter(name, { ...act, department: CODE })).toBe('UNKNOWN');
    expect(ledger.enter(name, act)).toBeNull();
    expect(ledger.world.departments.get(WHO.provider)).toMatchObject({ maker: MAKER, office: OFFICE, head: HEAD });
  });
});

describe('changeStatus and governStatus', () => {
  const change = (changes: Members) =>
    ledger.enter('DepartmentStatusChanged', { authority: WHO.authority, department: WHO.other, status: 2, ...changes });

  it.each<[string, Members, string | null]>([
    ['a department', {}, null],
    ['an operator', { department: WHO.operator }, null],
    ['a department below, by the country', { department: WHO.county }, null],
    ['a department below, by the province', { department: WHO.county, authority: WHO.provincial }, null],
    ['a regulator', { department: WHO.regulator }, 'KIND'],
    ['an authority', { department: WHO.secondAuthority }, 'KIND'],
    ['somebody who is not there', { department: CODE }, 'UNKNOWN'],
    ['by no authority', { authority: WHO.provider }, 'KIND'],
    ['by a province', { authority: WHO.provincial }, 'OVERSIGHT'],
    ['to what it is', { status: 1 }, 'STATUS'],
    ['to nothing', { status: 0 }, 'STATUS'],
    ['to something else', { status: 3 }, 'STATUS'],
  ])('%s', (_, changes, rule) => {
    expect(change(changes)).toBe(rule);
  });

  it('is kept by the block', () => {
    expect(change({})).toBeNull();
    expect(change({})).toBe('STATUS');
    ledger.block = 12;
    expect(change({ status: 1 })).toBeNull();
    const { status } = ledger.world.departments.get(WHO.other)!;
    expect([9, 10, 11, 12].map((block) => status.at(block))).toEqual([1, 2, 2, 1]);
  });

  it('is ordered by governance for anybody', () => {
    const order = (department: string, status: number) =>
      ledger.enter('DepartmentStatusGoverned', { department, status });
    expect(order(WHO.regulator, 2)).toBeNull();
    expect(order(WHO.regulator, 2)).toBe('STATUS');
    expect(order(WHO.authority, 2)).toBeNull();
    expect(order(CODE, 2)).toBe('UNKNOWN');
  });
});

describe('registerKey and revokeKey', () => {
  const KEY = hash(0x4e);
  const enter = (changes: Members = {}) =>
    ledger.enter(
      'AccessKeyRegistered',
      {
        department: WHO.requester,
        algorithm: 1,
        publicKey: ED25519_KEY,
        notBefore: NOON,
        notAfter: NOON + 10,
        ...changes,
      },
      { keyId: KEY },
    );
  const revoke = (changes: Members = {}) =>
    ledger.enter('AccessKeyRevoked', { department: WHO.requester, keyId: KEY, ...changes });

  it.each<[string, Members, string | null]>([
    ['Ed25519', {}, null],
    ['P-256', { algorithm: 2, publicKey: P256_KEY }, null],
    ['P-256 that is too short', { algorithm: 2, publicKey: ED25519_KEY }, 'KEY'],
    ['Ed25519 that is too long', { publicKey: P256_KEY }, 'KEY'],
    ['no algorithm', { algorithm: 0 }, 'KEY'],
    ['a third algorithm', { algorithm: 3 }, 'KEY'],
    ['a window that is empty', { notBefore: NOON + 10 }, 'WINDOW'],
    ['a window that is reversed', { notBefore: NOON + 11 }, 'WINDOW'],
    ['a window that has passed', { notBefore: NOON - 5, notAfter: NOON }, 'WINDOW'],
    ['a window of one second', { notAfter: NOON + 1 }, null],
  ])('takes or refuses %s', (_, changes, rule) => {
    expect(enter(changes)).toBe(rule);
  });

  it('keeps a key for ever', () => {
    expect(enter()).toBeNull();
    expect(enter()).toBe('KNOWN');
    expect(revoke({ department: WHO.other })).toBe('STATUS');
    expect(revoke({ keyId: hash(1) })).toBe('UNKNOWN');
    ledger.block = 11;
    expect(revoke()).toBeNull();
    expect(revoke()).toBe('STATUS');
    expect(enter()).toBe('KNOWN');
    expect(ledger.world.keys.get(KEY)).toEqual({
      department: WHO.requester,
      algorithm: 1,
      publicKey: ED25519_KEY,
      notBefore: BigInt(NOON),
      notAfter: BigInt(NOON + 10),
      since: 10,
      revoked: { block: 11, at: BigInt(NOON) },
    });
  });
});

describe('setYear', () => {
  const ones = (count: number): bigint => 2n ** BigInt(count) - 1n;
  const set = (changes: Members = {}) =>
    ledger.enter('CalendarYearSet', {
      authority: WHO.authority,
      year: 2030,
      earlyDays: ones(250),
      noticeHash: hash(1),
      ...changes,
    });

  it.each<[string, Members, string | null]>([
    ['250 days', {}, null],
    ['the first year', { year: 2000 }, null],
    ['the last year', { year: 2199 }, null],
    ['a year before', { year: 1999 }, 'KNOWN'],
    ['a year beyond', { year: 2200 }, 'KNOWN'],
    ['a year that is set', { year: 2026 }, 'KNOWN'],
    ['200 days', { earlyDays: ones(200) }, null],
    ['199 days', { earlyDays: ones(199) }, 'DAYS'],
    ['300 days', { earlyDays: ones(256), lateDays: ones(44) }, null],
    ['301 days', { earlyDays: ones(256), lateDays: ones(45) }, 'DAYS'],
    ['the last day of a common year', { lateDays: 1n << 108n }, null],
    ['a day behind it', { lateDays: 1n << 109n }, 'DAYS'],
    ['the last day of a leap year', { year: 2032, lateDays: 1n << 109n }, null],
    ['a day behind that', { year: 2032, lateDays: 1n << 110n }, 'DAYS'],
    ['no notice', { noticeHash: ZERO }, 'DOCUMENT'],
    ['another hash algorithm', { hashAlgorithm: 2 }, 'DOCUMENT'],
    ['no authority', { authority: WHO.country }, 'KIND'],
  ])('takes or refuses %s', (_, changes, rule) => {
    expect(set(changes)).toBe(rule);
  });

  it('keeps the days', () => {
    set({ lateDays: 5 });
    expect(ledger.world.years.get(2030)).toEqual({ early: ones(250), late: 5n });
  });
});

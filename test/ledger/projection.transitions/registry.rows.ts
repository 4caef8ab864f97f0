import { DEPARTMENT_KINDS } from '../../../ledger/acts/chain-enums.ts';
import type { Act } from '../../../ledger/acts/act-definitions.ts';
import { deriveAccessKeyId } from '../../../ledger/ids.ts';
import * as factory from '../../support/act-factory.ts';
import { actor } from '../../support/actors.ts';
import {
  CITY,
  DAY,
  type ForgedHistory,
  PROVIDER,
  PROVINCE,
  REGULATOR,
  REQUESTER,
  ROOT,
} from '../projection.factory.ts';
import { after, type Step, type Table } from './transition.ts';

const STRANGER = actor('ZJ', { superior: CITY.id });
/** Authorities of the province, and of no government. */
const PROVINCIAL = actor('PD', { superior: PROVINCE.id });
const OUTSIDER = { ...actor('FY'), kind: 'authority' } as const;
const EXPIRED = { expiresAt: factory.BEGIN };
const LISTED = { listedName: factory.someHash(1), version: 1, account: `0x${'d9'.repeat(20)}` };
const KEY_ID = deriveAccessKeyId(REQUESTER.id, 'ed25519', Buffer.from('ab'.repeat(32), 'hex'));
const OTHER_KEY = { publicKey: `0x${'cd'.repeat(32)}` };
const NO_ACCOUNT = { account: `0x${'00'.repeat(20)}`, sign: () => '0x' };

const list =
  (changes: Partial<typeof LISTED> = {}): Step =>
  (history) =>
    history.append('ContractListed', { ...LISTED, ...changes });
const revokeKey =
  (department = REQUESTER, keyId = KEY_ID, changes: Partial<Act<'revokeAccessKey'>> = {}): Step =>
  (history) =>
    history.append('AccessKeyRevoked', { act: { ...factory.keyRevocation(department, keyId), ...changes } });
const changeAccounts =
  (department = REQUESTER, changes: Partial<Act<'changeDepartmentAccounts'>> = {}): Step =>
  (history) =>
    history.append('DepartmentAccountsChanged', { act: factory.accountsChange(department, changes) });
const restoreAccounts =
  (department = REQUESTER): Step =>
  (history) =>
    history.append('DepartmentAccountsRestored', { act: factory.restoration(department) });
const ofKind = (kind: keyof typeof DEPARTMENT_KINDS) => ({ kind: DEPARTMENT_KINDS[kind] });
const at =
  (seconds: number): Step =>
  (history) =>
    history.at(seconds);
const suspend =
  (department = REQUESTER): Step =>
  (history) =>
    history.setStatus(department, 'suspended');

export const DIRECTORY: Table = {
  machine: 'Directory',
  stateOf: () => 'taken',
  rows: [
    ['a first version', 'taken', list()],
    ['a second version', 'taken', after(list(), list({ version: 2, account: `0x${'da'.repeat(20)}` }))],
    ['a version too far', 'UNEXPECTED_VERSION', list({ version: 2 })],
    ['an account again', 'ACCOUNT_LISTED', after(list(), list({ version: 2 }))],
  ],
};

export const DEPARTMENTS: Table = {
  machine: 'DepartmentRegistry: departments',
  stateOf: (projection) => projection.department(REQUESTER.id)?.status ?? 'none',
  rows: [
    ['a department beneath another', 'active', (history) => history.register(STRANGER, { superior: PROVIDER.id })],
    ['a department in time', 'active', (history) => history.register(STRANGER, { expiresAt: history.next })],
    ['a department too late', 'ACT_EXPIRED', (history) => history.register(STRANGER, { expiresAt: history.next - 1 })],
    ['a department twice', 'DEPARTMENT_KNOWN', (history) => history.register(REQUESTER)],
    ['a department by another one', 'DEPARTMENT_KIND', (history) => history.register(STRANGER, {}, PROVIDER)],
    ['a department by itself', 'DEPARTMENT_NOT_ACTIVE', (history) => history.register(STRANGER, {}, STRANGER)],
    [
      'a department by a suspended authority',
      'DEPARTMENT_NOT_ACTIVE',
      (history) => history.govern(ROOT, 'suspended').register(STRANGER),
    ],
    [
      'a department by nobody',
      'AUTHORITY_MISSING',
      (history) =>
        history.append('DepartmentRegistered', { act: { ...factory.registration(ROOT, STRANGER), authority: null } }),
    ],
    ['a department of no kind', 'EVENT_MALFORMED', (history) => history.register(STRANGER, { kind: 0 }, STRANGER)],
    [
      'an authority by governance, which signs nothing',
      'active',
      (history) => history.register(STRANGER, { ...ofKind('authority'), ...EXPIRED }, STRANGER),
    ],
    [
      'a government by governance',
      'active',
      (history) => history.register(STRANGER, { ...ofKind('government'), ...EXPIRED }, STRANGER),
    ],
    [
      'a superior that is unknown',
      'SUPERIOR_UNKNOWN',
      (history) => history.register(STRANGER, { superior: actor('TY').id }),
    ],
    ['a superior outside the tree of the authority', 'NOT_OVERSEER', (history) => history.register(actor('HG'))],
    [
      'a superior above the government of the authority',
      'NOT_OVERSEER',
      (history) => history.register(STRANGER, { superior: PROVINCE.id }),
    ],
    [
      'a suspension from outside the tree',
      'NOT_OVERSEER',
      (history) => history.register(OUTSIDER).setStatus(REQUESTER, 'suspended', OUTSIDER),
    ],
    [
      'a suspension from above',
      'suspended',
      (history) => history.register(PROVINCIAL).setStatus(REQUESTER, 'suspended', PROVINCIAL),
    ],
    [
      'one account for two roles',
      'SAME_ACCOUNTS',
      (history) => history.register({ ...STRANGER, head: STRANGER.office }),
    ],
    ['the maker as office', 'SAME_ACCOUNTS', (history) => history.register({ ...STRANGER, maker: STRANGER.office })],
    ['a change of accounts', 'active', changeAccounts()],
    ['a change by nobody known', 'DEPARTMENT_UNKNOWN', changeAccounts(STRANGER)],
    ['a change while suspended', 'DEPARTMENT_NOT_ACTIVE', after(suspend(), changeAccounts())],
    ['a change too late', 'ACT_EXPIRED', changeAccounts(REQUESTER, EXPIRED)],
    ['a change to one account', 'SAME_ACCOUNTS', changeAccounts({ ...REQUESTER, head: REQUESTER.office })],
    ['a change to no head', 'ZERO_ACCOUNT', changeAccounts({ ...REQUESTER, head: NO_ACCOUNT })],
    ['a change to no office', 'ZERO_ACCOUNT', changeAccounts({ ...REQUESTER, office: NO_ACCOUNT })],
    ['a change to no maker', 'ZERO_ACCOUNT', changeAccounts({ ...REQUESTER, maker: NO_ACCOUNT })],
    ['a restoration', 'active', restoreAccounts()],
    ['a restoration while suspended', 'suspended', after(suspend(), restoreAccounts())],
    ['a restoration of nobody known', 'DEPARTMENT_UNKNOWN', restoreAccounts(STRANGER)],
    ['a restoration to one account', 'SAME_ACCOUNTS', restoreAccounts({ ...REQUESTER, head: REQUESTER.office })],
    ['a suspension', 'suspended', suspend()],
    ['its end', 'active', after(suspend(), (history) => history.setStatus(REQUESTER, 'active'))],
    ['a status that is so', 'STATUS_UNCHANGED', (history) => history.setStatus(REQUESTER, 'active')],
    ['a suspension of nobody known', 'DEPARTMENT_UNKNOWN', suspend(STRANGER)],
    [
      'a suspension by a regulator',
      'DEPARTMENT_KIND',
      (history) => history.setStatus(REQUESTER, 'suspended', REGULATOR),
    ],
    ['a suspension of a regulator', 'NOT_RESTRAINABLE', suspend(REGULATOR)],
    ['a suspension of an authority', 'NOT_RESTRAINABLE', suspend(ROOT)],
    ['a suspension of a government', 'NOT_RESTRAINABLE', suspend(CITY)],
    [
      'a suspension of an operator',
      'active',
      after((history) => history.register(STRANGER, ofKind('operator')), suspend(STRANGER)),
    ],
    ['an order against a department', 'suspended', (history) => history.govern(REQUESTER, 'suspended')],
    ['its end by order', 'active', after(suspend(), (history) => history.govern(REQUESTER, 'active'))],
    ['an order against a regulator', 'active', (history) => history.govern(REGULATOR, 'suspended')],
    ['an order that is so', 'STATUS_UNCHANGED', (history) => history.govern(REGULATOR, 'active')],
    ['an order against nobody known', 'DEPARTMENT_UNKNOWN', (history) => history.govern(STRANGER, 'suspended')],
  ],
};

export const ACCESS_KEYS: Table = {
  machine: 'DepartmentRegistry: access keys',
  stateOf: (projection) => (projection.accessKey(KEY_ID)?.revokedAt === null ? 'valid' : 'revoked'),
  rows: [
    ['another key', 'valid', (history) => history.registerKey(PROVIDER, OTHER_KEY)],
    ['the same key twice', 'KEY_KNOWN', (history) => history.registerKey(REQUESTER)],
    ['the same key of another department', 'valid', (history) => history.registerKey(PROVIDER)],
    ['a key of nobody known', 'DEPARTMENT_UNKNOWN', (history) => history.registerKey(STRANGER, OTHER_KEY)],
    [
      'a key while suspended',
      'DEPARTMENT_NOT_ACTIVE',
      after(suspend(PROVIDER), (history) => history.registerKey(PROVIDER, OTHER_KEY)),
    ],
    ['a key whose end comes first', 'KEY_VALIDITY', key({ notBefore: factory.END, notAfter: factory.BEGIN })],
    ['a key that ended', 'KEY_VALIDITY', (history) => key({ notAfter: history.next })(history)],
    ['a key that ends next', 'valid', (history) => key({ notAfter: history.next + 1 })(history)],
    ['a key too late', 'ACT_EXPIRED', key(EXPIRED)],
    ['a revocation', 'revoked', revokeKey()],
    ['a revocation while suspended', 'revoked', after(suspend(), revokeKey())],
    ['a revocation too late', 'ACT_EXPIRED', revokeKey(REQUESTER, KEY_ID, EXPIRED)],
    ['a second revocation', 'KEY_NOT_REVOCABLE', after(revokeKey(), revokeKey())],
    ['a revocation by another', 'KEY_NOT_REVOCABLE', revokeKey(PROVIDER)],
    ['a revocation by nobody known', 'DEPARTMENT_UNKNOWN', revokeKey(STRANGER)],
  ],
};

const year =
  (number: number, changes: Partial<Act<'setCalendarYear'>> = {}, authority = ROOT): Step =>
  (history) =>
    history.setYear(number, changes, authority);
/** The first days of a year, so many. */
const bits = (count: number) => 2n ** BigInt(count) - 1n;

export const CALENDAR: Table = {
  machine: 'WorkingDayCalendar',
  stateOf: (projection) => (projection.calendarYear(2030) === null ? 'missing' : 'set'),
  rows: [
    ['a year', 'set', year(2030)],
    ['the first year', 'missing', year(2000)],
    ['the last year', 'missing', year(2199)],
    ['a year before the first', 'YEAR', year(1999)],
    ['a year after the last', 'YEAR', year(2200)],
    ['a year twice', 'YEAR_SET', after(year(2030), year(2030))],
    ['the fewest days', 'set', year(2030, { earlyDays: bits(200), lateDays: 0n })],
    ['a day too few', 'DAYS', year(2030, { earlyDays: bits(199), lateDays: 0n })],
    ['the most days', 'set', year(2030, { earlyDays: bits(256), lateDays: bits(44) })],
    ['a day too many', 'DAYS', year(2030, { earlyDays: bits(256), lateDays: bits(45) })],
    ['a day after the year', 'DAYS', year(2030, { earlyDays: bits(200), lateDays: 1n << 109n })],
    ['the last day of a leap year', 'missing', year(2032, { earlyDays: bits(200), lateDays: 1n << 109n })],
    ['no day', 'DAYS', year(2030, { earlyDays: 0n, lateDays: 0n })],
    ['no notice', 'DOCUMENT', year(2030, { noticeHash: factory.NO_HASH })],
    ['a notice under another algorithm', 'DOCUMENT', year(2030, { hashAlgorithm: 2 })],
    ['a year too late', 'ACT_EXPIRED', year(2030, EXPIRED)],
    ['a year by a department', 'DEPARTMENT_KIND', year(2030, {}, PROVIDER)],
    ['a year by a suspended authority', 'DEPARTMENT_NOT_ACTIVE', after(govern(ROOT), year(2030))],
    [
      'a deadline in a year that is missing',
      'CALENDAR_YEAR_MISSING',
      after(at(Date.UTC(2028, 11, 28) / 1000), (history) => history.request(3, {}, REQUESTER, history.next + 10 * DAY)),
    ],
  ],
};

function govern(authority: typeof ROOT): Step {
  return (history) => history.govern(authority, 'suspended');
}

function key(changes: Partial<Act<'registerAccessKey'>>): Step {
  return (history: ForgedHistory) => history.registerKey(PROVIDER, { ...OTHER_KEY, ...changes });
}

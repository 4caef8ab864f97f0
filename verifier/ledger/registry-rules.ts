import type { Entry } from './entry.ts';
import { CONTRACTS } from './events.ts';
import { known, must } from './rules.ts';
import { Timeline } from './timeline.ts';
import { countDays } from './working-days.ts';
import { ACTIVE, type Department, KIND, NOBODY, SUSPENDED, textWord, type World, ZERO } from './world.ts';

const CODE_CHARACTERS = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const CODE_LENGTH = 18;
const FEWEST_DAYS = 200;
const MOST_DAYS = 300;
const ED25519 = { algorithm: 1, digits: 2 + 64 };
const P256 = { algorithm: 2, digits: 2 + 128 };
const ADDRESS_DIGITS = 2 + 40;
const MAX_ACCOUNT_DIGITS = 2 + 2 * 1_024;
const NO_ADDRESS = `0x${'00'.repeat(20)}`;
const SUPERVISORS: readonly number[] = [KIND.authority, KIND.government];
const SHA256 = 1;

/** Entries of `Directory`, `DepartmentRegistry` and `WorkingDayCalendar`. */
export function listContract(world: World, { args }: Entry): void {
  const [name, account] = [args.hex('name'), args.hex('account')];
  must(args.small('version') === (world.versions.get(name) ?? 0) + 1, 'VERSION');
  must(!world.listed.has(account), 'LISTED');
  world.versions.set(name, args.small('version'));
  world.listed.add(account);
  if (args.small('version') === 1) world.firstListed.set(name, account);
  else if (CONTRACTS.map(textWord).includes(name)) world.hasLaterVersions = true;
}

/** Whether governance alone may enter it: then nobody signs. */
export function isSupervisor({ act }: Entry): boolean {
  return SUPERVISORS.includes(act.small('kind'));
}

export function registerDepartment(world: World, entry: Entry): void {
  const { act, block } = entry;
  const [id, superior, kind] = [act.hex('department'), act.hex('superior'), act.small('kind')];
  must(isCreditCode(id), 'CODE');
  must(!world.departments.has(id), 'KNOWN');
  must(superior === NOBODY || world.departments.has(superior), 'UNKNOWN');
  must(/^0x(?:3[0-9]){6}$/.test(act.hex('region')), 'REGION');
  const accounts = accountsOf(entry);
  if (!isSupervisor(entry)) {
    must(kind === KIND.department || kind === KIND.regulator || kind === KIND.operator, 'KIND');
    checkAuthority(world, act.hex('authority'));
    checkOversight(world, act.hex('authority'), superior);
  }
  const status = new Timeline(block, ACTIVE);
  world.departments.set(id, { kind, superior, region: act.hex('region'), status, ...accounts });
}

export function changeAccounts(world: World, entry: Entry): void {
  const department = known(world.departments.get(entry.act.hex('department')));
  Object.assign(department, accountsOf(entry));
}

export function changeStatus(world: World, entry: Entry): void {
  const [authority, id] = [entry.act.hex('authority'), entry.act.hex('department')];
  checkAuthority(world, authority);
  const { kind } = known(world.departments.get(id));
  must(kind === KIND.department || kind === KIND.operator, 'KIND');
  checkOversight(world, authority, id);
  governStatus(world, entry);
}

export function governStatus(world: World, { act, block }: Entry): void {
  const department = known(world.departments.get(act.hex('department')));
  const status = act.small('status');
  must((status === ACTIVE || status === SUSPENDED) && status !== department.status.now, 'STATUS');
  department.status.set(block, status);
}

export function registerKey(world: World, { act, args, block, now }: Entry): void {
  const keyId = args.hex('keyId');
  const [algorithm, publicKey] = [act.small('algorithm'), act.hex('publicKey')];
  const isKey = [ED25519, P256].some((kind) => kind.algorithm === algorithm && kind.digits === publicKey.length);
  must(isKey, 'KEY');
  const [notBefore, notAfter] = [act.big('notBefore'), act.big('notAfter')];
  must(notBefore < notAfter && now < notAfter, 'WINDOW');
  must(!world.keys.has(keyId), 'KNOWN');
  const department = act.hex('department');
  world.keys.set(keyId, { department, algorithm, publicKey, notBefore, notAfter, since: block, revoked: null });
}

export function revokeKey(world: World, { act, block, now }: Entry): void {
  const key = known(world.keys.get(act.hex('keyId')));
  must(key.department === act.hex('department') && key.revoked === null, 'STATUS');
  key.revoked = { block, at: now };
}

export function setYear(world: World, { act }: Entry): void {
  checkAuthority(world, act.hex('authority'));
  const year = act.small('year');
  const bits = { early: act.big('earlyDays'), late: act.big('lateDays') };
  must(year >= 2000 && year <= 2199 && !world.years.has(year), 'KNOWN');
  const { days, fits } = countDays(year, bits);
  must(days >= FEWEST_DAYS && days <= MOST_DAYS && fits, 'DAYS');
  must(act.small('hashAlgorithm') === SHA256 && act.hex('noticeHash') !== ZERO, 'DOCUMENT');
  world.years.set(year, bits);
}

function checkAuthority(world: World, id: string): void {
  must(world.departments.get(id)?.kind === KIND.authority, 'KIND');
}

/** Its government is at or above that of the department; who has none is over who has none. */
function checkOversight(world: World, authority: string, department: string): void {
  const own = world.governmentOf(authority);
  const governments = world.governmentsOf(department);
  must(own === null ? governments.length === 0 : governments.includes(own), 'OVERSIGHT');
}

function accountsOf({ act }: Entry): Pick<Department, 'office' | 'head' | 'maker'> {
  const accounts = { maker: act.hex('maker'), office: act.hex('office'), head: act.hex('head') };
  const all = Object.values(accounts);
  const isLong = (account: string): boolean => account.length >= ADDRESS_DIGITS && account.length <= MAX_ACCOUNT_DIGITS;
  const areAccounts = all.every((account) => isLong(account) && !account.startsWith(NO_ADDRESS));
  must(areAccounts && new Set(all).size === all.length, 'ACCOUNTS');
  return accounts;
}

function isCreditCode(id: string): boolean {
  const text = Buffer.from(id.slice(2), 'hex').toString('latin1');
  const values = Array.from(text, (character) => CODE_CHARACTERS.indexOf(character));
  const sum = values.reduce((total, value, index) => total + value * weightOf(index), 0);
  return values.length === CODE_LENGTH && !values.includes(-1) && sum % CODE_CHARACTERS.length === 0;
}

/** 3^index, and 1 for the check character. */
function weightOf(index: number): number {
  return index === CODE_LENGTH - 1 ? 1 : 3 ** index % CODE_CHARACTERS.length;
}

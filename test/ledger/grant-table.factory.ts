import { GRANT_STATUSES, type GrantState } from '../../ledger/grant-table.ts';
import { deriveResourceId, parseDepartmentId, parseGrantId } from '../../ledger/ids.ts';

const REQUESTERS = ['11990100MB00000435', '11990100MB00000510', '11990100MB000006XP'].map(parseDepartmentId);
const PROVIDER = parseDepartmentId('11990100MB0000019L');
const RESOURCES = Array.from({ length: 40 }, (_, index) => deriveResourceId(PROVIDER, `301001/${index}`));

const words = Buffer.alloc(32);

/** A cheap stand-in for keccak256: all words depend on `number`, and no two numbers give the same id. */
export function grantIdOf(number: number): GrantState['grantId'] {
  let state = number ^ 0x5bd1e995;
  for (let word = 0; word < 7; word += 1) {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9;
    words.writeInt32BE((state ^ (state >>> 13)) | 0, word * 4);
  }
  words.writeUInt32BE(number, 28);
  return parseGrantId(`0x${words.toString('hex')}`);
}

/** The grant with this number; different in all that a table keeps. */
export function grantOf(number: number, changes: Partial<GrantState> = {}): GrantState {
  return {
    grantId: grantIdOf(number),
    resourceId: RESOURCES[number % RESOURCES.length] ?? RESOURCES[0]!,
    resourceVersion: 1 + (number % 7),
    requester: REQUESTERS[number % REQUESTERS.length] ?? REQUESTERS[0]!,
    notBefore: 1_700_000_000 + number,
    notAfter: 1_800_000_000 + number,
    status: GRANT_STATUSES[number % GRANT_STATUSES.length] ?? 'issued',
    ...changes,
  };
}

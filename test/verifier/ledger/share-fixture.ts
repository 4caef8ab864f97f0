import { ZERO } from '../../../verifier/ledger/world.ts';
import { daysBehind, hash, type Members, NOON, PaperLedger, WHO } from './paper-ledger.ts';

export const RESOURCE = hash(0x10);
export const REQUEST = hash(0x40);
export const GRANT = hash(0x50);
export const CONDITIONS = hash(0xc0);
export const END = NOON + 1_000_000;

/** A ledger with one published resource of five fields, which has conditions unless it is told otherwise. */
export function publishedLedger(changes: Members = {}): PaperLedger {
  const ledger = new PaperLedger();
  publish(ledger, RESOURCE, changes);
  return ledger;
}

export function publish(ledger: PaperLedger, resourceId: string, changes: Members = {}): void {
  const submission = {
    provider: WHO.provider,
    version: 1,
    shareClass: 2,
    lawClass: 1,
    level: 2,
    fieldCount: 5,
    conditionsHash: CONDITIONS,
    secrecyHash: hash(0x5e),
    ...changes,
  };
  const department = String(changes['reviewer'] ?? WHO.authority);
  const steps = [
    ledger.enter('ResourceSubmitted', submission, { resourceId }),
    ledger.enter('ResourcePublished', { department, subject: resourceId }),
  ];
  if (steps.some((rule) => rule !== null)) throw new TypeError(`Not published: ${String(steps)}`);
}

export function ask(ledger: PaperLedger, changes: Members = {}, args: Members = {}): string | null {
  const act = {
    requester: WHO.requester,
    kind: 1,
    resourceId: RESOURCE,
    resourceVersion: 1,
    priorGrantId: ZERO,
    fields: 0b11111,
    notBefore: NOON,
    notAfter: END,
    ...changes,
  };
  return ledger.enter('ShareRequested', act, { requestId: REQUEST, dueAt: daysBehind(ledger.now, 10), ...args });
}

export function agree(ledger: PaperLedger, changes: Members = {}, args: Members = {}): string | null {
  const act = {
    provider: WHO.provider,
    requestId: REQUEST,
    fields: 0b11,
    notBefore: NOON,
    notAfter: END,
    conditionsHash: ZERO,
    disposalDays: 30,
    ...changes,
  };
  const beside = { grantId: GRANT, requester: WHO.requester, resourceId: RESOURCE, resourceVersion: 1 };
  return ledger.enter('GrantIssued', act, { ...beside, dueAt: daysBehind(ledger.now, 20), ...args });
}

/** A step on the grant. */
export function step(
  ledger: PaperLedger,
  name: Parameters<PaperLedger['enter']>[0],
  department: string,
  changes: Members = {},
  args: Members = {},
): string | null {
  return ledger.enter(name, { department, subject: GRANT, ...changes }, args);
}

/** A ledger with a grant that is in force. */
export function grantedLedger(): PaperLedger {
  const ledger = publishedLedger();
  const steps = [
    ask(ledger),
    agree(ledger),
    step(ledger, 'GrantDelivered', WHO.provider),
    step(ledger, 'GrantActivated', WHO.requester),
  ];
  if (steps.some((rule) => rule !== null)) throw new TypeError(`No grant: ${String(steps)}`);
  return ledger;
}

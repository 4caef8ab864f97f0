import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { ACTS } from '../../ledger/acts/act-definitions.ts';
import { ACT_NAMES } from './acts/example-acts.ts';
import { AGREEMENTS, RETURNS } from './projection.transitions/agreement.rows.ts';
import { BLOCKS } from './projection.transitions/block.rows.ts';
import { CORRECTIONS, DISPUTABLE } from './projection.transitions/correction.rows.ts';
import { DISPUTES } from './projection.transitions/dispute.rows.ts';
import { RESTRAINTS, SOURCES, UPDATES } from './projection.transitions/resource.rows.ts';
import { VERSIONS } from './projection.transitions/version.rows.ts';
import { CHANGES, GRANTS } from './projection.transitions/grant.rows.ts';
import { SUSPENSIONS } from './projection.transitions/suspension.rows.ts';
import { GATEWAYS } from './projection.transitions/gateway.rows.ts';
import { ACCESS_KEYS, CALENDAR, DEPARTMENTS, DIRECTORY } from './projection.transitions/registry.rows.ts';
import { ANSWERS, REQUESTS } from './projection.transitions/request.rows.ts';
import { play } from './projection.transitions/transition.ts';

const TABLES = [
  BLOCKS,
  DIRECTORY,
  DEPARTMENTS,
  ACCESS_KEYS,
  GATEWAYS,
  CALENDAR,
  VERSIONS,
  SOURCES,
  UPDATES,
  RESTRAINTS,
  REQUESTS,
  ANSWERS,
  AGREEMENTS,
  RETURNS,
  GRANTS,
  CHANGES,
  SUSPENSIONS,
  CORRECTIONS,
  DISPUTABLE,
  DISPUTES,
];

describe.each(TABLES)('VerifiedProjection and the rules of $machine', (table) => {
  it.each(table.rows)('%s: %s', (_what, outcome, step) => {
    expect(play(table, step).outcome).toBe(outcome);
  });
});

/** Every reason that the sources give; the codes that an act carries are no reasons. */
function reasonsInSources(): string[] {
  const folder = join(import.meta.dirname, '..', '..', 'ledger', 'projection');
  const text = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
  const reasons = text
    .join('')
    .replaceAll(/reasonCodeToBytes32\('\w+'\)/g, '')
    .matchAll(/'([A-Z]+(?:_[A-Z]+)*)'/g);
  return [...new Set([...reasons].map(([, reason = '']) => reason))].filter((reason) => !reason.startsWith('HISTORY_'));
}

/** The steps of each machine (domain.md 7), the states of the one thing before and after. */
const LEGAL: Readonly<Record<string, readonly string[]>> = {
  ReceiptLog: [
    ...['none GatewayRegistered active', 'active GatewayRetired retired'],
    ...['active GatewayEquivocated equivocated', 'retired GatewayEquivocated equivocated'],
  ],
  'ResourceCatalog: versions': [
    ...['none ResourceSubmitted submitted', 'submitted ResourcePublished published'],
    ...['submitted ResourceReturned returned', 'returned ResourceSubmitted submitted'],
  ],
  'ResourceCatalog: updates': [
    ...['current UpdateRequired update-due', 'update-due UpdateExtended extended'],
    ...['update-due ResourceSubmitted current', 'extended ResourceSubmitted current'],
  ],
  'ResourceCatalog: restraints': [
    ...['none ResourceFrozen frozen', 'frozen ResourceUnfrozen none'],
    ...['none ResourceRetired retired', 'frozen ResourceRetired retired'],
  ],
  'ShareLedger: requests': ['none ShareRequested submitted'],
  'ShareLedger: clocks and answers': [
    ...['submitted SupplementAsked supplementing', 'supplementing RequestResubmitted submitted'],
    ...['submitted AnswerExtended submitted', 'submitted RequestWithdrawn gone', 'supplementing RequestWithdrawn gone'],
    ...['submitted ShareRefused refused', 'refused RequestReopened submitted'],
  ],
  'ShareLedger: agreements': ['open GrantIssued agreed'],
  'ShareLedger: grants': [
    ...['issued GrantDelivered delivered', 'delivered GrantActivated active'],
    ...['issued', 'delivered', 'active'].map((from) => `${from} GrantReleased released`),
    ...['issued', 'delivered', 'active', 'suspended'].map((from) => `${from} GrantTerminated terminated`),
    ...['released', 'terminated', 'issued', 'delivered', 'active', 'suspended'].map(
      (from) => `${from} DisposalCertified disposal-certified`,
    ),
    'disposal-certified GrantClosed closed',
  ],
  'ShareLedger: changes of grants': ['active GrantChanged changed'],
  'ShareLedger: suspensions': [
    ...['active GrantSuspended suspended', 'suspended SuspensionFollowedUp suspended'],
    ...['suspended GrantResumed active', 'suspended GrantForfeited terminated'],
  ],
  'CaseBook: corrections': [
    ...['none CorrectionFiled filed', 'filed CorrectionVerifying verifying', 'verifying CorrectionMade corrected'],
    ...['verifying CorrectionUpheld upheld', 'corrected CorrectionFedBack fed-back'],
    ...['upheld CorrectionFedBack fed-back', 'fed-back CorrectionClosed closed'],
  ],
  'CaseBook: what may be disputed': ['none DisputeOpened negotiating'],
  'CaseBook: disputes': [
    ...['negotiating CoordinationApplied applied', 'applied DisputeCoordinated coordinating'],
    ...['coordinating DisputeSettled settled', 'coordinating DisputeEscalated escalated'],
    ...['applied DisputeEscalated escalated', 'escalated DisputeDecided decided'],
    ...['settled DisputeExecuted executed', 'decided DisputeExecuted executed'],
  ],
};

describe('the tables', () => {
  it('have a row for every reason that an entry can be refused for', () => {
    const outcomes = TABLES.flatMap(({ rows }) => rows.map(([, outcome]) => outcome));
    expect(reasonsInSources().filter((reason) => !outcomes.includes(reason))).toEqual([]);
    expect(reasonsInSources().length).toBeGreaterThan(60);
  });

  it.each(TABLES.filter(({ machine }) => machine in LEGAL))('have a row for every step of $machine', (table) => {
    const legal = table.rows.filter(([, outcome]) => outcome !== outcome.toUpperCase());
    const played = legal.map(([, , step]) => play(table, step));
    const seen = new Set(played.map(({ from, event, outcome }) => `${from} ${String(event)} ${outcome}`));
    expect((LEGAL[table.machine] ?? []).filter((step) => !seen.has(step))).toEqual([]);
  });

  it('have a row that ends in each kind of entry and takes it', () => {
    const played = TABLES.flatMap((table) => table.rows.map(([, , step]) => play(table, step)));
    const taken = new Set(played.filter(({ outcome }) => outcome !== outcome.toUpperCase()).map(({ event }) => event));
    const events = ACT_NAMES.map((name) => ACTS[name].event);
    expect(events.filter((event) => !taken.has(event))).toEqual([]);
  });
});

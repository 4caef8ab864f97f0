import { beforeEach, describe, expect, it } from 'vitest';

import type { CatalogEntry } from '../../../ledger/documents/catalog-entry.ts';
import type { ShareAuthorization } from '../../../ledger/documents/share-authorization.ts';
import { departmentIdToHex, parseBytes32, parseDepartmentId } from '../../../ledger/ids.ts';
import type { AccessReceipt } from '../../../ledger/receipts/receipt.ts';
import { ledgerAt } from '../../../verifier/decisions/decision-state.ts';
import { DecisionJudge, type GrantPapers } from '../../../verifier/decisions/judge.ts';
import { Findings } from '../../../verifier/findings.ts';
import { Timeline } from '../../../verifier/ledger/timeline.ts';
import { ACTIVE, type GrantStatus, KIND, NOBODY, SUSPENDED, World } from '../../../verifier/ledger/world.ts';
import type { ShownReceipt } from '../../../verifier/receipts/shown-receipt.ts';
import { exampleDocument } from '../../ledger/document-vectors.ts';
import { CALLER, GRANT, OPENED, shownReceipt } from '../receipts/shown.ts';

const RESOURCE = parseBytes32(`0x${'a1'.repeat(32)}`);
const PROVIDER = `0x${'04'.repeat(18)}`;
const REQUESTER = departmentIdToHex(CALLER);
const HASH = parseBytes32(`0x${'b1'.repeat(32)}`);
const [START, END] = [OPENED - 1_000, OPENED + 1_000];
const authorization = {
  ...exampleDocument('share-authorization'),
  assignee: CALLER,
  mode: 'API_QUERY',
  window: { notBefore: START, notAfter: END },
} as unknown as ShareAuthorization;
const entry = exampleDocument('catalog-entry') as unknown as CatalogEntry;
const [system] = authorization.systems;
const [purpose] = authorization.purposes;
const CONTEXT = {
  purpose: purpose!,
  caseNumber: 'CASE-1',
  system: system!,
  fields: ['name'],
  equals: { id_no: '1' },
  region: '9901',
  limit: 1,
};

let world: World;
let findings: Findings;
let judge: DecisionJudge;
let papers: GrantPapers;

beforeEach(() => {
  world = new World();
  findings = new Findings();
  papers = { authorization, entry };
  judge = new DecisionJudge(
    world,
    (resourceId, version, grantId) => {
      const isIt = resourceId === RESOURCE && version === 3 && grantId === GRANT;
      return isIt ? papers : { authorization: null, entry: null };
    },
    findings,
  );
  for (const id of [REQUESTER, PROVIDER]) {
    const facts = { kind: KIND.department, superior: NOBODY, region: '0x', office: '0x', head: '0x', maker: '0x' };
    world.departments.set(id, { ...facts, status: new Timeline(1, ACTIVE) });
  }
  const version = {
    status: 'published',
    shareClass: 2,
    fieldCount: 6,
    documentHash: '0x',
    conditionsHash: '0x',
    derivedFrom: '0x',
  } as const;
  world.resources.set(RESOURCE, {
    provider: PROVIDER,
    published: new Timeline(1, 3),
    restraint: new Timeline<'none' | 'frozen' | 'retired'>(1, 'none'),
    versions: new Map([
      [3, version],
      [4, { ...version, shareClass: 3 }],
    ]),
    updateDueAt: 0n,
    updateExtended: false,
    live: 1,
    latestEnd: 0n,
  });
  world.grants.set(GRANT, {
    requestId: '0x',
    requester: REQUESTER,
    provider: PROVIDER,
    resourceId: RESOURCE,
    resourceVersion: 3,
    notBefore: BigInt(START),
    notAfter: BigInt(END),
    disposalDays: 1,
    status: new Timeline<GrantStatus>(5, 'active'),
    suspension: null,
  });
});

/** Findings of one receipt: code and what was expected. */
function judged(
  changes: Partial<AccessReceipt> = {},
  beside: Partial<ShownReceipt> = {},
): readonly (readonly [string, unknown])[] {
  const before = findings.count;
  judge.take(shownReceipt(changes, { context: CONTEXT, ...beside }));
  return findings.listed.slice(before).map(({ code, facts }) => [code, facts['expected']]);
}

const at = (number: number) => ({ number, hash: HASH });
const refused = (code: string, block = 20): Partial<AccessReceipt> => ({
  decision: code,
  outcome: 'REFUSED',
  block: at(block),
  endedBy: { code, block: at(block) },
});
const counts = () => [judge.judged, judge.notReplayable];

describe('a permitted read', () => {
  it('is one that cannot be replayed where neither its beginning nor its end can', () => {
    const endedBy = { code: 'PURPOSE_MISMATCH', block: at(20) };
    expect(judged({ outcome: 'ABORTED', endedBy }, { context: null })).toEqual([]);
    expect(counts()).toEqual([0, 1]);
  });

  it('is right when the rules permit it', () => {
    expect(judged()).toEqual([]);
    expect(counts()).toEqual([1, 0]);
  });

  it.each<[string, () => void, string]>([
    ['the grant is suspended', () => world.grants.get(GRANT)!.status.set(20, 'suspended'), 'NOT_ACTIVE'],
    ['the grant is certified', () => world.grants.get(GRANT)!.status.set(20, 'certified'), 'NOT_ACTIVE'],
    ['the requester is suspended', () => world.departments.get(REQUESTER)!.status.set(20, SUSPENDED), 'NOT_ACTIVE'],
    ['the provider is suspended', () => world.departments.get(PROVIDER)!.status.set(20, SUSPENDED), 'NOT_ACTIVE'],
    ['the requester is not there', () => world.departments.delete(REQUESTER), 'NOT_ACTIVE'],
    ['the resource is frozen', () => world.resources.get(RESOURCE)!.restraint.set(20, 'frozen'), 'RESOURCE_WITHDRAWN'],
    ['the resource is denied by now', () => world.resources.get(RESOURCE)!.published.set(20, 4), 'RESOURCE_WITHDRAWN'],
    ['the resource is not there', () => world.resources.delete(RESOURCE), 'RESOURCE_WITHDRAWN'],
    ['there is no grant', () => world.grants.clear(), 'NO_GRANT'],
  ])('is over-granting when %s', (_, change, code) => {
    change();
    expect(judged()).toEqual([['OVER_GRANT', code]]);
    expect(counts()).toEqual([1, 0]);
  });

  it('is judged at its block, whatever came later', () => {
    world.grants.get(GRANT)!.status.set(21, 'suspended');
    world.departments.get(PROVIDER)!.status.set(21, SUSPENDED);
    world.resources.get(RESOURCE)!.restraint.set(21, 'frozen');
    world.resources.get(RESOURCE)!.published.set(21, 4);
    expect(judged()).toEqual([]);
    expect(judged({ block: at(4) })).toEqual([['OVER_GRANT', 'NO_GRANT']]);
  });

  it('says what it was about', () => {
    world.grants.get(GRANT)!.status.set(20, 'suspended');
    judged();
    const { leaf } = shownReceipt();
    expect(findings.listed).toEqual([
      {
        code: 'OVER_GRANT',
        line: 7,
        id: 'receipt-000000000001',
        facts: { decision: 'PERMIT', expected: 'NOT_ACTIVE', block: 20, leaf, grantId: GRANT },
      },
    ]);
  });

  it.each<[string, number, number, readonly unknown[]]>([
    ['opened in the window', END, END + 5, []],
    ['closed in the window', START - 5, START, []],
    ['was over before', START - 5, START - 1, [['OVER_GRANT', 'NOT_ACTIVE']]],
    ['began behind', END + 1, END + 2, [['OVER_GRANT', 'EXPIRED']]],
  ])('is right if it %s', (_, openedAt, closedAt, expected) => {
    expect(judged({ openedAt, closedAt })).toEqual(expected);
  });

  it.each<[string, object, string]>([
    ['purpose', { purpose: 'STATISTICS' }, 'PURPOSE_MISMATCH'],
    ['system', { system: null }, 'SYSTEM_MISMATCH'],
    ['case', { caseNumber: null }, 'CASE_MISSING'],
    ['field', { fields: ['sex'] }, 'FIELD_NOT_GRANTED'],
    ['condition on a field', { equals: { sex: '1' } }, 'FIELD_NOT_GRANTED'],
    ['region', { region: '98' }, 'FIELD_NOT_GRANTED'],
    ['limit', { limit: 0 }, 'ROW_OUT_OF_SCOPE'],
  ])('is over-granting by its %s', (_, changes, code) => {
    expect(judged({}, { context: { ...CONTEXT, ...changes } })).toEqual([['OVER_GRANT', code]]);
  });

  it('is over-granting beyond the usage that it admits', () => {
    const { perDay } = authorization.quota;
    const usage = { second: 0, day: perDay, total: perDay, bytesToday: 0 };
    expect(judged({ usage })).toEqual([['OVER_GRANT', 'QUOTA_DAY']]);
    expect(judged({ usage: { ...usage, day: perDay - 1 } })).toEqual([]);
    expect(judged({ usage: null })).toEqual([]);
  });

  it('is of the caller that has the grant', () => {
    const caller = parseDepartmentId('11990100MB0000019L');
    expect(judged({ caller })).toEqual([['OVER_GRANT', 'NO_GRANT']]);
    expect(judged({ caller }, { context: null })).toEqual([['OVER_GRANT', 'NO_GRANT']]);
    expect(judged({ ...refused('NO_GRANT'), caller })).toEqual([]);
    expect(counts()).toEqual([3, 0]);
  });

  it('without a block, a grant or a caller is about nothing', () => {
    expect(judged({ block: null })).toEqual([]);
    expect(judged({ grantId: null })).toEqual([]);
    expect(judged({ caller: null })).toEqual([]);
    expect(counts()).toEqual([0, 0]);
  });
});

describe('a refusal', () => {
  it('is right for the reason that held', () => {
    world.grants.get(GRANT)!.status.set(20, 'suspended');
    expect(judged(refused('NOT_ACTIVE'))).toEqual([]);
    expect(judged(refused('EXPIRED'))).toEqual([['WRONG_REFUSAL', 'NOT_ACTIVE']]);
    expect(judged(refused('NOT_ACTIVE', 19))).toEqual([['WRONG_REFUSAL', 'PERMIT']]);
    expect(counts()).toEqual([3, 0]);
  });

  it.each(['STALE_CHAIN', 'AUDIT_BACKLOG', 'SOURCE_FAILED', 'toString'])('for %s is not judged', (code) => {
    expect(judged(refused(code))).toEqual([]);
    expect(counts()).toEqual([0, 0]);
  });

  it('that ended a permitted read is judged too, at its own block', () => {
    world.grants.get(GRANT)!.status.set(21, 'suspended');
    const ended = { endedBy: { code: 'NOT_ACTIVE', block: at(21) } as never };
    expect(judged(ended)).toEqual([]);
    expect(counts()).toEqual([2, 0]);
    expect(judged({ endedBy: { code: 'NOT_ACTIVE', block: at(20) } })).toEqual([['WRONG_REFUSAL', 'PERMIT']]);
  });

  it('without a block is not judged', () => {
    expect(judged({ ...refused('NOT_ACTIVE'), endedBy: { code: 'NOT_ACTIVE', block: null } })).toEqual([]);
    expect(judged({ ...refused('NOT_ACTIVE'), endedBy: null })).toEqual([]);
    expect(counts()).toEqual([0, 0]);
  });
});

describe('what is withheld', () => {
  const hide = { context: null };

  it.each<[string, () => void]>([
    ['the context', () => undefined],
    ['the terms', () => (papers = { authorization: null, entry })],
    ['the entry', () => (papers = { authorization, entry: null })],
  ])('%s leaves most reads open', (name, change) => {
    change();
    const beside = name === 'the context' ? hide : {};
    expect(judged({}, beside)).toEqual([]);
    expect(judged(refused('PURPOSE_MISMATCH'), beside)).toEqual([]);
    expect(counts()).toEqual([0, 2]);
  });

  it.each<[string, () => void]>([
    ['NOT_ACTIVE', () => world.grants.get(GRANT)!.status.set(20, 'suspended')],
    ['RESOURCE_WITHDRAWN', () => world.resources.get(RESOURCE)!.restraint.set(20, 'frozen')],
  ])('is not needed to tell that %s holds, or does not', (code, change) => {
    expect(judged(refused(code), hide)).toEqual([['WRONG_REFUSAL', null]]);
    change();
    expect(judged({}, hide)).toEqual([['OVER_GRANT', code]]);
    expect(judged(refused(code), hide)).toEqual([]);
    expect(counts()).toEqual([3, 0]);
  });

  it('is not needed to tell that a grant has expired', () => {
    const late = { openedAt: END + 1, closedAt: END + 2 };
    expect(judged({ ...refused('EXPIRED'), ...late }, hide)).toEqual([]);
    expect(judged(late, hide)).toEqual([['OVER_GRANT', 'EXPIRED']]);
    expect(judged(refused('EXPIRED'), hide)).toEqual([['WRONG_REFUSAL', null]]);
    // It was in force when the read was opened, and what else there is to say of that is withheld.
    expect(judged({ openedAt: END, closedAt: END + 1 }, hide)).toEqual([]);
    expect(counts()).toEqual([3, 1]);
  });

  it('is not needed where there is no grant, or it is of somebody else', () => {
    expect(judged({ block: at(4) }, hide)).toEqual([['OVER_GRANT', 'NO_GRANT']]);
    expect(judged(refused('NO_GRANT', 4), hide)).toEqual([]);
    expect(judged(refused('NO_GRANT'), hide)).toEqual([]);
    expect(counts()).toEqual([2, 1]);
  });
});

describe('ledgerAt', () => {
  it('is nothing before the grant, and where there is none', () => {
    const nothing = { grant: null, requester: null, provider: null, resource: null };
    expect(ledgerAt(world, GRANT, 4)).toEqual(nothing);
    expect(ledgerAt(world, RESOURCE, 20)).toEqual(nothing);
  });

  it('holds times that no number can have to the last exact one', () => {
    const { MAX_SAFE_INTEGER } = Number;
    for (const [notAfter, expected] of [
      [BigInt(MAX_SAFE_INTEGER) - 1n, MAX_SAFE_INTEGER - 1],
      [BigInt(MAX_SAFE_INTEGER), MAX_SAFE_INTEGER],
      [2n ** 64n - 1n, MAX_SAFE_INTEGER],
    ] as const) {
      world.grants.set(GRANT, { ...world.grants.get(GRANT)!, requester: REQUESTER, notAfter });
      expect(ledgerAt(world, GRANT, 20).grant?.notAfter).toBe(expected);
    }
  });

  it('says what is published, and of which class', () => {
    const published = (block: number) => ledgerAt(world, GRANT, block).resource;
    expect(published(20)).toEqual({ published: true, latestClass: 'conditional', restraint: 'none' });
    const { versions } = world.resources.get(RESOURCE)!;
    for (const [number, shareClass, latestClass] of [
      [5, 1, 'unconditional'],
      [6, 2, 'conditional'],
      [7, 3, 'denied'],
    ] as const) {
      versions.set(number, { ...versions.get(3)!, shareClass });
      world.resources.get(RESOURCE)!.published.set(20 + number, number);
      expect(published(20 + number)).toEqual({ published: true, latestClass, restraint: 'none' });
    }
    Object.assign(world.resources.get(RESOURCE)!, { published: new Timeline(1, 2) });
    expect(published(20)).toEqual({ published: false, latestClass: null, restraint: 'none' });
    Object.assign(world.resources.get(RESOURCE)!, {
      published: new Timeline(30, 3),
      restraint: new Timeline(30, 'frozen'),
    });
    expect(published(20)).toEqual({ published: false, latestClass: null, restraint: 'none' });
    expect(published(30)).toEqual({ published: true, latestClass: 'conditional', restraint: 'frozen' });
  });

  it('has the status of a grant as the decision names it', () => {
    world.grants.get(GRANT)!.status.set(21, 'certified');
    expect(ledgerAt(world, GRANT, 20).grant?.status).toBe('active');
    expect(ledgerAt(world, GRANT, 21).grant?.status).toBe('disposal-certified');
  });
});

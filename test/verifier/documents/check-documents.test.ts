import { beforeEach, describe, expect, it } from 'vitest';

import { type ActName, ACTS } from '../../../ledger/acts/act-definitions.ts';
import {
  buildCorrectionFiling,
  buildDisputeOpening,
  buildGrantChange,
  buildResourceSubmission,
  buildShareAgreement,
  buildShareRefusal,
  buildShareRequest,
  buildSourceDesignation,
  buildStep,
} from '../../../ledger/acts/build-acts.ts';
import { chainTuple } from '../../../ledger/acts/chain-form.ts';
import { hashDocument, type SaltedDocument } from '../../../ledger/document-hash.ts';
import { type CatalogEntry, conditionsHash } from '../../../ledger/documents/catalog-entry.ts';
import { departmentIdToHex, parseDepartmentId } from '../../../ledger/ids.ts';
import type { JsonValue } from '../../../ledger/json/strict-json.ts';
import { DocumentChecks } from '../../../verifier/documents/check-documents.ts';
import { documentOf, STATEMENT_EVENTS } from '../../../verifier/documents/event-documents.ts';
import { Findings } from '../../../verifier/findings.ts';
import type { EventName } from '../../../verifier/ledger/events.ts';
import { Timeline } from '../../../verifier/ledger/timeline.ts';
import type { Value } from '../../../verifier/ledger/values.ts';
import { exampleDocument } from '../../ledger/document-vectors.ts';
import { hash, type Members, PaperLedger } from '../ledger/paper-ledger.ts';

const SALT = 'c2FsdC1vZi00My1jaGFyYWN0ZXJzLWZvci10ZXN0cw0';
const RESOURCE = `0x${'a1'.repeat(32)}`;
const NEVER = 3_976_214_400;
const entry = exampleDocument('catalog-entry') as unknown as CatalogEntry;
const CONDITIONS = conditionsHash(entry, SALT);

let ledger: PaperLedger;
let findings: Findings;
let checks: DocumentChecks;

beforeEach(() => {
  ledger = new PaperLedger();
  findings = new Findings();
  checks = new DocumentChecks(findings);
});

const salted = (document: unknown): SaltedDocument => ({ salt: SALT, document: document as JsonValue });
const codes = (): readonly string[] => findings.listed.map(({ code }) => code);
const hexOfId = (id: unknown): string => departmentIdToHex(parseDepartmentId(id));

function take({ salt, document }: SaltedDocument, as = hashDocument({ salt, document })): void {
  checks.take(9, { type: 'document', hash: as, salt, document }, ledger.world);
}

/** The act as it is on chain, made by what makes acts for departments. */
function onChain(name: ActName, act: object): Members {
  return chainTuple(ACTS[name].schema, act as Readonly<Record<string, unknown>>) as Members;
}

interface Case {
  readonly event: EventName;
  readonly document: SaltedDocument;
  readonly act: Members;
  readonly args: Members;
  /** What the act says and its document does not. */
  readonly unsaid: readonly string[];
}

const asked = (changes: Members = {}): Members => ({
  requester: hexOfId(exampleDocument('share-authorization')['assignee']),
  resourceId: RESOURCE,
  resourceVersion: 3,
  ...changes,
});

function caseOf(
  event: EventName,
  name: string,
  make: (document: SaltedDocument) => readonly [ActName, object],
  args: Members = {},
  unsaid: readonly string[] = [],
): readonly [string, () => Case] {
  return [
    `${event}: ${name}`,
    () => {
      const document = salted(exampleDocument(name));
      return { event, document, act: onChain(...make(document)), args, unsaid };
    },
  ];
}

const submission = (document: SaltedDocument) => ['submitResource', buildResourceSubmission(document, NEVER)] as const;
const requestOf = (document: SaltedDocument) => ['submitRequest', buildShareRequest(document, entry, NEVER)] as const;
const agreement = (document: SaltedDocument) =>
  ['agree', buildShareAgreement(document, { entry, conditionsHash: CONDITIONS }, NEVER)] as const;
const change = (document: SaltedDocument) => {
  const filed = {
    authority: parseDepartmentId('11990100MB00000L2J'),
    grantId: hash(0x50),
    negotiationHash: hash(0x0e),
  };
  return ['changeGrant', buildGrantChange(document, entry, filed as never, NEVER)] as const;
};
const stepOf = (name: Parameters<typeof buildStep>[0]) => (document: SaltedDocument) =>
  [name, buildStep(name, document, NEVER)] as const;

const CASES = [
  caseOf('ResourceSubmitted', 'catalog-entry', submission),
  caseOf('ResourceSubmitted', 'catalog-entry-denied', submission),
  caseOf('ResourceSubmitted', 'catalog-entry-derived', submission),
  caseOf('ResourceSubmitted', 'catalog-entry-unconditional', submission),
  caseOf('ShareRequested', 'share-request', requestOf, {}, ['fields']),
  caseOf('ShareRequested', 'share-request-to-renew', requestOf, {}, ['fields']),
  caseOf('ShareRequested', 'share-request-for-a-wider-scope', requestOf, {}, ['fields']),
  caseOf('ShareRequested', 'share-request-for-onward-provision', requestOf, {}, ['fields']),
  caseOf('ShareRequested', 'share-request-for-data-return', requestOf, {}, ['fields']),
  caseOf('GrantIssued', 'share-authorization', agreement, asked({ grantId: hash(0x50) }), ['fields', 'conditionsHash']),
  caseOf('GrantIssued', 'share-authorization-without-conditions', agreement, asked({ grantId: hash(0x50) }), [
    'fields',
    'conditionsHash',
  ]),
  caseOf(
    'GrantChanged',
    'share-authorization',
    change,
    { newGrantId: hash(0x51), requestId: String(exampleDocument('share-authorization')['requestId']) },
    ['authority', 'grantId', 'fields', 'negotiationHash'],
  ),
  caseOf(
    'ShareRefused',
    'share-refusal',
    (document) => ['refuse', buildShareRefusal(document, { conditionsHash: CONDITIONS }, NEVER)],
    {},
    ['groundsHash'],
  ),
  caseOf('SourceDesignated', 'source-designation', (document) => [
    'designateSource',
    buildSourceDesignation(document, NEVER),
  ]),
  caseOf('SourceDesignated', 'source-designation-for-the-first-time', (document) => [
    'designateSource',
    buildSourceDesignation(document, NEVER),
  ]),
  caseOf('CorrectionFiled', 'correction-filing', (document) => [
    'fileCorrection',
    buildCorrectionFiling(document, NEVER),
  ]),
  caseOf('DisputeOpened', 'dispute-opening', (document) => ['openDispute', buildDisputeOpening(document, NEVER)]),
  caseOf('DisputeOpened', 'dispute-opening-over-a-share-class', (document) => [
    'openDispute',
    buildDisputeOpening(document, NEVER),
  ]),
  caseOf('ResourceReturned', 'entry-return', stepOf('returnResource')),
  caseOf('SupplementAsked', 'supplement-notice', stepOf('askSupplement')),
  caseOf('RequestResubmitted', 'request-supplement', stepOf('supplement')),
  caseOf('AnswerExtended', 'extension-consent', stepOf('extendAnswer')),
  caseOf('GrantSuspended', 'grant-suspension', stepOf('suspend')),
  caseOf('GrantSuspended', 'grant-suspension-after-an-incident', stepOf('suspend')),
  caseOf('GrantTerminated', 'grant-termination', stepOf('terminate')),
  caseOf('DisposalCertified', 'disposal-certificate', stepOf('certifyDisposal')),
  caseOf('ResourceRetired', 'statement-of-a-retirement', stepOf('retireResource')),
  caseOf('UpdateExtended', 'statement-of-an-extension', stepOf('extendUpdate')),
];

/** Another value of the same type. */
function other(value: Value): Value {
  if (typeof value === 'string') return `${value.slice(0, -1)}${value.endsWith('1') ? '2' : '1'}`;
  return typeof value === 'bigint' ? value + 1n : value + 1;
}

/** What is not compared with a document at all: it says nothing about itself. */
const ITSELF = ['documentHash', 'hashAlgorithm', 'nonce', 'expiresAt'];

function prepare({ event, args }: Case): void {
  if (event !== 'GrantChanged') return;
  const { requester } = asked();
  ledger.world.grants.set(hash(0x51), {
    requestId: hash(1),
    requester: String(requester),
    provider: '0x',
    resourceId: RESOURCE,
    resourceVersion: 3,
    notBefore: 0n,
    notAfter: 0n,
    disposalDays: 1,
    status: new Timeline(1, 'active' as const),
    suspension: null,
  });
  expect(args['newGrantId']).toBe(hash(0x51));
}

describe('a document', () => {
  it.each(CASES)('says what its act says: %s', (_, make) => {
    const it = make();
    prepare(it);
    checks.expect(3, ledger.entry(it.event, it.act, it.args), ledger.world);
    take(it.document);
    expect(codes()).toEqual([]);
    expect([checks.shown, checks.withheld]).toEqual([1, 0]);
  });

  it.each(CASES)('contradicts an act that says something else: %s', (_, make) => {
    const it = make();
    const unseen: string[] = [];
    for (const member of Object.keys(it.act).filter((name) => !ITSELF.includes(name))) {
      ledger = new PaperLedger();
      findings = new Findings();
      checks = new DocumentChecks(findings);
      prepare(it);
      const act = { ...it.act, [member]: other(it.act[member]!) };
      checks.expect(3, ledger.entry(it.event, act, it.args), ledger.world);
      take(it.document);
      if (codes().length === 0) {
        unseen.push(member);
      } else {
        expect(findings.listed).toMatchObject([
          { code: 'DOCUMENT_CONTRADICTS_ACT', line: 9, facts: { event: it.event, act: 3 } },
        ]);
      }
    }
    expect(unseen.toSorted()).toEqual([...it.unsaid].toSorted());
  });

  it.each(['requester', 'resourceId', 'resourceVersion'] as const)('contradicts an event with another %s', (member) => {
    const [, make] = CASES.find(([name]) => name === 'GrantIssued: share-authorization')!;
    const { event, document, act, args } = make();
    checks.expect(3, ledger.entry(event, act, { ...args, [member]: other(args[member]!) }), ledger.world);
    take(document);
    expect(codes()).toEqual(['DOCUMENT_CONTRADICTS_ACT']);
  });

  it.each(['requester', 'resourceId', 'resourceVersion', 'requestId'] as const)(
    'of a change contradicts a grant with another %s',
    (member) => {
      const [, make] = CASES.find(([name]) => name.startsWith('GrantChanged'))!;
      const it = make();
      prepare(it);
      const grant = ledger.world.grants.get(hash(0x51))!;
      if (member !== 'requestId') Object.assign(grant, { [member]: other(grant[member]) });
      const args = member === 'requestId' ? { ...it.args, requestId: hash(9) } : it.args;
      checks.expect(3, ledger.entry(it.event, it.act, args), ledger.world);
      take(it.document);
      expect(codes()).toEqual(['DOCUMENT_CONTRADICTS_ACT']);
    },
  );

  it('of a change contradicts the ledger where there is no such grant', () => {
    const [, make] = CASES.find(([name]) => name.startsWith('GrantChanged'))!;
    const { event, document, act, args } = make();
    checks.expect(3, ledger.entry(event, act, args), ledger.world);
    take(document);
    expect(codes()).toEqual(['DOCUMENT_CONTRADICTS_ACT']);
  });

  it('refuses by law with grounds of its own', () => {
    const legalBasis = exampleDocument('share-request')['basis'];
    const byLaw = { ...exampleDocument('share-refusal'), reasonCode: 'FORBIDDEN_BY_LAW', conditions: [], legalBasis };
    const document = salted(byLaw);
    const act = onChain('refuse', buildShareRefusal(document, { conditionsHash: CONDITIONS }, NEVER));
    for (const groundsHash of [String(act['groundsHash']), hash(1)]) {
      findings = new Findings();
      checks = new DocumentChecks(findings);
      checks.expect(3, ledger.entry('ShareRefused', { ...act, groundsHash }), ledger.world);
      take(document);
      expect(codes()).toEqual(groundsHash === act['groundsHash'] ? [] : ['DOCUMENT_CONTRADICTS_ACT']);
    }
  });
});

describe('a statement', () => {
  it.each(Object.entries(STATEMENT_EVENTS))('of %s is for %s and for nothing else', (act, event) => {
    const document = salted({ ...exampleDocument('statement-of-a-decision'), act });
    const said = document.document as Readonly<Record<string, string>>;
    const facts = {
      department: hexOfId(said['department']),
      subject: said['subject']!,
      documentHash: hashDocument(document),
    };
    const reasonCode = `0x${Buffer.from(said['reasonCode']!).toString('hex').padEnd(64, '0')}`;
    for (const name of Object.values(STATEMENT_EVENTS)) {
      if (!['ResourceRetired', 'UpdateExtended', 'DisputeDecided', 'RequestReopened', event].includes(name)) continue;
      findings = new Findings();
      checks = new DocumentChecks(findings);
      checks.expect(3, ledger.entry(name, { ...facts, reasonCode }), ledger.world);
      take(document);
      const isValid = !['retireResource', 'extendUpdate'].includes(act);
      expect([name, ...codes()]).toEqual([
        name,
        ...(isValid ? (name === event ? [] : ['DOCUMENT_CONTRADICTS_ACT']) : ['DOCUMENT_INVALID']),
      ]);
    }
  });

  it('is behind every event that has no document of its own', () => {
    const without = [
      'ContractListed',
      'DepartmentRegistered',
      'AccessKeyRevoked',
      'CalendarYearSet',
      'ResourcePublished',
      'GatewayRegistered',
    ] as const;
    expect(without.map(documentOf)).toEqual(without.map(() => null));
    expect(documentOf('GrantDelivered')).toBe('Statement');
    expect(documentOf('GrantIssued')).toBe('ShareAuthorization');
  });
});

describe('DocumentChecks', () => {
  const [first, second] = ['entry-return', 'supplement-notice'].map((name) => salted(exampleDocument(name))) as [
    SaltedDocument,
    SaltedDocument,
  ];

  beforeEach(() => {
    checks.expect(
      3,
      ledger.entry('ResourceReturned', onChain('returnResource', buildStep('returnResource', first, NEVER))),
      ledger.world,
    );
    checks.expect(
      4,
      ledger.entry('SupplementAsked', onChain('askSupplement', buildStep('askSupplement', second, NEVER))),
      ledger.world,
    );
  });

  it('takes documents in the order of their acts, each once', () => {
    take(first);
    take(second);
    expect(codes()).toEqual([]);
    take(second);
    take(first);
    expect(findings.listed).toEqual([
      { code: 'LINE_ORDER', line: 9, id: hashDocument(second), facts: {} },
      { code: 'LINE_ORDER', line: 9, id: hashDocument(first), facts: {} },
    ]);
    expect(checks.shown).toBe(2);
  });

  it('takes some of them', () => {
    take(second);
    expect(codes()).toEqual([]);
    take(first);
    expect(codes()).toEqual(['LINE_ORDER']);
  });

  it('takes no other document for one', () => {
    take(second, hashDocument(first));
    expect(codes()).toEqual(['DOCUMENT_HASH_MISMATCH']);
    take({ ...second, salt: 'A'.repeat(43) }, hashDocument(second));
    expect(codes()).toEqual(['DOCUMENT_HASH_MISMATCH', 'DOCUMENT_HASH_MISMATCH']);
  });

  it('takes what is withheld for withheld', () => {
    checks.take(9, { type: 'document', hash: hashDocument(first), salt: null, document: null }, ledger.world);
    take(second);
    checks.requireAll(1);
    expect(codes()).toEqual([]);
    expect([checks.shown, checks.withheld]).toEqual([1, 1]);
  });

  it('asks for every document', () => {
    take(second);
    checks.requireAll(1);
    expect(findings.listed).toEqual([
      { code: 'SCOPE_INCOMPLETE', line: 1, id: null, facts: { documents: 1, expected: 2 } },
    ]);
  });

  it.each([
    ['of another kind', 'GrantReleased'],
    ['that says something else', 'ResourceReturned'],
  ] as const)('is not spoilt by another act %s', (_, event) => {
    const act = onChain('returnResource', buildStep('returnResource', first, NEVER));
    checks.expect(5, ledger.entry(event, { ...act, subject: hash(1) }), ledger.world);
    take(first);
    expect([codes(), checks.hasMisfits]).toEqual([[], true]);
    take(second);
    expect([codes(), checks.shown]).toEqual([[], 2]);
  });

  it('that fits no act is a finding, that of the first', () => {
    const other = salted({ ...exampleDocument('entry-return'), text: 'x' });
    const act = { documentHash: hashDocument(other) };
    checks.expect(5, ledger.entry('GrantReleased', act), ledger.world);
    checks.expect(6, ledger.entry('ResourceReturned', act), ledger.world);
    take(other);
    expect([codes(), checks.hasMisfits]).toEqual([['DOCUMENT_INVALID'], false]);
  });

  it('finds what is no document of its kind', () => {
    const broken = salted({ ...exampleDocument('statement'), text: '' });
    const wrong = salted(exampleDocument('statement'));
    for (const document of [broken, wrong]) {
      checks.expect(5, ledger.entry('ResourceReturned', { documentHash: hashDocument(document) }), ledger.world);
      take(document);
    }
    expect(codes()).toEqual(['DOCUMENT_INVALID', 'DOCUMENT_INVALID']);
  });

  it('expects nothing of acts without a document', () => {
    checks.expect(5, ledger.entry('ResourcePublished', { documentHash: hash(2) }), ledger.world);
    take(first);
    take(second);
    checks.requireAll(1);
    expect(codes()).toEqual([]);
  });
});

describe('fields', () => {
  const shown = salted(entry);

  /** An entry of a resource version, and then an act with fields of it. */
  function withEntry(version: number): void {
    const act = onChain('submitResource', buildResourceSubmission(shown, NEVER));
    checks.expect(1, ledger.entry('ResourceSubmitted', act, { resourceId: RESOURCE }), ledger.world);
    take(shown);
    ledger.world.resources.set(RESOURCE, {
      versions: new Map([[version, { documentHash: hashDocument(shown) }]]),
    } as never);
  }

  it.each(['ShareRequested: share-request', 'GrantIssued: share-authorization', 'GrantChanged: share-authorization'])(
    'are those of the bitmap, where the entry is shown: %s',
    (name) => {
      const [, make] = CASES.find(([title]) => title === name)!;
      const it = make();
      for (const [fields, version, expected] of [
        [it.act['fields']!, 3, []],
        [BigInt(it.act['fields']!) + 1n, 3, ['DOCUMENT_CONTRADICTS_ACT']],
        [BigInt(it.act['fields']!) + 1n, 2, []],
      ] as const) {
        ledger = new PaperLedger();
        findings = new Findings();
        checks = new DocumentChecks(findings);
        prepare(it);
        withEntry(version);
        checks.expect(3, ledger.entry(it.event, { ...it.act, fields }, it.args), ledger.world);
        take(it.document);
        expect(codes()).toEqual(expected);
      }
    },
  );

  it('that the entry does not have are no fields', () => {
    const asks = exampleDocument('share-authorization');
    const document = salted({ ...asks, fields: ['birth', 'nothing'], narrowed: [] });
    withEntry(3);
    const [, make] = CASES.find(([title]) => title === 'GrantIssued: share-authorization')!;
    const { act, args } = make();
    checks.expect(3, ledger.entry('GrantIssued', { ...act, documentHash: hashDocument(document) }, args), ledger.world);
    take(document);
    expect(codes()).toEqual(['DOCUMENT_CONTRADICTS_ACT']);
  });

  it('and terms are kept for the decisions', () => {
    withEntry(3);
    expect(checks.entryOf(ledger.world, RESOURCE, 3)).toMatchObject({ resourceCode: entry.resourceCode });
    expect(checks.entryOf(ledger.world, RESOURCE, 2)).toBeNull();
    expect(checks.entryOf(ledger.world, hash(1), 3)).toBeNull();
    for (const name of ['GrantIssued: share-authorization', 'GrantChanged: share-authorization']) {
      const [, make] = CASES.find(([title]) => title === name)!;
      const it = make();
      prepare(it);
      checks = new DocumentChecks(findings);
      checks.expect(3, ledger.entry(it.event, it.act, it.args), ledger.world);
      take(it.document);
      const id = it.event === 'GrantIssued' ? hash(0x50) : hash(0x51);
      expect([...checks.authorizations]).toEqual([[id, it.document.document]]);
    }
  });
});

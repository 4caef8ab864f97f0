import { describe, expect, it } from 'vitest';

import type { Act } from '../../ledger/acts/act-definitions.ts';
import { ACTS } from '../../ledger/acts/act-definitions.ts';
import { buildStep } from '../../ledger/acts/build-acts.ts';
import type { DocumentedStepName } from '../../ledger/acts/step-facts.ts';
import { reasonCodeToBytes32 } from '../../ledger/documents/reason-code.ts';
import { parseBytes32 } from '../../ledger/ids.ts';
import type { JsonObject } from '../../ledger/json/strict-json.ts';
import { someHash } from '../support/act-factory.ts';
import { builtStep, committedTo, EXPIRY, salted, stepDifferenceOf, STEPS } from './act-document.factory.ts';
import { isJointStep, STEP_NAMES } from './acts/example-acts.ts';
import { STRANGER } from './decide.factory.ts';
import { rawDocument } from './documents/document.factory.ts';
import { refusalOf } from './refusal-of.ts';

const AUTHORITY = '11990100MB00000L2J';
const OTHER_ID = parseBytes32(`0x${'99'.repeat(32)}`);

/** The member of the document behind each member of the act, and another value for it; none for what is always so. */
type Sources = Readonly<
  Partial<Record<'department' | 'authority' | 'subject' | 'reasonCode' | 'dueAt', readonly [string, unknown]>>
>;
const SOURCES: Readonly<Record<string, Sources>> = {
  Statement: {
    department: ['department', STRANGER],
    authority: ['authority', STRANGER],
    subject: ['subject', OTHER_ID],
    reasonCode: ['reasonCode', 'OTHER'],
    dueAt: ['dueAt', 7],
  },
  SupplementNotice: { department: ['department', STRANGER], subject: ['requestId', OTHER_ID] },
  RequestSupplement: { department: ['department', STRANGER], subject: ['requestId', OTHER_ID] },
  ExtensionConsent: {
    department: ['provider', STRANGER],
    authority: ['department', STRANGER],
    subject: ['requestId', OTHER_ID],
    reasonCode: ['reasonCode', 'OTHER'],
    dueAt: ['dueAt', 7],
  },
  GrantSuspension: {
    department: ['department', STRANGER],
    subject: ['grantId', OTHER_ID],
    dueAt: ['rectifyBy', 7],
  },
  GrantTermination: {
    authority: ['authority', STRANGER],
    subject: ['grantId', OTHER_ID],
    reasonCode: ['reasonCode', 'OTHER'],
  },
  DisposalCertificate: {
    department: ['department', STRANGER],
    subject: ['grantId', OTHER_ID],
    reasonCode: ['method', 'RETURN'],
  },
  EntryReturn: {
    department: ['department', STRANGER],
    subject: ['resourceId', OTHER_ID],
    reasonCode: ['reasonCode', 'OTHER'],
  },
};

function documentOf(name: DocumentedStepName): JsonObject {
  const { document } = ACTS[name];
  if (document !== 'Statement') return rawDocument(document) as JsonObject;
  const authority = name === 'retireResource' ? AUTHORITY : null;
  const dueAt = name === 'extendUpdate' ? EXPIRY : null;
  return rawDocument(document, { act: name, authority, dueAt }) as JsonObject;
}

/** Another value for each member that the document decides, and who may have signed it at all. */
function changesOf(name: DocumentedStepName): Record<string, unknown> {
  return {
    department: STRANGER,
    ...(isJointStep(name) ? { authority: STRANGER } : {}),
    subject: OTHER_ID,
    reasonCode: reasonCodeToBytes32('SOMETHING_ELSE'),
    dueAt: 7,
    documentHash: someHash(1),
    hashAlgorithm: 2,
  };
}

describe('a step', () => {
  it('brings a document, but for the announcement of one that is there already', () => {
    expect(STEP_NAMES.filter((name) => !STEPS.some((step) => step === name))).toEqual(['publishResource']);
  });

  it.each(STEPS)('of %s matches the document that it was built of', (name) => {
    const document = salted(documentOf(name));
    expect(stepDifferenceOf(name, builtStep(name, document), document)).toBeNull();
  });

  it.each(STEPS)('of %s is refused when any one member of it is changed', (name) => {
    const document = salted(documentOf(name));
    const act = builtStep(name, document);
    const changes = changesOf(name);
    const free = ['nonce', 'expiresAt'];
    expect(Object.keys(changes).toSorted()).toEqual(
      Object.keys(act)
        .filter((member) => !free.includes(member))
        .toSorted(),
    );
    for (const [member, value] of Object.entries(changes)) {
      const changed = { ...act, [member]: value } as Act<DocumentedStepName>;
      expect(stepDifferenceOf(name, changed, document)).toBe(member);
    }
    expect(stepDifferenceOf(name, { ...act, nonce: 7n, expiresAt: 7 }, document)).toBeNull();
  });

  it.each(STEPS)('of %s is refused when any one member of its document is changed that it says too', (name) => {
    const document = documentOf(name);
    const act = builtStep(name, salted(document));
    const sources = Object.entries(SOURCES[ACTS[name].document] ?? {});
    // A statement has an authority or a deadline only where the act has one.
    const said = sources.filter(([, [member]]) => document[member] !== null);
    for (const [member, [source, value]] of said) {
      const changed = salted({ ...document, [source]: value });
      expect(stepDifferenceOf(name, act, changed)).toBe('documentHash');
      expect(stepDifferenceOf(name, committedTo(act, changed), changed)).toBe(member);
    }
    expect(said.length).toBeGreaterThan(1);
  });

  const STATED = STEPS.filter((name) => ACTS[name].document === 'Statement');

  it.each(STATED)('of %s takes no statement for another act', (name) => {
    const own = salted(documentOf(name));
    const act = builtStep(name, own);
    for (const other of STATED.filter((one) => one !== name)) {
      const foreign = salted(documentOf(other));
      expect(refusalOf(() => buildStep(name, foreign, EXPIRY))?.details).toEqual({ member: 'act' });
      expect(stepDifferenceOf(name, committedTo(act, foreign), foreign)).toBe('act');
    }
  });

  it.each(STEPS)('of %s takes no document of another kind', (name) => {
    const others = STEPS.filter((other) => ACTS[other].document !== ACTS[name].document);
    for (const other of others) {
      expect(refusalOf(() => buildStep(name, salted(documentOf(other)), EXPIRY))?.code).toBe('DOCUMENT_INVALID');
    }
    expect(others.length).toBeGreaterThan(0);
  });
});

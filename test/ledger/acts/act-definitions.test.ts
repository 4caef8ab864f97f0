import type { EventFragment, ParamType } from 'ethers';
import { describe, expect, it } from 'vitest';

import { type ActName, ACTS } from '../../../ledger/acts/act-definitions.ts';
import { structFields } from '../../../ledger/acts/chain-form.ts';
import { CONTRACT_INTERFACES } from '../../../ledger/acts/contract-interfaces.ts';
import { DOCUMENT_KINDS } from '../../../ledger/documents/parse-document.ts';
import { ACT_NAMES, isJointStep, isStep, STEP_NAMES } from './example-acts.ts';

/** What governance orders, the listing of a contract, and what anybody proves: entries of a history that are no acts. */
const ORDERS = ['ContractListed', 'DepartmentAccountsRestored', 'DepartmentStatusGoverned', 'GatewayEquivocated'];
/** The place of an entry in the history, at the end of every event. */
const PLACE = [
  ['recordedAt', 'uint64', false],
  ['seq', 'uint64', false],
  ['head', 'bytes32', false],
];
const SUBJECTS: Readonly<Record<string, string>> = {
  ResourceCatalog: 'resourceId',
  ShareLedger: 'requestId grantId',
  CaseBook: 'caseId',
};

interface Signer {
  readonly department: string;
  readonly role: string;
}

const shapeOf = ({ name, type, indexed }: ParamType) => [name, type, indexed === true];
const membersOf = (struct: ParamType | undefined) => struct?.components?.map(({ name, type }) => ({ name, type }));

function eventOf(name: ActName): EventFragment | null {
  return CONTRACT_INTERFACES[ACTS[name].contract].getEvent(ACTS[name].event);
}

describe('ACTS', () => {
  it.each(ACT_NAMES)('describes %s as the contract takes it', (name) => {
    const { contract, method, schema, signers } = ACTS[name];
    const [struct, ...signatures] = CONTRACT_INTERFACES[contract].getFunction(method)?.inputs ?? [];
    expect(membersOf(struct)).toEqual(structFields(schema));
    expect(signatures.map(({ type }) => type)).toEqual(signers.map(() => 'bytes'));
    const departments = signers.map(({ department }) => ({ name: department, type: 'bytes18' }));
    expect(structFields(schema)).toEqual(expect.arrayContaining(departments));
    expect(Object.keys(schema.shape).slice(-2)).toEqual(['nonce', 'expiresAt']);
  });

  it('has every function of the contracts that takes a signature', () => {
    const methods = Object.values(CONTRACT_INTERFACES).flatMap((contract) => {
      const found: string[] = [];
      contract.forEachFunction((fragment) => {
        if (fragment.name.endsWith('BySig')) found.push(fragment.name);
      });
      return found;
    });
    expect(methods.toSorted()).toEqual(ACT_NAMES.map((name) => ACTS[name].method).toSorted());
  });

  it('has every event of the contracts that is an entry, but those that nobody signs', () => {
    const events = Object.values(CONTRACT_INTERFACES).flatMap((contract) => {
      const found: string[] = [];
      contract.forEachEvent((fragment) => {
        if (fragment.inputs.some(({ name }) => name === 'head')) found.push(fragment.name);
      });
      return found;
    });
    expect(events.toSorted()).toEqual([...ACT_NAMES.map((name) => ACTS[name].event), ...ORDERS].toSorted());
  });

  it.each(ACT_NAMES)('knows the event that records %s, with the whole act and its place', (name) => {
    const inputs = eventOf(name)?.inputs ?? [];
    expect(inputs.slice(-3).map(shapeOf)).toEqual(PLACE);
    expect(membersOf(inputs.find((input) => input.name === 'act'))).toEqual(structFields(ACTS[name].schema));
  });

  it.each(STEP_NAMES)('knows that the event of %s has the form of a step', (name) => {
    const inputs = eventOf(name)?.inputs ?? [];
    const [subject, ...rest] = inputs.filter((input) => input.name !== 'act').map(shapeOf);
    expect(SUBJECTS[ACTS[name].contract]?.split(' ')).toContain(subject?.[0]);
    expect(subject?.slice(1)).toEqual(['bytes32', true]);
    expect(rest).toEqual([
      ['department', 'bytes18', true],
      ['reasonCode', 'bytes32', true],
      ['dueAt', 'uint64', false],
      ...PLACE,
    ]);
  });

  it('gives each act of a contract a method, an event and a type of its own', () => {
    for (const member of ['method', 'event', 'primaryType'] as const) {
      const values = ACT_NAMES.map((name) => `${ACTS[name].contract} ${ACTS[name][member]}`);
      expect(new Set(values).size).toBe(ACT_NAMES.length);
    }
  });

  it.each(ACT_NAMES)('asks for a document with %s exactly where the act has one of its own', (name) => {
    const { document, schema } = ACTS[name];
    // Announcing a version names the document that its submission brought.
    expect('documentHash' in schema.shape && name !== 'publishResource').toBe(document !== null);
    if (document !== null) expect(DOCUMENT_KINDS).toContain(document);
  });

  it.each(ACT_NAMES)('has %s signed by one department, or by its maker or an authority too', (name) => {
    const [first, second]: readonly [Signer, Signer?] = ACTS[name].signers;
    const cosigners = [undefined, `${first.department} maker`, 'authority office'];
    const cosigner = second === undefined ? undefined : `${second.department} ${second.role}`;
    expect(['office', 'head']).toContain(first.role);
    expect(cosigners).toContain(cosigner);
    if (isStep(name)) expect(cosigner).toBe(isJointStep(name) ? 'authority office' : undefined);
  });
});

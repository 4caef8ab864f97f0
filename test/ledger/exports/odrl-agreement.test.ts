import type { Store } from 'n3';
import { beforeAll, describe, expect, it } from 'vitest';

import { toTurtle } from '../../../ledger/exports/turtle.ts';
import { aShareAuthorization } from '../documents/document.factory.ts';
import { anAgreement, DOCUMENT_HASH, GRANT_ID } from './export.factory.ts';
import {
  canonicalText,
  fromJsonLd,
  fromTurtle,
  instancesOf,
  iri,
  listOf,
  valuesOf,
  violations,
  without,
} from './rdf-graph.ts';

const GRANT = `urn:dxl:grant:${GRANT_ID}`;
const terms = aShareAuthorization();
const dataset = `urn:dxl:resource:${terms.resource.id}:${String(terms.resource.version)}`;
const [assigner, assignee] = [`urn:uscc:${terms.assigner}`, `urn:uscc:${terms.assignee}`];

let graph: Store;

beforeAll(async () => {
  graph = await fromJsonLd(anAgreement());
});

function constraint(name: string): string[] {
  const at = `${GRANT}#${name}`;
  const list = listOf(graph, at, 'odrl:rightOperand');
  const right = list.length > 0 ? list : valuesOf(graph, at, 'odrl:rightOperand');
  return [...valuesOf(graph, at, 'odrl:leftOperand'), ...valuesOf(graph, at, 'odrl:operator'), ...right];
}

const odrl = (...names: string[]): string[] => names.map((name) => iri(`odrl:${name}`));

describe('odrlAgreement', () => {
  it('is valid by ODRL, with and without what a grant may lack', async () => {
    const bare = { systems: [], rowFilter: null, caseIdRequired: false, plainFields: terms.fields };
    const least = await fromJsonLd(anAgreement({ ...bare, narrowed: [] }, { status: 'terminated' }));
    expect(instancesOf(graph, 'odrl:Agreement')).toEqual([GRANT]);
    expect(await violations('odrl', graph)).toEqual([]);
    expect(await violations('odrl', least)).toEqual([]);
    expect(valuesOf(least, GRANT, 'dxl:grantStatus')).toEqual(['terminated']);
    expect(valuesOf(least, `${GRANT}#use`, 'odrl:duty')).toEqual([]);
    expect(valuesOf(least, `${GRANT}#use`, 'odrl:constraint').length).toBe(
      valuesOf(graph, `${GRANT}#use`, 'odrl:constraint').length - 3,
    );
  });

  it.each([
    ['odrl:Agreement', 'odrl:uid'],
    ['odrl:Agreement', 'odrl:profile'],
    ['odrl:Agreement', 'odrl:permission'],
    ['odrl:Agreement', 'odrl:assigner'],
    ['odrl:Agreement', 'odrl:assignee'],
    ['odrl:Agreement', 'odrl:target'],
    ['odrl:Permission', 'odrl:action'],
    ['odrl:Permission', 'odrl:target'],
    ['odrl:Prohibition', 'odrl:action'],
    ['odrl:Prohibition', 'odrl:target'],
    ['odrl:Duty', 'odrl:action'],
    ['odrl:Duty', 'odrl:assignee'],
    ['odrl:Constraint', 'odrl:leftOperand'],
    ['odrl:Constraint', 'odrl:operator'],
    ['odrl:Constraint', 'odrl:rightOperand'],
  ])('is not valid when an %s has no %s', async (type, property) => {
    const [subject = ''] = instancesOf(graph, type);
    const found = await violations('odrl', without(graph, subject, property));
    expect(found).toContainEqual({ focus: subject, path: iri(property), constraint: 'MinCountConstraintComponent' });
  });

  it('is not valid when a limit is without its parts', async () => {
    const found = await violations('odrl', without(graph, `${GRANT}#perDay`, 'odrl:and'));
    expect(found.map(({ focus }) => focus)).toContain(`${GRANT}#perDay`);
  });

  it('binds both parties to one version of the resource, in the policy and in each rule', () => {
    for (const part of ['', '#use', '#distribute', '#transfer', '#delete', '#inform']) {
      expect(valuesOf(graph, `${GRANT}${part}`, 'odrl:assigner')).toEqual([assigner]);
      expect(valuesOf(graph, `${GRANT}${part}`, 'odrl:assignee')).toEqual([assignee]);
      expect(valuesOf(graph, `${GRANT}${part}`, 'odrl:target')).toEqual([dataset]);
    }
  });

  it.each<[string, string, string[]]>([
    ['window', 'not-before', [...odrl('dateTime', 'gteq'), isoTime(terms.window.notBefore)]],
    ['window', 'not-after', [...odrl('dateTime', 'lteq'), isoTime(terms.window.notAfter)]],
    [
      'purposes',
      'purpose',
      [...odrl('purpose', 'isAnyOf'), ...terms.purposes.map((code) => `urn:dxl:purpose:${code}`)],
    ],
    ['assignee', 'recipient', [...odrl('recipient', 'eq'), assignee]],
    ['systems', 'systems', [...odrl('systemDevice', 'isAnyOf'), ...terms.systems]],
    ['rowFilter', 'rows', [...odrl('spatial', 'isPartOf'), `urn:dxl:region:${String(terms.rowFilter?.regionPrefix)}`]],
    ['fields', 'fields', ['urn:dxl:operand:field', ...odrl('isAnyOf'), ...terms.fields]],
    ['mode', 'mode', ['urn:dxl:operand:mode', ...odrl('eq'), `urn:dxl:mode:${terms.mode}`]],
    ['caseIdRequired', 'case', ['urn:dxl:operand:caseNumberGiven', ...odrl('eq'), 'true']],
  ])('limits use by %s', (_member, name, expected) => {
    expect(constraint(name)).toEqual(expected);
    expect(valuesOf(graph, `${GRANT}#use`, 'odrl:constraint')).toContain(`${GRANT}#${name}`);
  });

  it.each([
    ['perSecond', 'call', 'PT1S'],
    ['perDay', 'call', 'P1D'],
    ['total', 'call', null],
    ['maxRowsPerCall', 'row-of-a-call', null],
    ['maxBytesPerDay', 'byte', 'P1D'],
  ] as const)('limits use by the quota %s', (name, unit, interval) => {
    const expected = [
      [...odrl('count', 'lteq'), String(terms.quota[name])],
      [...odrl('unitOfCount', 'eq'), `urn:dxl:unit:${unit}`],
      ...(interval === null ? [] : [[...odrl('timeInterval', 'eq'), interval]]),
    ];
    const parts = listOf(graph, `${GRANT}#${name}`, 'odrl:and').map((part) => part.replace(`${GRANT}#`, ''));
    expect(parts.map(constraint)).toEqual(expected);
    expect(valuesOf(graph, `${GRANT}#use`, 'odrl:constraint')).toContain(`${GRANT}#${name}`);
  });

  it('has the provider mask exactly what is not granted in plain', async () => {
    const plain = await fromJsonLd(anAgreement({ plainFields: ['id_no'], narrowed: [] }));
    expect(valuesOf(plain, `${GRANT}#use`, 'odrl:duty')).toEqual([`${GRANT}#anonymize`]);
    expect(valuesOf(plain, `${GRANT}#anonymize`, 'odrl:assignee')).toEqual([assigner]);
    expect(valuesOf(plain, `${GRANT}#anonymize`, 'odrl:action')).toEqual(odrl('anonymize'));
    expect(listOf(plain, `${GRANT}#masked`, 'odrl:rightOperand')).toEqual(
      terms.fields.filter((field) => field !== 'id_no'),
    );
  });

  it('forbids provision to others, and obliges to delete and to tell', () => {
    const actions = (property: string) =>
      valuesOf(graph, GRANT, property).flatMap((rule) => valuesOf(graph, rule, 'odrl:action'));
    expect(actions('odrl:prohibition').sort()).toEqual(odrl('distribute', 'transfer'));
    expect(actions('odrl:obligation').sort()).toEqual(odrl('delete', 'inform'));
    expect(constraint('disposal')).toEqual([...odrl('delayPeriod', 'lteq'), `P${String(terms.disposal.days)}D`]);
  });

  it('names the request, the time and the document that the ledger commits to', () => {
    const [checksum = ''] = valuesOf(graph, GRANT, 'spdx:checksum');
    expect(valuesOf(graph, GRANT, 'dct:relation')).toEqual([`urn:dxl:request:${terms.requestId}`]);
    expect(valuesOf(graph, GRANT, 'dct:identifier')).toEqual([GRANT_ID]);
    expect(valuesOf(graph, GRANT, 'dct:issued')).toEqual(['2025-10-09T08:53:20Z']);
    expect(valuesOf(graph, GRANT, 'dxl:recordsRetainedYears')).toEqual([String(terms.records.retainYears)]);
    expect(valuesOf(graph, checksum, 'spdx:checksumValue')).toEqual([DOCUMENT_HASH.slice(2)]);
  });

  it('leaves out what was written for the requester, and every address', () => {
    const secret = '申请人张三的说明';
    const document = anAgreement({
      fields: ['name'],
      plainFields: [],
      narrowed: [{ field: 'name', ask: 'plain', reason: secret }],
    });
    expect(JSON.stringify(document['@graph'])).not.toContain(secret);
    expect(JSON.stringify(document['@graph'])).not.toContain('://');
  });

  it('is the same graph as Turtle', async () => {
    const turtle = fromTurtle(await toTurtle(anAgreement()));
    expect(turtle.size).toBe(graph.size);
    expect(await canonicalText(turtle)).toBe(await canonicalText(graph));
  });
});

function isoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

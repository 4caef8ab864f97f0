import type { Store } from 'n3';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';

import { toTurtle } from '../../../ledger/exports/turtle.ts';
import { deriveResourceId } from '../../../ledger/ids.ts';
import { sampleResources } from '../../../scripts/samples/resources.ts';
import {
  aCatalog,
  aDeniedEntry,
  aDerivedEntry,
  aRecordedEntry,
  DOCUMENT_HASH,
  ENDPOINT,
  SOURCE,
} from './export.factory.ts';
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

const EU = 'http://publications.europa.eu/resource/authority';
const CONDITIONAL = aRecordedEntry();
const DENIED = aDeniedEntry();
const DERIVED = aDerivedEntry();
const NOT_DERIVED_HERE = aRecordedEntry({
  resourceCode: '301001/000004',
  sourceDept: SOURCE,
  derivedFrom: deriveResourceId('11990100MB0000019L' as never, '1/1'),
});

/** All that docs/metadata-mapping.md marks as mandatory. */
const MANDATORY = [
  ['dcat:Catalog', 'dct:title'],
  ['dcat:Catalog', 'dct:description'],
  ['dcat:Catalog', 'dct:publisher'],
  ['dcat:CatalogRecord', 'foaf:primaryTopic'],
  ['dcat:CatalogRecord', 'dct:modified'],
  ['dcat:Dataset', 'dct:title'],
  ['dcat:Dataset', 'dct:description'],
  ['dcat:Distribution', 'dcat:accessURL'],
  ['dcat:DataService', 'dct:title'],
  ['dcat:DataService', 'dcat:endpointURL'],
  ['foaf:Agent', 'foaf:name'],
  ['adms:Identifier', 'skos:notation'],
  ['skos:Concept', 'skos:prefLabel'],
  ['skos:ConceptScheme', 'dct:title'],
  ['spdx:Checksum', 'spdx:algorithm'],
  ['spdx:Checksum', 'spdx:checksumValue'],
] as const;

let graph: Store;
const datasetOf = ({ resourceId, entry }: typeof CONDITIONAL): string =>
  `urn:dxl:resource:${resourceId}:${String(entry.version)}`;

beforeAll(async () => {
  graph = await fromJsonLd(aCatalog([CONDITIONAL, DENIED, DERIVED, NOT_DERIVED_HERE]));
});

describe('dcatCatalog', () => {
  it('is valid by DCAT-AP and its offers by ODRL', async () => {
    expect(instancesOf(graph, 'dcat:Dataset')).toHaveLength(4);
    expect(await violations('dcat-ap', graph)).toEqual([]);
    expect(await violations('odrl', graph)).toEqual([]);
  });

  it.each(MANDATORY)('is not valid when a %s has no %s', async (type, property) => {
    const [subject = ''] = instancesOf(graph, type);
    const found = await violations('dcat-ap', without(graph, subject, property));
    expect(found).toContainEqual({ focus: subject, path: iri(property), constraint: 'MinCountConstraintComponent' });
  });

  it.each([
    ['dct:publisher', 'foaf:Agent'],
    ['dct:accessRights', 'dct:RightsStatement'],
    ['dct:accrualPeriodicity', 'dct:Frequency'],
    ['dct:conformsTo', 'dct:Standard'],
    ['dcat:theme', 'skos:Concept'],
    ['dcat:distribution', 'dcat:Distribution'],
    ['odrl:hasPolicy', 'odrl:Policy'],
  ])('is not valid when the value of %s is no %s', async (property) => {
    const dataset = datasetOf(CONDITIONAL);
    const [value = ''] = valuesOf(graph, dataset, property);
    const found = await violations('dcat-ap', without(graph, value, 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type'));
    expect(found).toContainEqual({ focus: dataset, path: iri(property), constraint: 'ClassConstraintComponent' });
  });

  it('is valid with all sample entries', async () => {
    const entries = sampleResources().map(({ entry }) => ({
      ...CONDITIONAL,
      resourceId: deriveResourceId(entry.provider.uscc, entry.resourceCode),
      entry,
    }));
    const all = await fromJsonLd(aCatalog(entries));
    expect(instancesOf(all, 'dcat:Dataset')).toHaveLength(entries.length);
    expect(instancesOf(all, 'csvw:Column')).toHaveLength(
      entries.reduce((sum, { entry }) => sum + entry.fields.length, 0),
    );
    expect(await violations('dcat-ap', all)).toEqual([]);
    expect(await violations('odrl', all)).toEqual([]);
  });
});

describe('dcatCatalog mapping', () => {
  const { resourceId, entry } = CONDITIONAL;
  const version = String(entry.version);
  const provider = `urn:uscc:${entry.provider.uscc}`;

  it.each<[string, string, string[]]>([
    ['name', 'dct:title', [entry.name]],
    ['abstract', 'dct:description', [entry.abstract]],
    ['resourceCode', 'dct:identifier', [entry.resourceCode]],
    ['resourceCode', 'adms:identifier', [`urn:dxl:resource:${resourceId}:${version}#code`]],
    ['version', 'dcat:version', [version]],
    ['provider', 'dct:publisher', [provider]],
    ['sourceDept', 'dct:creator', [`urn:uscc:${entry.sourceDept}`]],
    ['fields', 'dct:conformsTo', [`urn:dxl:schema:${resourceId}:${version}`]],
    ['updateCycle', 'dct:accrualPeriodicity', [`${EU}/frequency/DAILY`]],
    ['issued', 'dct:issued', [entry.issued]],
    ['modified', 'dct:modified', [entry.modified]],
    ['shareClass', 'dct:accessRights', [`${EU}/access-right/RESTRICTED`]],
    ['conditions', 'odrl:hasPolicy', [`urn:dxl:offer:${resourceId}:${version}`]],
    ['regionCode', 'dct:spatial', [`urn:dxl:region:${entry.regionCode}`]],
    ['format', 'dxl:format', [entry.format]],
    ['modes', 'dxl:mode', entry.modes.map((mode) => `urn:dxl:mode:${mode}`)],
    [
      'shareClass, openClass, lawClass, level',
      'dct:type',
      ['share-class:CONDITIONAL', 'open-class:NOT_OPEN', 'law-class:GENERAL', 'level:3'].map(
        (code) => `urn:dxl:${code}`,
      ),
    ],
  ])('puts %s under %s', (_key, property, expected) => {
    expect(valuesOf(graph, datasetOf(CONDITIONAL), property).sort()).toEqual([...expected].sort());
  });

  it('names each department with its code', () => {
    expect(valuesOf(graph, provider, 'dct:identifier')).toEqual([entry.provider.uscc]);
    expect(valuesOf(graph, provider, 'foaf:name')).toHaveLength(1);
  });

  it('makes each step of the category a concept below the one before', () => {
    const [theme = ''] = valuesOf(graph, datasetOf(CONDITIONAL), 'dcat:theme');
    const labels: string[] = [];
    for (let step: string | undefined = theme; step !== undefined; [step] = valuesOf(graph, step, 'skos:broader')) {
      labels.unshift(...valuesOf(graph, step, 'skos:prefLabel'));
    }
    expect(labels).toEqual(entry.category);
  });

  it('records status, time and document hash of the ledger', () => {
    const record = `urn:dxl:record:${resourceId}:${version}`;
    const [checksum = ''] = valuesOf(graph, record, 'spdx:checksum');
    expect(valuesOf(graph, record, 'foaf:primaryTopic')).toEqual([datasetOf(CONDITIONAL)]);
    expect(valuesOf(graph, record, 'dct:identifier')).toEqual([resourceId]);
    expect(valuesOf(graph, record, 'adms:status')).toEqual(['urn:dxl:status:published']);
    expect(valuesOf(graph, record, 'dct:modified')).toEqual(['2025-10-09T08:53:20Z']);
    expect(valuesOf(graph, checksum, 'spdx:checksumValue')).toEqual([DOCUMENT_HASH.slice(2)]);
  });

  it('lists every field in order, with type, level, mask and whether it is personal', () => {
    const columns = listOf(graph, `urn:dxl:schema:${resourceId}:${version}`, 'csvw:column');
    const read = (column: string, property: string) => valuesOf(graph, column, property)[0];
    const rows = columns.map((column) => ({
      key: read(column, 'csvw:name'),
      name: read(column, 'csvw:title'),
      element: read(column, 'dct:identifier'),
      codeList: read(column, 'dxl:codeList'),
      type: read(column, 'dxl:type'),
      level: Number(read(column, 'dxl:level')?.replace('urn:dxl:level:', '')),
      mask: read(column, 'dxl:mask'),
      personal: read(column, 'dxl:personal') === 'true',
    }));
    expect(rows).toEqual(entry.fields.map((field) => ({ element: undefined, codeList: undefined, ...field })));
  });

  it('offers use under exactly the conditions of the entry', () => {
    const offer = `urn:dxl:offer:${resourceId}:${version}`;
    const conditions = valuesOf(graph, `${offer}#use`, 'odrl:constraint').map((condition) => ({
      code: valuesOf(graph, condition, 'odrl:rightOperand')[0],
      text: valuesOf(graph, condition, 'dct:description')[0],
    }));
    expect(conditions.sort((a, b) => (a.code ?? '').localeCompare(b.code ?? ''))).toEqual(
      [...entry.conditions].sort((a, b) => a.code.localeCompare(b.code)),
    );
    expect(valuesOf(graph, `${offer}#use`, 'odrl:assigner')).toEqual([provider]);
  });

  it('describes each mode as a distribution, interfaces by a service, all at the gateway', () => {
    const distributions = valuesOf(graph, datasetOf(CONDITIONAL), 'dcat:distribution');
    expect(distributions).toHaveLength(entry.modes.length);
    const [service = ''] = distributions.flatMap((one) => valuesOf(graph, one, 'dcat:accessService'));
    expect(valuesOf(graph, service, 'dcat:endpointURL')).toEqual([ENDPOINT]);
    for (const one of distributions) {
      expect(valuesOf(graph, one, 'dcat:accessURL')).toEqual([ENDPOINT]);
      expect(valuesOf(graph, one, 'dct:format')).toEqual([`urn:dxl:format:${entry.format}`]);
      expect(valuesOf(graph, one, 'dcat:mediaType')).toHaveLength(1);
    }
    const files = valuesOf(graph, datasetOf(DERIVED), 'dcat:distribution');
    expect(files.map((one) => valuesOf(graph, one, 'dcat:accessService'))).toEqual([[], []]);
  });

  it('says why a denied entry is denied, and offers no access to it', () => {
    const denied = datasetOf(DENIED);
    const [law = ''] = valuesOf(graph, denied, 'dcatap:applicableLegislation');
    expect(valuesOf(graph, denied, 'dct:accessRights')).toEqual([`${EU}/access-right/NON_PUBLIC`]);
    expect(valuesOf(graph, denied, 'dct:type')).toContain('urn:dxl:share-class:DENIED');
    expect(valuesOf(graph, law, 'dct:title')).toEqual(['中华人民共和国统计法第二十五条']);
    expect(valuesOf(graph, law, 'dxl:instrumentKind')).toEqual(['LAW']);
    expect(valuesOf(graph, denied, 'dct:rights')).toHaveLength(1);
    for (const property of ['dcat:distribution', 'odrl:hasPolicy']) {
      expect(valuesOf(graph, denied, property)).toEqual([]);
    }
    expect(valuesOf(graph, `urn:dxl:service:${DENIED.resourceId}:${version}`, 'dcat:endpointURL')).toEqual([]);
  });

  it('names the source of a derived entry, as a dataset only when it is in the catalogue', () => {
    const derived = datasetOf(DERIVED);
    expect(valuesOf(graph, derived, 'prov:wasDerivedFrom')).toEqual([`urn:dxl:resource:${resourceId}`]);
    expect(valuesOf(graph, derived, 'dct:source')).toEqual([datasetOf(CONDITIONAL)]);
    expect(valuesOf(graph, derived, 'dct:relation')).toEqual([`urn:dxl:resource:${resourceId}`]);
    expect(valuesOf(graph, datasetOf(NOT_DERIVED_HERE), 'prov:wasDerivedFrom')).toHaveLength(1);
    expect(valuesOf(graph, datasetOf(NOT_DERIVED_HERE), 'dct:source')).toEqual([]);
  });

  it.each([
    ['UNCONDITIONAL', '无条件共享'],
    ['CONDITIONAL', '有条件共享'],
    ['DENIED', '不予共享'],
  ])('keeps the class %s as a concept', (code, label) => {
    const concept = `urn:dxl:share-class:${code}`;
    expect(valuesOf(graph, concept, 'skos:prefLabel')).toEqual([label]);
    expect(valuesOf(graph, concept, 'skos:inScheme')).toEqual(['urn:dxl:scheme:share-class']);
  });

  it.each([
    ['REALTIME', 'UPDATE_CONT'],
    ['DAILY', 'DAILY'],
    ['WEEKLY', 'WEEKLY'],
    ['MONTHLY', 'MONTHLY'],
    ['QUARTERLY', 'QUARTERLY'],
    ['YEARLY', 'ANNUAL'],
    ['OTHER', 'IRREG'],
  ] as const)('writes the cycle %s as %s', async (updateCycle, expected) => {
    const store = await fromJsonLd(aCatalog([aRecordedEntry({ updateCycle })]));
    expect(valuesOf(store, datasetOf(CONDITIONAL), 'dct:accrualPeriodicity')).toEqual([`${EU}/frequency/${expected}`]);
  });

  it('names no address but the gateway and the vocabularies', () => {
    const addresses = graph
      .getObjects(null, null, null)
      .map(({ value }) => value)
      .filter((value) => /^[a-z][a-z0-9+.-]*:\/\//i.test(value) && !value.startsWith('http://www.w3.org/'));
    const known = [ENDPOINT, `${EU}/`, 'https://www.iana.org/assignments/media-types/', iri('dcat:'), iri('dct:')];
    const others = [iri('foaf:'), iri('spdx:'), iri('adms:'), iri('eli:')];
    expect(addresses.filter((value) => ![...known, ...others].some((start) => value.startsWith(start)))).toEqual([]);
    expect(addresses).toContain(ENDPOINT);
  });

  it('is the same graph as Turtle, whatever people write', async () => {
    const written = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
      .filter((value) => !/[\p{C}\p{Zl}\p{Zp}]/u.test(value));
    const property = fc.asyncProperty(written, written, async (name, step) => {
      const document = aCatalog([
        aRecordedEntry({ name, abstract: `${name}\n"""\\${step}`, category: [step] }),
        DENIED,
      ]);
      const store = await fromJsonLd(document);
      const turtle = fromTurtle(await toTurtle(document));
      expect(turtle.size).toBe(store.size);
      expect(await canonicalText(turtle)).toBe(await canonicalText(store));
      expect(valuesOf(turtle, datasetOf(CONDITIONAL), 'dct:title')).toEqual([name]);
    });
    await fc.assert(property, { numRuns: 30 });
  });
});

import type { CatalogEntry, CatalogField } from '../documents/catalog-entry.ts';
import type { DepartmentId, ResourceId } from '../ids.ts';
import { categoryIri, categoryNodes, conceptIri, labelOf } from './concepts.ts';
import { chinese, type GraphNode, type GraphReference, ref, text, typed } from './graph.ts';
import {
  agentNode,
  departmentIri,
  ODRL_PROFILE,
  operandIri,
  regionIri,
  regionNode,
  resourceIri,
  versionIri,
} from './names.ts';

/** What one entry does not say of others: names of departments, and which versions are in the same catalogue. */
export interface Surroundings {
  readonly endpointUrl: string;
  readonly names: ReadonlyMap<DepartmentId, string>;
  readonly versions: ReadonlyMap<ResourceId, number>;
}

type Mode = CatalogEntry['modes'][number];

const EU = 'http://publications.europa.eu/resource/authority';
const MEDIA_TYPE = 'https://www.iana.org/assignments/media-types/application/x-ndjson';

const FREQUENCIES: Readonly<Record<CatalogEntry['updateCycle'], string>> = {
  REALTIME: 'UPDATE_CONT',
  DAILY: 'DAILY',
  WEEKLY: 'WEEKLY',
  MONTHLY: 'MONTHLY',
  QUARTERLY: 'QUARTERLY',
  YEARLY: 'ANNUAL',
  OTHER: 'IRREG',
};

/** Never PUBLIC: what is shared without conditions is shared with departments only. */
const ACCESS_RIGHTS: Readonly<Record<CatalogEntry['shareClass'], string>> = {
  UNCONDITIONAL: 'RESTRICTED',
  CONDITIONAL: 'RESTRICTED',
  DENIED: 'NON_PUBLIC',
};

const DATATYPES: Readonly<Record<string, string>> = {
  n: 'xsd:decimal',
  date: 'xsd:date',
  dt: 'xsd:dateTime',
  bool: 'xsd:boolean',
};

/** Whether the entry offers an interface, or anything at all. A denied entry offers nothing, whatever its modes. */
export function hasAccess(entry: CatalogEntry, kind: 'service' | 'any'): boolean {
  return entry.shareClass !== 'DENIED' && (kind === 'any' || entry.modes.some(isInterface));
}

function isInterface(mode: Mode): boolean {
  return mode === 'API_VERIFY' || mode === 'API_QUERY';
}

/** The dataset of an entry with all that it refers to. */
export function datasetNodes(id: ResourceId, entry: CatalogEntry, around: Surroundings): GraphNode[] {
  return [
    datasetNode(id, entry, around),
    agentNode(entry.sourceDept, around.names.get(entry.sourceDept) ?? entry.sourceDept),
    agentNode(entry.provider.uscc, entry.provider.name),
    regionNode(entry.regionCode),
    ...categoryNodes(entry.category),
    ...vocabularyNodes(entry),
    ...identifierNodes(id, entry),
    ...schemaNodes(id, entry),
    ...(hasAccess(entry, 'any') ? accessNodes(id, entry, around.endpointUrl) : []),
    ...(entry.conditions.length > 0 ? offerNodes(id, entry) : []),
    ...denyBasisNodes(entry),
  ];
}

function datasetNode(id: ResourceId, entry: CatalogEntry, around: Surroundings): GraphNode {
  const iri = versionIri('resource', id, entry.version);
  return {
    '@id': iri,
    '@type': ['dcat:Dataset', 'dcat:Resource', 'odrl:Asset'],
    'dct:title': chinese(entry.name),
    'dct:description': chinese(entry.abstract),
    'dct:identifier': text(entry.resourceCode),
    'adms:identifier': ref(`${iri}#code`),
    'dcat:version': text(String(entry.version)),
    'dct:isVersionOf': ref(resourceIri(id)),
    'dct:publisher': ref(departmentIri(entry.provider.uscc)),
    'dct:creator': ref(departmentIri(entry.sourceDept)),
    ...derivation(entry, around.versions),
    'dcat:theme': ref(categoryIri(entry.category)),
    'dct:conformsTo': ref(versionIri('schema', id, entry.version)),
    'dct:accrualPeriodicity': ref(frequencyIri(entry)),
    'dct:issued': typed('date', entry.issued),
    'dct:modified': typed('date', entry.modified),
    'dct:accessRights': ref(accessRightsIri(entry)),
    'dct:type': [
      ref(conceptIri('share-class', entry.shareClass)),
      ref(conceptIri('open-class', entry.openClass)),
      ref(conceptIri('law-class', entry.lawClass)),
      ref(conceptIri('level', entry.level)),
    ],
    'dct:spatial': ref(regionIri(entry.regionCode)),
    'dct:relation': entry.related.map((other) => ref(resourceIri(other))),
    'dxl:format': text(entry.format),
    'dxl:mode': entry.modes.map((mode) => ref(conceptIri('mode', mode))),
    'dcat:distribution': hasAccess(entry, 'any')
      ? entry.modes.map((mode) => ref(distributionIri(id, entry, mode)))
      : [],
    'odrl:hasPolicy': entry.conditions.length > 0 ? [ref(versionIri('offer', id, entry.version))] : [],
    'dcatap:applicableLegislation': entry.denyBasis === null ? [] : [ref(legislationIri(entry.denyBasis))],
    'dct:rights': entry.denyBasis === null ? [] : [ref(`${legislationIri(entry.denyBasis)}#rights`)],
  };
}

/** `dct:source` must name a dataset of DCAT-AP, with a title: only one of the same catalogue is. */
function derivation({ derivedFrom }: CatalogEntry, versions: Surroundings['versions']) {
  if (derivedFrom === null) return {};
  const version = versions.get(derivedFrom);
  const source: GraphReference[] = version === undefined ? [] : [ref(versionIri('resource', derivedFrom, version))];
  return { 'prov:wasDerivedFrom': ref(resourceIri(derivedFrom)), 'dct:source': source };
}

function frequencyIri({ updateCycle }: CatalogEntry): string {
  return `${EU}/frequency/${FREQUENCIES[updateCycle]}`;
}

function accessRightsIri({ shareClass }: CatalogEntry): string {
  return `${EU}/access-right/${ACCESS_RIGHTS[shareClass]}`;
}

/** Terms of the European vocabularies with their classes, which a validator without the vocabularies asks for. */
function vocabularyNodes(entry: CatalogEntry): GraphNode[] {
  return [
    { '@id': frequencyIri(entry), '@type': ['dct:Frequency'] },
    { '@id': accessRightsIri(entry), '@type': ['dct:RightsStatement'] },
  ];
}

function identifierNodes(id: ResourceId, entry: CatalogEntry): GraphNode[] {
  const iri = `${versionIri('resource', id, entry.version)}#code`;
  return [{ '@id': iri, '@type': ['adms:Identifier'], 'skos:notation': text(entry.resourceCode) }];
}

/** 信息项 as columns of CSV on the Web; level, mask and the like are ours. */
function schemaNodes(id: ResourceId, entry: CatalogEntry): GraphNode[] {
  const iri = versionIri('schema', id, entry.version);
  return [
    {
      '@id': iri,
      '@type': ['dct:Standard', 'csvw:Schema'],
      'csvw:column': { '@list': entry.fields.map(({ key }) => ref(`${iri}#${key}`)) },
      'dxl:regionField': entry.regionField === null ? [] : [ref(`${iri}#${entry.regionField}`)],
    },
    ...entry.fields.map((field) => columnNode(`${iri}#${field.key}`, field)),
  ];
}

function columnNode(iri: string, field: CatalogField): GraphNode {
  return {
    '@id': iri,
    '@type': ['csvw:Column'],
    'csvw:name': text(field.key),
    'csvw:title': chinese(field.name),
    'csvw:datatype': ref(DATATYPES[field.type] ?? 'xsd:string'),
    'dct:identifier': field.element === undefined ? [] : [text(field.element)],
    'dxl:codeList': field.codeList === undefined ? [] : [text(field.codeList)],
    'dxl:type': text(field.type),
    'dxl:level': ref(conceptIri('level', field.level)),
    'dxl:mask': text(field.mask),
    'dxl:personal': typed('boolean', String(field.personal)),
  };
}

function distributionIri(id: ResourceId, entry: CatalogEntry, mode: Mode): string {
  return `${versionIri('resource', id, entry.version)}#${mode}`;
}

function accessNodes(id: ResourceId, entry: CatalogEntry, endpointUrl: string): GraphNode[] {
  const service = versionIri('service', id, entry.version);
  const distributions = entry.modes.map((mode) => ({
    '@id': distributionIri(id, entry, mode),
    '@type': ['dcat:Distribution'],
    'dct:title': chinese(`${entry.name}(${labelOf('mode', mode)})`),
    'dcat:accessURL': ref(endpointUrl),
    'dcat:accessService': isInterface(mode) ? [ref(service)] : [],
    'dct:format': ref(`urn:dxl:format:${entry.format}`),
    'dcat:mediaType': ref(MEDIA_TYPE),
    'dxl:mode': ref(conceptIri('mode', mode)),
  }));
  const formats = [
    {
      '@id': `urn:dxl:format:${entry.format}`,
      '@type': ['dct:MediaTypeOrExtent'],
      'dct:identifier': text(entry.format),
    },
    { '@id': MEDIA_TYPE, '@type': ['dct:MediaType'] },
  ];
  return [...distributions, ...formats, ...(hasAccess(entry, 'service') ? [serviceNode(id, entry, endpointUrl)] : [])];
}

function serviceNode(id: ResourceId, entry: CatalogEntry, endpointUrl: string): GraphNode {
  return {
    '@id': versionIri('service', id, entry.version),
    '@type': ['dcat:DataService', 'dcat:Resource'],
    'dct:title': chinese(entry.name),
    'dcat:endpointURL': ref(endpointUrl),
    'dcat:servesDataset': ref(versionIri('resource', id, entry.version)),
    'dct:publisher': ref(departmentIri(entry.provider.uscc)),
    'dct:accessRights': ref(accessRightsIri(entry)),
    'dxl:mode': entry.modes.filter(isInterface).map((mode) => ref(conceptIri('mode', mode))),
  };
}

/** 共享条件: an offer to use the data once every condition is met. */
function offerNodes(id: ResourceId, entry: CatalogEntry): GraphNode[] {
  const iri = versionIri('offer', id, entry.version);
  const target = ref(versionIri('resource', id, entry.version));
  const assigner = ref(departmentIri(entry.provider.uscc));
  return [
    {
      '@id': iri,
      '@type': ['odrl:Offer', 'odrl:Policy'],
      'odrl:uid': ref(iri),
      'odrl:profile': ref(ODRL_PROFILE),
      'odrl:permission': ref(`${iri}#use`),
    },
    {
      '@id': `${iri}#use`,
      '@type': ['odrl:Permission'],
      'odrl:target': target,
      'odrl:assigner': assigner,
      'odrl:action': ref('odrl:use'),
      'odrl:constraint': entry.conditions.map(({ code }) => ref(`${iri}#${code}`)),
    },
    ...entry.conditions.map(({ code, text: statement }) => ({
      '@id': `${iri}#${code}`,
      '@type': ['odrl:Constraint'],
      'odrl:leftOperand': ref(operandIri('condition')),
      'odrl:operator': ref('odrl:eq'),
      'odrl:rightOperand': text(code),
      'dct:description': chinese(statement),
    })),
  ];
}

type DenyBasis = NonNullable<CatalogEntry['denyBasis']>;

function legislationIri({ instrument, article }: DenyBasis): string {
  return `urn:dxl:legislation:${encodeURIComponent(instrument)}:${encodeURIComponent(article)}`;
}

function denyBasisNodes({ denyBasis }: CatalogEntry): GraphNode[] {
  if (denyBasis === null) return [];
  const iri = legislationIri(denyBasis);
  const title = `${denyBasis.instrument}${denyBasis.article}`;
  return [
    {
      '@id': iri,
      '@type': ['eli:LegalResource'],
      'dct:title': chinese(title),
      'dxl:instrumentKind': text(denyBasis.instrumentKind),
    },
    { '@id': `${iri}#rights`, '@type': ['dct:RightsStatement'], 'dct:description': chinese(`不予共享依据:${title}`) },
  ];
}

import type { CatalogEntry } from '../documents/catalog-entry.ts';
import type { Bytes32, DepartmentId, ResourceId } from '../ids.ts';
import { conceptIri, SCHEME_IRIS, schemeNodes } from './concepts.ts';
import { datasetNodes, hasAccess } from './dcat-dataset.ts';
import { chinese, dateTime, type GraphDocument, graphDocument, type GraphNode, ref, text } from './graph.ts';
import { agentNode, checksumIri, checksumNodes, departmentIri, versionIri } from './names.ts';

/** What no entry says: whose catalogue it is, and where everything in it is read. */
export interface CatalogFacts {
  readonly title: string;
  readonly description: string;
  /** The authority that publishes the entries. */
  readonly publisher: { readonly uscc: DepartmentId; readonly name: string };
  /** Of the gateway. A source's address is in no entry and must not be here. */
  readonly endpointUrl: string;
}

/** An entry as the ledger holds it; `recordedAt` in Unix seconds. */
export interface RecordedEntry {
  readonly resourceId: ResourceId;
  readonly entry: CatalogEntry;
  readonly status: 'submitted' | 'published';
  readonly recordedAt: number;
  readonly documentHash: Bytes32;
}

/**
 * The entries as a catalogue by DCAT-AP 3.0.1 (docs/metadata-mapping.md). Fields are described, rows never.
 *
 * @example
 * const catalog = dcatCatalog({ title, description, publisher, endpointUrl: 'https://gateway.example/v1/' }, entries);
 */
export function dcatCatalog(facts: CatalogFacts, entries: readonly RecordedEntry[]): GraphDocument {
  const names = new Map([...entries.map(({ entry }) => entry.provider), facts.publisher].map((p) => [p.uscc, p.name]));
  const versions = new Map(entries.map(({ resourceId, entry }) => [resourceId, entry.version]));
  return graphDocument([
    catalogNode(facts, entries),
    ...entries.flatMap((recorded) => recordNodes(recorded)),
    ...entries.flatMap(({ resourceId, entry }) =>
      datasetNodes(resourceId, entry, { endpointUrl: facts.endpointUrl, names, versions }),
    ),
    agentNode(facts.publisher.uscc, facts.publisher.name),
    ...schemeNodes(),
  ]);
}

function catalogNode(facts: CatalogFacts, entries: readonly RecordedEntry[]): GraphNode {
  const refs = (of: 'resource' | 'record' | 'service', some: readonly RecordedEntry[]) =>
    some.map(({ resourceId, entry }) => ref(versionIri(of, resourceId, entry.version)));
  const withService = entries.filter(({ entry }) => hasAccess(entry, 'service'));
  return {
    '@id': `urn:dxl:catalog:${facts.publisher.uscc}`,
    '@type': ['dcat:Catalog'],
    'dct:title': chinese(facts.title),
    'dct:description': chinese(facts.description),
    'dct:publisher': ref(departmentIri(facts.publisher.uscc)),
    'dcat:themeTaxonomy': SCHEME_IRIS.map(ref),
    'dcat:dataset': refs('resource', entries),
    'dcat:record': refs('record', entries),
    'dcat:service': refs('service', withService),
  };
}

function recordNodes({ resourceId, entry, status, recordedAt, documentHash }: RecordedEntry): GraphNode[] {
  return [
    {
      '@id': versionIri('record', resourceId, entry.version),
      '@type': ['dcat:CatalogRecord'],
      'dct:identifier': text(resourceId),
      'foaf:primaryTopic': ref(versionIri('resource', resourceId, entry.version)),
      'dct:modified': dateTime(recordedAt),
      'adms:status': ref(conceptIri('status', status)),
      'spdx:checksum': ref(checksumIri(documentHash)),
    },
    ...checksumNodes(documentHash),
  ];
}

/** JSON-LD in the narrow form that the exports write: compact IRIs, every value and reference written out. */
export interface GraphDocument {
  readonly '@context': Record<string, string>;
  readonly '@graph': GraphNode[];
}

export interface GraphReference {
  readonly '@id': string;
}

export interface GraphLiteral {
  readonly '@value': string;
  readonly '@type'?: string;
  readonly '@language'?: string;
}

export interface GraphList {
  readonly '@list': GraphObject[];
}

export type GraphObject = GraphReference | GraphLiteral | GraphList;

/** A property without objects is left out by {@link graphDocument}. */
export interface GraphNode {
  readonly '@id': string;
  readonly '@type': string[];
  readonly [property: string]: string | string[] | GraphObject | GraphObject[];
}

/** Prefixes of all exports; also those of their Turtle. `dxl` holds what no vocabulary has a word for. */
export const PREFIXES = {
  adms: 'http://www.w3.org/ns/adms#',
  csvw: 'http://www.w3.org/ns/csvw#',
  dcat: 'http://www.w3.org/ns/dcat#',
  dcatap: 'http://data.europa.eu/r5r/',
  dct: 'http://purl.org/dc/terms/',
  dxl: 'urn:dxl:term:',
  eli: 'http://data.europa.eu/eli/ontology#',
  foaf: 'http://xmlns.com/foaf/0.1/',
  odrl: 'http://www.w3.org/ns/odrl/2/',
  prov: 'http://www.w3.org/ns/prov#',
  skos: 'http://www.w3.org/2004/02/skos/core#',
  spdx: 'http://spdx.org/rdf/terms#',
  xsd: 'http://www.w3.org/2001/XMLSchema#',
} as const;

/** One document of the nodes, each once: departments and regions come with every entry that names them. */
export function graphDocument(nodes: readonly GraphNode[]): GraphDocument {
  const byId = new Map(nodes.map((node) => [node['@id'], withoutEmpty(node)]));
  return { '@context': PREFIXES, '@graph': [...byId.values()] };
}

function withoutEmpty(node: GraphNode): GraphNode {
  const kept = Object.entries(node).filter(([, value]) => !Array.isArray(value) || value.length > 0);
  return { '@id': node['@id'], '@type': node['@type'], ...Object.fromEntries(kept) };
}

export function ref(iri: string): GraphReference {
  return { '@id': iri };
}

export function text(value: string): GraphLiteral {
  return { '@value': value };
}

export function chinese(value: string): GraphLiteral {
  return { '@value': value, '@language': 'zh' };
}

export function typed(type: 'boolean' | 'date' | 'dateTime' | 'duration' | 'hexBinary', value: string): GraphLiteral {
  return { '@value': value, '@type': `xsd:${type}` };
}

export function whole(value: number): GraphLiteral {
  return { '@value': String(value), '@type': 'xsd:integer' };
}

/** A time of the ledger, in seconds, as XML Schema writes it. */
export function dateTime(unixSeconds: number): GraphLiteral {
  return typed('dateTime', `${new Date(unixSeconds * 1000).toISOString().slice(0, 19)}Z`);
}

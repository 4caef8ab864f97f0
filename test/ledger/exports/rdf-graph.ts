import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import jsonld from 'jsonld';
import { Parser, type Quad, Store, Writer } from 'n3';
import SHACLValidator from 'rdf-validate-shacl';

import { type GraphDocument, PREFIXES } from '../../../ledger/exports/graph.ts';

const N_QUADS = 'application/n-quads';
const SHAPES = join(import.meta.dirname, '..', '..', 'vectors', 'shacl');
const RDF_TYPE = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type';

/** Read by the libraries alone, as a receiver would; any address that they ask for is an error. */
export async function fromJsonLd(document: GraphDocument): Promise<Store> {
  const documentLoader = (url: string): never => {
    throw new TypeError(`Nothing may be fetched: ${url}`);
  };
  const received = JSON.parse(JSON.stringify(document)) as object;
  const quads = await jsonld.toRDF(received, { format: N_QUADS, documentLoader });
  return new Store(new Parser({ format: N_QUADS }).parse(quads as string));
}

export function fromTurtle(turtle: string): Store {
  return new Store(new Parser({ format: 'text/turtle' }).parse(turtle));
}

/** RDFC-1.0: equal texts mean isomorphic graphs. */
export async function canonicalText(store: Store): Promise<string> {
  const nquads = new Writer({ format: N_QUADS }).quadsToString(store.getQuads(null, null, null, null));
  // The types are of an older release.
  const options = { inputFormat: N_QUADS, algorithm: 'RDFC-1.0' } as object;
  return await jsonld.canonize(nquads as unknown as object, options);
}

/** `dct:title` as its IRI; an IRI is itself. */
export function iri(name: string): string {
  const [prefix = '', local = ''] = name.split(/:(.*)/s);
  const known = Object.entries(PREFIXES).find(([key]) => key === prefix)?.[1];
  return known === undefined ? name : `${known}${local}`;
}

export function instancesOf(store: Store, type: string): string[] {
  return store.getSubjects(iri(RDF_TYPE), iri(type), null).map(({ value }) => value);
}

/** Values of a property, in the order of the graph. */
export function valuesOf(store: Store, subject: string, property: string): string[] {
  return store.getObjects(subject, iri(property), null).map(({ value }) => value);
}

/** A list under a property, its members in order. */
export function listOf(store: Store, subject: string, property: string): string[] {
  const [head = ''] = store.getObjects(subject, iri(property), null).map(({ value }) => value);
  return (store.extractLists()[head] ?? []).map(({ value }) => value);
}

/** The graph without any value of the property for that subject. */
export function without(store: Store, subject: string, property: string): Store {
  const removed = (quad: Quad): boolean => quad.subject.value === subject && quad.predicate.value === iri(property);
  return new Store(store.getQuads(null, null, null, null).filter((quad) => !removed(quad)));
}

export interface Violation {
  readonly focus: string | undefined;
  readonly path: string | undefined;
  readonly constraint: string | undefined;
}

/** What the shapes file finds; none for a valid graph. */
export async function violations(shapes: 'dcat-ap' | 'odrl', data: Store): Promise<Violation[]> {
  const validator = new SHACLValidator(fromTurtle(readFileSync(join(SHAPES, `${shapes}.ttl`), 'utf8')));
  const report = await validator.validate(data);
  return report.results.map((result) => ({
    focus: valueOf(result.focusNode),
    path: valueOf(result.path),
    constraint: valueOf(result.sourceConstraintComponent)?.replace(/^.*#/, ''),
  }));
}

/** A violation of the node itself has no path, whatever the types say. */
function valueOf(term: { readonly value: string } | null | undefined): string | undefined {
  return term?.value;
}

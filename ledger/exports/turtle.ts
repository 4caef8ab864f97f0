import jsonld from 'jsonld';
import { Parser, Store, Writer } from 'n3';

import { LedgerError } from '../errors.ts';
import { type GraphDocument, PREFIXES } from './graph.ts';

const N_QUADS = 'application/n-quads';

/** The triples of an export as Turtle. Nothing is fetched: the context is in the document. */
export async function toTurtle(document: GraphDocument): Promise<string> {
  // The types of jsonld know no document of readonly members.
  const input: object = document;
  const quads = await jsonld.toRDF(input, { format: N_QUADS, documentLoader: refuseToLoad });
  if (typeof quads !== 'string') throw new LedgerError('DOCUMENT_INVALID', 'An export gave no triples');
  const store = new Store(new Parser({ format: N_QUADS }).parse(quads));
  // The types do not know `lists`, by which (a b c) is written instead of its cells.
  const options = { prefixes: PREFIXES, lists: store.extractLists({ remove: true }) };
  const writer = new Writer(options);
  writer.addQuads(store.getQuads(null, null, null, null));
  return await new Promise((resolve, reject) => {
    writer.end((error: Error | null, turtle: string) => {
      if (error === null) resolve(turtle);
      else reject(error);
    });
  });
}

function refuseToLoad(url: string): never {
  throw new LedgerError('DOCUMENT_INVALID', 'An export refers to a context elsewhere', { url });
}

import { readdirSync, readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { DOCUMENT_KINDS, parseDocument } from '../../ledger/documents/parse-document.ts';
import { parseStrictJson } from '../../ledger/json/strict-json.ts';

const FOLDER = 'examples/documents';
const VECTORS = 'test/vectors/documents/valid';
const vectors = readdirSync(VECTORS).map((name) => parseStrictJson(readFileSync(`${VECTORS}/${name}`)));

describe('the examples of documents', () => {
  it('are one of each kind', () => {
    expect(readdirSync(FOLDER).toSorted()).toEqual(DOCUMENT_KINDS.map((kind) => `${kind}.json`).toSorted());
  });

  it.each(DOCUMENT_KINDS)('show a valid %s, which is a vector too', (kind) => {
    const document = parseStrictJson(readFileSync(`${FOLDER}/${kind}.json`));

    expect(parseDocument(kind, document)).toMatchObject({ type: kind });
    expect(vectors).toContainEqual(document);
  });
});

import { createHash } from 'node:crypto';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  assertDocumentHash,
  hashDocument,
  newSalt,
  saltBytes,
  type SaltedDocument,
} from '../../ledger/document-hash.ts';
import { parseBytes32 } from '../../ledger/ids.ts';
import { type JsonValue, parseStrictJson } from '../../ledger/json/strict-json.ts';
import { codeOf, refusalOf } from './refusal-of.ts';

/** 32 bytes of 0x07. */
const SALT = 'BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc';

function salted(overrides: Partial<SaltedDocument> = {}): SaltedDocument {
  return { salt: SALT, document: { b: ['中', null, true], a: 1 }, ...overrides };
}

describe('hashDocument', () => {
  it('is what sha256sum says of the salt followed by the canonical text', () => {
    // printf '\007%.0s' $(seq 32) >file; printf '{"a":1,"b":["中",null,true]}' >>file; sha256sum file
    expect(hashDocument(salted())).toBe('0x649e0af916a28dde555cc6bfdd4ebec47428cba4c624fab8a36374961a268445');
  });

  it('is SHA-256 over bytes put together by hand', () => {
    const bytes = [...Array<number>(32).fill(7), ...Buffer.from('7b2261223a22e4b8ad227d', 'hex')];
    const expected = createHash('sha256').update(Uint8Array.from(bytes)).digest('hex');
    expect(hashDocument(salted({ document: { a: '中' } }))).toBe(`0x${expected}`);
  });

  it('does not depend on how the document was written', () => {
    const written = parseStrictJson(new TextEncoder().encode(' { "b":[ "\\u4e2d", null,true],"a":1.0e0 } '));
    expect(hashDocument(salted({ document: written }))).toBe(hashDocument(salted()));
  });

  it('changes with the salt and with every value', () => {
    const others: JsonValue[] = [{}, [], null, { a: 1, b: ['中', null, false] }, { a: '1', b: ['中', null, true] }];
    const hashes = [
      hashDocument(salted()),
      hashDocument(salted({ salt: newSalt() })),
      ...others.map((document) => hashDocument(salted({ document }))),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it('matches node:crypto for any document and salt', () => {
    const documents = fc.dictionary(
      fc.stringMatching(/^[a-z]{1,5}$/),
      fc.oneof(fc.integer(), fc.boolean(), fc.constant(null)),
    );
    fc.assert(
      fc.property(documents, fc.uint8Array({ minLength: 32, maxLength: 32 }), (document, salt) => {
        const text = `{${Object.keys(document)
          .sort()
          .map((key) => `"${key}":${String(document[key])}`)
          .join(',')}}`;
        const expected = createHash('sha256').update(salt).update(text).digest('hex');
        expect(hashDocument({ salt: Buffer.from(salt).toString('base64url'), document })).toBe(`0x${expected}`);
      }),
    );
  });
});

describe('assertDocumentHash', () => {
  it('accepts the hash of the document', () => {
    expect(codeOf(() => assertDocumentHash(salted(), hashDocument(salted())))).toBeNull();
  });

  it('refuses any other hash and names both', () => {
    const expected = parseBytes32(`0x${'0'.repeat(64)}`);
    expect(refusalOf(() => assertDocumentHash(salted(), expected))).toEqual({
      code: 'DOCUMENT_HASH_MISMATCH',
      details: { expected, actual: hashDocument(salted()) },
    });
  });

  it('refuses a document with one changed character', () => {
    const hash = hashDocument(salted());
    expect(codeOf(() => assertDocumentHash(salted({ document: { b: ['申', null, true], a: 1 } }), hash))).toBe(
      'DOCUMENT_HASH_MISMATCH',
    );
  });
});

describe('salts', () => {
  it('are 32 bytes and never the same', () => {
    const salts = Array.from({ length: 100 }, () => newSalt());
    expect(new Set(salts).size).toBe(100);
    expect(salts.every((salt) => saltBytes(salt).length === 32)).toBe(true);
  });

  it('read back as the bytes they were written from', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        expect(Uint8Array.from(saltBytes(Buffer.from(bytes).toString('base64url')))).toEqual(bytes);
      }),
    );
  });

  it.each([
    ['empty', ''],
    ['31 bytes', Buffer.alloc(31, 7).toString('base64url')],
    ['33 bytes', Buffer.alloc(33, 7).toString('base64url')],
    ['padded', `${SALT}=`],
    ['in the other alphabet', Buffer.alloc(32, 0xff).toString('base64').replace('=', '')],
    ['with unused bits set', `${SALT.slice(0, -1)}d`],
    ['with a space', `${SALT.slice(0, 20)} ${SALT.slice(20)}`],
    ['hex', `0x${'07'.repeat(32)}`],
  ])('are refused when %s', (_name, salt) => {
    expect(refusalOf(() => hashDocument(salted({ salt })))).toEqual({
      code: 'DOCUMENT_INVALID',
      details: { path: '/salt', rule: 'SALT' },
    });
  });
});

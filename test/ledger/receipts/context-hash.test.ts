import { createHash } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { newSalt } from '../../../ledger/document-hash.ts';
import { type AccessContext, contextHash } from '../../../ledger/receipts/context-hash.ts';
import { codeOf } from '../refusal-of.ts';
import { anAccessContext } from './receipt.factory.ts';

const SALT = Buffer.alloc(32, 5).toString('base64url');

describe('contextHash', () => {
  it('is SHA-256 over the salt and the canonical context', () => {
    const context: AccessContext = {
      purpose: 'P',
      caseNumber: null,
      system: null,
      fields: ['b', 'a'],
      equals: { y: '1', x: '2' },
      region: null,
      limit: 10,
    };
    const text =
      '{"caseNumber":null,"equals":{"x":"2","y":"1"},"fields":["b","a"],"limit":10,"purpose":"P","region":null,"system":null}';
    const expected = createHash('sha256').update(Buffer.alloc(32, 5)).update(text).digest('hex');
    expect(contextHash(SALT, context)).toBe(`0x${expected}`);
  });

  it.each<[string, Partial<AccessContext>]>([
    ['purpose', { purpose: 'OTHER' }],
    ['case number', { caseNumber: null }],
    ['system', { system: null }],
    ['fields', { fields: [] }],
    ['filter value', { equals: { id_no: '990100198512310020' } }],
    ['region', { region: null }],
    ['limit', { limit: null }],
  ])('changes with the %s', (_name, change) => {
    expect(contextHash(SALT, anAccessContext(change))).not.toBe(contextHash(SALT, anAccessContext()));
  });

  it('says nothing about a guess without the salt', () => {
    expect(contextHash(newSalt(), anAccessContext())).not.toBe(contextHash(newSalt(), anAccessContext()));
  });

  it('refuses text that has no canonical form', () => {
    expect(codeOf(() => contextHash(SALT, anAccessContext({ purpose: '\ud800' })))).toBe('DOCUMENT_MALFORMED');
  });
});

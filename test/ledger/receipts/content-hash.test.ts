import { createHash } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { newSalt, saltBytes } from '../../../ledger/document-hash.ts';
import { contentHash } from '../../../ledger/receipts/content-hash.ts';
import { refusalOf } from '../refusal-of.ts';

const DIGEST = createHash('sha256').update('{"name":"王**"}\n').digest();

describe('contentHash', () => {
  it('is SHA-256 over the salt and the digest', () => {
    const salt = newSalt();
    const expected = createHash('sha256').update(saltBytes(salt)).update(DIGEST).digest('hex');
    expect(contentHash(salt, DIGEST)).toBe(`0x${expected}`);
  });

  it('tells nobody without the salt that two answers were the same', () => {
    expect(contentHash(newSalt(), DIGEST)).not.toBe(contentHash(newSalt(), DIGEST));
  });

  it('takes no salt that could be tried out', () => {
    expect(refusalOf(() => contentHash('', DIGEST))?.code).toBe('DOCUMENT_INVALID');
  });
});

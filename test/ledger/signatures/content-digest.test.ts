import { createHash } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { contentDigest, formatContentDigest, verifyContentDigest } from '../../../ledger/signatures/content-digest.ts';

const mismatch = expect.objectContaining({ code: 'DIGEST_MISMATCH' }) as Error;
const HELLO = Buffer.from('{"hello": "world"}\n');

describe('contentDigest', () => {
  it('gives the value that RFC 9530 appendix D has for the same bytes', () => {
    expect(contentDigest(HELLO)).toBe('sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:');
  });

  it('is the same for a body that was hashed in pieces', () => {
    const hash = createHash('sha256').update(HELLO.subarray(0, 5)).update(HELLO.subarray(5));
    expect(formatContentDigest(hash.digest())).toBe(contentDigest(HELLO));
  });
});

describe('verifyContentDigest', () => {
  const good = contentDigest(HELLO);

  it('accepts the digest of the bytes', () => {
    expect(() => {
      verifyContentDigest(good, HELLO);
    }).not.toThrow();
  });

  it.each([
    undefined,
    '',
    good.slice(0, -1),
    good.replace('sha-256', 'SHA-256'),
    `${good}, ${good}`,
    `${good}, sha-512=:AA==:`,
    ` ${good}`,
    good.replace('=:RK', '=:RL'),
    `sha-256=:${createHash('sha256').update(HELLO).digest('base64url')}:`,
  ])('refuses %s', (field) => {
    expect(() => {
      verifyContentDigest(field, HELLO);
    }).toThrow(mismatch);
  });

  it('refuses the digest of other bytes', () => {
    expect(() => {
      verifyContentDigest(good, HELLO.subarray(1));
    }).toThrow(mismatch);
  });
});

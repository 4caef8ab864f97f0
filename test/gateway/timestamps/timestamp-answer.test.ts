import { createHash, randomBytes } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { checkTimestampAnswer } from '../../../gateway/timestamps/timestamp-answer.ts';
import { TimestampError } from '../../../gateway/timestamps/timestamp-error.ts';
import { encodeTimestampRequest, type TimestampRequest } from '../../../gateway/timestamps/timestamp-request.ts';
import { opensslVersion, POLICY, TimeAuthority } from './time-authority.ts';

const version = opensslVersion();
const TEXT = 'dxl/receipts/0x00\n1\nroot\n';
const OTHER = '1.3.6.1.4.1.99999.2';

function request(changes: Partial<TimestampRequest> = {}): TimestampRequest {
  const digest = createHash('sha256').update(TEXT).digest();
  return { digest, nonce: Buffer.concat([Buffer.of(0x9a), randomBytes(15)]), policy: null, ...changes };
}

const now = (): number => Math.floor(Date.now() / 1000);

/** The codes of a refusal, or null where there is none. */
function refusalOf(answer: Uint8Array, asked: TimestampRequest, at = now()): unknown {
  try {
    checkTimestampAnswer(answer, asked, at);
    return null;
  } catch (error) {
    if (error instanceof TimestampError) return [error.code, error.detail];
    throw error;
  }
}

describe.skipIf(version === null)(`time stamps of ${version ?? 'openssl, which is not installed: skipped'}`, () => {
  let authority: TimeAuthority;
  let asked: TimestampRequest;
  let answer: Buffer;

  beforeAll(() => {
    authority = TimeAuthority.make();
    asked = request();
    answer = authority.stamp(encodeTimestampRequest(asked));
  });
  afterAll(() => authority.remove());

  it('are asked for in a form that openssl reads', () => {
    const text = authority.show(encodeTimestampRequest({ ...asked, policy: OTHER }));
    expect(text).toMatch(/Version: 1/);
    expect(text).toMatch(/Hash Algorithm: sha256/);
    expect(text).toContain(`Policy OID: ${OTHER}`);
    expect(text).toMatch(/Certificate required: yes/);
    expect(text.toLowerCase()).toContain(`nonce: 0x${Buffer.from(asked.nonce).toString('hex')}`);
  });

  it('are accepted, also by openssl with the certificate of the authority', () => {
    expect(Math.abs(checkTimestampAnswer(answer, asked, now()) - now())).toBeLessThan(60);
    expect(authority.verify(answer, TEXT)).toContain('Verification: OK');
    expect(() => authority.verify(answer, `${TEXT}more`)).toThrow();
  });

  it.each([
    ['leading zeros', [0, 0, 0x12, ...Array.from({ length: 13 }, () => 7)]],
    ['only zeros', Array.from({ length: 16 }, () => 0)],
    ['the top bit', Array.from({ length: 16 }, () => 0xff)],
  ])('may have a nonce with %s', (_what, bytes: number[]) => {
    const unusual = request({ nonce: Uint8Array.from(bytes) });
    expect(refusalOf(authority.stamp(encodeTimestampRequest(unusual)), unusual)).toBeNull();
  });

  it('are under the policy that was asked for', () => {
    const chosen = request({ policy: OTHER });
    const stamped = authority.stamp(encodeTimestampRequest(chosen));
    expect(refusalOf(stamped, chosen)).toBeNull();
    expect(refusalOf(stamped, { ...chosen, policy: POLICY })).toEqual(['TIMESTAMP_MISMATCH', 'policy']);
    const unknown = request({ policy: '1.2.3.4' });
    const refused = authority.stamp(encodeTimestampRequest(unknown));
    expect(refusalOf(refused, unknown)).toEqual(['TIMESTAMP_REFUSED', 'status 2']);
  });

  it.each<readonly [string, (asked: TimestampRequest) => TimestampRequest, string]>([
    ['another digest', (asked) => ({ ...asked, digest: Buffer.alloc(32) }), 'messageImprint'],
    ['a shorter digest', (asked) => ({ ...asked, digest: asked.digest.subarray(1) }), 'messageImprint'],
    ['another nonce', (asked) => ({ ...asked, nonce: Buffer.alloc(16, 1) }), 'nonce'],
  ])('are not accepted for %s', (_what, change, member) => {
    expect(refusalOf(answer, change(asked))).toEqual(['TIMESTAMP_MISMATCH', member]);
  });

  it('are not accepted long before or after they were made', () => {
    expect(refusalOf(answer, asked, now() + 400)).toEqual(['TIMESTAMP_MISMATCH', 'genTime']);
    expect(refusalOf(answer, asked, now() - 400)).toEqual(['TIMESTAMP_MISMATCH', 'genTime']);
  });

  it('are not accepted cut off anywhere, or with something behind', () => {
    for (let length = 0; length < answer.length; length += 1) {
      expect(refusalOf(answer.subarray(0, length), asked)).toEqual(['TIMESTAMP_MALFORMED', expect.any(String)]);
    }
    expect(refusalOf(Buffer.concat([answer, Buffer.of(0)]), asked)).toEqual(['TIMESTAMP_MALFORMED', 'TimeStampResp']);
  });

  it('are refused or accepted, never anything else, when any byte is another one', () => {
    for (let place = 0; place < answer.length; place += 1) {
      for (const bit of [0x01, 0x80]) {
        const changed = Buffer.from(answer);
        changed[place]! ^= bit;
        refusalOf(changed, asked); // Throws what is no TimestampError.
      }
    }
    const changed = Buffer.from(answer);
    changed[0]! ^= 1;
    expect(refusalOf(changed, asked)).toEqual(['TIMESTAMP_MALFORMED', 'TimeStampResp']);
  });

  it('need certificates', () => {
    const query = encodeTimestampRequest(asked);
    // certReq is the last member: FALSE is its default and is left out.
    const without = Buffer.from(query.subarray(0, -3));
    without[1]! -= 3;
    expect(refusalOf(authority.stamp(without), asked)).toEqual(['TIMESTAMP_MALFORMED', 'SignedData']);
  });
});

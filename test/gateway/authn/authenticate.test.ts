import { describe, expect, it } from 'vitest';

import { authenticate, type NonceClaims } from '../../../gateway/authn/authenticate.ts';
import { GatewayError } from '../../../gateway/errors.ts';
import { LedgerError } from '../../../ledger/errors.ts';
import {
  NOW,
  ORIGIN,
  KEY_OWNER,
  makeHandMade,
  makeKey,
  makeNonce,
  makeSigned,
  seededRandom,
  signByHand,
  toWire,
  type Wire,
} from '../../ledger/request-signature.factory.ts';
import { makeContext, present, refusalOf, registered } from './authentication-factory.ts';

const ed25519 = makeKey('ed25519');
const p256 = makeKey('ecdsa-p256-sha256');
const keys = [ed25519, p256];

function makeWire(now: number = NOW): Wire {
  return toWire(makeSigned(seededRandom(7), ed25519, now));
}

function replaceHost(wire: Wire, host: string): Wire {
  return { ...wire, headers: wire.headers.map(([name, value]) => [name, name === 'Host' ? host : value]) };
}

describe('authenticate', () => {
  it('returns what the decision, the receipt and the signed response need', async () => {
    const random = seededRandom(7);
    const nonce = makeNonce(random);
    const made = makeHandMade(random, ed25519);
    const { wire, signature } = signByHand(
      {
        ...made,
        method: 'GET',
        body: null,
        headers: [
          ['Dxl-Purpose', 'BUSINESS_COLLAB'],
          ['Dxl-System', 'SI-PENSION-01'],
        ],
        components: ['@query', '@path', '@authority', '@method', 'dxl-system', 'dxl-purpose'],
        parameters: made.parameters.map(([name, value]) => [name, name === 'nonce' ? nonce : value]),
      },
      ed25519.signing.privateKey,
    );
    expect(await present(makeContext(keys), wire)).toEqual({
      department: KEY_OWNER,
      keyId: ed25519.signing.keyId,
      nonce,
      requestHash: expect.stringMatching(/^0x[0-9a-f]{64}$/) as string,
      signedFields: { purpose: 'BUSINESS_COLLAB', caseNumber: null, system: 'SI-PENSION-01', idempotencyKey: null },
      binding: { origin: ORIGIN, method: 'GET', target: made.target, signature: `:${signature.toString('base64')}:` },
    });
  });

  it('claims the nonce last and for the validity plus the skew of both clocks', async () => {
    const claims: unknown[] = [];
    const nonces: NonceClaims = {
      claim: (...claim) => {
        claims.push(claim);
        return Promise.resolve(true);
      },
    };
    const signed = makeSigned(seededRandom(7), ed25519);
    await present(makeContext(keys, { nonces }), toWire(signed));
    expect(claims).toEqual([[ed25519.signing.keyId, signed.nonce, NOW + 60 + 60]]);
  });

  it('takes one of three signatures and leaves the others to whom they concern', async () => {
    const before: Record<string, string> = {
      'signature-input': 'a=("@path");tag="x";note="a,b\\",c", ',
      signature: 'a=:AA==:, ',
    };
    const after: Record<string, string> = { 'signature-input': ', z=("@query")', signature: ', z=:AA==:' };
    const wire = makeWire();
    const headers = wire.headers.map(
      ([name, value]) => [name, `${before[name] ?? ''}${value}${after[name] ?? ''}`] as const,
    );
    expect((await present(makeContext(keys), { ...wire, headers })).keyId).toBe(ed25519.signing.keyId);
  });

  it('refuses our tag under another label beside a member with our label', async () => {
    const wire = makeWire();
    const headers = wire.headers.map(([name, value]) => {
      if (name === 'signature') return [name, `${value.replace('dxl=', 'b=')}, dxl=:AA==:`] as const;
      return [name, name === 'signature-input' ? `${value.replace('dxl=', 'b=')}, dxl=("@path")` : value] as const;
    });
    expect(await refusalOf(makeContext(keys), { ...wire, headers })).toBe('SIGNATURE_MALFORMED');
  });

  it.each([
    [NOW + 30, NOW, null],
    [NOW + 31, NOW, 'SIGNATURE_EXPIRED'],
    [NOW, NOW + 90, null],
    [NOW, NOW + 91, 'SIGNATURE_EXPIRED'],
  ])('created at %i and read at %i is answered %s', async (created, now, code) => {
    expect(await refusalOf(makeContext(keys, { now: () => now }), makeWire(created))).toBe(code);
  });

  it.each([
    [{ notBefore: NOW }, null],
    [{ notBefore: NOW + 1 }, 'KEY_NOT_VALID'],
    [{ notAfter: NOW + 1 }, null],
    [{ notAfter: NOW }, 'KEY_NOT_VALID'],
    [{ isRevoked: true }, 'KEY_NOT_VALID'],
    [{ isDepartmentActive: false }, 'KEY_NOT_VALID'],
    [{ publicKey: new Uint8Array(31) }, 'KEY_NOT_VALID'],
    [{ publicKey: p256.publicBytes, algorithm: 'ecdsa-p256-sha256' }, 'SIGNATURE_INVALID'],
  ] as const)('a key registered with %o is answered %s', async (change, code) => {
    const context = makeContext(keys);
    context.keys.set(ed25519.signing.keyId, registered(ed25519, change));
    expect(await refusalOf(context, makeWire())).toBe(code);
  });

  it.each([`${ORIGIN.authority.toUpperCase()}:443`, ORIGIN.authority])('accepts Host %s', async (host) => {
    expect(await refusalOf(makeContext(keys), replaceHost(makeWire(), host))).toBeNull();
  });

  it('says a different thing for each way to fail, with the time and the skew in every 401', async () => {
    const { method, target, headers, body } = makeWire(NOW - 500);
    const facts = { method, rawTarget: target, rawHeaders: headers.flat(), body };
    await expect(authenticate(makeContext(keys), facts)).rejects.toMatchObject({
      code: 'SIGNATURE_EXPIRED',
      extensions: { server_time: NOW, clock_skew: 30 },
    });
    await expect(
      authenticate(makeContext([]), { ...facts, rawHeaders: ['Host', ORIGIN.authority], body: Buffer.from('{}') }),
    ).rejects.toMatchObject({
      code: 'SIGNATURE_MISSING',
      extensions: { server_time: NOW },
    });
    await expect(authenticate(makeContext([], { now: () => NOW - 500 }), facts)).rejects.toMatchObject({
      code: 'KEY_UNKNOWN',
      extensions: { server_time: NOW - 500, clock_skew: 30 },
    });
    await expect(authenticate(makeContext(keys), { ...facts, method: 'get' })).rejects.toMatchObject({
      code: 'SIGNATURE_MALFORMED',
      extensions: { reason: 'METHOD_INVALID', name: '@method', server_time: NOW },
    });
  });

  it('passes on that the store or the projection failed', async () => {
    const broken = new GatewayError('STORE_FAILED', 'Disk full');
    const nonces: NonceClaims = { claim: () => Promise.reject(broken) };
    await expect(present(makeContext(keys, { nonces }), makeWire())).rejects.toBe(broken);
    const poisoned = new LedgerError('HISTORY_GAP', 'A gap');
    const accessKeys = (): never => {
      throw poisoned;
    };
    await expect(present(makeContext(keys, { accessKeys }), makeWire())).rejects.toBe(poisoned);
  });
});

import { describe, expect, it } from 'vitest';

import {
  parseRequestSignature,
  signRequest,
  verifyRequestSignature,
  type ReceivedRequest,
  type RequestToSign,
} from '../../ledger/request-signature.ts';
import { NOW, ORIGIN, makeKey, makeSigned, seededRandom, toWire } from './request-signature.factory.ts';

const ed25519 = makeKey('ed25519');
const p256 = makeKey('ecdsa-p256-sha256');

function makeRead(change: Partial<RequestToSign> = {}): RequestToSign {
  const url = `https://${ORIGIN.authority}/v1/requests?limit=5`;
  return { method: 'GET', url, headers: { 'Dxl-Purpose': 'BUSINESS_COLLAB' }, body: null, ...change };
}

function receive(signed: ReturnType<typeof signRequest>): ReceivedRequest {
  const { method, target, headers, body } = toWire(signed);
  return { method, target, fields: headers.map(([name, value]) => ({ name, value })), body };
}

describe('signRequest', () => {
  it('adds exactly the digest and the two signature fields', () => {
    const body = Buffer.from('{}');
    const headers = { 'Content-Type': 'application/json' };
    const signed = signRequest(makeRead({ method: 'POST', headers, body }), ed25519.signing, NOW);
    expect(Object.keys(signed.headers)).toEqual(['content-type', 'content-digest', 'signature-input', 'signature']);
  });

  it('uses a nonce of its own for every request', () => {
    const nonces = Array.from({ length: 100 }, () => signRequest(makeRead(), ed25519.signing, NOW).nonce);
    expect(new Set(nonces).size).toBe(100);
    expect(nonces.every((nonce) => /^[A-Za-z0-9_-]{32}$/.test(nonce))).toBe(true);
  });

  it('signs what will travel: no default port, authority in lower case, no empty query', () => {
    const signed = signRequest(makeRead({ url: 'https://GW.Example:443/v1/%e5?' }), ed25519.signing, NOW);
    expect(signed.url).toBe('https://gw.example/v1/%e5');
    expect(signed.binding).toMatchObject({ origin: { authority: 'gw.example' }, target: '/v1/%e5' });
  });

  it.each<[string, Partial<RequestToSign>, string]>([
    ['a fragment', { url: 'https://gw.example/v1#x' }, 'TARGET_INVALID'],
    ['credentials', { url: 'https://a:b@gw.example/v1' }, 'TARGET_INVALID'],
    ['another scheme', { url: 'ftp://gw.example/v1' }, 'TARGET_INVALID'],
    ['a relative address', { url: '/v1' }, 'TARGET_INVALID'],
    ['a long target', { url: `https://gw.example/${'a'.repeat(4096)}` }, 'TARGET_INVALID'],
    ['brackets in the query', { url: 'https://gw.example/v1?a[]=1' }, 'TARGET_INVALID'],
    ['a method in lower case', { method: 'get' }, 'METHOD_INVALID'],
    ['a purpose in lower case', { headers: { 'dxl-purpose': 'x' } }, 'FIELD_INVALID'],
    [
      'a field that is not ours to use',
      { headers: { 'dxl-purpose': 'X', 'Dxl-System': 'a', 'dxl-systems': 'b' } },
      'FIELD_UNEXPECTED',
    ],
    ['a body without content type', { body: Buffer.from('{}') }, 'FIELD_MISSING'],
    ['a content type without body', { headers: { 'content-type': 'text/plain' } }, 'FIELD_UNEXPECTED'],
  ])('refuses %s', (_, change, reason) => {
    expect(() => signRequest(makeRead(change), ed25519.signing, NOW)).toThrow(
      expect.objectContaining({
        code: 'SIGNATURE_MALFORMED',
        details: expect.objectContaining({ reason }) as object,
      }) as Error,
    );
  });

  it('takes an empty body for none', () => {
    const signed = signRequest(makeRead({ body: new Uint8Array() }), ed25519.signing, NOW);
    expect(signed.body).toBeNull();
    expect(signed.headers).not.toHaveProperty('content-digest');
  });
});

describe('parseRequestSignature', () => {
  const good = receive(makeSigned(seededRandom(1), ed25519));
  const change = (name: string, edit: (value: string) => string): ReceivedRequest => ({
    ...good,
    fields: good.fields.map((field) => (field.name === name ? { name, value: edit(field.value) } : field)),
  });

  it('says that nothing is signed before it says anything else', () => {
    const unsigned = { ...good, method: 'get', target: '#', fields: [{ name: 'Dxl-X', value: '' }] };
    expect(() => parseRequestSignature(unsigned, ORIGIN, NOW)).toThrow(
      expect.objectContaining({ code: 'SIGNATURE_MISSING' }) as Error,
    );
  });

  it('refuses our tag under another label', () => {
    const renamed = change('signature-input', (value) => `b${value.slice(3)}, dxl=("@path")`);
    expect(() => parseRequestSignature(renamed, ORIGIN, NOW)).toThrow(
      expect.objectContaining({ details: { reason: 'LABEL_INVALID', name: 'signature' } }) as Error,
    );
  });
});

describe('verifyRequestSignature', () => {
  it('refuses a key of another algorithm and another key of the same one', async () => {
    const claimed = parseRequestSignature(receive(makeSigned(seededRandom(1), ed25519)), ORIGIN, NOW);
    await expect(verifyRequestSignature(claimed, ed25519.publicKey)).resolves.toMatchObject({ keyId: claimed.keyId });
    for (const other of [p256, makeKey('ed25519')]) {
      await expect(verifyRequestSignature(claimed, other.publicKey)).rejects.toMatchObject({
        code: 'SIGNATURE_INVALID',
      });
    }
  });

  it('gives the same hash for the same request and another for another', async () => {
    const hashes: string[] = [];
    const [first, second] = [makeSigned(seededRandom(1), ed25519), makeSigned(seededRandom(2), ed25519)];
    for (const signed of [first, first, second]) {
      const claimed = parseRequestSignature(receive(signed), ORIGIN, NOW);
      hashes.push((await verifyRequestSignature(claimed, ed25519.publicKey)).requestHash);
    }
    expect(hashes[0]).toBe(hashes[1]);
    expect(hashes[0]).not.toBe(hashes[2]);
  });
});

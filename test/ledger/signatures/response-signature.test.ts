import { describe, expect, it } from 'vitest';

import type { HeaderField } from '../../../ledger/signatures/request-profile.ts';
import { contentDigest } from '../../../ledger/signatures/content-digest.ts';
import type { RequestBinding } from '../../../ledger/request-signature.ts';
import {
  signResponse,
  verifyResponseSignature,
  type ReceivedResponse,
  type ResponseToSign,
} from '../../../ledger/signatures/response-signature.ts';
import { NOW, below, makeGatewayKey, makeKey, makeSigned, pick, seededRandom } from '../request-signature.factory.ts';

const gateway = makeGatewayKey();
const client = makeKey('ecdsa-p256-sha256');
const BODY = Buffer.from('{"rows":[]}');
const CHARACTERS = 'aZ09=:;" \\(';
const random = seededRandom(3);

function makeBinding(): RequestBinding {
  return makeSigned(random, client).binding;
}

function makeResponse(change: Partial<ResponseToSign> = {}): ResponseToSign {
  return {
    status: 200,
    contentType: 'application/json; charset=utf-8',
    contentDigest: contentDigest(BODY),
    receiptId: '0190f0c4-receipt-0001',
    ...change,
  };
}

function answer(response: ResponseToSign, binding: RequestBinding, body: Uint8Array | null = BODY): ReceivedResponse {
  const signed = signResponse(response, binding, gateway.signing, NOW);
  const lines: [string, string | null][] = [
    ['Content-Type', response.contentType],
    ['Content-Digest', response.contentDigest],
    ['Dxl-Receipt', response.receiptId],
    ['Date', 'Mon, 23 Nov 2026 08:00:00 GMT'],
    ...Object.entries(signed),
  ];
  const fields = lines.flatMap(([name, value]) => (value === null ? [] : [{ name, value }]));
  return { status: response.status, fields, body };
}

async function refusalOf(response: ReceivedResponse, binding: RequestBinding, key = gateway): Promise<unknown> {
  return await verifyResponseSignature(response, binding, key.publicKey).then(
    () => null,
    (error: unknown) => (error as { code?: unknown }).code,
  );
}

function setField(
  response: ReceivedResponse,
  name: string,
  change: (value: string) => string | null,
): ReceivedResponse {
  const fields = response.fields.flatMap((field): HeaderField[] => {
    if (field.name.toLowerCase() !== name) return [field];
    const value = change(field.value);
    return value === null ? [] : [{ name: field.name, value }];
  });
  return { ...response, fields };
}

describe('signResponse and verifyResponseSignature', () => {
  it.each([
    ['a whole answer', {}],
    ['a stream', { contentDigest: null, contentType: 'application/x-ndjson' }],
    ['a refusal', { status: 403, contentType: 'application/problem+json' }],
    ['an answer without receipt', { receiptId: null }],
    ['an empty answer', { status: 204, contentType: null, contentDigest: null, receiptId: null }],
  ])('prove %s', async (_, change) => {
    const binding = makeBinding();
    const response = makeResponse(change);
    const body = response.contentDigest === null ? null : BODY;
    const verified = await verifyResponseSignature(answer(response, binding, body), binding, gateway.publicKey);
    const { receiptId, contentDigest: digest } = response;
    expect(verified).toEqual({ createdAt: NOW, receiptId, contentDigest: digest });
  });

  it('signs with Ed25519 only', () => {
    expect(() => signResponse(makeResponse(), makeBinding(), client.signing, NOW)).toThrow(
      expect.objectContaining({ code: 'KEY_INVALID' }) as Error,
    );
  });

  const MALFORMED = 'SIGNATURE_MALFORMED';
  const INVALID = 'SIGNATURE_INVALID';
  it.each<[string, (response: ReceivedResponse) => ReceivedResponse, string]>([
    ['another status', (response) => ({ ...response, status: 201 }), INVALID],
    ['another content type', (response) => setField(response, 'content-type', () => 'text/html'), INVALID],
    ['no content type', (response) => setField(response, 'content-type', () => null), MALFORMED],
    ['another receipt', (response) => setField(response, 'dxl-receipt', () => '0190f0c4-receipt-0002'), INVALID],
    ['no receipt', (response) => setField(response, 'dxl-receipt', () => null), MALFORMED],
    ['no digest', (response) => setField(response, 'content-digest', () => null), MALFORMED],
    [
      'another digest',
      (response) => setField(response, 'content-digest', () => contentDigest(Buffer.from('x'))),
      INVALID,
    ],
    ['an empty body', (response) => ({ ...response, body: Buffer.alloc(0) }), 'DIGEST_MISMATCH'],
    ['another body', (response) => ({ ...response, body: Buffer.from('{"rows":[1]}') }), 'DIGEST_MISMATCH'],
    [
      'two receipts',
      (response) => ({ ...response, fields: [...response.fields, { name: 'dxl-receipt', value: 'x' }] }),
      MALFORMED,
    ],
    ['no signature', (response) => setField(response, 'signature', () => null), 'SIGNATURE_MISSING'],
    ['no signature input', (response) => setField(response, 'signature-input', () => null), 'SIGNATURE_MISSING'],
    ['another label', (response) => setField(response, 'signature', (value) => value.replace('dxl', 'sig')), MALFORMED],
    [
      'another time',
      (response) => setField(response, 'signature-input', (value) => value.replace(/created=\d+/, 'created=1')),
      INVALID,
    ],
    [
      'another tag',
      (response) => setField(response, 'signature-input', (value) => value.replace('response', 'request')),
      MALFORMED,
    ],
    [
      'another algorithm',
      (response) => setField(response, 'signature-input', (value) => value.replace('"ed25519"', '"rsa-pss-sha512"')),
      MALFORMED,
    ],
    [
      'another key id',
      (response) => setField(response, 'signature-input', (value) => value.replace(/keyid="0x./, 'keyid="0xg')),
      INVALID,
    ],
    [
      'a component less',
      (response) => setField(response, 'signature-input', (value) => value.replace('"@status" ', '')),
      MALFORMED,
    ],
    [
      'a component without req',
      (response) => setField(response, 'signature-input', (value) => value.replace('"@path";req', '"@path"')),
      MALFORMED,
    ],
    [
      'no bond to the request',
      (response) => setField(response, 'signature-input', (value) => value.replace(' "signature";req;key="dxl"', '')),
      MALFORMED,
    ],
  ])('refuse %s', async (_, change, code) => {
    const binding = makeBinding();
    expect(await refusalOf(change(answer(makeResponse(), binding)), binding)).toBe(code);
  });

  it.each([
    ['the digest of no bytes', contentDigest(Buffer.alloc(0))],
    ['no digest', null],
  ])('prove an empty body under %s', async (_, digest) => {
    const binding = makeBinding();
    const empty = answer(makeResponse({ contentDigest: digest }), binding, Buffer.alloc(0));
    expect(await refusalOf(empty, binding)).toBeNull();
  });

  it('refuses a body that nobody vouches for', async () => {
    const binding = makeBinding();
    const streamed = answer(makeResponse({ contentDigest: null }), binding, BODY);
    expect(await refusalOf(streamed, binding)).toBe('DIGEST_MISMATCH');
  });

  it('refuses the answer to another request, gateway, method or path', async () => {
    const binding = makeBinding();
    const good = answer(makeResponse(), binding);
    const others: RequestBinding[] = [
      makeBinding(),
      { ...binding, signature: makeBinding().signature },
      { ...binding, method: 'PUT' },
      { ...binding, target: '/v1/chain' },
      { ...binding, origin: { ...binding.origin, authority: 'other.dxl.example' } },
    ];
    expect(await refusalOf(good, binding)).toBeNull();
    for (const other of others) expect(await refusalOf(good, other)).toBe(INVALID);
    expect(await refusalOf(good, binding, makeGatewayKey())).toBe(INVALID);
    expect(await refusalOf(good, binding, client)).toBe(MALFORMED);
  });

  it('refuses 4,000 answers with one character changed', async () => {
    const binding = makeBinding();
    const good = answer(makeResponse(), binding);
    const signed = ['content-type', 'content-digest', 'dxl-receipt', 'signature', 'signature-input'];
    let accepted = 0;
    for (let trial = 0; trial < 4_000; trial += 1) {
      const changed = setField(good, pick(random, signed), (value) => {
        const at = below(random, value.length);
        const replacement = pick(
          random,
          Array.from(CHARACTERS).filter((next) => next !== value.charAt(at)),
        );
        return `${value.slice(0, at)}${replacement}${value.slice(at + 1)}`;
      });
      if ((await refusalOf(changed, binding)) === null) accepted += 1;
    }
    expect(accepted).toBe(0);
    expect(await refusalOf(good, binding)).toBeNull();
  });
});

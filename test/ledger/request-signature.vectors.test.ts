import { createPublicKey, verify } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { verifySignature, type MessageDescriptor } from 'http-message-sig';
import { describe, expect, it } from 'vitest';

import { type DepartmentId, deriveAccessKeyId, type KeyAlgorithm, parseAccessKeyId } from '../../ledger/ids.ts';
import { parseRequestSignature, verifyRequestSignature } from '../../ledger/request-signature.ts';
import type { Origin } from '../../ledger/signatures/signature-engine.ts';
import { importPublicKey, verifyBytes } from '../../ledger/signatures/signature-key.ts';
import { makeContext, refusalOf } from '../gateway/authn/authentication-factory.ts';
import type { Wire } from './request-signature.factory.ts';

interface Vector {
  readonly description: string;
  readonly now: number;
  readonly origin: Origin;
  readonly key: {
    readonly department: DepartmentId;
    readonly keyId: string;
    readonly algorithm: KeyAlgorithm;
    readonly publicKey: string;
  };
  readonly request: Omit<Wire, 'body'> & { readonly body: string | null };
  readonly expected: string;
  readonly signatureBase: string;
  readonly requestHash: string;
}

const ROOT = join(import.meta.dirname, '..', '..');
const FOLDER = join(ROOT, 'test', 'vectors', 'signatures');

function readVectors(kind: 'valid' | 'invalid'): { file: string; vector: Vector }[] {
  const files = readdirSync(join(FOLDER, kind)).filter((file) => file.endsWith('.json'));
  return files.map((file) => ({ file, vector: JSON.parse(readFileSync(join(FOLDER, kind, file), 'utf8')) as Vector }));
}

function toWire({ request }: Vector): Wire {
  return { ...request, body: request.body === null ? null : Buffer.from(request.body, 'base64') };
}

function contextOf({ key, now, origin }: Vector): ReturnType<typeof makeContext> {
  const context = makeContext([], { ...origin, now: () => now });
  context.keys.set(parseAccessKeyId(key.keyId), {
    department: key.department,
    algorithm: key.algorithm,
    publicKey: Buffer.from(key.publicKey, 'hex'),
    notBefore: 0,
    notAfter: now + 1,
    isRevoked: false,
    isDepartmentActive: true,
  });
  return context;
}

const valid = readVectors('valid');
const invalid = readVectors('invalid');

describe('vectors of dxl-request-v1', () => {
  it('are there', () => {
    expect(valid.length).toBeGreaterThanOrEqual(5);
    expect(invalid.length).toBeGreaterThanOrEqual(120);
    expect(invalid.map(({ vector }) => vector.expected)).not.toContain('ACCEPTED');
  });

  it.each(valid)('valid/$file', async ({ vector }) => {
    expect(await refusalOf(contextOf(vector), toWire(vector))).toBeNull();
    const { method, target, headers, body } = toWire(vector);
    const fields = headers.map(([name, value]) => ({ name, value }));
    const claimed = parseRequestSignature({ method, target, fields, body }, vector.origin, vector.now);
    const publicKey = importPublicKey(vector.key.algorithm, Buffer.from(vector.key.publicKey, 'hex'));
    const verified = await verifyRequestSignature(claimed, publicKey);
    expect(verified.requestHash).toBe(vector.requestHash);
    const signature = Buffer.from(verified.binding.signature.slice(1, -1), 'base64');
    expect(verifyBytes(publicKey, Buffer.from(vector.signatureBase, 'latin1'), signature)).toBe(true);
  });

  it.each(invalid)('invalid/$file', async ({ vector }) => {
    expect(await refusalOf(contextOf(vector), toWire(vector))).toBe(vector.expected);
  });

  it.each([...valid, ...invalid])('name the key of $file by its department', ({ vector: { key } }) => {
    const publicKey = Buffer.from(key.publicKey, 'hex');
    expect(key.keyId).toBe(deriveAccessKeyId(key.department, key.algorithm, publicKey));
  });

  it('are what docs/protocol.md shows', () => {
    const page = readFileSync(join(ROOT, 'docs', 'protocol.md'), 'utf8');
    const example = valid.find(({ file }) => file === 'read-ed25519.json')!.vector;
    const lines = example.request.headers.map(([name, value]) => `${name}: ${value}`);
    expect(page).toContain(`GET ${example.request.target} HTTP/1.1\n${lines.join('\n')}\n`);
    expect(page).toContain(`\n${example.signatureBase}\n`);
  });
});

/** RFC 9421 appendix B.1.3 and B.1.4. */
const RFC_P256 =
  'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqIVYZVLCrPZHGHjP17CTW0/+D9Lfw0EkjqF7xB4FivAxzic30tMM4GF+hR6Dxh71Z50VGGdldkkDXZCnTNnoXQ==';
const RFC_ED25519 = 'MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=';

interface RfcCase {
  readonly section: string;
  readonly key: string;
  readonly algorithm: KeyAlgorithm;
  readonly message: MessageDescriptor;
}

const RFC_CASES: readonly RfcCase[] = [
  {
    section: 'B.2.4',
    key: RFC_P256,
    algorithm: 'ecdsa-p256-sha256',
    message: {
      kind: 'response',
      status: 200,
      fields: [
        { name: 'Date', value: 'Tue, 20 Apr 2021 02:07:56 GMT' },
        { name: 'Content-Type', value: 'application/json' },
        {
          name: 'Content-Digest',
          value: 'sha-512=:mEWXIS7MaLRuGgxOBdODa3xqM1XdEvxoYhvlCFJ41QJgJc4GTsPp29l5oGX69wWdXymyU0rjJuahq4l5aGgfLQ==:',
        },
        { name: 'Content-Length', value: '23' },
        {
          name: 'Signature-Input',
          value:
            'sig-b24=("@status" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-ecc-p256"',
        },
        {
          name: 'Signature',
          value: 'sig-b24=:wNmSUAhwb5LxtOtOpNa6W5xj067m5hFrj0XQ4fvpaCLx0NKocgPquLgyahnzDnDAUy5eCdlYUEkLIj+32oiasw==:',
        },
      ],
    },
  },
  {
    section: 'B.2.6',
    key: RFC_ED25519,
    algorithm: 'ed25519',
    message: {
      kind: 'request',
      method: 'POST',
      targetUri: 'https://example.com/foo?param=Value&Pet=dog',
      fields: [
        { name: 'Date', value: 'Tue, 20 Apr 2021 02:07:55 GMT' },
        { name: 'Content-Type', value: 'application/json' },
        { name: 'Content-Length', value: '18' },
        {
          name: 'Signature-Input',
          value:
            'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"',
        },
        {
          name: 'Signature',
          value: 'sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:',
        },
      ],
    },
  },
];

async function verifyRfcCase({ key, algorithm, message }: RfcCase): Promise<boolean> {
  const publicKey = createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' });
  // Not by verifyBytes for P-256: the RFC allows either value of s.
  const isGood = (data: Uint8Array, signature: Uint8Array): boolean =>
    algorithm === 'ed25519'
      ? verifyBytes(publicKey, data, signature)
      : verify('sha256', data, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature);
  const policy = { algorithms: [algorithm], requiredComponents: [], requiredParameters: ['keyid'], now: 1_618_884_475 };
  try {
    await verifySignature(message, { policy, resolveVerifier: () => ({ algorithm, verify: isGood }) });
    return true;
  } catch {
    return false;
  }
}

describe('RFC 9421 appendix B through the engine', () => {
  it.each(RFC_CASES)('$section verifies', async (rfcCase) => {
    expect(await verifyRfcCase(rfcCase)).toBe(true);
  });

  it.each(RFC_CASES)('$section does not verify with a field changed', async (rfcCase) => {
    const fields = rfcCase.message.fields.map(({ name, value }) => ({
      name,
      value: name === 'Content-Type' ? 'text/json' : value,
    }));
    expect(await verifyRfcCase({ ...rfcCase, message: { ...rfcCase.message, fields } })).toBe(false);
  });

  it('B.2.4 has a high s: good by the RFC, refused by our profile, whose form is its low twin', () => {
    const publicKey = createPublicKey({ key: Buffer.from(RFC_P256, 'base64'), format: 'der', type: 'spki' });
    const { message } = RFC_CASES[0]!;
    const valueOf = (name: string): string => message.fields.find((field) => field.name === name)!.value;
    const base = [
      '"@status": 200',
      `"content-type": ${valueOf('Content-Type')}`,
      `"content-digest": ${valueOf('Content-Digest')}`,
      `"content-length": ${valueOf('Content-Length')}`,
      `"@signature-params": ${valueOf('Signature-Input').slice('sig-b24='.length)}`,
    ].join('\n');
    const high = Buffer.from(valueOf('Signature').slice('sig-b24=:'.length, -1), 'base64');
    const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
    const s = order - BigInt(`0x${high.toString('hex', 32)}`);
    const low = Buffer.concat([high.subarray(0, 32), Buffer.from(s.toString(16).padStart(64, '0'), 'hex')]);
    expect(verifyBytes(publicKey, Buffer.from(base), high)).toBe(false);
    expect(verifyBytes(publicKey, Buffer.from(base), low)).toBe(true);
  });
});

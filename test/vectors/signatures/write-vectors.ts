import { createPrivateKey } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { contentDigest } from '../../../ledger/signatures/content-digest.ts';
import { makeContext, present, refusalOf } from '../../gateway/authn/authentication-factory.ts';
import { HOLDER_FORGERIES } from '../../gateway/authn/holder-forgeries.ts';
import { MESSAGE_FORGERIES } from '../../gateway/authn/message-forgeries.ts';
import { SIGNATURE_FORGERIES } from '../../gateway/authn/signature-forgeries.ts';
import {
  KEY_OWNER,
  NOW,
  ORIGIN,
  makeHandMade,
  makeSigned,
  seededRandom,
  signByHand,
  toTestKey,
  toWire,
  type HandMade,
  type TestKey,
  type Wire,
} from '../../ledger/request-signature.factory.ts';

/**
 * Writes valid/ and invalid/ anew: `node test/vectors/signatures/write-vectors.ts`, only when the profile changes.
 * P-256 signatures are random, so those files change with every run.
 */
const HERE = import.meta.dirname;
const PKCS8_ED25519 = '302e020100300506032b657004220420';
/** RFC 8032 section 7.1, test 1. */
const ED25519_SEED = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';
/** RFC 6979 appendix A.2.5, as a JSON Web Key. */
const P256_JWK = {
  kty: 'EC',
  crv: 'P-256',
  d: Buffer.from('c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721', 'hex').toString('base64url'),
  x: Buffer.from('60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6', 'hex').toString('base64url'),
  y: Buffer.from('7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299', 'hex').toString('base64url'),
};

const ed25519 = toTestKey(
  createPrivateKey({ key: Buffer.from(PKCS8_ED25519 + ED25519_SEED, 'hex'), format: 'der', type: 'pkcs8' }),
);
const p256 = toTestKey(createPrivateKey({ key: P256_JWK, format: 'jwk' }));
const KEYS: readonly TestKey[] = [ed25519, p256];

function write(folder: 'valid' | 'invalid', name: string, key: TestKey, wire: Wire, rest: object): void {
  const slug = name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const { keyId, algorithm } = key.signing;
  const vector = {
    description: name,
    now: NOW,
    origin: ORIGIN,
    key: { department: KEY_OWNER, keyId, algorithm, publicKey: Buffer.from(key.publicBytes).toString('hex') },
    request: { ...wire, body: wire.body === null ? null : Buffer.from(wire.body).toString('base64') },
    ...rest,
  };
  writeFileSync(join(HERE, folder, `${slug}.json`), `${JSON.stringify(vector, null, 2)}\n`);
}

const GRANT = `0x${'1'.repeat(64)}`;

function makeExample(key: TestKey, isAct: boolean): HandMade {
  const body = isAct ? Buffer.from('{"act":{},"signature":"0x"}') : null;
  const actFields: [string, string][] =
    body === null
      ? []
      : [
          ['content-type', 'application/json'],
          ['content-digest', contentDigest(body)],
          ['idempotency-key', '5f0c4a5e-6d0b-4c9e-9d57-3f1f3b1f7a11'],
        ];
  const readFields: [string, string][] = [
    ['dxl-purpose', 'BUSINESS_COLLAB'],
    ['dxl-case-number', '2026-000117'],
    ['dxl-system', 'SI-PENSION-01'],
  ];
  const headers = isAct ? actFields : readFields;
  const made = makeHandMade(seededRandom(1), key);
  return {
    ...made,
    method: isAct ? 'POST' : 'GET',
    target: isAct ? '/v1/acts/submitRequest' : `/v1/grants/${GRANT}/rows?fields=name,born&limit=10`,
    headers,
    body,
    components: ['@method', '@authority', '@path', '@query', ...headers.map(([name]) => name)],
  };
}

async function writeValid(name: string, key: TestKey, made: HandMade): Promise<void> {
  const { wire, base } = signByHand(made, key.signing.privateKey);
  const { requestHash } = await present(makeContext(KEYS), wire);
  write('valid', name, key, wire, { expected: 'ACCEPTED', signatureBase: base.toString('latin1'), requestHash });
}

async function writeInvalid(name: string, key: TestKey, wire: Wire): Promise<void> {
  write('invalid', name, key, wire, { expected: await refusalOf(makeContext([key]), wire) });
}

for (const folder of ['valid', 'invalid']) {
  rmSync(join(HERE, folder), { recursive: true, force: true });
  mkdirSync(join(HERE, folder));
}
await writeValid('read-ed25519', ed25519, makeExample(ed25519, false));
await writeValid('read-p256', p256, makeExample(p256, false));
await writeValid('act-ed25519', ed25519, makeExample(ed25519, true));
await writeValid('act-p256', p256, makeExample(p256, true));
const example = makeExample(ed25519, false);
await writeValid('components and parameters in another order', ed25519, {
  ...example,
  components: [...example.components].reverse(),
  parameters: [...example.parameters].reverse(),
});

const random = seededRandom(2);
for (const { name, forge } of [...MESSAGE_FORGERIES, ...SIGNATURE_FORGERIES]) {
  for (let trial = 0; trial < 200; trial += 1) {
    const key = name.includes('P-256') ? p256 : ed25519;
    const loot = {
      wire: toWire(makeSigned(random, key)),
      other: toWire(makeSigned(random, key)),
      otherKeyId: key.signing.keyId.replace(/.$/, (digit) => (digit === '0' ? '1' : '0')),
      unknownKeyId: `0x${'2'.repeat(64)}`,
    };
    const wire = forge(random, loot);
    if (wire === null || JSON.stringify(wire) === JSON.stringify(loot.wire)) continue;
    if (name === 'key swapped for a registered one') break;
    await writeInvalid(name, key, wire);
    break;
  }
}
for (const { name, change, key: keyChange } of HOLDER_FORGERIES) {
  if (keyChange !== undefined) continue;
  for (let trial = 0; trial < 200; trial += 1) {
    const made = change(random, makeHandMade(random, ed25519));
    if (made === null) continue;
    await writeInvalid(name, ed25519, signByHand(made, ed25519.signing.privateKey).wire);
    break;
  }
}

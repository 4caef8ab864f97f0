import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { newSalt } from '../../../ledger/document-hash.ts';
import {
  type DeliveryConfirmation,
  isConfirmationOf,
  isConfirmedBy,
  parseConfirmation,
  signConfirmation,
} from '../../../ledger/receipts/confirmation.ts';
import { contentHash } from '../../../ledger/receipts/content-hash.ts';
import { createAccessKey } from '../../../ledger/signatures/signature-key.ts';
import { refusalOf } from '../refusal-of.ts';
import { aReceipt, aRefusedReceipt } from './receipt.factory.ts';

const digest = createHash('sha256').update('rows').digest();
const contentSalt = newSalt();
const receipt = aReceipt({ bytes: 4, contentHash: contentHash(contentSalt, digest) });
const received = { receipt, digest, bytes: 4, receivedAt: 1_760_889_602 };

const PAIRS = {
  ed25519: () => generateKeyPairSync('ed25519'),
  p256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
};

function sign(algorithm: keyof typeof PAIRS) {
  const { privateKey } = PAIRS[algorithm]();
  const signed = signConfirmation(received, createAccessKey(privateKey, receipt.caller!));
  return { signed, publicKey: createPublicKey(privateKey) };
}

describe('signConfirmation', () => {
  it.each(['ed25519', 'p256'] as const)('signs for what was received, with %s', (algorithm) => {
    const { signed, publicKey } = sign(algorithm);
    expect(isConfirmedBy(publicKey, signed)).toBe(true);
    expect(isConfirmationOf(signed.confirmation, receipt, contentSalt)).toBe(true);
    expect(isConfirmationOf(signed.confirmation, receipt, null)).toBe(true);
    expect(parseConfirmation({ ...signed.confirmation })).toEqual(signed.confirmation);
  });

  it('signs for nothing that names no grant', () => {
    const key = createAccessKey(PAIRS.ed25519().privateKey, receipt.caller!);
    const refused = { ...received, receipt: aRefusedReceipt() };
    expect(refusalOf(() => signConfirmation(refused, key))?.code).toBe('RECEIPT_INVALID');
  });
});

describe('isConfirmedBy', () => {
  const { signed, publicKey } = sign('ed25519');

  it.each(Object.keys(signed.confirmation))('refuses a changed %s', (member) => {
    const value = signed.confirmation[member as keyof DeliveryConfirmation];
    const changed = typeof value === 'number' ? value + 1 : `${value}0`;
    const confirmation = { ...signed.confirmation, [member]: changed };
    expect(isConfirmedBy(publicKey, { ...signed, confirmation })).toBe(false);
  });

  it('refuses another key and a signature of another length', () => {
    expect(isConfirmedBy(sign('ed25519').publicKey, signed)).toBe(false);
    expect(isConfirmedBy(publicKey, { ...signed, signature: signed.signature.slice(0, -2) })).toBe(false);
    expect(isConfirmedBy(publicKey, { ...signed, signature: '0x' })).toBe(false);
  });
});

describe('isConfirmationOf', () => {
  const { confirmation } = sign('ed25519').signed;

  it.each<[string, Partial<DeliveryConfirmation>]>([
    ['bytes', { bytes: 5 }],
    ['content', { contentDigest: aReceipt().contextHash! }],
    ['receipt', { receiptId: '11hzx3k9v7q2m4n6p8r0s2t4w6' }],
    ['leaf', { leaf: aReceipt().contextHash! }],
    ['gateway', { gateway: 'another' }],
    ['times, before the read began', { receivedAt: receipt.openedAt - 301 }],
  ])('refuses other %s', (_name, changes) => {
    expect(isConfirmationOf({ ...confirmation, ...changes }, receipt, contentSalt)).toBe(false);
  });

  it('takes a clock that is five minutes behind', () => {
    const behind = { ...confirmation, receivedAt: receipt.openedAt - 300 };
    expect(isConfirmationOf(behind, receipt, contentSalt)).toBe(true);
  });

  it('refuses a receipt that was changed, in whatever member', () => {
    const changed = aReceipt({ ...receipt, closedAt: receipt.closedAt + 1 });
    expect(isConfirmationOf(confirmation, changed, contentSalt)).toBe(false);
  });
});

describe('parseConfirmation', () => {
  it.each([null, [], {}, { ...sign('p256').signed.confirmation, extra: 1 }])('refuses %j', (value) => {
    expect(refusalOf(() => parseConfirmation(value as never))?.code).toBe('RECEIPT_INVALID');
  });
});

import { createHash, createPrivateKey } from 'node:crypto';

import { SigningKey } from 'ethers';

import { parseBytes32, type GatewayId } from '../../../ledger/ids.ts';
import { formatCheckpoint, logOrigin } from '../../../ledger/log/checkpoint.ts';
import type { GatewayTreeHead, ReceiptLogPlace } from '../../../ledger/log/head-signature.ts';
import { hashLeaf } from '../../../ledger/log/merkle-tree.ts';
import type { NoteSigner } from '../../../ledger/log/signed-note.ts';

const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** A signer whose seed is the SHA-256 of its name, as in the vectors. */
export function makeSigner(name: string): NoteSigner {
  const seed = createHash('sha256').update(name).digest();
  const key = Buffer.concat([PKCS8_ED25519, seed]);
  return { name, privateKey: createPrivateKey({ key, format: 'der', type: 'pkcs8' }) };
}

export const GATEWAY: GatewayId = parseBytes32<GatewayId>(`0x${'a1'.repeat(32)}`);
export const PLACE: ReceiptLogPlace = { chainId: 31_337, verifyingContract: `0x${'12'.repeat(20)}` };
export const ACCOUNT_KEY = new SigningKey(`0x${'77'.repeat(32)}`);
export const HEAD: GatewayTreeHead = { gateway: GATEWAY, size: 1_234, root: hashLeaf(Buffer.from('a head')) };

export const gatewaySigner = makeSigner(logOrigin(GATEWAY));
export const witness = makeSigner('witness.example/w1');
export const CHECKPOINT = formatCheckpoint({ origin: logOrigin(GATEWAY), size: HEAD.size, root: HEAD.root });

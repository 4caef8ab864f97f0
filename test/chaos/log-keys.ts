import { createPrivateKey } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { computeAddress, SigningKey } from 'ethers';

import type { LogKeys } from '../../gateway/log/receipt-log.ts';
import { createGatewayKey } from '../../ledger/signatures/signature-key.ts';
import { makeKeys } from '../gateway/log/log-fixture.ts';

const fileIn = (folder: string): string => join(folder, 'keys.json');

/** Keys that every process on a folder finds. */
export function writeKeys(folder: string): LogKeys {
  const keys = makeKeys();
  const signer = keys.signer.export({ format: 'pem', type: 'pkcs8' });
  writeFileSync(fileIn(folder), JSON.stringify({ signer, account: keys.account.privateKey }), { mode: 0o600 });
  return keys;
}

export function readKeys(folder: string): LogKeys {
  const kept = JSON.parse(readFileSync(fileIn(folder), 'utf8')) as { signer: string; account: string };
  const signer = createPrivateKey(kept.signer);
  const account = new SigningKey(kept.account);
  const { place } = makeKeys();
  const { keyId: gateway } = createGatewayKey(signer);
  return { gateway, signer, account, address: computeAddress(account.publicKey).toLowerCase(), place };
}

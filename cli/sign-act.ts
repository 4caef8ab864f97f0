import { SigningKey, computeAddress } from 'ethers';

import { ACTS } from '../ledger/acts/act-definitions.ts';
import type { Act, ActName } from '../ledger/acts/act-definitions.ts';
import { actDigest } from '../ledger/acts/act-digest.ts';
import { actToJson } from '../ledger/acts/parse-act.ts';
import type { Deployment } from '../ledger/deployment.ts';
import type { SaltedDocument } from '../ledger/document-hash.ts';
import type { Bytes32 } from '../ledger/ids.ts';
import type { JsonValue } from '../ledger/json/strict-json.ts';
import { encodeMultiSignature } from '../ledger/multi-signature.ts';
import type { OfficerSignature } from '../ledger/multi-signature.ts';

/** An act on its way between officers: what they sign, what they have signed, and the document to read before. */
export interface ActFile {
  readonly type: 'DxlAct';
  readonly name: ActName;
  readonly act: JsonValue;
  readonly digest: Bytes32;
  readonly role: 'office' | 'head';
  readonly salted: SaltedDocument | null;
  readonly signatures: readonly OfficerSignature[];
}

export function createActFile<Name extends ActName>(
  deployment: Deployment,
  name: Name,
  act: Act<Name>,
  salted: SaltedDocument | null,
): ActFile {
  const digest = actDigest(deployment, name, act);
  return { type: 'DxlAct', name, act: actToJson(act), digest, role: ACTS[name].role, salted, signatures: [] };
}

/** Adds one officer's signature over the EIP-712 digest; the key is secp256k1 as 0x hex. */
export function addSignature(file: ActFile, privateKey: string): ActFile {
  const key = new SigningKey(privateKey);
  const signer = computeAddress(key.publicKey).toLowerCase();
  const part = { signer, signature: key.sign(file.digest).serialized };
  return { ...file, signatures: [...file.signatures.filter((other) => other.signer !== signer), part] };
}

/** Takes one officer's signature out again; `signer` is his address as `dxl act show` prints it. */
export function dropSignature(file: ActFile, signer: string): ActFile {
  return { ...file, signatures: file.signatures.filter((other) => other.signer !== signer.toLowerCase()) };
}

/**
 * The body of POST /v1/acts/{name}. An account that is one key takes that key's signature as it is; any other account
 * is a department account, which takes the officers' signatures together.
 * @param account what the registry holds for the acting role: an address, or an ERC-7913 signer
 */
export function actMessage(file: ActFile, account: string): Readonly<Record<string, unknown>> {
  const own = file.signatures.find(({ signer }) => signer === account.toLowerCase());
  const signature = own?.signature ?? encodeMultiSignature(file.signatures);
  const documented = file.salted === null ? {} : { document: file.salted.document, salt: file.salted.salt };
  return { act: file.act, signature, ...documented };
}

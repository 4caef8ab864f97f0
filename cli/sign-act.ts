import { computeAddress, SigningKey } from 'ethers';
import { z } from 'zod';

import type { SigningRole } from '../ledger/acts/act-definition.ts';
import { ACTS } from '../ledger/acts/act-definitions.ts';
import type { Act, ActName } from '../ledger/acts/act-definitions.ts';
import { actDigest } from '../ledger/acts/act-digest.ts';
import { actToJson } from '../ledger/acts/parse-act.ts';
import type { Deployment } from '../ledger/deployment.ts';
import type { SaltedDocument } from '../ledger/document-hash.ts';
import type { Bytes32 } from '../ledger/ids.ts';
import type { JsonObject } from '../ledger/json/strict-json.ts';
import { encodeMultiSignature } from '../ledger/multi-signature.ts';
import type { OfficerSignature } from '../ledger/multi-signature.ts';
import { CliError } from './cli-error.ts';

/** An account that must sign, and the officers' signatures for it so far. */
export interface SignerPart {
  readonly department: string;
  readonly role: SigningRole;
  readonly signatures: readonly OfficerSignature[];
}

/** An act on its way between officers: what they sign, what they have signed, and the document to read before. */
export interface ActFile {
  readonly type: 'DxlAct';
  readonly name: ActName;
  readonly act: JsonObject;
  readonly digest: Bytes32;
  readonly salted: SaltedDocument | null;
  /** In the order in which the act's contract takes their signatures; the first one acts. */
  readonly signers: readonly SignerPart[];
}

export function createActFile<Name extends ActName>(
  deployment: Deployment,
  name: Name,
  act: Act<Name>,
  salted: SaltedDocument | null,
): ActFile {
  const json = actToJson(act);
  const signers = ACTS[name].signers.map(({ department, role }) => ({
    department: z.string().parse(json[department]),
    role,
    signatures: [],
  }));
  return { type: 'DxlAct', name, act: json, digest: actDigest(deployment, name, act), salted, signers };
}

/** Whose account a signature is for. */
export type SigningParty = Pick<SignerPart, 'department' | 'role'>;

/** Adds one officer's signature over the EIP-712 digest for one of the accounts; the key is secp256k1 as 0x hex. */
export function addSignature(file: ActFile, party: SigningParty, privateKey: string): ActFile {
  const key = new SigningKey(privateKey);
  const signer = computeAddress(key.publicKey).toLowerCase();
  const part = { signer, signature: key.sign(file.digest).serialized };
  const signers = file.signers.map((each) =>
    each.department === party.department && each.role === party.role
      ? { ...each, signatures: [...each.signatures.filter((other) => other.signer !== signer), part] }
      : each,
  );
  return { ...file, signers };
}

/** Takes one officer's signatures out again; `signer` is his address as `dxl act show` prints it. */
export function dropSignature(file: ActFile, signer: string): ActFile {
  const signers = file.signers.map((each) => ({
    ...each,
    signatures: each.signatures.filter((other) => other.signer !== signer.toLowerCase()),
  }));
  return { ...file, signers };
}

export function countSignatures({ signers }: ActFile): number {
  return signers.reduce((sum, { signatures }) => sum + signatures.length, 0);
}

/** `office of 11990100MB0000019L`. */
export function partyText({ department, role }: SigningParty): string {
  return `${role} of ${department}`;
}

/** @throws CliError INPUT_INVALID naming every account for which nobody has signed */
export function assertComplete({ signers }: ActFile): void {
  const missing = signers.filter(({ signatures }) => signatures.length === 0);
  if (missing.length === 0) return;
  const names = missing.map(partyText).join(', nor by the ');
  const text = `Not signed yet by the ${names}: write the act with --out, and whoever is missing adds his by dxl act sign`;
  const parties = missing.map(({ department, role }) => ({ department, role }));
  throw new CliError('INPUT_INVALID', text, { missing: parties });
}

/**
 * The body of POST /v1/acts/{name}. An account that is one key takes that key's signature as it is; any other account
 * is a department account, which takes the officers' signatures together.
 * @param accounts what the registry holds for each of the signers, in their order: an address, or an ERC-7913 signer
 */
export function actMessage(file: ActFile, accounts: readonly string[]): Readonly<Record<string, unknown>> {
  const signatures = file.signers.map((part, index) => signatureOf(part, accounts[index] ?? ''));
  const documented = file.salted === null ? {} : { document: file.salted.document, salt: file.salted.salt };
  return { act: file.act, signatures, ...documented };
}

function signatureOf({ signatures }: SignerPart, account: string): string {
  const own = signatures.find(({ signer }) => signer === account.toLowerCase());
  return own?.signature ?? encodeMultiSignature(signatures);
}

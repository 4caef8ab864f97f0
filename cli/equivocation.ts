import { hexlify } from 'ethers';

import type { ActCall } from '../ledger/acts/encode-act-call.ts';
import type { Deployment } from '../ledger/deployment.ts';
import { LedgerError } from '../ledger/errors.ts';
import { type Bytes32, type GatewayId, parseBytes32 } from '../ledger/ids.ts';
import { gatewayOfOrigin, parseCheckpoint } from '../ledger/log/checkpoint.ts';
import { treeHeadVerifier } from '../ledger/log/head-signature.ts';
import { isSameHash, type TreeHead } from '../ledger/log/merkle-tree.ts';
import { parseNote, type SignedNote, verifiedSignatures } from '../ledger/log/signed-note.ts';
import { encodeProveEquivocationCall, receiptLogPlace } from '../ledger/log-anchor.ts';
import { CliError } from './cli-error.ts';
import { readSmallFile } from './small-file.ts';

/** Far more than a checkpoint with the signatures of all its witnesses. */
const MAX_NOTE_BYTES = 65_536;

/** Two heads of one size that a gateway signed, as the contract takes them. */
export interface EquivocationProof {
  readonly gateway: GatewayId;
  readonly size: number;
  readonly root: Bytes32;
  readonly otherRoot: Bytes32;
  /** Anybody may send it. */
  readonly call: ActCall;
}

/** A checkpoint in a file, with what it says. */
export interface CheckpointFile extends TreeHead {
  readonly path: string;
  readonly note: SignedNote;
  readonly gateway: GatewayId;
}

/** @throws CliError FILE_UNUSABLE */
export function readCheckpointFile(path: string): CheckpointFile {
  const bytes = readSmallFile(path, MAX_NOTE_BYTES);
  try {
    const note = parseNote(bytes);
    const { origin, size, root } = parseCheckpoint(note.text);
    return { path, note, gateway: gatewayOfOrigin(origin), size, root };
  } catch (cause) {
    if (!(cause instanceof LedgerError)) throw cause;
    throw new CliError(
      'FILE_UNUSABLE',
      `${path} is no checkpoint of a gateway: ${cause.message}`,
      cause.details,
      cause,
    );
  }
}

/**
 * @param account of the gateway on the ledger
 * @throws CliError INPUT_INVALID where the two prove nothing
 */
export function proveEquivocation(
  deployment: Deployment,
  account: string,
  [one, other]: readonly [CheckpointFile, CheckpointFile],
): EquivocationProof {
  const { gateway, size } = one;
  if (other.gateway !== gateway || other.size !== size || isSameHash(one.root, other.root)) {
    throw new CliError('INPUT_INVALID', 'The checkpoints are not two of one gateway and size with different roots');
  }
  const verifier = treeHeadVerifier(receiptLogPlace(deployment), gateway, account);
  const signatureOf = ({ path, note }: CheckpointFile): string => {
    const [signature] = verifiedSignatures(note, [verifier]);
    if (signature !== undefined) return hexlify(signature.payload);
    throw new CliError(
      'INPUT_INVALID',
      `${path} is not signed by the account of the gateway, which the contract asks for`,
    );
  };
  const [root, otherRoot] = [parseBytes32(hexlify(one.root)), parseBytes32(hexlify(other.root))];
  const head = { gateway, size, root };
  const proof = { head, signature: signatureOf(one), otherRoot, otherSignature: signatureOf(other) };
  return { gateway, size, root, otherRoot, call: encodeProveEquivocationCall(deployment, proof) };
}

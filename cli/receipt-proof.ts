import { LedgerError } from '../ledger/errors.ts';
import type { GatewayId } from '../ledger/ids.ts';
import { parseBytes32 } from '../ledger/ids.ts';
import { logOrigin, parseCheckpoint } from '../ledger/log/checkpoint.ts';
import { verifyInclusion } from '../ledger/log/inclusion.ts';
import { hashLeaf } from '../ledger/log/merkle-tree.ts';
import { openNote } from '../ledger/log/signed-note.ts';
import { parseTlogProof } from '../ledger/log/tlog-proof.ts';
import { exportPublicKey } from '../ledger/signatures/signature-key.ts';
import { receiptLeaf } from '../ledger/receipts/receipt.ts';
import { CliError } from './cli-error.ts';
import { findReceipt } from './fetch-rows.ts';
import type { GatewayClient } from './gateway-client.ts';

/** A proof that was checked: `bytes` is the file, the rest is what it proves. */
export interface CheckedProof {
  readonly bytes: Buffer;
  readonly index: number;
  readonly size: number;
  /** Base64, as in the checkpoint. */
  readonly root: string;
  /** Hex with 0x. */
  readonly leafHash: string;
}

/**
 * The proof that a receipt is in the log which the gateway signed. What the gateway says about the receipt and about the
 * log must fit together, whoever of the two was changed.
 * @throws CliError ANSWER_UNVERIFIED, GATEWAY_REFUSED
 */
export async function fetchProof(client: GatewayClient, receiptId: string): Promise<CheckedProof> {
  const leaf = receiptLeaf((await findReceipt(client, receiptId)).receipt);
  const bytes = await client.getBytes(`/v1/receipts/${receiptId}/proof`);
  const { publicKey, keyId } = await client.identity();
  try {
    const name = logOrigin(parseBytes32<GatewayId>(keyId));
    const { index, proof, note } = parseTlogProof(bytes);
    const { text } = openNote(note, [{ name, publicKey: exportPublicKey(publicKey).bytes }]);
    const { origin, ...head } = parseCheckpoint(text);
    const leafHash = hashLeaf(leaf);
    if (origin === name && verifyInclusion({ index, leafHash, head, proof })) {
      const root = Buffer.from(head.root).toString('base64');
      return { bytes, index, size: head.size, root, leafHash: `0x${Buffer.from(leafHash).toString('hex')}` };
    }
  } catch (cause) {
    if (!(cause instanceof LedgerError)) throw cause;
    throw new CliError('ANSWER_UNVERIFIED', 'The proof cannot be read', { receiptId, reason: cause.code }, cause);
  }
  throw new CliError('ANSWER_UNVERIFIED', 'The receipt is not in the log that the gateway signed', { receiptId });
}

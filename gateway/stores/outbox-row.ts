import { parseBytes32 } from '../../ledger/ids.ts';
import type { Bytes32 } from '../../ledger/ids.ts';
import type { OutboxFailure, OutboxStatus, OutboxTable } from './schema.ts';
import { storeFailed } from './store-failed.ts';

/** A call that the relayer carries; addresses and data as lower-case hex. */
export interface OutboxCall {
  readonly target: string;
  readonly data: string;
  /** Digest of the act inside; null for a transaction that only fills a nonce. */
  readonly digest: Bytes32 | null;
}

/** The signed form of a call: what is stored here is what is sent, always. */
export interface SignedCall {
  readonly sender: string;
  readonly nonce: number;
  readonly raw: string;
  readonly transactionHash: string;
}

/** Where the chain has the transaction. */
export interface MinedAt {
  readonly blockNumber: number;
  readonly blockHash: string;
}

export interface OutboxRow extends OutboxCall {
  readonly position: number;
  readonly id: string;
  readonly status: OutboxStatus;
  readonly queuedAtMs: number;
  readonly signed: SignedCall | null;
  readonly mined: MinedAt | null;
  readonly failure: OutboxFailure | null;
  /** What the contract answered when it refused; for `decodeRevert`. */
  readonly revertData: string | null;
}

export type StoredOutboxRow = Omit<OutboxTable, 'position'> & { readonly position: number };

/** @throws GatewayError STORE_FAILED for a row that this program could not have written */
export function toOutboxRow(row: StoredOutboxRow): OutboxRow {
  const { position, id, status, target, data, queuedAtMs, failure, revertData } = row;
  const digest = row.digest === null ? null : parseBytes32(row.digest);
  const known = { position, id, status, target, data, digest, queuedAtMs, failure, revertData };
  return { ...known, signed: signedOf(row), mined: minedOf(row) };
}

function signedOf({ id, sender, nonce, raw, transactionHash }: StoredOutboxRow): SignedCall | null {
  if (sender === null && nonce === null && raw === null && transactionHash === null) return null;
  if (sender === null || nonce === null || raw === null || transactionHash === null) {
    throw storeFailed('read the outbox', `row ${id} is half signed`);
  }
  return { sender, nonce, raw, transactionHash };
}

function minedOf({ blockNumber, blockHash }: StoredOutboxRow): MinedAt | null {
  return blockNumber === null || blockHash === null ? null : { blockNumber, blockHash };
}

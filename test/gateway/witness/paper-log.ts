import { createPublicKey } from 'node:crypto';

import type { LogKeys } from '../../../gateway/log/receipt-log.ts';
import { parseBytes32 } from '../../../ledger/ids.ts';
import { receiptLogPlace } from '../../../ledger/log-anchor.ts';
import { formatCheckpoint, logOrigin } from '../../../ledger/log/checkpoint.ts';
import { proveConsistency } from '../../../ledger/log/consistency.ts';
import { signTreeHead, treeHeadSignature } from '../../../ledger/log/head-signature.ts';
import type { TreeHead } from '../../../ledger/log/merkle-tree.ts';
import { signNote } from '../../../ledger/log/signed-note.ts';
import { formatWitnessRequest } from '../../../ledger/log/witness-request.ts';
import { exportPublicKey } from '../../../ledger/signatures/signature-key.ts';
import { ReferenceTree } from '../../ledger/log/reference-tree.ts';
import { headOf, readerOf } from '../../ledger/log/tree.factory.ts';
import { gatewayRegistration } from '../../support/act-factory.ts';
import type { LedgerChain } from '../../support/ledger-chain.ts';
import { makeKeys } from '../log/log-fixture.ts';

const SIZE = 40;

/** A gateway of which there is no more than its keys: it signs whatever a test wants it to have signed. */
export class PaperLog {
  readonly keys: LogKeys;
  readonly tree: ReferenceTree;

  constructor(keys: LogKeys, name = 'leaf') {
    this.keys = keys;
    this.tree = new ReferenceTree(Array.from({ length: SIZE }, (_, index) => Buffer.from(`${name}-${String(index)}`)));
  }

  /** Registered on the ledger, with the authority as its operator. */
  static async register(chain: LedgerChain): Promise<PaperLog> {
    const log = PaperLog.unregistered(chain);
    const { bytes } = exportPublicKey(createPublicKey(log.keys.signer));
    const publicKey = parseBytes32(`0x${Buffer.from(bytes).toString('hex')}`);
    const act = gatewayRegistration(chain.authority, { publicKey, account: log.keys.address });
    await chain.record('registerGateway', act, chain.authority);
    return log;
  }

  static unregistered(chain: LedgerChain): PaperLog {
    return new PaperLog({ ...makeKeys(), place: receiptLogPlace(chain.deployment) });
  }

  /** Another history under the same keys. */
  forked(): PaperLog {
    return new PaperLog(this.keys, 'other');
  }

  get origin(): string {
    return logOrigin(this.keys.gateway);
  }

  textOf(size: number): string {
    return formatCheckpoint({ origin: this.origin, ...this.head(size) });
  }

  note(size: number): Uint8Array {
    const { gateway, signer, account, address, place } = this.keys;
    const onChain = treeHeadSignature(gateway, address, signTreeHead(place, { gateway, ...this.head(size) }, account));
    return signNote(this.textOf(size), [{ name: this.origin, privateKey: signer }], [onChain]);
  }

  head(size: number): TreeHead {
    return headOf(this.tree, size);
  }

  async request(from: number, to: number): Promise<Uint8Array> {
    const proof = await proveConsistency(readerOf(this.tree), from, to);
    return formatWitnessRequest({ oldSize: from, proof, note: this.note(to) });
  }
}

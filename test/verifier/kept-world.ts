import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';

import type { SaltedDocument } from '../../ledger/document-hash.ts';
import type { EvidenceLine, EvidenceLineOf } from '../../ledger/evidence/evidence-line.ts';
import {
  type AccessKeyId,
  type DepartmentId,
  type GrantId,
  parseAccessKeyId,
  parseBytes32,
  parseDepartmentId,
  parseGrantId,
} from '../../ledger/ids.ts';
import { PaperGateway, type ReadFacts } from './paper-gateway.ts';

/** How far the history goes: each stage has all before it. */
export const STAGES = ['entered', 'keyRevoked', 'callerSuspended', 'gatewayRetired'] as const;
export type Stage = (typeof STAGES)[number];

export interface KeptBlock {
  readonly number: number;
  readonly hash: string;
  readonly timestamp: number;
}

/** A history of `EvidenceWorld` as `write-kept-world.ts` keeps it; the keys are of this file alone. */
export interface KeptFile {
  readonly header: EvidenceLineOf<'header'>;
  readonly accounts: readonly EvidenceLineOf<'account'>[];
  readonly logs: readonly EvidenceLineOf<'log'>[];
  readonly stages: Readonly<
    Record<
      Stage,
      { readonly logs: number; readonly block: EvidenceLineOf<'block'>; readonly heads: EvidenceLineOf<'heads'> }
    >
  >;
  readonly documents: readonly SaltedDocument[];
  readonly provider: string;
  readonly requester: string;
  readonly keyId: string;
  /** PKCS #8 PEM of the access key, and of the gateway's. */
  readonly callerKey: string;
  readonly gatewayKey: string;
  readonly grantId: string;
  readonly suspendedGrantId: string;
  readonly inForce: KeptBlock;
  readonly afterSuspension: KeptBlock;
}

const PATH = 'test/vectors/evidence/kept-world.json';

/** What `EvidenceWorld` is, without a chain: a short real history, and a gateway that writes what it is told to. */
export class KeptWorld {
  readonly file: KeptFile = JSON.parse(readFileSync(PATH, 'utf8')) as KeptFile;
  readonly documents = this.file.documents;
  readonly provider: { readonly id: DepartmentId } = { id: parseDepartmentId(this.file.provider) };
  readonly requester: { readonly id: DepartmentId } = { id: parseDepartmentId(this.file.requester) };
  readonly keyId: AccessKeyId = parseAccessKeyId(this.file.keyId);
  readonly keyPair: KeyObject = createPrivateKey(this.file.callerKey);
  readonly grantId: GrantId = parseGrantId(this.file.grantId);
  readonly suspendedGrantId: GrantId = parseGrantId(this.file.suspendedGrantId);
  readonly inForce = this.file.inForce;
  readonly afterSuspension = this.file.afterSuspension;
  stage: Stage = 'entered';
  gateway = this.#newGateway();
  /** Logs of heads that the chain took, behind the others. */
  readonly #anchors: EvidenceLine[] = [];

  /** The same gateway with nothing in its log. */
  enterGateway(): void {
    this.gateway = this.#newGateway();
    this.stage = 'entered';
    this.#anchors.length = 0;
  }

  /** Of the stage, or of the one that is named. */
  blockOf(stage: Stage = this.stage): KeptBlock {
    return this.file.stages[stage].block;
  }

  /** A read under the grant that is in force. */
  read(changes: Partial<ReadFacts> = {}): ReadFacts {
    const { grantId, keyId } = this;
    const at = this.inForce.timestamp;
    return { grantId, caller: this.requester.id, keyId, block: this.inForce, at, ...changes };
  }

  /** The log that the chain would have of the gateway's head as it is now; such a log is no entry of a history. */
  async anchor(): Promise<void> {
    const { gateway } = this;
    const { number, timestamp } = this.blockOf();
    const word = (value: number): string => value.toString(16).padStart(64, '0');
    const root = Buffer.from(await gateway.root()).toString('hex');
    const data = `0x${word(gateway.size)}${root}${word(timestamp)}`;
    const topics = [parseBytes32(HEAD_ANCHORED), parseBytes32(gateway.id)];
    this.#anchors.push({ type: 'log', block: number, contract: 'ReceiptLog', topics, data });
    gateway.anchored = gateway.size;
  }

  ledgerLines(): Promise<readonly EvidenceLine[]> {
    const { header, accounts, logs, stages } = this.file;
    const { logs: count, block, heads } = stages[this.stage];
    return Promise.resolve([header, block, heads, ...accounts, ...logs.slice(0, count), ...this.#anchors]);
  }

  #newGateway(): PaperGateway {
    return new PaperGateway(createPrivateKey(this.file.gatewayKey));
  }
}

/** keccak256 of HeadAnchored(bytes32,uint64,bytes32,uint64) */
const HEAD_ANCHORED = '0xd1d80709ee25851881197526a368dd8e30145277928b060dbfb45534fee684cb';

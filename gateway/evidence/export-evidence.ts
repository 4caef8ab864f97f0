import { sign } from 'node:crypto';

import type { EvidenceLine } from '../../ledger/evidence/evidence-line.ts';
import { EvidenceWriter } from '../../ledger/evidence/evidence-writer.ts';
import { hasWholeLogs } from '../../ledger/evidence/scope.ts';
import type { EvidenceScope } from '../../ledger/evidence/scope.ts';
import type { AccessKeyId, Bytes32 } from '../../ledger/ids.ts';
import type { SaltedDocument } from '../../ledger/document-hash.ts';
import { parseBytes32, parseGatewayId, parseGrantId } from '../../ledger/ids.ts';
import { formatCheckpoint, logOrigin } from '../../ledger/log/checkpoint.ts';
import { EMPTY_ROOT } from '../../ledger/log/merkle-tree.ts';
import type { TreeHash } from '../../ledger/log/merkle-tree.ts';
import { signNote } from '../../ledger/log/signed-note.ts';
import { receiptLeaf } from '../../ledger/receipts/receipt.ts';
import type { AccessReceipt } from '../../ledger/receipts/receipt.ts';
import { parseStrictJson } from '../../ledger/json/strict-json.ts';
import { GatewayError } from '../errors.ts';
import type { GatewayContext } from '../context.ts';
import type { PublishedHead } from '../log/receipt-log.ts';
import { isConfirmedInTime } from '../receipts/confirmation-time.ts';
import type { SavedReceipt } from '../receipts/receipt-facts.ts';
import type { EvidencePoint } from './pin-evidence.ts';
import { readContractAccounts } from './contract-accounts.ts';
import { readEvidenceLogs } from './ledger-logs.ts';

export type EvidenceContext = Pick<
  GatewayContext,
  'deployment' | 'node' | 'follower' | 'documents' | 'log' | 'confirmations' | 'signing' | 'gatewayKey'
> & { readonly receipts: Pick<GatewayContext['receipts'], 'receiptsFrom' | 'leafOf'> };

/** What is asked for, and what of it may be told. */
export interface EvidenceOrder {
  readonly scope: EvidenceScope;
  /** Up to where log and history reach. */
  readonly point: EvidencePoint;
  /** Whether a document may be shown to whoever asks; otherwise it is withheld. */
  readonly maySee: (hash: Bytes32, salted: SaltedDocument) => Promise<boolean>;
  /** The grant whose receipts a case is about; null for none. */
  readonly grantOfCase: string | null;
  /** Whether what was asked for may be shown beside a receipt; otherwise it is withheld. */
  readonly maySeeContext: (receipt: AccessReceipt) => boolean;
  /** Shows the salts of what was delivered, and its digests in confirmations, which are for the two sides only. */
  readonly withContentSalts: boolean;
}

/** One pass over the logs tells what comes before them in the file. */
interface Survey {
  readonly signers: ReadonlySet<string>;
  /** Hashes that acts name, in the order in which the logs name them first. */
  readonly documents: ReadonlySet<Bytes32>;
  /** Access keys that were ever registered. */
  readonly keys: ReadonlySet<AccessKeyId>;
  readonly anchored: number;
}

/**
 * The lines of an evidence bundle (docs/evidence-format.md), as bytes. Everything is read as it is written out: memory
 * does not grow with the ledger, nor with the log.
 * @throws GatewayError, RpcError; what was written by then has no end, and is no bundle
 */
export async function* exportEvidence(context: EvidenceContext, order: EvidenceOrder): AsyncGenerator<Uint8Array> {
  const writer = new EvidenceWriter();
  for await (const line of linesOf(context, order)) yield writer.line(line);
  const { key } = context.signing;
  yield await writer.end({
    gateway: context.gatewayKey.keyId,
    sign: (statement) => sign(null, statement, key.privateKey),
  });
}

type Line = Exclude<EvidenceLine, { type: 'end' }>;

async function* linesOf(context: EvidenceContext, order: EvidenceOrder): AsyncGenerator<Line> {
  const { deployment, node } = context;
  const { scope, point } = order;
  const { head, block, heads, seal, proofs } = point;
  const { number, hash, timestamp } = block;
  yield { type: 'header', format: 'dxl/evidence/1', deployment, scope };
  yield { type: 'block', number, hash, timestamp, seal };
  yield { type: 'heads', contracts: heads, proofs };
  const survey = await surveyLogs(context, order);
  for (const account of await readContractAccounts(node, survey.signers, number)) {
    yield { type: 'account', ...account, officers: [...account.officers] };
  }
  for await (const { contract, raw } of readEvidenceLogs(node, deployment, number)) {
    yield { type: 'log', block: raw.blockNumber, contract, topics: raw.topics.map(parseBytes32), data: raw.data };
  }
  for (const documentHash of survey.documents) yield await documentLine(context, order, documentHash);
  yield* receiptLines(context, order, head, survey);
}

async function surveyLogs(
  { node, deployment, gatewayKey }: EvidenceContext,
  { point }: EvidenceOrder,
): Promise<Survey> {
  const signers = new Set<string>();
  const documents = new Set<Bytes32>();
  const keys = new Set<AccessKeyId>();
  let anchored = 0;
  for await (const log of readEvidenceLogs(node, deployment, point.block.number)) {
    if (log.signed !== null) signers.add(log.signed.signer);
    if (log.entry?.name === 'AccessKeyRegistered') keys.add(log.entry.keyId);
    if (log.entry !== null && 'act' in log.entry && 'documentHash' in log.entry.act) {
      documents.add(log.entry.act.documentHash);
    }
    if (log.anchored?.gateway === gatewayKey.keyId) anchored = log.anchored.size;
  }
  return { signers, documents, keys, anchored };
}

async function documentLine({ documents }: EvidenceContext, { maySee }: EvidenceOrder, hash: Bytes32): Promise<Line> {
  const salted = await documents.get(hash);
  const isShown = salted !== null && (await maySee(hash, salted));
  return isShown
    ? { type: 'document', hash, salt: salted.salt, document: salted.document }
    : { type: 'document', hash, salt: null, document: null };
}

/** Of this gateway only: each gateway exports its own log. */
async function* receiptLines(
  context: EvidenceContext,
  order: EvidenceOrder,
  { size, note }: PublishedHead,
  { anchored, keys }: Survey,
): AsyncGenerator<Line> {
  const range = await rangeOf(context, order, size);
  const complete = hasWholeLogs(order.scope);
  if (range === null || (note === null && !complete)) return;
  if (anchored > size) throw new GatewayError('AUDIT_BACKLOG', 'The ledger has a larger log than this gateway');
  const consistency = anchored === 0 ? [] : (await context.log.proveConsistency(anchored, size)).map(toHex);
  const gateway = parseBytes32(context.gatewayKey.keyId);
  const shown = Buffer.from(note ?? signNothing(context)).toString('utf8');
  yield { type: 'checkpoint', gateway, note: shown, consistency, complete };
  for await (const { leaf, saved } of context.receipts.receiptsFrom(range.first)) {
    if (leaf < range.end && range.isIn(saved)) yield* receiptLine(context, order, { leaf, saved, size, keys });
    if (leaf + 1 >= range.end) break;
  }
}

/** That the log is still empty is signed as well: a whole log without a checkpoint could be any. */
function signNothing({ gatewayKey, signing }: EvidenceContext): Uint8Array {
  const origin = logOrigin(gatewayKey.keyId);
  const text = formatCheckpoint({ origin, size: 0, root: EMPTY_ROOT });
  return signNote(text, [{ name: origin, privateKey: signing.key.privateKey }]);
}

interface Range {
  readonly first: number;
  readonly end: number;
  readonly isIn: (saved: SavedReceipt) => boolean;
}

/** Which leaves the scope names; null for none of this gateway. */
async function rangeOf(
  { gatewayKey, receipts }: EvidenceContext,
  { scope, grantOfCase }: EvidenceOrder,
  size: number,
): Promise<Range | null> {
  const all = { first: 0, end: size };
  switch (scope.kind) {
    case 'ledger':
      return { ...all, isIn: () => true };
    case 'gateway':
      return parseGatewayId(scope.gateway) === gatewayKey.keyId ? { ...all, isIn: () => true } : null;
    case 'grant':
      return { ...all, isIn: ({ receipt }) => receipt.grantId === parseGrantId(scope.grantId) };
    case 'case':
      return grantOfCase === null ? null : { ...all, isIn: ({ receipt }) => receipt.grantId === grantOfCase };
    case 'receipt': {
      const leaf = await receipts.leafOf(scope.receiptId);
      return leaf === null ? null : { first: leaf, end: leaf + 1, isIn: () => leaf < size };
    }
    case 'range': {
      const { gateway, first, end } = scope;
      if (parseGatewayId(gateway) !== gatewayKey.keyId) return null;
      return { first, end, isIn: () => true };
    }
  }
}

/** A receipt that is shown, beside what the file is of. */
interface Shown extends Pick<Survey, 'keys'> {
  readonly leaf: number;
  readonly saved: SavedReceipt;
  readonly size: number;
}

async function* receiptLine(
  context: EvidenceContext,
  { scope, maySeeContext, withContentSalts }: EvidenceOrder,
  { leaf, saved, size, keys }: Shown,
): AsyncGenerator<Line> {
  const { receipt } = saved;
  const hasContext = saved.context !== null && saved.contextSalt !== null && maySeeContext(receipt);
  yield {
    type: 'receipt',
    index: leaf,
    receipt: parseStrictJson(receiptLeaf(receipt)),
    context: hasContext ? toContext(saved.context) : null,
    contextSalt: hasContext ? saved.contextSalt : null,
    contentSalt: withContentSalts ? saved.contentSalt : null,
    proof: hasWholeLogs(scope) ? null : (await context.log.proveInclusion(leaf, size)).map(toHex),
  };
  if (!withContentSalts) return;
  const signed = await context.confirmations.get(receipt.receiptId);
  // One that cannot be verified would spoil the evidence of the other side: also by a key that is newer than the file.
  if (signed === null || !keys.has(signed.confirmation.keyId)) return;
  if (!isConfirmedInTime(context.follower.ledger, signed.confirmation)) return;
  yield { type: 'confirmation', confirmation: { ...signed.confirmation }, signature: signed.signature };
}

function toContext(context: NonNullable<SavedReceipt['context']>) {
  return { ...context, fields: [...context.fields], equals: { ...context.equals } };
}

function toHex(hash: TreeHash): Bytes32 {
  return parseBytes32(`0x${Buffer.from(hash).toString('hex')}`);
}

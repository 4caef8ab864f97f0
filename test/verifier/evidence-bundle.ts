import { createHash } from 'node:crypto';

import { canonicalBytes } from '../../ledger/canonical-json.ts';
import { hashDocument, type SaltedDocument } from '../../ledger/document-hash.ts';
import { endStatement } from '../../ledger/evidence/end-statement.ts';
import type { EvidenceLine } from '../../ledger/evidence/evidence-line.ts';
import { EvidenceWriter, type Exporter } from '../../ledger/evidence/evidence-writer.ts';
import type { EvidenceScope } from '../../ledger/evidence/scope.ts';
import type { JsonValue } from '../../ledger/json/strict-json.ts';
import type { BundleReport } from '../../verifier/report.ts';
import { verifyBundle } from '../../verifier/verify-bundle.ts';
import type { VerifyOptions } from '../../verifier/bundle-verification.ts';
import type { PaperGateway, SavedReceipt } from './paper-gateway.ts';
import { recoverOnce } from './recover-once.ts';

export interface BundleShape {
  readonly scope?: EvidenceScope;
  /** Leaves of the gateway's log to show; all of them, without proofs, by default. */
  readonly indexes?: readonly number[];
  /** Documents that are shown without salt and content. */
  readonly withheld?: readonly string[];
  readonly withholdContexts?: boolean;
  readonly withholdContents?: boolean;
  readonly confirmations?: ReadonlyMap<number, JsonValue>;
}

/** What a bundle is made of: a real chain's history, or one that was kept. */
export interface BundleSource {
  readonly documents: readonly SaltedDocument[];
  readonly gateway: PaperGateway;
  ledgerLines(): Promise<readonly EvidenceLine[]>;
}

/** The lines of a bundle before its end. */
export async function bundleLines(world: BundleSource, shape: BundleShape = {}): Promise<EvidenceLine[]> {
  const [header, ...ledger] = await world.ledgerLines();
  const scope = shape.scope ?? { kind: 'ledger' };
  const documents = world.documents.map((salted): EvidenceLine => {
    const hash = hashDocument(salted);
    const isWithheld = shape.withheld?.includes(hash) === true;
    return { type: 'document', hash, ...(isWithheld ? { salt: null, document: null } : salted) };
  });
  const shown = await receiptLines(world.gateway, shape);
  return [{ ...header, scope } as EvidenceLine, ...ledger, ...documents, ...shown];
}

async function receiptLines(gateway: PaperGateway, shape: BundleShape): Promise<EvidenceLine[]> {
  const isComplete = shape.indexes === undefined;
  const checkpoint = {
    type: 'checkpoint',
    gateway: gateway.id,
    note: await gateway.checkpoint(),
    consistency: await gateway.consistency(gateway.anchored),
    complete: isComplete,
  };
  const lines: unknown[] = [checkpoint];
  for (const index of shape.indexes ?? gateway.receipts.keys()) {
    const proof = isComplete ? null : await gateway.inclusion(index);
    lines.push(receiptLine(gateway.receipts[index]!, index, proof, shape));
    const confirmation = shape.confirmations?.get(index);
    if (confirmation !== undefined) lines.push(confirmation);
  }
  return lines as EvidenceLine[];
}

function receiptLine(
  { receipt, context, contextSalt, contentSalt }: SavedReceipt,
  index: number,
  proof: unknown,
  { withholdContexts, withholdContents }: BundleShape,
) {
  const shown = withholdContexts === true ? { context: null, contextSalt: null } : { context, contextSalt };
  return {
    type: 'receipt',
    index,
    receipt,
    ...shown,
    contentSalt: withholdContents === true ? null : contentSalt,
    proof,
  };
}

/** Through the writer, as an exporter does. */
export async function writeBundle(lines: readonly EvidenceLine[], exporter: Exporter): Promise<Buffer> {
  const writer = new EvidenceWriter();
  const parts = lines.map((line) => writer.line(line as Parameters<EvidenceWriter['line']>[0]));
  return Buffer.concat([...parts, await writer.end(exporter)]);
}

export function exporterOf(gateway: PaperGateway): Exporter {
  return { gateway: gateway.id, sign: (statement) => gateway.sign(statement) };
}

/** An end line as a forger makes it: count and hash of what is there, and a signature that he had or can make. */
export function endLine(body: Uint8Array, gateway: PaperGateway, signature?: string): Buffer {
  const lines = body.filter((byte) => byte === 0x0a).length;
  const sha256 = `0x${createHash('sha256').update(body).digest('hex')}`;
  const signed = signature ?? `0x${Buffer.from(gateway.sign(endStatement(lines, sha256))).toString('hex')}`;
  const end = { type: 'end', lines, sha256, exporter: gateway.id, signature: signed };
  return Buffer.concat([canonicalBytes(end), Buffer.of(0x0a)]);
}

/** Bytes of lines that no writer would write. */
export function encodeLines(values: readonly unknown[]): Buffer {
  return Buffer.concat(values.flatMap((value) => [canonicalBytes(value as JsonValue), Buffer.of(0x0a)]));
}

export async function verifyBytes(
  bytes: Uint8Array,
  options: Partial<VerifyOptions> = {},
  chunkSize = 65_536,
): Promise<BundleReport> {
  return await verifyBundle(chunksOf(bytes, chunkSize), {
    deployment: null,
    validators: null,
    copies: [],
    recover: recoverOnce,
    ...options,
  });
}

async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) {
    await Promise.resolve();
    yield bytes.subarray(at, at + size);
  }
}

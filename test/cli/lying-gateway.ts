import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { GatewayClient } from '../../cli/gateway-client.ts';
import { newSalt } from '../../ledger/document-hash.ts';
import type { GatewayId } from '../../ledger/ids.ts';
import { contentHash } from '../../ledger/receipts/content-hash.ts';
import type { AccessReceipt } from '../../ledger/receipts/receipt.ts';
import { parseRequestSignature, verifyRequestSignature } from '../../ledger/request-signature.ts';
import { contentDigest } from '../../ledger/signatures/content-digest.ts';
import type { HeaderField } from '../../ledger/signatures/request-profile.ts';
import { signResponse } from '../../ledger/signatures/response-signature.ts';
import {
  createAccessKey,
  createGatewayKey,
  exportPublicKey,
  type SigningKey,
} from '../../ledger/signatures/signature-key.ts';
import { rawDeployment } from '../ledger/deployment.factory.ts';
import { rawReceipt } from '../ledger/receipts/receipt.factory.ts';

const BODY = Buffer.from('{"name":"张*"}\n{"name":"欧阳**"}\n');
const RECEIPT_ID = rawReceipt().receiptId;

/** What it says wrongly, under good signatures: a gateway that is hostile, or confuses two reads. */
export interface Lies {
  /** Members of the closed receipt that are not those of the read. */
  receipt: Partial<AccessReceipt>;
  /** How often the receipt is not there yet. */
  notYet: number;
  /** What it hands over as evidence. */
  evidence: Uint8Array;
  /** Why it cannot prove its state; null when it can. */
  staleReason: string | null;
}

export interface LyingGateway {
  readonly url: string;
  readonly lies: Lies;
  readonly key: SigningKey<GatewayId>;
  /** Evidence that was asked for, so far. */
  exports(): number;
  /** The case number of the last read, as it was signed. */
  caseNumber(): string | null;
  stop(): Promise<void>;
}

interface Asked {
  readonly requestHash: AccessReceipt['requestHash'];
  readonly grantId: string;
  readonly caseNumber: string | null;
}

/** With a department that calls it; end both by `stop`. */
export async function startWithClient(): Promise<
  Pick<LyingGateway, 'stop'> & { gateway: LyingGateway; client: GatewayClient }
> {
  const key = createAccessKey(generateKeyPairSync('ed25519').privateKey, rawReceipt().caller!);
  const gateway = await startLyingGateway(key);
  const client = new GatewayClient({ url: gateway.url, key, pinnedKeyId: null });
  const stop = async (): Promise<void> => {
    await client.close();
    await gateway.stop();
  };
  return { gateway, client, stop };
}

/** Answers one read, and its receipt, to the holder of `clientKey`; all its answers are signed as they must be. */
export async function startLyingGateway(clientKey: SigningKey): Promise<LyingGateway> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const key = createGatewayKey(privateKey);
  const lies: Lies = { receipt: {}, notYet: 0, evidence: Buffer.alloc(0), staleReason: null };
  let exports = 0;
  const state: Asked = { requestHash: rawReceipt().requestHash, grantId: '', caseNumber: null };
  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const authority = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url: target = '', method = '' } = request;
    if (target === '/v1/chain') {
      const publicKey = exportPublicKey(createPublicKey(privateKey));
      const gateway = { keyId: key.keyId, algorithm: 'ed25519', publicKey: hex(publicKey.bytes) };
      const status = { block: null, heads: null, stale_reason: lies.staleReason };
      response.end(JSON.stringify({ deployment: rawDeployment(), gateway, ...status }));
      return;
    }
    const fields = toFields(request.rawHeaders);
    const now = Math.floor(Date.now() / 1000);
    const origin = { scheme: 'http', authority } as const;
    const claimed = parseRequestSignature({ method, target, fields, body: null }, origin, now);
    const { requestHash, binding, signedFields } = await verifyRequestSignature(
      claimed,
      createPublicKey(clientKey.privateKey),
    );
    if (target === '/v1/evidence') {
      exports += 1;
      const head = { status: 200, contentType: 'application/x-ndjson', contentDigest: null, receiptId: RECEIPT_ID };
      const signed = signResponse(head, binding, key, now);
      response.writeHead(head.status, { 'content-type': head.contentType, 'dxl-receipt': RECEIPT_ID, ...signed });
      response.end(lies.evidence);
      return;
    }
    const isRead = target.includes('/rows');
    if (isRead) Object.assign(state, { requestHash, grantId: target.split('/')[3], ...signedFields });
    const isLate = !isRead && lies.notYet-- > 0;
    const problem = { code: 'NOT_FOUND', title: 'Unknown', title_zh: '不存在', detail: 'Not yet' };
    const body = isRead ? BODY : Buffer.from(JSON.stringify(isLate ? problem : receipt()));
    const head = {
      status: isLate ? 404 : 200,
      contentType: isRead ? 'application/x-ndjson' : 'application/json',
      contentDigest: contentDigest(body),
      receiptId: isRead ? RECEIPT_ID : null,
    };
    response.writeHead(head.status, {
      'content-type': head.contentType,
      'content-digest': head.contentDigest,
      ...(head.receiptId === null ? {} : { 'dxl-receipt': head.receiptId }),
      ...signResponse(head, binding, key, now),
    });
    response.end(body);
  }

  function receipt(): Readonly<Record<string, unknown>> {
    const { requestHash, grantId } = state;
    const contentSalt = newSalt();
    const content = contentHash(contentSalt, createHash('sha256').update(BODY).digest());
    const facts = { keyId: clientKey.keyId, rows: 2, bytes: BODY.length, contentHash: content };
    return { receipt: { ...rawReceipt(), requestHash, grantId, ...facts, ...lies.receipt }, contentSalt };
  }

  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://${authority}`, lies, key, exports: () => exports, caseNumber: () => state.caseNumber, stop };
}

function hex(bytes: Uint8Array): string {
  return `0x${Buffer.from(bytes).toString('hex')}`;
}

function toFields(rawHeaders: readonly string[]): HeaderField[] {
  return rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [{ name, value: rawHeaders[index + 1] ?? '' }] : []));
}

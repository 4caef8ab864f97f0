import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { authenticate, type Caller } from '../../../gateway/authn/authenticate.ts';
import { GATEWAY_ERRORS, GatewayError } from '../../../gateway/errors.ts';
import { newSalt } from '../../../ledger/document-hash.ts';
import { contentHash } from '../../../ledger/receipts/content-hash.ts';
import type { RequestBinding } from '../../../ledger/request-signature.ts';
import { contentDigest } from '../../../ledger/signatures/content-digest.ts';
import { signResponse } from '../../../ledger/signatures/response-signature.ts';
import type { SigningKey } from '../../../ledger/signatures/signature-key.ts';
import { makeContext } from './authentication-factory.ts';
import type { TestKey } from '../../ledger/request-signature.factory.ts';

export const ROWS = '{"name":"张三","born":"1961"}\n{"name":"李四","born":"1958"}\n';

const SALT = newSalt();

/** How this server departs from a good gateway. */
export type Fault =
  | 'body-changed'
  | 'cut'
  | 'digest-wrong'
  | 'header-changed'
  | 'none'
  | 'other-request'
  | 'receipt-aborted'
  | 'receipt-digest'
  | 'receipt-late'
  | 'receipt-request'
  | 'receipt-salt'
  | 'refused'
  | 'status-changed'
  | 'unsigned';

export interface SigningServer {
  readonly authority: string;
  fault: Fault;
  isStreamed: boolean;
  /** Requests that were authenticated. */
  readonly callers: Caller[];
  readonly close: () => Promise<void>;
}

const unixNow = (): number => Math.floor(Date.now() / 1000);

/** The edges of a gateway, real, around two fixed rows: authentication, response signatures, receipts. */
export async function startSigningServer(
  clients: readonly TestKey[],
  gateway: TestKey<SigningKey>,
): Promise<SigningServer> {
  const receipts = new Map<string, Record<string, unknown>>();
  const state = { fault: 'none' as Fault, isStreamed: false, callers: [] as Caller[], early: new Set<string>() };
  const server = createServer((request, response) => {
    void handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const authority = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const origin = { scheme: 'http', authority } as const;
  const context = makeContext(clients, { ...origin, now: unixNow });
  for (const [id, key] of context.keys) context.keys.set(id, { ...key, notBefore: 0, notAfter: unixNow() + 3600 });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === '/v1/chain') {
      const publicKey = `0x${Buffer.from(gateway.publicBytes).toString('hex')}`;
      response.end(JSON.stringify({ authority, scheme: 'http', gateway: { publicKey } }));
      return;
    }
    try {
      const { method = '', url: rawTarget = '', rawHeaders } = request;
      const caller = await authenticate(context, { method, rawTarget, rawHeaders, body: null });
      state.callers.push(caller);
      if (rawTarget.startsWith('/v1/receipts/')) {
        answerReceipt(response, caller, rawTarget.slice('/v1/receipts/'.length));
      } else {
        answerRows(response, caller, rawTarget);
      }
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      sendJson(
        response,
        { status: GATEWAY_ERRORS[error.code].status, binding: null, receiptId: null },
        { code: error.code, ...error.extensions },
      );
    }
  }

  function answerRows(response: ServerResponse, caller: Caller, target: string): void {
    const receiptId = randomUUID();
    if (state.fault === 'refused') {
      sendJson(response, { status: 403, binding: caller.binding, receiptId }, { code: 'DENIED', deny_code: 'EXPIRED' });
      return;
    }
    const rows = Buffer.from(ROWS);
    receipts.set(receiptId, makeReceipt(receiptId, caller, target));
    if (state.fault === 'receipt-late') state.early.add(receiptId);
    const changed = Buffer.from(ROWS.replace('1961', '1962'));
    const body = state.fault === 'body-changed' ? changed : rows;
    const digest = state.isStreamed ? null : contentDigest(state.fault === 'digest-wrong' ? changed : rows);
    const binding =
      state.fault === 'other-request'
        ? { ...caller.binding, signature: `:${Buffer.alloc(64).toString('base64')}:` }
        : caller.binding;
    const contentType = 'application/x-ndjson';
    const status = state.fault === 'status-changed' ? 206 : 200;
    const signature = signResponse(
      { status, contentType, contentDigest: digest, receiptId },
      binding,
      gateway.signing,
      unixNow(),
    );
    response.statusCode = 200;
    response.setHeader('content-type', state.fault === 'header-changed' ? 'text/plain' : contentType);
    response.setHeader('dxl-receipt', receiptId);
    if (digest !== null) response.setHeader('content-digest', digest);
    if (state.fault !== 'unsigned') {
      for (const [name, value] of Object.entries(signature)) response.setHeader(name, value);
    }
    if (!state.isStreamed) response.setHeader('content-length', body.length);
    response.write(body.subarray(0, 10));
    if (state.fault === 'cut') setTimeout(() => response.destroy(), 20);
    else response.end(body.subarray(10));
  }

  function makeReceipt(receiptId: string, caller: Caller, target: string): Record<string, unknown> {
    return {
      type: 'AccessReceipt',
      schema: 'dxl/receipt/1',
      receiptId,
      grantId: target.split('/')[3],
      caller: caller.department,
      keyId: caller.keyId,
      requestHash: state.fault === 'receipt-request' ? `0x${'0'.repeat(64)}` : caller.requestHash,
      decision: 'PERMIT',
      outcome: state.fault === 'receipt-aborted' ? 'ABORTED' : 'DELIVERED',
      status: 200,
      rows: 2,
      bytes: Buffer.byteLength(ROWS),
      contentHash: contentHash(
        SALT,
        createHash('sha256')
          .update(state.fault === 'receipt-digest' ? 'other' : ROWS)
          .digest(),
      ),
    };
  }

  function answerReceipt(response: ServerResponse, caller: Caller, id: string): void {
    const receipt = state.early.delete(id) ? undefined : receipts.get(id);
    const status = receipt === undefined ? 404 : 200;
    const contentSalt = state.fault === 'receipt-salt' ? null : SALT;
    const body = receipt === undefined ? { code: 'NOT_FOUND' } : { receipt, contentSalt };
    sendJson(response, { status, binding: caller.binding, receiptId: null }, body);
  }

  function sendJson(
    response: ServerResponse,
    head: { readonly status: number; readonly binding: RequestBinding | null; readonly receiptId: string | null },
    value: object,
  ): void {
    const body = Buffer.from(JSON.stringify(value));
    const contentType = head.status === 200 ? 'application/json' : 'application/problem+json';
    const facts = { status: head.status, contentType, contentDigest: contentDigest(body), receiptId: head.receiptId };
    const signature = head.binding === null ? {} : signResponse(facts, head.binding, gateway.signing, unixNow());
    const receipt = head.receiptId === null ? {} : { 'dxl-receipt': head.receiptId };
    response.writeHead(head.status, {
      'content-type': contentType,
      'content-digest': facts.contentDigest,
      ...receipt,
      ...signature,
    });
    response.end(body);
  }

  return Object.assign(state, { authority, close: () => stop(server) });
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => {
    server.close(resolve);
  });
}

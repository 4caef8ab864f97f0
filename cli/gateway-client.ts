import type { KeyObject } from 'node:crypto';

import { Agent, request } from 'undici';
import type { Dispatcher } from 'undici';
import { z } from 'zod';

import { LedgerError } from '../ledger/errors.ts';
import { deriveGatewayId } from '../ledger/ids.ts';
import type { AccessKeyId, Bytes32 } from '../ledger/ids.ts';
import { parseDeployment } from '../ledger/deployment.ts';
import type { Deployment } from '../ledger/deployment.ts';
import { signRequest } from '../ledger/request-signature.ts';
import type { SignedRequest } from '../ledger/request-signature.ts';
import type { HeaderField } from '../ledger/signatures/request-profile.ts';
import { verifyResponseSignature } from '../ledger/signatures/response-signature.ts';
import { importPublicKey } from '../ledger/signatures/signature-key.ts';
import type { SigningKey } from '../ledger/signatures/signature-key.ts';
import { CliError } from './cli-error.ts';
import { refuseProblem } from './refusal.ts';
import type { JsonAnswer } from './refusal.ts';

const CONNECT_TIMEOUT_MS = 10_000;
const ANSWER_TIMEOUT_MS = 60_000;
/** A JSON answer; rows are streamed and not bounded here. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

const chainSchema = z.object({
  deployment: z.unknown(),
  gateway: z.object({
    keyId: z.string(),
    algorithm: z.literal('ed25519'),
    publicKey: z.string().regex(/^0x[0-9a-f]{64}$/),
  }),
});

/** What a client must know of a gateway before it can sign for its ledger and believe its answers. */
export interface GatewayIdentity {
  readonly deployment: Deployment;
  readonly keyId: string;
  readonly publicKey: KeyObject;
}

/** Rows on their way, after an answer whose head the gateway signed; `requestHash` and `keyId` are of the request. */
export interface RowsAnswer {
  readonly receiptId: string;
  readonly requestHash: Bytes32;
  readonly keyId: AccessKeyId;
  readonly contentDigest: string | null;
  readonly body: AsyncIterable<Buffer>;
}

export interface GatewayClientOptions {
  /** Base address, such as https://gateway.example:8480. */
  readonly url: string;
  readonly key: SigningKey<AccessKeyId> | null;
  /** The gateway's key id that was seen before; another one is refused. */
  readonly pinnedKeyId: string | null;
}

/** Signs what it sends by profile dxl-request-v1 and believes only answers that the gateway signed for that request. */
export class GatewayClient {
  readonly #options: GatewayClientOptions;
  readonly #agent = new Agent({ connect: { timeout: CONNECT_TIMEOUT_MS }, headersTimeout: ANSWER_TIMEOUT_MS });
  #identity: GatewayIdentity | null = null;

  constructor(options: GatewayClientOptions) {
    this.#options = options;
  }

  async close(): Promise<void> {
    await this.#agent.close();
  }

  /** @throws CliError ANSWER_UNVERIFIED when the gateway is not the one that was pinned */
  async identity(): Promise<GatewayIdentity> {
    if (this.#identity !== null) return this.#identity;
    const { body } = await this.getPublic('/v1/chain');
    const parsed = chainSchema.safeParse(body);
    if (!parsed.success) throw new CliError('ANSWER_UNVERIFIED', 'This is not a gateway: /v1/chain has another form');
    const { deployment, gateway } = parsed.data;
    const publicKey = Buffer.from(gateway.publicKey.slice(2), 'hex');
    const keyId = deriveGatewayId('ed25519', publicKey);
    if (this.#options.pinnedKeyId !== null && this.#options.pinnedKeyId !== keyId) {
      throw new CliError('ANSWER_UNVERIFIED', 'The gateway has another key than before', { keyId });
    }
    this.#identity = {
      deployment: parseDeployment(Buffer.from(JSON.stringify(deployment))),
      keyId,
      publicKey: importPublicKey('ed25519', publicKey),
    };
    return this.#identity;
  }

  async getPublic(path: string): Promise<JsonAnswer> {
    const response = await this.#send({ method: 'GET', url: this.#address(path), headers: {}, body: null });
    return { status: response.statusCode, body: parseJson(await readAll(response)), receiptId: null };
  }

  async get(path: string): Promise<JsonAnswer> {
    return await this.#call({ method: 'GET', url: this.#address(path), headers: {}, body: null });
  }

  async post(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<JsonAnswer> {
    const bytes = Buffer.from(JSON.stringify(body));
    const json = { 'content-type': 'application/json', ...headers };
    return await this.#call({ method: 'POST', url: this.#address(path), headers: json, body: bytes });
  }

  /** Posts without a signature: for a department's first access key, which cannot sign for itself. */
  async postUnsigned(path: string, body: unknown): Promise<JsonAnswer> {
    const headers = { 'content-type': 'application/json' };
    const bytes = Buffer.from(JSON.stringify(body));
    const response = await this.#send({ method: 'POST', url: this.#address(path), headers, body: bytes });
    const answer = { status: response.statusCode, body: parseJson(await readAll(response)), receiptId: null };
    return refuseProblem(answer, nowSeconds());
  }

  /** Opens a read; the head of the answer is verified before this resolves, its bytes are not: see `fetchRows`. */
  async openRows(path: string, headers: Readonly<Record<string, string>>): Promise<RowsAnswer> {
    const key = this.#requireKey();
    const signed = signRequest({ method: 'GET', url: this.#address(path), headers, body: null }, key, nowSeconds());
    const response = await this.#send(signed);
    if (response.statusCode !== 200) {
      const answer = await this.#verify(signed, response, await readAll(response));
      refuseProblem(answer, nowSeconds());
      throw new CliError('ANSWER_UNVERIFIED', 'The gateway gave an answer that is no answer', {
        status: answer.status,
      });
    }
    const { receiptId, contentDigest } = await this.#verifyHead(signed, response, null);
    if (receiptId === null) throw new CliError('ANSWER_UNVERIFIED', 'The answer names no receipt');
    const { requestHash } = signed;
    return { receiptId, requestHash, keyId: key.keyId, contentDigest, body: wholeOrCut(response.body) };
  }

  async #call(unsigned: Unsigned): Promise<JsonAnswer> {
    const signed = signRequest(unsigned, this.#requireKey(), nowSeconds());
    const response = await this.#send(signed);
    return refuseProblem(await this.#verify(signed, response, await readAll(response)), nowSeconds());
  }

  #address(path: string): string {
    return new URL(path, this.#options.url).href;
  }

  #requireKey(): SigningKey<AccessKeyId> {
    const { key } = this.#options;
    if (key === null) throw new CliError('INPUT_INVALID', 'No access key: name one in the profile (dxl key new)');
    return key;
  }

  async #send({ method, url, headers, body }: Unsigned): Promise<Dispatcher.ResponseData> {
    try {
      return await request(url, { method, headers, body, dispatcher: this.#agent });
    } catch (cause) {
      throw new CliError('GATEWAY_UNREACHABLE', `The gateway at ${this.#options.url} cannot be reached`, {}, cause);
    }
  }

  /** Refusals of strangers are not signed: nobody was authenticated, so nobody is bound by them. */
  async #verify(signed: SignedRequest, response: Dispatcher.ResponseData, bytes: Buffer): Promise<JsonAnswer> {
    const body = parseJson(bytes);
    const isUnsigned = response.headers['signature'] === undefined && response.statusCode >= 400;
    if (isUnsigned) return { status: response.statusCode, body, receiptId: null };
    const { receiptId } = await this.#verifyHead(signed, response, bytes);
    return { status: response.statusCode, body, receiptId };
  }

  async #verifyHead(signed: SignedRequest, response: Dispatcher.ResponseData, body: Buffer | null) {
    const { publicKey } = await this.identity();
    const received = { status: response.statusCode, fields: toFields(response.headers), body };
    try {
      return await verifyResponseSignature(received, signed.binding, publicKey);
    } catch (cause) {
      if (!(cause instanceof LedgerError)) throw cause;
      throw new CliError(
        'ANSWER_UNVERIFIED',
        'The answer is not signed by this gateway for this request',
        { reason: cause.code },
        cause,
      );
    }
  }
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

type Unsigned = Pick<SignedRequest, 'method' | 'url' | 'headers' | 'body'>;

function toFields(headers: Dispatcher.ResponseData['headers']): HeaderField[] {
  return Object.entries(headers).flatMap(([name, value]) => {
    if (value === undefined) return [];
    return (Array.isArray(value) ? value : [value]).map((line) => ({ name, value: line }));
  });
}

async function readAll(response: Dispatcher.ResponseData): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const bytes of wholeOrCut(response.body)) {
    size += bytes.length;
    if (size > MAX_ANSWER_BYTES) throw new CliError('ANSWER_UNVERIFIED', 'The answer is too large');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/** The bytes of a body; a connection that breaks is an error of its own, never an early end. */
async function* wholeOrCut(body: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of body) yield Buffer.from(chunk);
  } catch (cause) {
    throw new CliError('STREAM_CUT', 'The answer was cut before its end', {}, cause);
  }
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new CliError('ANSWER_UNVERIFIED', 'The answer is not JSON', {}, cause);
  }
}

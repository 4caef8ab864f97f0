import { createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

import { type AccessKeyId, type DepartmentId, type KeyAlgorithm, parseDepartmentId } from '../../ledger/ids.ts';
import { signRequest, type RequestToSign, type SignedRequest } from '../../ledger/request-signature.ts';
import { contentDigest } from '../../ledger/signatures/content-digest.ts';
import type { Origin } from '../../ledger/signatures/signature-engine.ts';
import {
  createAccessKey,
  createGatewayKey,
  exportPublicKey,
  type SigningKey,
} from '../../ledger/signatures/signature-key.ts';

export const ORIGIN: Origin = { scheme: 'https', authority: 'gateway.dxl.example' };
export const NOW = 1_764_000_000;

/** A request as a gateway receives it: header lines in order, as node reports them. */
export interface Wire {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array | null;
}

/** Region 99 does not exist: the sample departments cannot be taken for real ones. */
export const KEY_OWNER = parseDepartmentId('11990100MB0000001T');

export interface TestKey<Signing = SigningKey<AccessKeyId>> {
  readonly signing: Signing;
  readonly publicKey: KeyObject;
  readonly publicBytes: Uint8Array;
}

export type Random = () => number;

/** mulberry32: a test that fails can be run again with the seed it names. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function below(random: Random, limit: number): number {
  return Math.floor(random() * limit);
}

export function pick<Item>(random: Random, items: readonly Item[]): Item {
  return items[below(random, items.length)]!;
}

export function makeText(random: Random, alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet.charAt(below(random, alphabet.length))).join('');
}

export function makeNonce(random: Random): string {
  return makeText(random, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_', 22 + below(random, 65));
}

/** An access key of `owner`. */
export function makeKey(algorithm: KeyAlgorithm, owner: DepartmentId = KEY_OWNER): TestKey {
  const pair =
    algorithm === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return toTestKey(pair.privateKey, owner);
}

export function toTestKey(privateKey: KeyObject, owner: DepartmentId = KEY_OWNER): TestKey {
  return { signing: createAccessKey(privateKey, owner), ...publicHalf(privateKey) };
}

export function makeGatewayKey(): TestKey<SigningKey> {
  const { privateKey } = generateKeyPairSync('ed25519');
  return { signing: createGatewayKey(privateKey), ...publicHalf(privateKey) };
}

function publicHalf(privateKey: KeyObject) {
  const publicKey = createPublicKey(privateKey);
  return { publicKey, publicBytes: exportPublicKey(publicKey).bytes };
}

const HEX = '0123456789abcdef';
const LOWER = 'abcdefghijklmnopqrstuvwxyz';

/** A request that a department might send: a read, a listing or an act. */
export function makeRequest(random: Random): RequestToSign {
  const isAct = random() < 0.4;
  const path = pick(random, [
    `/v1/grants/0x${makeText(random, HEX, 64)}/rows`,
    `/v1/resources/0x${makeText(random, HEX, 64)}`,
    `/v1/acts/${makeText(random, LOWER, 8)}`,
    '/v1/requests',
    `/v1/%E6%B0%91%E6%94%BF/${makeText(random, LOWER, 4)}%2fx`,
  ]);
  const query = pick(random, [
    '',
    '?fields=name,born&region=9901&limit=10',
    '?a=1&b=2&where.id=%E5%BC%A0',
    '?limit=5&a=%7e',
  ]);
  const body = isAct ? Buffer.from(JSON.stringify({ act: makeText(random, LOWER, 1 + below(random, 60)) })) : null;
  const method = isAct ? 'POST' : 'GET';
  return { method, url: `https://${ORIGIN.authority}${path}${query}`, headers: makeHeaders(random, isAct), body };
}

function makeHeaders(random: Random, isAct: boolean): Record<string, string> {
  return {
    ...(isAct ? { 'Content-Type': pick(random, ['application/json', 'application/json; charset=utf-8']) } : {}),
    ...(isAct ? { 'Idempotency-Key': makeText(random, HEX, 32) } : {}),
    ...(random() < 0.7 ? { 'Dxl-Purpose': pick(random, ['BUSINESS_COLLAB', 'ADMIN_CHECK', 'P2']) } : {}),
    ...(random() < 0.5 ? { 'Dxl-Case-Number': `2026-${makeText(random, '0123456789', 6)}` } : {}),
    ...(random() < 0.5 ? { 'Dxl-System': 'SI-PENSION-01' } : {}),
    ...(random() < 0.5 ? { Accept: 'application/x-ndjson' } : {}),
  };
}

export function makeSigned(random: Random, key: TestKey, now: number = NOW): SignedRequest {
  return signRequest(makeRequest(random), key.signing, now, makeNonce(random));
}

export function toWire(signed: SignedRequest): Wire {
  const { method, binding, headers, body } = signed;
  const length: [string, string][] = body === null ? [] : [['Content-Length', String(body.length)]];
  return {
    method,
    target: binding.target,
    headers: [['Host', binding.origin.authority], ...Object.entries(headers), ...length],
    body,
  };
}

export interface HandMade {
  readonly method: string;
  readonly target: string;
  readonly authority: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array | null;
  readonly components: readonly string[];
  /** In order; strings are quoted. */
  readonly parameters: readonly (readonly [string, string | number])[];
  readonly label: string;
}

/** What a correct request looks like before it is signed by hand; forgeries change one thing of it. */
export function makeHandMade(random: Random, key: TestKey, now: number = NOW): HandMade {
  const request = makeRequest(random);
  const url = new URL(request.url);
  const digest: [string, string][] = request.body === null ? [] : [['content-digest', contentDigest(request.body)]];
  const headers = [...Object.entries(request.headers), ...digest];
  const names = headers.map(([name]) => name.toLowerCase()).filter((name) => name !== 'accept');
  return {
    method: request.method,
    target: `${url.pathname}${url.search}`,
    authority: ORIGIN.authority,
    headers,
    body: request.body,
    components: ['@method', '@authority', '@path', '@query', ...names],
    parameters: [
      ['created', now],
      ['expires', now + 60],
      ['nonce', makeNonce(random)],
      ['keyid', key.signing.keyId],
      ['alg', key.signing.algorithm],
      ['tag', 'dxl-request-v1'],
    ],
    label: 'dxl',
  };
}

/** RFC 9421 section 2.5 written a second time, from the text of the RFC and without our code. */
export function signByHand(
  made: HandMade,
  privateKey: KeyObject,
): { readonly wire: Wire; readonly base: Buffer; readonly signature: Buffer } {
  const input = serialiseInput(made);
  const lines = made.components.map((name) => `"${name}": ${componentValue(made, name)}`);
  const base = Buffer.from([...lines, `"@signature-params": ${input}`].join('\n'), 'latin1');
  const isEd25519 = privateKey.asymmetricKeyType === 'ed25519';
  const signature = isEd25519
    ? sign(null, base, privateKey)
    : lowS(sign('sha256', base, { key: privateKey, dsaEncoding: 'ieee-p1363' }));
  return { wire: assemble(made, `${made.label}=${input}`, signature), base, signature };
}

/** Of the two valid values of s the one that is not above half the order of P-256. */
function lowS(signature: Buffer): Buffer {
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const s = BigInt(`0x${signature.toString('hex', 32)}`);
  const low = 2n * s > order ? order - s : s;
  return Buffer.concat([signature.subarray(0, 32), Buffer.from(low.toString(16).padStart(64, '0'), 'hex')]);
}

function assemble(made: HandMade, input: string, signature: Uint8Array): Wire {
  const length: [string, string][] = made.body === null ? [] : [['Content-Length', String(made.body.length)]];
  const value = `${made.label}=:${Buffer.from(signature).toString('base64')}:`;
  const { method, target, body } = made;
  const headers = [['Host', ORIGIN.authority], ...made.headers, ...length] as const;
  return {
    method,
    target,
    body,
    headers: [...headers, ['Signature-Input', input], ['Signature', value]] as Wire['headers'],
  };
}

function serialiseInput(made: HandMade): string {
  const list = made.components.map((name) => `"${name}"`).join(' ');
  const parameters = made.parameters.map(
    ([name, value]) => `;${name}=${typeof value === 'number' ? value : `"${value}"`}`,
  );
  return `(${list})${parameters.join('')}`;
}

function componentValue(made: HandMade, name: string): string {
  const cut = made.target.indexOf('?');
  if (name === '@method') return made.method;
  if (name === '@authority') return made.authority;
  if (name === '@path') return cut < 0 ? made.target : made.target.slice(0, cut);
  if (name === '@query') return cut < 0 ? '?' : made.target.slice(cut);
  return made.headers.find(([field]) => field.toLowerCase() === name)?.[1] ?? '';
}

import type { GatewayErrorCode } from '../../../gateway/errors.ts';
import { below, type Random, type Wire } from '../../ledger/request-signature.factory.ts';

/** What an attacker between client and gateway has: a good request, another one, and the ids of two more keys. */
export interface Loot {
  readonly wire: Wire;
  readonly other: Wire;
  readonly otherKeyId: string;
  readonly unknownKeyId: string;
}

export interface NetworkForgery {
  readonly name: string;
  /** Null when this request has nothing to forge in this way. */
  readonly forge: (random: Random, loot: Loot) => Wire | null;
  readonly codes: readonly GatewayErrorCode[];
}

type Headers = Wire['headers'];
export const INVALID: readonly GatewayErrorCode[] = ['SIGNATURE_INVALID'];
export const MALFORMED: readonly GatewayErrorCode[] = ['SIGNATURE_MALFORMED'];
export const EITHER: readonly GatewayErrorCode[] = ['SIGNATURE_INVALID', 'SIGNATURE_MALFORMED'];
export const REQUEST: readonly GatewayErrorCode[] = ['REQUEST_INVALID'];
export const L = 2n ** 252n + 27742317777372353535851937790883648493n;
export const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

export function valueOf(wire: Wire, name: string): string | null {
  return wire.headers.find(([field]) => field.toLowerCase() === name)?.[1] ?? null;
}

export function withHeaders(wire: Wire, headers: Headers): Wire {
  return { ...wire, headers };
}

export function setHeader(wire: Wire, name: string, change: (value: string) => string): Wire | null {
  if (valueOf(wire, name) === null) return null;
  return withHeaders(
    wire,
    wire.headers.map(([field, value]) => [field, field.toLowerCase() === name ? change(value) : value]),
  );
}

export function dropHeader(wire: Wire, name: string): Wire | null {
  if (valueOf(wire, name) === null) return null;
  return withHeaders(
    wire,
    wire.headers.filter(([field]) => field.toLowerCase() !== name),
  );
}

export function addHeader(wire: Wire, name: string, value: string): Wire {
  return withHeaders(wire, [...wire.headers, [name, value]]);
}

export function changeInput(wire: Wire, change: (value: string) => string): Wire | null {
  return setHeader(wire, 'signature-input', change);
}

export function changeSignature(wire: Wire, change: (bytes: Buffer) => Uint8Array): Wire | null {
  return setHeader(wire, 'signature', (value) => {
    const bytes = Buffer.from(value.slice('dxl=:'.length, -1), 'base64');
    return `dxl=:${Buffer.from(change(bytes)).toString('base64')}:`;
  });
}

export function replaceBody(wire: Wire, body: Uint8Array): Wire {
  const resized = setHeader(wire, 'content-length', () => String(body.length)) ?? wire;
  return { ...resized, body };
}

export function flipAt(random: Random, text: string): string {
  const index = below(random, text.length);
  const replacement = text.charAt(index) === 'x' ? 'y' : 'x';
  return `${text.slice(0, index)}${replacement}${text.slice(index + 1)}`;
}

export function splitTarget(wire: Wire): [path: string, query: string | null] {
  const cut = wire.target.indexOf('?');
  return cut < 0 ? [wire.target, null] : [wire.target.slice(0, cut), wire.target.slice(cut + 1)];
}

export const hex32 = (value: bigint): Buffer => Buffer.from(value.toString(16).padStart(64, '0'), 'hex');
export const isP256 = (wire: Wire): boolean => valueOf(wire, 'signature-input')?.includes('alg="ecdsa') ?? false;
export const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);

/** ECDSA-Sig-Value of RFC 3279: what most libraries produce when nobody asks for r and s. */
export function toDer(raw: Buffer): Buffer {
  const integers = [raw.subarray(0, 32), raw.subarray(32)].map((part) => {
    const hex = numberOf(part).toString(16);
    const even = hex.length % 2 === 0 ? hex : `0${hex}`;
    const bytes = Buffer.from(/^[89a-f]/.test(even) ? `00${even}` : even, 'hex');
    return Buffer.concat([Buffer.from([2, bytes.length]), bytes]);
  });
  const content = Buffer.concat(integers);
  return Buffer.concat([Buffer.from([0x30, content.length]), content]);
}

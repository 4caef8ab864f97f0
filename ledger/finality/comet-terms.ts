import { z } from 'zod';

/** Forms that values have in the JSON of CometBFT; all of it is attacker-controlled. */

const HEX = /^(?:[0-9A-F]{2})*$/;
const MAX_ENCODED_LENGTH = 64 * 1024;
const NANO_DIGITS = 9;

function hexSchema(lengths: readonly number[]) {
  return z
    .string()
    .regex(HEX)
    .refine((text) => lengths.includes(text.length / 2), { params: { rule: 'LENGTH' } })
    .transform((text): Uint8Array => Buffer.from(text, 'hex'));
}

/** A SHA-256; empty where there is nothing to hash, in the first block say. */
export const cometHashSchema = hexSchema([0, 32]);
/** First 20 bytes of the SHA-256 of a public key. */
export const cometAddressSchema = hexSchema([20]);

/** Canonical base64. */
export const base64Schema = z
  .string()
  .max(MAX_ENCODED_LENGTH)
  .refine((text) => Buffer.from(text, 'base64').toString('base64') === text, { params: { rule: 'BASE64' } })
  .transform((text): Uint8Array => Buffer.from(text, 'base64'));

/** 64-bit numbers are texts there; a height fits a double. */
export const heightSchema = z
  .string()
  .regex(/^[1-9][0-9]{0,14}$/)
  .transform(Number);

export const uint64Schema = z
  .string()
  .regex(/^(?:0|[1-9][0-9]{0,18})$/)
  .transform(BigInt);

/** A 32-bit number. */
export const int32Schema = z
  .int()
  .min(0)
  .max(2 ** 31 - 1);

/** A moment to the nanosecond. */
export interface CometTime {
  /** Unix seconds. */
  readonly seconds: bigint;
  readonly nanos: bigint;
}

/** RFC 3339 in UTC, in the one form that Go writes: no zeros at the end of the fraction. */
const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{0,8}[1-9]))?Z$/;

export const cometTimeSchema = z
  .string()
  .regex(TIME)
  .refine((text) => isMoment(TIME.exec(text)?.[1] ?? ''), { params: { rule: 'TIME' } })
  .transform((text): CometTime => {
    const [, moment = '', fraction = ''] = TIME.exec(text) ?? [];
    return { seconds: BigInt(Date.parse(`${moment}Z`) / 1000), nanos: BigInt(fraction.padEnd(NANO_DIGITS, '0')) };
  });

/** `Date.parse` takes 30 February as 2 March. */
function isMoment(text: string): boolean {
  const milliseconds = Date.parse(`${text}Z`);
  return !Number.isNaN(milliseconds) && new Date(milliseconds).toISOString().startsWith(text);
}

const partsSchema = z.strictObject({ total: int32Schema, hash: cometHashSchema });
export const blockIdSchema = z.strictObject({ hash: cometHashSchema, parts: partsSchema });
export type CometBlockId = Readonly<z.output<typeof blockIdSchema>>;

import { z } from 'zod';

import { bytes32Schema } from '../documents/terms.ts';
import { LedgerError } from '../errors.ts';
import { firstProblem } from '../json/first-problem.ts';
import { isObject } from '../json/is-object.ts';
import { type JsonValue, parseStrictJson } from '../json/strict-json.ts';
import { FinalityError } from './finality-error.ts';

/** Far more than any consortium has; CometBFT networks have at most some hundreds. */
const MAX_VALIDATORS = 1_000;
/** `MaxTotalVotingPower` of CometBFT. */
const MAX_TOTAL_POWER = (2n ** 63n - 1n) / 8n;
/** Of Besu. Where no headers are followed nobody counts votes, and it has no use. */
const DEFAULT_EPOCH_LENGTH = 30_000;

/** Addresses, in any order. */
const addressesSchema = z
  .array(
    z
      .string()
      .regex(/^0x[0-9a-fA-F]{40}$/)
      .transform((text) => text.toLowerCase()),
  )
  .min(1)
  .max(MAX_VALIDATORS)
  .refine((validators) => new Set(validators).size === validators.length, { params: { rule: 'UNIQUE' } })
  .transform((validators) => validators.toSorted());

const qbftSchema = z.strictObject({
  profile: z.literal('qbft'),
  chainId: z.int().positive(),
  /** As the genesis file has it. */
  epochLength: z.int().positive(),
  /** The block from which headers are followed; null: the validators are those of the header in question. */
  block: z.strictObject({ number: z.int().min(0), hash: bytes32Schema }).nullable(),
  validators: addressesSchema,
});

/** Canonical base64 of 32 bytes. */
const publicKeySchema = z
  .string()
  .regex(/^[A-Za-z0-9+/]{43}=$/)
  .refine((text) => Buffer.from(text, 'base64').toString('base64') === text, { params: { rule: 'BASE64' } })
  .transform((text): Uint8Array => Buffer.from(text, 'base64'));

const powerSchema = z
  .string()
  .regex(/^[1-9][0-9]{0,18}$/)
  .transform(BigInt);

const cometSchema = z.strictObject({
  profile: z.literal('comet'),
  chainId: z.string().regex(/^[\x21-\x7e]{1,50}$/),
  /** In any order; `publicKey` is Ed25519. */
  validators: z
    .array(z.strictObject({ publicKey: publicKeySchema, power: powerSchema }))
    .min(1)
    .max(MAX_VALIDATORS)
    .refine(
      (validators) =>
        new Set(validators.map(({ publicKey }) => Buffer.from(publicKey).toString('hex'))).size === validators.length,
      {
        params: { rule: 'UNIQUE' },
      },
    )
    .refine((validators) => validators.reduce((sum, { power }) => sum + power, 0n) <= MAX_TOTAL_POWER, {
      params: { rule: 'TOTAL_POWER' },
    }),
});

/** Whose seals make a block final, as a person found out elsewhere; never taken from the evidence itself. */
export type QbftTrust = Readonly<z.output<typeof qbftSchema>>;
export type CometTrust = Readonly<z.output<typeof cometSchema>>;
export type TrustedValidators = QbftTrust | CometTrust;
/** What headers are proved from; they do not name their chain. */
export type QbftStart = Omit<QbftTrust, 'chainId'>;

const trustSchema = z.discriminatedUnion('profile', [qbftSchema, cometSchema]);

/** @throws FinalityError VALIDATORS_INVALID with `details.path` and `details.rule` of the first problem */
export function parseTrustedValidators(bytes: Uint8Array): TrustedValidators {
  return parseBy(trustSchema, readJson(bytes));
}

/**
 * For headers, what {@link parseTrustedValidators} takes, or the set of one QBFT header and nothing else: a list of
 * addresses as `qbft_getValidatorsByBlockNumber` answers it, or an object of `validators` alone.
 *
 * @throws FinalityError VALIDATORS_INVALID as {@link parseTrustedValidators}
 */
export function parseHeaderTrust(bytes: Uint8Array): QbftStart | CometTrust {
  const value = readJson(bytes);
  const set = bareSet(value);
  if (set === null) return parseBy(trustSchema, value);
  const validators = parseBy(addressesSchema, set);
  return { profile: 'qbft', epochLength: DEFAULT_EPOCH_LENGTH, block: null, validators };
}

function bareSet(value: JsonValue): JsonValue {
  if (!isObject(value)) return Array.isArray(value) ? value : null;
  const { validators = null, ...others } = value;
  return Object.keys(others).length === 0 ? validators : null;
}

function parseBy<Output>(schema: z.ZodType<Output>, value: JsonValue): Output {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new FinalityError('VALIDATORS_INVALID', 'The validators file is not valid', { ...firstProblem(result.error) });
}

function readJson(bytes: Uint8Array): JsonValue {
  try {
    return parseStrictJson(bytes);
  } catch (cause) {
    if (!(cause instanceof LedgerError)) throw cause;
    throw new FinalityError('VALIDATORS_INVALID', 'The validators file is not strict JSON', cause.details, cause);
  }
}

import { z } from 'zod';

import { bytes32Schema } from '../documents/terms.ts';
import { type Bytes32, parseBytes32 } from '../ids.ts';
import { firstProblem } from '../json/first-problem.ts';
import { isSameBytes, toUpperHex } from './comet-encoding.ts';
import type { CometHeader } from './comet-header.ts';
import { base64Schema, heightSchema } from './comet-terms.ts';
import { FinalityError } from './finality-error.ts';
import { existenceRoot } from './ics23.ts';

/** Store of the EVM module, and the prefix of contract storage in it (cosmos/evm `KeyPrefixStorage`). */
const EVM_STORE = Buffer.from('evm', 'latin1');
const STORAGE_PREFIX = Buffer.of(2);
const WORD_BYTES = 32;

function opSchema<Type extends string>(type: Type) {
  return z.strictObject({ type: z.literal(type), key: base64Schema, data: base64Schema });
}

const proofSchema = z.object({
  contract: z
    .string()
    .regex(/^0x[0-9a-fA-F]{40}$/)
    .transform((text) => text.toLowerCase()),
  slot: bytes32Schema,
  query: z.object({
    key: base64Schema,
    value: base64Schema,
    height: heightSchema,
    proofOps: z.object({ ops: z.tuple([opSchema('ics23:iavl'), opSchema('ics23:simple')]) }),
  }),
});

/** What `abci_query` of `/store/evm/key` answers for a slot, with its proof. */
export type CometStorageProof = Readonly<z.output<typeof proofSchema>>;

export interface ProvedSlot {
  readonly contract: string;
  readonly slot: Bytes32;
  readonly value: Bytes32;
  /** The block after which the slot has the value: the one before the header. */
  readonly number: number;
}

/** @throws FinalityError PROOF_MALFORMED with `details.path` and `details.rule` of the first problem */
export function parseCometStorage(value: unknown): CometStorageProof {
  const result = proofSchema.safeParse(value);
  if (result.success) return result.data;
  throw new FinalityError('PROOF_MALFORMED', 'Not a proof of a storage slot', { ...firstProblem(result.error) });
}

/**
 * Proves the value of a storage slot. A slot of 0 is not stored, and its absence is not proved here.
 *
 * Requirements: the key is that of contract and slot; the value leads to the root of the EVM store, and that to the app
 * hash of the header, which is the state after the block before it.
 *
 * @param header proved final
 * @throws FinalityError PROOF_MALFORMED, PROOF_INVALID, VALUE_DIFFERS, HEIGHT_DIFFERS
 */
export function verifyCometStorage({ contract, slot, query }: CometStorageProof, header: CometHeader): ProvedSlot {
  const where = { contract, slot };
  const key = Buffer.concat([STORAGE_PREFIX, Buffer.from(contract.slice(2), 'hex'), Buffer.from(slot.slice(2), 'hex')]);
  const [iavl, simple] = query.proofOps.ops;
  if (!isSameBytes(query.key, key) || !isSameBytes(iavl.key, key) || !isSameBytes(simple.key, EVM_STORE)) {
    throw new FinalityError('PROOF_INVALID', 'The proof is for another key', where);
  }
  if (query.value.length !== WORD_BYTES) throw new FinalityError('PROOF_MALFORMED', 'The value is no word', where);
  if (query.height + 1 !== header.height) {
    const details = { ...where, expected: header.height - 1, actual: query.height };
    throw new FinalityError('HEIGHT_DIFFERS', 'The proof is of another height than the header proves', details);
  }
  const storeRoot = existenceRoot('iavl', iavl.data, key, query.value);
  const appHash = existenceRoot('simple', simple.data, EVM_STORE, storeRoot);
  if (!isSameBytes(appHash, header.app_hash)) {
    throw new FinalityError('PROOF_INVALID', 'The proof does not lead to the app hash of the header', {
      ...where,
      expected: toUpperHex(header.app_hash),
      actual: toUpperHex(appHash),
    });
  }
  const value = parseBytes32(`0x${Buffer.from(query.value).toString('hex')}`);
  return { contract, slot, value, number: query.height };
}

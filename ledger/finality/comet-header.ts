import { z } from 'zod';

import { firstProblem } from '../json/first-problem.ts';
import { encodeBlockId, encodeTime, simpleRoot } from './comet-encoding.ts';
import {
  blockIdSchema,
  cometAddressSchema,
  cometHashSchema,
  cometTimeSchema,
  heightSchema,
  uint64Schema,
} from './comet-terms.ts';
import { FinalityError } from './finality-error.ts';
import { bytesField, varintField } from './protobuf.ts';

const headerSchema = z.strictObject({
  version: z.strictObject({ block: uint64Schema.default(0n), app: uint64Schema.default(0n) }),
  chain_id: z.string().regex(/^[\x21-\x7e]{1,50}$/),
  height: heightSchema,
  time: cometTimeSchema,
  last_block_id: blockIdSchema,
  last_commit_hash: cometHashSchema,
  data_hash: cometHashSchema,
  validators_hash: cometHashSchema,
  next_validators_hash: cometHashSchema,
  consensus_hash: cometHashSchema,
  app_hash: cometHashSchema,
  last_results_hash: cometHashSchema,
  evidence_hash: cometHashSchema,
  proposer_address: cometAddressSchema,
});

/** A header as `/commit` of CometBFT gives it; nothing of it is proved yet. */
export type CometHeader = Readonly<z.output<typeof headerSchema>>;

/** @throws FinalityError HEADER_MALFORMED with `details.path` and `details.rule` of the first problem */
export function parseCometHeader(value: unknown): CometHeader {
  const result = headerSchema.safeParse(value);
  if (result.success) return result.data;
  throw new FinalityError('HEADER_MALFORMED', 'Not a header of CometBFT', { ...firstProblem(result.error) });
}

/** The block's hash, on the EVM side too: root of a tree over the 14 fields. */
export function cometHeaderHash(header: CometHeader): Uint8Array {
  return simpleRoot([
    Buffer.concat([varintField(1, header.version.block), varintField(2, header.version.app)]),
    bytesField(1, Buffer.from(header.chain_id, 'latin1')),
    varintField(1, BigInt(header.height)),
    encodeTime(header.time),
    encodeBlockId(header.last_block_id),
    bytesField(1, header.last_commit_hash),
    bytesField(1, header.data_hash),
    bytesField(1, header.validators_hash),
    bytesField(1, header.next_validators_hash),
    bytesField(1, header.consensus_hash),
    bytesField(1, header.app_hash),
    bytesField(1, header.last_results_hash),
    bytesField(1, header.evidence_hash),
    bytesField(1, header.proposer_address),
  ]);
}

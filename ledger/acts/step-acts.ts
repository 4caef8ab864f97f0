import { z } from 'zod';

import type { ActDefinition, SigningRole } from './act-definition.ts';
import { caseId, department, grantId, hash, requestId, resourceId, seconds, small, uint256 } from './columns.ts';

/** `hashAlgorithm` is one of HASH_ALGORITHMS. */
export const document = { documentHash: hash, hashAlgorithm: small(3) };
export const expiry = { nonce: uint256, expiresAt: seconds };

const reason = { reasonCode: hash, dueAt: seconds, ...document, ...expiry };

/** `Step` of contracts/types/Step.sol for each kind of subject; `dueAt` is 0 for steps that set no deadline. */
export const STEP = {
  resource: z.strictObject({ department, subject: resourceId, ...reason }),
  request: z.strictObject({ department, subject: requestId, ...reason }),
  grant: z.strictObject({ department, subject: grantId, ...reason }),
  case: z.strictObject({ department, subject: caseId, ...reason }),
};

/** `JointStep`: the authority signs too. */
export const JOINT_STEP = {
  resource: z.strictObject({ department, authority: department, subject: resourceId, ...reason }),
  request: z.strictObject({ department, authority: department, subject: requestId, ...reason }),
  grant: z.strictObject({ department, authority: department, subject: grantId, ...reason }),
};

type Named = Pick<ActDefinition, 'primaryType' | 'method' | 'event' | 'document'>;

/** What a step of its own says; the rest is the same for all steps of a contract. */
export function step<Contract, Schema, Own extends Named>(
  contract: Contract,
  schema: Schema,
  own: Own,
): Own & { contract: Contract; schema: Schema; signers: readonly [{ department: 'department'; role: 'office' }] } {
  return { ...own, contract, schema, signers: [{ department: 'department', role: 'office' }] };
}

/** As {@link step}, signed by an authority too. */
export function jointStep<Contract, Schema, Own extends Named, Role extends SigningRole>(
  contract: Contract,
  schema: Schema,
  role: Role,
  own: Own,
): Own & {
  contract: Contract;
  schema: Schema;
  signers: readonly [{ department: 'department'; role: Role }, { department: 'authority'; role: 'office' }];
} {
  const signers = [
    { department: 'department', role },
    { department: 'authority', role: 'office' },
  ] as const;
  return { ...own, contract, schema, signers };
}

import type { z } from 'zod';

import type { ContractName } from '../deployment.ts';
import type { DocumentKind } from '../documents/parse-document.ts';

/** A strict object whose members are the columns of the struct, in declared order. */
export type ActSchema = z.ZodObject<Readonly<Record<string, z.ZodType>>>;

/** Accounts of a department: who prepares (经办人), the head of its sharing office, its head (部门负责人). */
export type SigningRole = 'maker' | 'office' | 'head';

/** Who must sign: an account of the department that a member of the act names. */
export interface ActSigner {
  readonly department: string;
  readonly role: SigningRole;
}

/** What must be known of a kind of act to parse, sign, carry and read it again. */
export interface ActDefinition {
  readonly contract: ContractName;
  /** EIP-712 primary type: the name of the Solidity struct, or of the kind of step. */
  readonly primaryType: string;
  /** The contract's function that takes the act and its signatures. */
  readonly method: string;
  /** The event that records it. */
  readonly event: string;
  /** Everyone who must sign, in the order of the function's arguments; the first one acts and owns the nonce. */
  readonly signers: readonly [ActSigner, ...ActSigner[]];
  /** The document that `documentHash` commits to, if the act brings one. */
  readonly document: DocumentKind | null;
  /** From the JSON form to the typed act. */
  readonly schema: ActSchema;
}

export type ActTable = Readonly<Record<string, ActDefinition>>;

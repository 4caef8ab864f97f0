import type { z } from 'zod';

import type { ContractName } from '../deployment.ts';
import type { DocumentKind } from '../documents/parse-document.ts';

/** A strict object whose members are the columns of the struct, in declared order. */
export type ActSchema = z.ZodObject<Readonly<Record<string, z.ZodType>>>;

/** What must be known of a kind of act to parse, sign and carry it. */
export interface ActDefinition {
  readonly contract: ContractName;
  /** EIP-712 primary type: the name of the Solidity struct. */
  readonly primaryType: string;
  /** The contract's function that takes the act and its signature. */
  readonly method: string;
  /** The member that names the acting department. */
  readonly department: string;
  /** Which account of that department signs. */
  readonly role: 'office' | 'head';
  /** The document that `documentHash` commits to, if the act brings one. */
  readonly document: DocumentKind | null;
  /** From the JSON form to the typed act. */
  readonly schema: ActSchema;
}

export type ActTable = Readonly<Record<string, ActDefinition>>;

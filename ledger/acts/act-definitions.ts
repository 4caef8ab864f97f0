import type { z } from 'zod';

import type { ActDefinition, ActSchema, ActTable } from './act-definition.ts';
import { CALENDAR_ACTS } from './calendar-acts.ts';
import { CASE_ACTS } from './case-acts.ts';
import { CATALOG_ACTS } from './catalog-acts.ts';
import { LOG_ACTS } from './log-acts.ts';
import { REGISTRY_ACTS } from './registry-acts.ts';
import { SHARE_ACTS } from './share-acts.ts';

/** Every act that a department can sign. */
export const ACTS = {
  ...REGISTRY_ACTS,
  ...CALENDAR_ACTS,
  ...CATALOG_ACTS,
  ...SHARE_ACTS,
  ...CASE_ACTS,
  ...LOG_ACTS,
} as const satisfies ActTable;
export type ActName = keyof typeof ACTS;

interface Definition<Typed> extends ActDefinition {
  readonly schema: ActSchema & z.ZodType<Typed>;
}
type ActTypes = { readonly [Name in ActName]: Readonly<z.output<(typeof ACTS)[Name]['schema']>> };

/** A typed act: ids and hashes as text, `uint256` as bigint, times in Unix seconds. */
export type Act<Name extends ActName = ActName> = ActTypes[Name];

/** The same table, in a form whose type follows a name that is not known until run time. */
export const ACT_DEFINITIONS: { readonly [Name in ActName]: Definition<ActTypes[Name]> } = { ...ACTS };

export function isActName(text: string): text is ActName {
  return Object.hasOwn(ACTS, text);
}

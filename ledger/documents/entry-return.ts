import { z } from 'zod';

import type { DeepReadonly } from './deep-readonly.ts';
import {
  codeSchema,
  departmentIdSchema,
  MAX_LIST_LENGTH,
  MAX_NAME_LENGTH,
  resourceIdSchema,
  textSchema,
  versionSchema,
} from './terms.ts';

/** RFC 6901 pointer to a member of a CatalogEntry, none of whose keys needs escaping. */
const memberPointerSchema = z
  .string()
  .max(MAX_NAME_LENGTH)
  .regex(/^(?:\/[A-Za-z0-9_]+)+$/);

/** 目录退回意见: why the authority does not publish an entry, and what to mend in it (条例 art. 16, 17; R10, R11). */
export const entryReturnSchema = z.strictObject({
  type: z.literal('EntryReturn'),
  schema: z.literal('dxl/entry-return/1'),
  /** The authority. */
  department: departmentIdSchema,
  resourceId: resourceIdSchema,
  version: versionSchema,
  /** On chain as `reasonCode`, see {@link reasonCodeToBytes32}. */
  reasonCode: codeSchema,
  defects: z
    .array(z.strictObject({ member: memberPointerSchema, text: textSchema }))
    .min(1)
    .max(MAX_LIST_LENGTH),
});
export type EntryReturn = DeepReadonly<z.output<typeof entryReturnSchema>>;

import { z } from 'zod';

import type { DeepReadonly } from './deep-readonly.ts';
import { requestItemsSchema } from './request-items.ts';
import { departmentIdSchema, requestIdSchema } from './terms.ts';

/** 补正告知: all that a request lacks, told once; an incomplete request is not refused (条例 art. 21; domain rule R17). */
export const supplementNoticeSchema = z.strictObject({
  type: z.literal('SupplementNotice'),
  schema: z.literal('dxl/supplement-notice/1'),
  department: departmentIdSchema,
  requestId: requestIdSchema,
  missing: requestItemsSchema,
});
export type SupplementNotice = DeepReadonly<z.output<typeof supplementNoticeSchema>>;

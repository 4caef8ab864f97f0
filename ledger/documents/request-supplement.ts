import { z } from 'zod';

import type { DeepReadonly } from './deep-readonly.ts';
import { requestItemsSchema } from './request-items.ts';
import { attachmentsSchema, departmentIdSchema, requestIdSchema } from './terms.ts';

/** 补正材料: the requester's reply to a notice of what is missing (条例 art. 21; domain rules R17, R23). */
export const requestSupplementSchema = z.strictObject({
  type: z.literal('RequestSupplement'),
  schema: z.literal('dxl/request-supplement/1'),
  department: departmentIdSchema,
  requestId: requestIdSchema,
  supplied: requestItemsSchema,
  attachments: attachmentsSchema,
});
export type RequestSupplement = DeepReadonly<z.output<typeof requestSupplementSchema>>;

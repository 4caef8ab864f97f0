import { z } from 'zod';

import type { DeepReadonly } from './deep-readonly.ts';
import { departmentIdSchema, disposalMethodSchema, grantIdSchema, nameSchema, textSchema } from './terms.ts';

/** 用后处置证明: that the requester disposed of the data, and its five records of use (条例 art. 27, 29; R31, R34). */
export const disposalCertificateSchema = z.strictObject({
  type: z.literal('DisposalCertificate'),
  schema: z.literal('dxl/disposal-certificate/1'),
  department: departmentIdSchema,
  grantId: grantIdSchema,
  method: disposalMethodSchema,
  /** Which copies, tables and media. */
  scope: textSchema,
  /** Who saw it done. */
  witness: nameSchema,
  completedOn: z.iso.date(),
  /** 使用场景、使用过程、应用成效、存储情况、销毁情况. */
  records: z.strictObject({
    scenario: textSchema,
    process: textSchema,
    effect: textSchema,
    storage: textSchema,
    destruction: textSchema,
  }),
});
export type DisposalCertificate = DeepReadonly<z.output<typeof disposalCertificateSchema>>;

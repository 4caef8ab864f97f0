import { z } from 'zod';

import { fieldKeySchema } from '../../ledger/documents/terms.ts';
import { cidrProblem } from './address-guard.ts';
import { columnsSchema, filePathSchema, maxRowBytesSchema, noProblem, timeoutMsSchema } from './config-terms.ts';
import { placeholdersOf, urlProblem } from './url-template.ts';

/** Placeholders beside the field keys: the region prefix, the row limit, and the needed columns with commas between. */
const BUILT_IN = ['$region', '$limit', '$fields'];

const timeoutsSchema = z.strictObject({
  connectTimeoutMs: timeoutMsSchema.default(3_000),
  headersTimeoutMs: timeoutMsSchema.default(10_000),
  idleTimeoutMs: timeoutMsSchema.default(10_000),
  bodyTimeoutMs: timeoutMsSchema.default(30_000),
});

const memberSchema = z.strictObject({
  kind: z.literal('http'),
  /** Origin and path. `{field}` takes the value that the read filters that field by. */
  url: z.string().max(2048).superRefine(noProblem(urlProblem)),
  /**
   * Query parameters; one whose placeholders have no value in a read is left out of it. `{$limit}` has none in a read
   * with a filter that no other parameter conveys.
   */
  query: z.record(z.string().min(1).max(64), z.string().max(256)).default({}),
  /** Fields whose filter values may travel to the source. */
  params: z.array(fieldKeySchema).max(32).default([]),
  /** Names that the source has for fields, where they differ. */
  columns: columnsSchema.default({}),
  allowedCidrs: z
    .array(z.string().superRefine(noProblem(cidrProblem)))
    .min(1)
    .max(64),
  allowLoopback: z.boolean().default(false),
  format: z.enum(['ndjson', 'json-array']),
  /** A file with the whole value of the Authorization header. */
  authorizationFile: filePathSchema.nullable().default(null),
  /** PEM certificates to trust instead of the system's. */
  caFile: filePathSchema.nullable().default(null),
  timeouts: timeoutsSchema.prefault({}),
  maxBytes: z
    .int()
    .min(1)
    .default(64 * 1024 * 1024),
  maxRowBytes: maxRowBytesSchema,
  maxConnections: z.int().min(1).max(256).default(64),
});

export type HttpSourceConfig = z.infer<typeof memberSchema>;

/** One source of kind `http` in the sources file. */
export const httpSourceSchema = memberSchema.superRefine((config, context) => {
  const known = new Set([...config.params, ...BUILT_IN]);
  if (placeholdersOf(config.url).includes('$limit')) {
    context.addIssue({ code: 'custom', path: ['url'], message: 'must not hold $limit, which some reads go without' });
  }
  for (const [member, text] of [['url', config.url], ...Object.entries(config.query)]) {
    const unknown = placeholdersOf(text ?? '').filter((name) => !known.has(name));
    if (unknown.length > 0) context.addIssue({ code: 'custom', path: [member ?? ''], message: unknownNames(unknown) });
    if (/[{}]/.test((text ?? '').replaceAll(/\{\$?\w+\}/g, ''))) {
      context.addIssue({ code: 'custom', path: [member ?? ''], message: 'has a brace that is no placeholder' });
    }
  }
});

function unknownNames(names: readonly string[]): string {
  return `has placeholders that are not in params: ${names.join(', ')}`;
}

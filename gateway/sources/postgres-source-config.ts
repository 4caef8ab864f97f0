import { z } from 'zod';

import { columnsSchema, filePathSchema, maxRowBytesSchema, timeoutMsSchema } from './config-terms.ts';

const nameSchema = z
  .string()
  .min(1)
  .max(63)
  .refine((name) => !name.includes('\0'), 'must not hold NUL');

const connectionSchema = z.strictObject({
  /** A host name, an address, or the folder of a Unix socket. */
  host: z.string().min(1).max(255),
  port: z.int().min(1).max(65_535).default(5432),
  database: nameSchema,
  user: nameSchema,
  /** A file with the password, or null when the server asks for none. */
  passwordFile: filePathSchema.nullable().default(null),
  /** PEM certificates that the server's must chain to, or null for a connection without TLS. */
  caFile: filePathSchema.nullable().default(null),
});

/** One source of kind `postgres` in the sources file. */
export const postgresSourceSchema = z.strictObject({
  kind: z.literal('postgres'),
  connection: connectionSchema,
  /** Schema and name of the one relation that is read. */
  view: z.strictObject({ schema: nameSchema, name: nameSchema }),
  /** Every field key that may be read, to its column. */
  columns: columnsSchema.refine((columns) => Object.keys(columns).length > 0, 'must name at least one column'),
  statementTimeoutMs: timeoutMsSchema.default(30_000),
  connectTimeoutMs: timeoutMsSchema.default(3_000),
  maxConnections: z.int().min(1).max(64).default(8),
  maxRowBytes: maxRowBytesSchema,
  /** Accepts a superuser or a role that can write the view. For a development database only. */
  allowPrivilegedRole: z.boolean().default(false),
});

export type PostgresSourceConfig = z.infer<typeof postgresSourceSchema>;

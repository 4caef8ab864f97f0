import type { ClientBase } from 'pg';

import { GatewayError } from '../errors.ts';
import { type ColumnOids, columnOf, relationOf } from './postgres-query.ts';
import type { PostgresSourceConfig } from './postgres-source-config.ts';
import { COLUMN_TYPES } from './postgres-types.ts';

/**
 * Asks the server for the types of the configured columns.
 * @throws GatewayError SOURCE_MISCONFIGURED for a type that JSON cannot carry without loss or that we cannot compare.
 */
export async function describeColumns(client: ClientBase, config: PostgresSourceConfig): Promise<ColumnOids> {
  const keys = Object.keys(config.columns);
  const columns = keys.map((key) => columnOf(config, key)).join(', ');
  const { fields } = await client.query(`SELECT ${columns} FROM ${relationOf(config)} LIMIT 0`);
  const oids = new Map(keys.map((key, index) => [key, fields[index]?.dataTypeID ?? 0]));
  for (const [field, oid] of oids) {
    if (COLUMN_TYPES.has(oid)) continue;
    throw new GatewayError('SOURCE_MISCONFIGURED', `The view must cast the column of ${field} to text`, { field });
  }
  return oids;
}

import { escapeIdentifier } from 'pg';

import { GatewayError } from '../errors.ts';
import type { PostgresSourceConfig } from './postgres-source-config.ts';
import { COLUMN_TYPES, isTextType, isUnboundedText } from './postgres-types.ts';
import { neededFields } from './row-shape.ts';
import type { RowQuery } from './source.ts';

/** Type OIDs of the configured columns, by field key. */
export type ColumnOids = ReadonlyMap<string, number>;

/** A statement whose text comes from the configuration alone; everything of the request is in `values`. */
export interface Statement {
  readonly text: string;
  readonly values: readonly string[];
  /** Field keys in the order of the selected columns. */
  readonly fields: readonly string[];
}

export function relationOf({ view }: PostgresSourceConfig): string {
  return `${escapeIdentifier(view.schema)}.${escapeIdentifier(view.name)}`;
}

/** @throws GatewayError SOURCE_MISCONFIGURED when the configuration has no column for the field. */
export function columnOf({ columns }: PostgresSourceConfig, field: string): string {
  const column = Object.hasOwn(columns, field) ? columns[field] : undefined;
  if (column === undefined) {
    throw new GatewayError('SOURCE_MISCONFIGURED', `The source has no column for the field ${field}`, { field });
  }
  return escapeIdentifier(column);
}

/**
 * The one SELECT of a read, or null when a filter names a value that its column cannot hold: no row matches then, and
 * the server need not say so with an error.
 */
export function selectStatement(config: PostgresSourceConfig, oids: ColumnOids, query: RowQuery): Statement | null {
  const values: string[] = [];
  const bind = (value: string): string => `$${values.push(value)}`;
  const conditions: string[] = [];
  for (const [field, value] of query.equals) {
    const type = COLUMN_TYPES.get(oids.get(field) ?? 0);
    if (!isBindable(value) || type?.literal(value) !== true) return null;
    const column = columnOf(config, field);
    conditions.push(type.compare === 'native' ? `${column} = ${bind(value)}` : `${column}::text = ${bind(value)}`);
  }
  if (query.region !== null) {
    const { field, prefix } = query.region;
    if (!isBindable(prefix)) return null;
    const column = columnOf(config, field) + (isTextType(oids.get(field) ?? 0) ? '' : '::text');
    conditions.push(`${column} LIKE ${bind(likePrefix(prefix))}`);
  }
  const fields = neededFields(query);
  const columns = fields.map((field) => boundedColumn(config, oids, field));
  const select = `SELECT ${columns.join(', ')} FROM ${relationOf(config)}`;
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
  return { text: `${select}${where} LIMIT ${bind(String(query.limit))}`, values, fields };
}

/** A text is cut by the server one character above the longest row, which then is too large: nobody has to hold it all. */
function boundedColumn(config: PostgresSourceConfig, oids: ColumnOids, field: string): string {
  const column = columnOf(config, field);
  return isUnboundedText(oids.get(field) ?? 0) ? `left(${column}, ${config.maxRowBytes + 1})` : column;
}

/** The pattern of everything that starts with `prefix`, whose own wildcards mean themselves. */
function likePrefix(prefix: string): string {
  return `${prefix.replaceAll(/[\\%_]/g, '\\$&')}%`;
}

/** PostgreSQL has no NUL in text, and a lone surrogate has no UTF-8. */
function isBindable(value: string): boolean {
  return !value.includes('\0') && value.isWellFormed();
}

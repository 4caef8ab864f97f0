import { GatewayError } from '../errors.ts';
import type { Row, RowQuery, Scalar } from './source.ts';

/** Every field that a read touches: shown, filtered by, or holding the region. */
export function neededFields(query: RowQuery): readonly string[] {
  const region = query.region === null ? [] : [query.region.field];
  return [...new Set([...query.fields, ...query.equals.keys(), ...region])];
}

/**
 * Cuts what a source gave down to the fields asked for, or null when the row does not match the filters: a source that
 * ignores them must not leak rows. A value equals a filter when its text does; null equals nothing.
 *
 * @param member - reads one member of the source's record, undefined when it is not there. Its results are hostile.
 * @throws GatewayError SOURCE_FAILED when a needed field is missing or is no scalar that JSON carries without loss.
 */
export function shapeRow(query: RowQuery, member: (fieldKey: string) => unknown): Row | null {
  for (const [field, expected] of query.equals) {
    const value = scalarOf(field, member(field));
    if (value === null || String(value) !== expected) return null;
  }
  if (query.region !== null) {
    const region = scalarOf(query.region.field, member(query.region.field));
    if (region === null || !String(region).startsWith(query.region.prefix)) return null;
  }
  const row: Record<string, Scalar> = { __proto__: null };
  for (const field of query.fields) row[field] = scalarOf(field, member(field));
  return row;
}

function scalarOf(field: string, value: unknown): Scalar {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && isExact(value)) return value;
  throw new GatewayError('SOURCE_FAILED', `The source gave no usable value for the field ${field}`, { field });
}

/** Beyond 2^53 a number was already rounded when it was parsed: the source must send text. */
function isExact(value: number): boolean {
  return Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value);
}

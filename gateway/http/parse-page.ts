import { z } from 'zod';

import { GatewayError } from '../errors.ts';

const DEFAULT_PAGE = 50;
const MAX_PAGE = 500;
const MAX_OFFSET = 1_000_000;

/** The query of a list, for the OpenAPI document. */
export const pageSchema = z
  .object({
    limit: z.int().min(1).max(MAX_PAGE).default(DEFAULT_PAGE),
    offset: z.int().min(0).max(MAX_OFFSET).default(0),
  })
  .partial();

/** `?limit=50&offset=0`, bounded. @throws GatewayError REQUEST_INVALID */
export function parsePage(query: URLSearchParams): { readonly limit: number; readonly offset: number } {
  return {
    limit: parseBound(query, 'limit', { otherwise: DEFAULT_PAGE, least: 1, most: MAX_PAGE }),
    offset: parseBound(query, 'offset', { otherwise: 0, least: 0, most: MAX_OFFSET }),
  };
}

/** The query of one resource, for the OpenAPI document. */
export const versionSchema = z.object({ version: z.int().min(1).max(MAX_OFFSET) }).partial();

/** `?version=2`; null when none is asked for. @throws GatewayError REQUEST_INVALID */
export function parseVersion(query: URLSearchParams): number | null {
  if (!query.has('version')) return null;
  return parseBound(query, 'version', { otherwise: 1, least: 1, most: MAX_OFFSET });
}

function parseBound(
  query: URLSearchParams,
  name: string,
  bounds: { readonly otherwise: number; readonly least: number; readonly most: number },
): number {
  const text = query.get(name);
  if (text === null) return bounds.otherwise;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= bounds.least && value <= bounds.most) return value;
  throw new GatewayError('REQUEST_INVALID', 'A page bound is not a number within its limits', { parameter: name });
}

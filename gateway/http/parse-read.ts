import { parseGrantId } from '../../ledger/ids.ts';
import type { ReadRequest } from '../../ledger/decide.ts';
import { isLastingText } from '../../ledger/json/normal-text.ts';
import type { Caller } from '../authn/authenticate.ts';
import { GatewayError } from '../errors.ts';

export const MAX_FIELDS_ASKED = 256;
export const MAX_FILTERS = 16;
export const MAX_VALUE_LENGTH = 256;
const FIELD_KEY = /^[a-z][a-z0-9_]{0,63}$/;
const REGION = /^\d{2,12}$/;
const LIMIT = /^[1-9]\d{0,8}$/;
const FILTER_PREFIX = 'where.';

/**
 * What a signed read asks for: `?fields=a,b&region=44&limit=10&where.<key>=<value>`. All of it is attacker-controlled.
 * Filters that no line of evidence could hold would spoil that of everybody else.
 * @throws GatewayError REQUEST_INVALID for anything unknown, repeated or out of bounds; LedgerError HEX_INVALID
 */
export function parseRead(caller: Caller, grantId: string, query: URLSearchParams): ReadRequest {
  const equals = new Map<string, string>();
  const single = new Map<string, string>();
  for (const [name, value] of query) {
    if (single.has(name) || value.length > MAX_VALUE_LENGTH * MAX_FILTERS) throw invalid(name);
    single.set(name, value);
    if (name.startsWith(FILTER_PREFIX)) equals.set(...parseFilter(name, value));
    else if (!['fields', 'region', 'limit'].includes(name)) throw invalid(name);
  }
  if (equals.size > MAX_FILTERS) throw invalid(FILTER_PREFIX);
  const { purpose, caseNumber, system } = caller.signedFields;
  return {
    caller: caller.department,
    grantId: parseGrantId(grantId),
    fields: parseFields(single.get('fields')),
    equals,
    region: parseText('region', REGION, single.get('region')),
    limit: parseLimit(single.get('limit')),
    // No purpose is a purpose that no grant has.
    purpose: purpose ?? '',
    caseNumber,
    system,
  };
}

function parseFilter(name: string, value: string): [string, string] {
  const key = name.slice(FILTER_PREFIX.length);
  if (!FIELD_KEY.test(key) || value.length > MAX_VALUE_LENGTH || !isLastingText(value)) throw invalid(name);
  return [key, value];
}

function parseFields(text: string | undefined): readonly string[] {
  if (text === undefined) return [];
  const keys = text.split(',');
  const wellFormed = keys.every((key) => FIELD_KEY.test(key)) && new Set(keys).size === keys.length;
  if (!wellFormed || keys.length > MAX_FIELDS_ASKED) throw invalid('fields');
  return keys;
}

function parseText(name: string, pattern: RegExp, text: string | undefined): string | null {
  if (text === undefined) return null;
  if (!pattern.test(text)) throw invalid(name);
  return text;
}

function parseLimit(text: string | undefined): number | null {
  const limit = parseText('limit', LIMIT, text);
  return limit === null ? null : Number(limit);
}

function invalid(name: string): GatewayError {
  return new GatewayError('REQUEST_INVALID', 'A query parameter is unknown, repeated or not well-formed', {
    parameter: name.slice(0, MAX_VALUE_LENGTH),
  });
}

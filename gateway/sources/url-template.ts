import { isIP } from 'node:net';

import { GatewayError } from '../errors.ts';

const PLACEHOLDER = /\{(\$?[A-Za-z_][A-Za-z0-9_]{0,63})\}/g;
const ORIGIN = /^(https?):\/\/([^/{}]+)\//;

/** Longest value that may travel in an address, in UTF-16 units. */
const MAX_VALUE_LENGTH = 1024;

/** Characters that some server along the way may read as structure, even when they arrive percent-encoded. */
const STRUCTURE = /[/\\%?#;]|\.\./;
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

/** An address from the local configuration: a fixed origin, then a path and a query with placeholders. */
export interface UrlTemplate {
  readonly protocol: 'http:' | 'https:';
  /** Without the brackets of an IPv6 literal. */
  readonly hostname: string;
  readonly port: number;
  readonly origin: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
}

/** The names between braces, as in `/people/{id_no}`. */
export function placeholdersOf(text: string): string[] {
  return [...text.matchAll(PLACEHOLDER)].map((match) => match[1] ?? '');
}

/** Null when `url` is an origin and a path in the form that a URL parser leaves as it is; else what is wrong. */
export function urlProblem(url: string): string | null {
  const filled = url.replaceAll(PLACEHOLDER, 'x');
  if (!ORIGIN.test(url)) return 'must begin with http:// or https://, a host without placeholders, and a path';
  if (!URL.canParse(filled)) return 'is not a URL';
  const parsed = new URL(filled);
  if (parsed.username !== '' || parsed.password !== '') return 'must not hold a user name';
  if (parsed.search !== '' || parsed.hash !== '' || /[?#]/.test(filled)) return 'must end with the path';
  if (parsed.href !== filled || parsed.hostname.endsWith('.')) return 'must be in its normal form';
  if (/%(?:2e|2f|5c|00)/i.test(filled)) return 'must not hold encoded dots, slashes or NUL';
  return null;
}

/** `url` must have passed `urlProblem`. */
export function parseUrlTemplate(url: string, query: Readonly<Record<string, string>>): UrlTemplate {
  const { protocol, hostname, port, origin } = new URL(url.replaceAll(PLACEHOLDER, 'x'));
  const secure = protocol === 'https:';
  return {
    protocol: secure ? 'https:' : 'http:',
    hostname: isIP(hostname.slice(1, -1)) === 6 ? hostname.slice(1, -1) : hostname,
    port: port === '' ? (secure ? 443 : 80) : Number(port),
    origin,
    path: url.slice(url.indexOf('/', protocol.length + 2)),
    query,
  };
}

/**
 * The request target. `values` are hostile. One that a path cannot carry safely is refused, not repaired; a query
 * parameter without a value is left out, and the rows are filtered afterwards in any case.
 *
 * @throws GatewayError REQUEST_INVALID
 */
export function fillUrlTemplate(template: UrlTemplate, values: ReadonlyMap<string, string>): string {
  const path = template.path.replaceAll(PLACEHOLDER, (_, name: string) => pathValue(name, values.get(name)));
  const query = sentParameters(template, values).map(([parameter, text]) => {
    const value = text.replaceAll(PLACEHOLDER, (_, name: string) => checkedText(name, values.get(name) ?? ''));
    return `${encodeURIComponent(parameter)}=${encodeURIComponent(value)}`;
  });
  return query.length === 0 ? path : `${path}?${query.join('&')}`;
}

/** The placeholders whose values stand in the request target that `fillUrlTemplate` makes. */
export function conveyedNames(template: UrlTemplate, values: ReadonlyMap<string, string>): ReadonlySet<string> {
  const texts = sentParameters(template, values).map(([, text]) => text);
  return new Set([template.path, ...texts].flatMap(placeholdersOf));
}

function sentParameters({ query }: UrlTemplate, values: ReadonlyMap<string, string>): [string, string][] {
  return Object.entries(query).filter(([, text]) => placeholdersOf(text).every((name) => values.has(name)));
}

function pathValue(name: string, value: string | undefined): string {
  if (value === undefined || value === '') throw invalid(name, 'This resource is read by a value of the field');
  const text = checkedText(name, value);
  // Compatibility forms too: some servers fold a full-width slash or dot back.
  if ([text, text.normalize('NFKC')].some((form) => STRUCTURE.test(form) || form === '.')) {
    throw invalid(name, 'An address cannot carry this value of the field');
  }
  return encodeURIComponent(text);
}

function checkedText(name: string, value: string): string {
  if (value.length > MAX_VALUE_LENGTH || CONTROL.test(value) || !value.isWellFormed()) {
    throw invalid(name, 'An address cannot carry this value of the field');
  }
  return value;
}

function invalid(name: string, detail: string): GatewayError {
  return new GatewayError('REQUEST_INVALID', `${detail} ${name}`, { field: name });
}

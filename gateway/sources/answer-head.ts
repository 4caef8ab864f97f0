import { GatewayError } from '../errors.ts';
import type { AnswerHead } from './http-exchange.ts';

export type BodyFormat = 'ndjson' | 'json-array';

const MEDIA_TYPES: Readonly<Record<BodyFormat, readonly string[]>> = {
  ndjson: ['application/x-ndjson', 'application/ndjson', 'application/jsonl'],
  'json-array': ['application/json'],
};

/**
 * Decides from the head alone whether the body may be read. It must be plain (no bomb to unpack), of the configured
 * type, and have a length or chunks: a body that ends with its connection looks whole when it was cut.
 *
 * @throws GatewayError SOURCE_FAILED
 */
export function assertUsableAnswer({ status, headers }: AnswerHead, format: BodyFormat, maxBytes: number): void {
  if (status !== 200) {
    throw new GatewayError('SOURCE_FAILED', `The source answered ${status}`, { sourceStatus: status });
  }
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') throw failed('The source sent an encoded body');
  if (!isMediaType(headers['content-type'], MEDIA_TYPES[format])) throw failed('The source sent another media type');
  const length = headers['content-length'];
  if (length === undefined && headers['transfer-encoding']?.toLowerCase() !== 'chunked') {
    throw failed('The body has no stated end');
  }
  if (length !== undefined && Number(length) > maxBytes) throw failed('The answer is larger than its limit');
}

function isMediaType(header: string | undefined, accepted: readonly string[]): boolean {
  const [mediaType = '', ...parameters] = (header ?? '').toLowerCase().split(';');
  const charsets = parameters.map((parameter) => parameter.trim()).filter((text) => text.startsWith('charset='));
  return accepted.includes(mediaType.trim()) && charsets.every((text) => /^charset="?utf-8"?$/.test(text));
}

function failed(detail: string): GatewayError {
  return new GatewayError('SOURCE_FAILED', detail);
}

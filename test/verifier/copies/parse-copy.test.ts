import { describe, expect, it } from 'vitest';

import { parseCopy } from '../../../verifier/copies/parse-copy.ts';
import { KeptWorld } from '../kept-world.ts';

const world = new KeptWorld();
world.gateway.deliver(world.read());
const { receipt } = world.gateway.receipts[0]!;
const parse = (value: unknown) => parseCopy('file', Buffer.from(JSON.stringify(value)));

describe('parseCopy', () => {
  it('takes a receipt alone, and one as the gateway answers it', () => {
    expect(parse(receipt)).toEqual({ source: 'file', receipt });
    expect(parse({ receipt })).toEqual({ source: 'file', receipt });
    expect(parse({ contentSalt: null, receipt, confirmation: null })).toEqual({ source: 'file', receipt });
  });

  it.each<[string, unknown]>([
    ['nothing', null],
    ['a text', 'receipt'],
    ['a list of it', [receipt]],
    ['a list with a receipt as a member', { 0: receipt }],
    ['an answer with nothing', { receipt: null }],
    ['an answer in an answer', { receipt: { receipt } }],
  ])('refuses %s', (_name, value) => {
    expect(() => parse(value)).toThrow(expect.objectContaining({ code: 'RECEIPT_INVALID' }) as Error);
  });

  it('refuses what is no JSON', () => {
    expect(() => parseCopy('file', Buffer.from('{'))).toThrow(
      expect.objectContaining({ code: 'DOCUMENT_MALFORMED' }) as Error,
    );
  });
});

import { describe, expect, it } from 'vitest';

import type { EvidenceLineType } from '../../../ledger/evidence/evidence-line.ts';
import { LineOrder } from '../../../verifier/bundle/line-order.ts';

const TYPES: readonly EvidenceLineType[] = [
  'header',
  'block',
  'heads',
  'account',
  'log',
  'document',
  'checkpoint',
  'receipt',
  'confirmation',
  'end',
];
/** docs/evidence-format.md section 2: a way to each type, and what may follow it. */
const WAYS: readonly (readonly [readonly EvidenceLineType[], readonly EvidenceLineType[]])[] = [
  [[], ['header']],
  [['header'], ['block']],
  [['header', 'block'], ['heads']],
  [
    ['header', 'block', 'heads'],
    ['account', 'log', 'document', 'checkpoint', 'end'],
  ],
  [
    ['header', 'block', 'heads', 'account'],
    ['account', 'log', 'document', 'checkpoint', 'end'],
  ],
  [
    ['header', 'block', 'heads', 'log'],
    ['log', 'document', 'checkpoint', 'end'],
  ],
  [
    ['header', 'block', 'heads', 'document'],
    ['document', 'checkpoint', 'end'],
  ],
  [
    ['header', 'block', 'heads', 'checkpoint'],
    ['checkpoint', 'receipt', 'end'],
  ],
  [
    ['header', 'block', 'heads', 'checkpoint', 'receipt'],
    ['receipt', 'confirmation', 'end'],
  ],
  [
    ['header', 'block', 'heads', 'checkpoint', 'receipt', 'confirmation'],
    ['receipt', 'end'],
  ],
  [['header', 'block', 'heads', 'end'], []],
];

describe('LineOrder', () => {
  it.each(WAYS)('behind %j', (way, followers) => {
    const allowed = TYPES.filter((type) => {
      const order = new LineOrder();
      expect(way.every((before) => order.take(before))).toBe(true);
      expect(order.isEnded).toBe(way.includes('end'));
      return order.take(type);
    });
    expect(allowed).toEqual(followers);
  });
});

import { describe, expect, it } from 'vitest';

import { SUSPENSION_REASONS } from '../../../ledger/documents/grant-suspension.ts';
import { defectOf } from './document.factory.ts';

const cases = SUSPENSION_REASONS.flatMap((reasonCode) =>
  [[], ['停止超范围调用']].flatMap((demands) =>
    [null, 1_763_481_599].map((rectifyBy) => ({ reasonCode, demands, rectifyBy })),
  ),
);

describe('GrantSuspension', () => {
  it.each(cases)('for $reasonCode with demands $demands and a deadline $rectifyBy', (change) => {
    const isMisuse = change.reasonCode === 'MISUSE';
    const isSound = isMisuse === change.demands.length > 0 && isMisuse === (change.rectifyBy !== null);
    expect(defectOf('GrantSuspension', change) === null).toBe(isSound);
  });

  it.each(['AGREED', 'misuse', '', null])('may not be for %j', (reasonCode) => {
    expect(defectOf('GrantSuspension', { reasonCode })?.['path']).toBe('/reasonCode');
  });

  it.each([
    [32, null],
    [33, '/demands'],
  ])('with %i demands', (count, path) => {
    expect(defectOf('GrantSuspension', { demands: Array(count).fill('停止') })?.['path'] ?? null).toBe(path);
  });
});

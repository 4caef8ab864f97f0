import { describe, expect, it } from 'vitest';

import { MAX_UNIX_SECONDS } from '../../../ledger/documents/terms.ts';
import { aDocument, defectOf } from './document.factory.ts';

describe('ExtensionConsent', () => {
  it.each([
    [0, null],
    [MAX_UNIX_SECONDS, null],
    [-1, 'TOO_SMALL'],
    [MAX_UNIX_SECONDS + 1, 'TOO_BIG'],
    [1.5, 'INVALID_TYPE'],
    [null, 'INVALID_TYPE'],
    ['2026-01-01', 'INVALID_TYPE'],
  ])('until %j', (dueAt, rule) => {
    expect(defectOf('ExtensionConsent', { dueAt })?.['rule'] ?? null).toBe(rule);
  });

  it('is not given by the provider to itself', () => {
    const { department } = aDocument('ExtensionConsent');
    expect(defectOf('ExtensionConsent', { provider: department })?.['rule']).toBe('PARTIES_DIFFER');
  });
});

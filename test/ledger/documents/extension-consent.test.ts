import { describe, expect, it } from 'vitest';

import { MAX_EXTENSION_DAYS } from '../../../ledger/documents/extension-consent.ts';
import { aDocument, defectOf } from './document.factory.ts';

describe('ExtensionConsent', () => {
  it.each([
    [1, null],
    [MAX_EXTENSION_DAYS, null],
    [0, 'TOO_SMALL'],
    [MAX_EXTENSION_DAYS + 1, 'TOO_BIG'],
    [1.5, 'INVALID_TYPE'],
  ])('by %d working days', (workingDays, rule) => {
    expect(defectOf('ExtensionConsent', { workingDays })?.['rule'] ?? null).toBe(rule);
  });

  it('is not given by the provider to itself', () => {
    const { department } = aDocument('ExtensionConsent');
    expect(defectOf('ExtensionConsent', { provider: department })?.['rule']).toBe('PARTIES_DIFFER');
  });
});

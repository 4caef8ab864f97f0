import { describe, expect, it } from 'vitest';

import { REVOCATION_REASONS } from '../../../ledger/documents/grant-revocation.ts';
import { reasonCodeFromBytes32, reasonCodeToBytes32 } from '../../../ledger/documents/reason-code.ts';
import { defectOf } from './document.factory.ts';

describe('GrantRevocation', () => {
  it.each(REVOCATION_REASONS)('may be for %s, which fits the chain', (reasonCode) => {
    expect(defectOf('GrantRevocation', { reasonCode })).toBeNull();
    expect(reasonCodeFromBytes32(reasonCodeToBytes32(reasonCode))).toBe(reasonCode);
  });

  it.each(['', 'misuse', 'OTHER', null])('may not be for %j', (reasonCode) => {
    expect(defectOf('GrantRevocation', { reasonCode })?.['path']).toBe('/reasonCode');
  });

  it('may have no evidence and may not have evidence by name', () => {
    expect(defectOf('GrantRevocation', { evidence: [] })).toBeNull();
    expect(defectOf('GrantRevocation', { evidence: ['report.pdf'] })?.['path']).toBe('/evidence/0');
  });
});

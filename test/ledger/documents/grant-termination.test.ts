import { describe, expect, it } from 'vitest';

import { aDocument, defectOf } from './document.factory.ts';

const { department, authority, negotiation } = aDocument('GrantTermination');
const [, requester] = negotiation.parties;

describe('GrantTermination', () => {
  it.each([
    ['provider and requester', [department, requester], null],
    ['a third one', [requester, authority, department], null],
    ['the provider alone', [department], 'TOO_SMALL'],
    ['one twice', [department, requester, department], 'UNIQUE'],
    ['others only', [requester, authority], 'PROVIDER_IS_PARTY'],
  ])('negotiated by %s', (_name, parties, rule) => {
    const defect = defectOf('GrantTermination', { negotiation: { ...negotiation, parties } });
    expect(defect?.['rule'] ?? null).toBe(rule);
    expect(defect?.['path'] ?? '/negotiation/parties').toBe('/negotiation/parties');
  });

  it('is not filed with the provider itself', () => {
    expect(defectOf('GrantTermination', { authority: department })?.['rule']).toBe('PARTIES_DIFFER');
  });

  it.each(['2025-02-30', '2025-11-20T00:00:00Z', '20251120', ''])('may not be negotiated on %j', (heldOn) => {
    const defect = defectOf('GrantTermination', { negotiation: { ...negotiation, heldOn } });
    expect(defect?.['path']).toBe('/negotiation/heldOn');
  });
});

import { describe, expect, it } from 'vitest';

import { toTurtle } from '../../../ledger/exports/turtle.ts';
import { aCatalog, aRecordedEntry, anAgreement } from './export.factory.ts';

describe('toTurtle', () => {
  it('writes prefixes, and lists without their cells', async () => {
    const [catalog, agreement] = [await toTurtle(aCatalog([aRecordedEntry()])), await toTurtle(anAgreement())];
    expect(catalog).toMatch(/^@prefix dcat: <http:\/\/www\.w3\.org\/ns\/dcat#>\.$/m);
    expect(catalog).toMatch(/csvw:column \(</);
    expect(agreement).toMatch(/odrl:and \(</);
    expect(`${catalog}${agreement}`).not.toContain('_:');
  });

  it('fetches no context', async () => {
    const elsewhere = { ...anAgreement(), '@context': 'https://context.example/' } as never;
    await expect(toTurtle(elsewhere)).rejects.toMatchObject({ details: { cause: { code: 'DOCUMENT_INVALID' } } });
  });
});

import type { CatalogEntry } from '../../../ledger/documents/catalog-entry.ts';
import { sampleResources } from '../../../scripts/samples/resources.ts';

export const PEOPLE_CODE = '301001/000001';
export const CALENDAR_CODE = '301004/000009';

/** The sample of resident people: masked fields up to level 3, offered for queries. */
export function peopleEntry(): CatalogEntry {
  return sampleEntry(PEOPLE_CODE);
}

/** The sample of working days: level 1, nothing masked. */
export function calendarEntry(): CatalogEntry {
  return sampleEntry(CALENDAR_CODE);
}

function sampleEntry(code: string): CatalogEntry {
  const sample = sampleResources().find(({ entry }) => entry.resourceCode === code);
  if (sample === undefined) throw new TypeError('The sample is missing');
  return sample.entry;
}

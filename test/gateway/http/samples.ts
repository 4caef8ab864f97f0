import type { CatalogEntry } from '../../../ledger/documents/catalog-entry.ts';
import { sampleResources } from '../../../scripts/samples/resources.ts';

export const PEOPLE_CODE = '301001/000001';

/** The sample of resident people: masked fields up to level 3, offered for queries. */
export function peopleEntry(): CatalogEntry {
  const sample = sampleResources().find(({ entry }) => entry.resourceCode === PEOPLE_CODE);
  if (sample === undefined) throw new TypeError('The sample is missing');
  return sample.entry;
}

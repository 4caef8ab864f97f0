import { describe, expect, it } from 'vitest';

import { aCatalogEntry, aDocument, defectOf } from './document.factory.ts';

describe('SourceDesignation', () => {
  it.each(aCatalogEntry().fields.flatMap(({ element }) => element ?? []))('may be of the element %s', (element) => {
    expect(defectOf('SourceDesignation', { element })).toBeNull();
  });

  it.each(['', 'xm', '1XM', 'X'.repeat(65), '姓名'])('may not be of the element %j', (element) => {
    expect(defectOf('SourceDesignation', { element })?.['path']).toBe('/element');
  });

  it('may replace another resource or none, and not the one that it names', () => {
    const { resourceId } = aDocument('SourceDesignation');
    expect(defectOf('SourceDesignation', { replaces: null })).toBeNull();
    expect(defectOf('SourceDesignation', { replaces: resourceId })?.['rule']).toBe('REPLACES_ANOTHER');
  });
});

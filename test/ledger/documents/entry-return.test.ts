import { describe, expect, it } from 'vitest';

import { aCatalogEntry, defectOf } from './document.factory.ts';

const at = (member: string): Readonly<Record<string, unknown>> => ({ defects: [{ member, text: '应予修改' }] });

describe('EntryReturn', () => {
  it.each(Object.keys(aCatalogEntry()))('may point at %s', (member) => {
    expect(defectOf('EntryReturn', at(`/${member}`))).toBeNull();
  });

  it.each(['/fields/0/level', '/assessments/pia', '/conditions/31/text'])('may point at %s', (member) => {
    expect(defectOf('EntryReturn', at(member))).toBeNull();
  });

  it.each(['', '/', 'level', '/fields//level', '/fields/', '#/level', '/a~1b', `/${'a'.repeat(200)}`])(
    'may not point at %j',
    (member) => {
      expect(defectOf('EntryReturn', at(member))?.['path']).toBe('/defects/0/member');
    },
  );

  it.each([
    [1, null],
    [32, null],
    [0, 'TOO_SMALL'],
    [33, 'TOO_BIG'],
  ])('with %i defects', (count, rule) => {
    const defects = Array(count).fill({ member: '/level', text: '应为三级' });
    expect(defectOf('EntryReturn', { defects })?.['rule'] ?? null).toBe(rule);
  });
});

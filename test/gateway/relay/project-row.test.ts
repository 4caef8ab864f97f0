import { describe, expect, it } from 'vitest';

import { compileProjector, type ShownField } from '../../../gateway/relay/project-row.ts';
import type { Row } from '../../../gateway/sources/source.ts';

function field(key: string, changes: Partial<ShownField> = {}): ShownField {
  return { key, mask: 'NONE', plain: false, ...changes };
}

const ROW: Row = { name: '王小明', id_no: '990100199001010012', age: 35, alive: true, died: null, secret: 'x' };

describe('a line', () => {
  it('has the granted fields in the order of the terms, and nothing else', () => {
    const project = compileProjector([field('age'), field('name'), field('died'), field('alive')]);
    expect(project(ROW)).toBe('{"age":35,"name":"王小明","died":null,"alive":true}\n');
  });

  it('masks a field unless the grant lists it as plain', () => {
    const masked = { mask: 'ID_1_1' } as const;
    expect(compileProjector([field('id_no', masked)])(ROW)).toBe('{"id_no":"9****************2"}\n');
    expect(compileProjector([field('id_no', { ...masked, plain: true })])(ROW)).toBe(
      '{"id_no":"990100199001010012"}\n',
    );
  });

  it('leaves out a dropped field, plain or not, without reading it', () => {
    const dropped = { mask: 'DROP' } as const;
    const project = compileProjector([
      field('gone', dropped),
      field('age'),
      field('lost', { ...dropped, plain: true }),
    ]);
    expect(project(ROW)).toBe('{"age":35}\n');
    expect(compileProjector([field('gone', dropped)])(ROW)).toBe('{}\n');
  });

  it('is one line whatever stands in it', () => {
    const hostile = 'a\nb\r"}\\\u2028\u2029\0\ud800';
    const line = compileProjector([field('name')])({ name: hostile });
    expect(line.match(/[\n\r]/g)).toEqual(['\n']);
    expect(JSON.parse(line)).toEqual({ name: hostile });
  });

  it.each([{}, { name: Number.NaN }, { name: Number.POSITIVE_INFINITY }])('is refused for the row %j', (row) => {
    const project = compileProjector([field('name')]);
    expect(() => project(Object.assign(Object.create(null), row) as Row)).toThrow(
      expect.objectContaining({ code: 'SOURCE_FAILED', extensions: { field: 'name' } }),
    );
  });

  it('reads only the row itself', () => {
    const project = compileProjector([field('constructor')]);
    expect(() => project(Object.create(null) as Row)).toThrow(expect.objectContaining({ code: 'SOURCE_FAILED' }));
  });
});

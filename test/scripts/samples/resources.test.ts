import { describe, expect, it } from 'vitest';

import { deriveResourceId, isDepartmentId } from '../../../ledger/ids.ts';
import { authorityOf, SAMPLE_DEPARTMENTS, sampleDepartment } from '../../../scripts/samples/departments.ts';
import { sampleResources } from '../../../scripts/samples/resources.ts';

describe('SAMPLE_DEPARTMENTS', () => {
  it('are 27 with valid codes in region 99, a superior before its inferiors', () => {
    expect(SAMPLE_DEPARTMENTS).toHaveLength(27);
    const ids = SAMPLE_DEPARTMENTS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(27);
    for (const [index, { region, superior }] of SAMPLE_DEPARTMENTS.entries()) {
      expect(region).toMatch(/^99\d{4}$/);
      if (superior !== null) expect(ids.indexOf(superior)).toBeLessThan(index);
    }
    expect(SAMPLE_DEPARTMENTS[0]?.kind).toBe('government');
    expect(ids.every((id) => isDepartmentId(id))).toBe(true);
  });

  it('have an authority on the level of each', () => {
    for (const department of SAMPLE_DEPARTMENTS.filter(({ kind }) => kind === 'department')) {
      const authority = sampleDepartment(authorityOf(department));
      expect([authority.kind, authority.superior]).toEqual(['authority', department.superior]);
    }
  });
});

describe('sampleResources', () => {
  const resources = sampleResources();
  const named = (name: string) => resources.find(({ entry }) => entry.name === name)!.entry;

  it('are 40 and the two with real data, each under its own id', () => {
    expect(resources).toHaveLength(42);
    const ids = resources.map(({ provider, entry }) => deriveResourceId(provider.id, entry.resourceCode));
    expect(new Set(ids).size).toBe(42);
  });

  it('reads the shorthand', () => {
    expect(named('常住人口基本信息')).toMatchObject({
      resourceCode: '301001/000001',
      shareClass: 'CONDITIONAL',
      modes: ['API_VERIFY', 'API_QUERY'],
      updateCycle: 'DAILY',
      level: 3,
      regionField: null,
    });
    expect(named('常住人口基本信息').fields.map(({ key, mask }) => [key, mask])).toEqual([
      ['id_no', 'ID_1_1'],
      ['name', 'NAME'],
      ['sex', 'NONE'],
      ['nation', 'DROP'],
      ['birth', 'YEAR'],
      ['addr', 'ADDR_DISTRICT'],
    ]);
  });

  it('marks the field that carries the region', () => {
    expect(named('医保参保状态').regionField).toBe('region');
    expect(named('行政区划代码').regionField).toBe('code');
  });

  it('holds two that are never shared, each with the law that says so', () => {
    const denied = resources.filter(({ entry }) => entry.shareClass === 'DENIED').map(({ entry }) => entry);
    expect(denied.map(({ denyBasis, modes }) => [denyBasis?.instrument, modes.length])).toEqual([
      ['中华人民共和国统计法', 0],
      ['中华人民共和国刑事诉讼法', 0],
    ]);
  });

  it('asks for an impact assessment exactly where people are in the data', () => {
    expect(named('行政区划代码').assessments.pia).toBeNull();
    expect(
      named('企业登记基本信息')
        .fields.filter(({ personal }) => personal)
        .map(({ key }) => key),
    ).toEqual(['legal_rep']);
    expect(named('公积金缴存信息').fields.every(({ personal }) => personal)).toBe(true);
  });

  it('gives every field a name', () => {
    expect(named('行政区划代码').fields.map(({ name }) => name)).toEqual([
      '区划代码',
      '名称',
      '层级',
      '上级代码',
      '省级名称',
    ]);
  });
});

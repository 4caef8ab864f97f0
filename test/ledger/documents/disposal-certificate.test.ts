import { describe, expect, it } from 'vitest';

import { aDocument, defectOf } from './document.factory.ts';

const { records } = aDocument('DisposalCertificate');

describe('DisposalCertificate', () => {
  it.each(['ERASE', 'DESTROY_MEDIA', 'RETURN', 'ANONYMIZE'])('may be of %s, which a grant may demand', (method) => {
    expect(defectOf('DisposalCertificate', { method })).toBeNull();
    expect(defectOf('ShareAuthorization', { disposal: { days: 10, method } })).toBeNull();
  });

  it.each(['ARCHIVE', 'erase', '', null])('may not be of %j', (method) => {
    expect(defectOf('DisposalCertificate', { method })?.['path']).toBe('/method');
  });

  it.each(Object.keys(records))('records the %s in words', (record) => {
    const defect = defectOf('DisposalCertificate', { records: { ...records, [record]: '' } });
    expect(defect?.['path']).toBe(`/records/${record}`);
  });
});

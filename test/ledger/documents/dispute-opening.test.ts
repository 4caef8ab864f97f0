import { describe, expect, it } from 'vitest';

import { aDocument, defectOf } from './document.factory.ts';

const { department, subject } = aDocument('DisputeOpening');

describe('DisputeOpening', () => {
  it.each(['REQUEST', 'GRANT', 'CORRECTION', 'RESOURCE'])('may be over a %s', (kind) => {
    expect(defectOf('DisputeOpening', { subject: { ...subject, kind } })).toBeNull();
  });

  it.each(['DISPUTE', 'request', '', null])('may not be over %j', (kind) => {
    expect(defectOf('DisputeOpening', { subject: { ...subject, kind } })?.['path']).toBe('/subject/kind');
  });

  it('is against another department', () => {
    expect(defectOf('DisputeOpening', { respondent: department })?.['rule']).toBe('PARTIES_DIFFER');
  });
});

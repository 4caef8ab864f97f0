import { describe, expect, it } from 'vitest';

import { aShareRequest, defectOf } from './document.factory.ts';

const { scope } = aShareRequest();

describe('ShareRequest', () => {
  it.each([
    ['no plain fields', { scope: { ...scope, plainFields: [] } }],
    ['all fields in plain', { scope: { ...scope, plainFields: scope.fields } }],
    ['all regions', { scope: { ...scope, rowFilter: null } }],
  ])('may ask for %s', (_name, change) => {
    expect(defectOf('ShareRequest', change)).toBeNull();
  });

  it.each([
    ['nothing', { scope: { ...scope, fields: [] } }, '/scope/fields', 'TOO_SMALL'],
    [
      'a field in plain that it does not ask for',
      { scope: { ...scope, plainFields: ['x'] } },
      '/scope/plainFields',
      'PLAIN_IS_GRANTED',
    ],
    [
      'a resource without version',
      { resource: { id: aShareRequest().resource.id } },
      '/resource/version',
      'INVALID_TYPE',
    ],
    ['no time', { window: { notBefore: 5, notAfter: 5 } }, '/window/notAfter', 'WINDOW_ORDERED'],
    ['a mode of its own', { mode: 'DUMP' }, '/mode', 'INVALID_VALUE'],
  ])('may not ask for %s', (_name, change, path, rule) => {
    expect(defectOf('ShareRequest', change)).toEqual({ kind: 'ShareRequest', path, rule });
  });

  describe.each(['NEW', 'RENEW', 'SCOPE_EXTENSION', 'ONWARD', 'REFLOW'])('of the kind %s', (kind) => {
    const onGrant = ['RENEW', 'SCOPE_EXTENSION', 'ONWARD'].includes(kind);
    const prior = (isNamed: boolean): unknown => (isNamed ? `0x${'c3'.repeat(32)}` : null);
    const third = (isNamed: boolean): unknown =>
      isNamed ? { name: '示例市税务局', uscc: '11990100MB00000510' } : null;
    const sound = { kind, priorGrantId: prior(onGrant), recipient: third(kind === 'ONWARD') };
    const rule = (changes: Readonly<Record<string, unknown>>): unknown =>
      defectOf('ShareRequest', { ...sound, ...changes })?.['rule'] ?? null;

    it('names a grant exactly when it is about one', () => {
      expect(rule({})).toBeNull();
      expect(rule({ priorGrantId: prior(!onGrant) })).toBe('PRIOR_GRANT_FITS_KIND');
    });

    it('names a recipient exactly when there is a third party', () => {
      expect(rule({ recipient: third(kind !== 'ONWARD') })).toBe('RECIPIENT_FITS_KIND');
    });

    it('may ask for all regions unless data returns to one', () => {
      const changes = { scope: { ...scope, rowFilter: null } };
      expect(rule(changes)).toBe(kind === 'REFLOW' ? 'REFLOW_HAS_REGION' : null);
    });
  });

  it('passes data on to another department only', () => {
    const { requester } = aShareRequest();
    const change = { kind: 'ONWARD', priorGrantId: `0x${'c3'.repeat(32)}`, recipient: requester };
    expect(defectOf('ShareRequest', change)?.['rule']).toBe('PARTIES_DIFFER');
  });

  it.each<[string, Readonly<Record<string, unknown>>, boolean]>([
    ['protection level 1', { security: { mlps: 1, contact: '联系人' } }, true],
    ['protection level 5', { security: { mlps: 5, contact: '联系人' } }, true],
    ['protection level 0', { security: { mlps: 0, contact: '联系人' } }, false],
    ['protection level 6', { security: { mlps: 6, contact: '联系人' } }, false],
    ['a load of one call', { expected: { perSecond: 1, perDay: 1 } }, true],
    ['no call a second', { expected: { perSecond: 0, perDay: 1 } }, false],
    ['no call a day', { expected: { perSecond: 1, perDay: 0 } }, false],
    ['32 articles of law', { basis: Array(32).fill({ instrument: '法', article: '第一条' }) }, true],
    ['33 articles of law', { basis: Array(33).fill({ instrument: '法', article: '第一条' }) }, false],
  ])('with %s', (_name, change, isSound) => {
    expect(defectOf('ShareRequest', change) === null).toBe(isSound);
  });
});

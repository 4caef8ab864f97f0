import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { type ActName, isActName } from '../../../ledger/acts/act-definitions.ts';
import { actToJson, parseAct } from '../../../ledger/acts/parse-act.ts';
import { type JsonValue, parseStrictJson } from '../../../ledger/json/strict-json.ts';
import { someHash } from '../../support/act-factory.ts';
import { refusalOf } from '../refusal-of.ts';
import { ACT_NAMES, EXAMPLE_ACTS } from './example-acts.ts';

const id = someHash(0xab);

const request = (changes: Record<string, unknown>): JsonValue =>
  ({ ...actToJson(EXAMPLE_ACTS.submitRequest), ...changes }) as JsonValue;
const ruleOf = (name: ActName, value: JsonValue): string => {
  const details = refusalOf(() => parseAct(name, value))?.details;
  return `${String(details?.['path'])} ${String(details?.['rule'])}`;
};

describe('parseAct', () => {
  it.each(ACT_NAMES)('reads what actToJson wrote of %s', (name) => {
    const bytes = Buffer.from(JSON.stringify(actToJson(EXAMPLE_ACTS[name])));
    expect(parseAct(name, parseStrictJson(bytes))).toEqual(EXAMPLE_ACTS[name]);
  });

  it.each(ACT_NAMES)('refuses %s with any member missing, null or one too many', (name) => {
    const json = actToJson(EXAMPLE_ACTS[name]);
    for (const member of Object.keys(json)) {
      const rest = Object.fromEntries(Object.entries(json).filter(([key]) => key !== member));
      expect(refusalOf(() => parseAct(name, rest))?.code).toBe('ACT_INVALID');
      const isNullable = member === 'superior' || member === 'regionPrefix';
      expect(refusalOf(() => parseAct(name, { ...json, [member]: null }))?.code ?? null).toBe(
        isNullable ? null : 'ACT_INVALID',
      );
    }
    expect(ruleOf(name, { ...json, extra: 1 })).toBe('/extra UNRECOGNIZED_KEYS');
  });

  it.each([null, true, 7, 'text', [], [1]])('refuses %j', (value) => {
    expect(refusalOf(() => parseAct('submitRequest', value))?.code).toBe('ACT_INVALID');
  });

  it.each([
    ['/requester INVALID_FORMAT', { requester: '11990100mb00000435' }],
    ['/requester DEPARTMENT_ID', { requester: '11990100MB00000436' }],
    ['/requester INVALID_TYPE', { requester: 7 }],
    ['/resourceId INVALID_FORMAT', { resourceId: id.toUpperCase() }],
    ['/resourceId INVALID_FORMAT', { resourceId: `${id}00` }],
    ['/resourceId INVALID_FORMAT', { resourceId: id.slice(2) }],
    ['/resourceVersion TOO_SMALL', { resourceVersion: 0 }],
    ['/resourceVersion TOO_BIG', { resourceVersion: 2 ** 32 }],
    ['/resourceVersion INVALID_TYPE', { resourceVersion: '1' }],
    ['/fields INVALID_TYPE', { fields: 7 }],
    ['/fields INVALID_FORMAT', { fields: '0x7' }],
    ['/fields INVALID_FORMAT', { fields: '07' }],
    ['/fields INVALID_FORMAT', { fields: '-1' }],
    ['/fields INVALID_FORMAT', { fields: '1e3' }],
    ['/fields INVALID_FORMAT', { fields: '' }],
    ['/fields TOO_BIG', { fields: (2n ** 256n).toString() }],
    ['/notBefore TOO_SMALL', { notBefore: -1 }],
    ['/notBefore INVALID_TYPE', { notBefore: 1.5 }],
    ['/notAfter TOO_BIG', { notAfter: 2 ** 53 }],
    ['/hashAlgorithm TOO_BIG', { hashAlgorithm: 4 }],
  ])('says %s', (rule, changes) => {
    expect(ruleOf('submitRequest', request(changes))).toBe(rule);
  });

  it.each([
    ['office', '0x'],
    ['office', `0x${'ab'.repeat(19)}`],
    ['office', `0x${'ab'.repeat(20)}a`],
    ['office', `0x${'ab'.repeat(1_025)}`],
    ['office', `0x${'AB'.repeat(20)}`],
    ['region', '99010'],
    ['region', '99010a'],
    ['kind', 6],
  ])('refuses a registration with %s %j', (member, value) => {
    const json = { ...actToJson(EXAMPLE_ACTS.registerDepartment), [member]: value };
    expect(refusalOf(() => parseAct('registerDepartment', json))?.details['path']).toBe(`/${member}`);
  });

  it('takes every uint256', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }), (fields) => {
        expect(parseAct('submitRequest', request({ fields: fields.toString() })).fields).toBe(fields);
      }),
    );
  });

  it('does not take a name from the prototype for an act', () => {
    expect(['toString', '__proto__', 'constructor', 'submit_request'].filter(isActName)).toEqual([]);
  });
});

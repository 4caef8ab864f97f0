import { describe, expect, it } from 'vitest';

import { GATEWAY_ERRORS, GatewayError } from '../../../gateway/errors.ts';
import { problemHeaders, toGatewayError, toProblem } from '../../../gateway/http/problem.ts';
import { LedgerError } from '../../../ledger/errors.ts';

/** 2026-11-23 23:59:58 in Asia/Shanghai. */
const LATE = Date.UTC(2026, 10, 23, 15, 59, 58) / 1000;

describe('toGatewayError', () => {
  it('says nothing of what nobody expected', () => {
    const error = toGatewayError(new TypeError('secret of the database'));
    expect(error.code).toBe('INTERNAL');
    expect(JSON.stringify(toProblem(error))).not.toContain('secret');
    expect(error.cause).toBeInstanceOf(TypeError);
  });

  it.each([undefined, null, 'text', 0])('takes %s for a failure like any other', (thrown) => {
    expect(toGatewayError(thrown).code).toBe('INTERNAL');
  });

  it('keeps the details of a refusal by the SDK, and hides those that no caller causes', () => {
    const refused = toGatewayError(new LedgerError('DOCUMENT_INVALID', 'Not a valid document', { path: '/a' }));
    expect([refused.code, refused.extensions]).toEqual([
      'DOCUMENT_INVALID',
      { path: '/a', reason_code: 'DOCUMENT_INVALID' },
    ]);
    const hidden = toGatewayError(new LedgerError('RECEIPT_INVALID', 'Not a receipt', { path: '/b' }));
    expect([hidden.code, hidden.extensions]).toEqual(['INTERNAL', {}]);
  });
});

describe('toProblem', () => {
  it('lets no extension take the place of a standard member', () => {
    const forged = { status: 200, code: 'PERMIT', type: 'about:blank', title: 'fine', detail: 'fine', instance: 'x' };
    expect(toProblem(new GatewayError('DENIED', 'No', { ...forged, deny_code: 'EXPIRED' }))).toMatchObject({
      type: 'urn:dxl:error:denied',
      status: 403,
      code: 'DENIED',
      detail: 'No',
      deny_code: 'EXPIRED',
    });
  });

  it('names every occurrence differently', () => {
    const error = new GatewayError('DENIED', 'No');
    expect(toProblem(error).instance).not.toBe(toProblem(error).instance);
  });
});

describe('problemHeaders', () => {
  const headersOf = (error: GatewayError) => problemHeaders(error, LATE);

  it('names the way to authenticate with every 401 (RFC 9110 section 15.5.2) and with nothing else', () => {
    for (const code of Object.keys(GATEWAY_ERRORS) as (keyof typeof GATEWAY_ERRORS)[]) {
      const challenge = headersOf(new GatewayError(code, ''))['www-authenticate'];
      const expected = GATEWAY_ERRORS[code].status === 401 ? 'Signature realm="dxl", tag="dxl-request-v1"' : undefined;
      expect(challenge).toBe(expected);
    }
  });

  it('names the allowed methods with 405', () => {
    expect(headersOf(new GatewayError('METHOD_NOT_ALLOWED', '', { allow: 'GET' }))).toEqual({ allow: 'GET' });
  });

  it.each([
    ['TOO_MANY_REQUESTS', {}, '1'],
    ['QUOTA_EXCEEDED', { deny_code: 'QUOTA_RATE' }, '1'],
    ['QUOTA_EXCEEDED', { deny_code: 'QUOTA_DAY' }, '2'],
    ['QUOTA_EXCEEDED', { deny_code: 'QUOTA_TOTAL' }, undefined],
    ['STALE_CHAIN', {}, '1'],
    ['DENIED', {}, undefined],
  ] as const)('says of %s %o when to come back: %s', (code, extensions, seconds) => {
    expect(headersOf(new GatewayError(code, '', extensions))['retry-after']).toBe(seconds);
  });
});

import { describe, expect, it } from 'vitest';

import { noticeSecretProblem, readNoticeSecret, signNotice } from '../../../gateway/notices/sign-notice.ts';

const secretOf = (bytes: number): string => `whsec_${Buffer.alloc(bytes, 1).toString('base64')}`;

describe('signNotice', () => {
  it('gives the signature of the reference vector of Standard Webhooks', () => {
    const secret = readNoticeSecret('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
    const headers = signNotice('msg_p5jXN8AQM9LWM0D4loKWxJek', 1_614_265_330, '{"test": 2432232314}', secret);
    expect(headers).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });
});

describe('noticeSecretProblem', () => {
  it.each([32, 33, 64])('takes %i bytes', (bytes) => {
    expect(noticeSecretProblem(secretOf(bytes))).toBeNull();
  });

  it.each([
    ['24 bytes', secretOf(24)],
    ['31 bytes', secretOf(31)],
    ['65 bytes', secretOf(65)],
    ['no prefix', secretOf(32).slice(6)],
    ['another alphabet', `whsec_${'-_'.repeat(22)}`],
    ['bits beyond the end', `whsec_${'A'.repeat(42)}B=`],
    ['nothing', ''],
  ])('refuses %s', (_what, text) => {
    expect(noticeSecretProblem(text)).not.toBeNull();
  });
});

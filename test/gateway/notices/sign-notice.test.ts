import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

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

describe('docs/protocol.md, section 11', () => {
  const page = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'protocol.md'), 'utf8');
  const section = page.slice(page.indexOf('## 11. Notices'));
  const secret = /`(whsec_[^`]+)`/.exec(section)?.[1] ?? '';
  const headers = Object.fromEntries(
    [...section.matchAll(/^(webhook-\w+): (.+)$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
  const body = /^\{.*\}$/m.exec(section)?.[0] ?? '';
  const id = String(headers['webhook-id']);
  const timestamp = Number(headers['webhook-timestamp']);

  it('has an example that is signed as the code signs', () => {
    expect(signNotice(id, timestamp, body, readNoticeSecret(secret))).toEqual(headers);
    expect(JSON.parse(body)).toMatchObject({ id, event: 'Overdue' });
  });

  it.each([
    ['the example', body, timestamp, 'True'],
    ['no changed body', body.replace('117', '118'), timestamp, 'False'],
    ['no old notice', body, timestamp + 301, 'False'],
  ])('has a receiver that takes %s', (_what, text, now, answer) => {
    const code = /```python\n([^`]*)```/.exec(section)?.[1] ?? '';
    const call = `import json, sys\nsecret, headers, body, now = json.load(sys.stdin)\n`;
    const program = `${code}\n${call}print(is_genuine(secret, headers, body.encode(), now))`;
    const input = JSON.stringify([secret, headers, text, now]);
    expect(execFileSync('python3', ['-c', program], { input, encoding: 'utf8' }).trim()).toBe(answer);
  });
});

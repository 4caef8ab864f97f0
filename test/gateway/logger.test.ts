import { Writable } from 'node:stream';

import { describe, expect, it } from 'vitest';

import { createLogger } from '../../gateway/logger.ts';

function capture(): { lines: string[]; stream: Writable } {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString('utf8'));
      done();
    },
  });
  return { lines, stream };
}

describe('createLogger', () => {
  it('leaves out secrets and what callers wrote, wherever they stand', () => {
    const { lines, stream } = capture();
    const secret = 'never-in-a-log';
    const facts = {
      privateKey: secret,
      password: secret,
      signature: secret,
      salt: secret,
      body: secret,
      query: secret,
    };
    createLogger('info', stream).info({ ...facts, caseNumber: secret, call: { ...facts, caseNumber: secret } }, 'x');
    expect(lines.join('')).not.toContain(secret);
    expect(lines.join('')).toContain('[redacted]');
  });

  it('lets nobody write a line of his own', () => {
    const { lines, stream } = capture();
    createLogger('info', stream).info({ detail: 'a\n{"level":60,"msg":"forged"}\r\u001b[2J' }, 'line\nbreak');
    expect(lines).toHaveLength(1);
    expect(lines[0]?.trimEnd().split('\n')).toHaveLength(1);
    expect(lines[0]).not.toContain('\u001b');
  });
});

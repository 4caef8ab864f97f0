import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { reasonCodeFromBytes32, reasonCodeToBytes32 } from '../../../ledger/documents/reason-code.ts';
import { parseBytes32 } from '../../../ledger/ids.ts';
import { codeOf } from '../refusal-of.ts';

const bytes32Of = (text: string): string => `0x${Buffer.from(text, 'latin1').toString('hex').padEnd(64, '0')}`;

describe('reason codes', () => {
  it('are ASCII padded right with zeros', () => {
    expect(reasonCodeToBytes32('MISUSE')).toBe(bytes32Of('MISUSE'));
    expect(reasonCodeFromBytes32(parseBytes32(bytes32Of('MISUSE')))).toBe('MISUSE');
  });

  it('come back as they were', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Z][A-Z0-9_]{0,30}$/), (code) => {
        expect(reasonCodeFromBytes32(reasonCodeToBytes32(code))).toBe(code);
      }),
    );
  });

  it.each(['', 'misuse', '1ST', 'A B', 'A'.repeat(32), '滥用', 'A\0'])('are not %j', (code) => {
    expect(codeOf(() => reasonCodeToBytes32(code))).toBe('ACT_INVALID');
  });

  it.each([
    ['zero', bytes32Of('')],
    ['text without end', bytes32Of('A'.repeat(32))],
    ['no UTF-8', bytes32Of('\xff\xfe')],
    ['lower case', bytes32Of('misuse')],
    ['text after the end', bytes32Of('A\0B')],
  ])('are not read from %s', (_name, bytes) => {
    expect(codeOf(() => reasonCodeFromBytes32(parseBytes32(bytes)))).toBe('ACT_INVALID');
  });
});

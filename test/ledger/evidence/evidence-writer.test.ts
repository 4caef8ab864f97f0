import { createHash } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { endStatement } from '../../../ledger/evidence/end-statement.ts';
import type { EvidenceLineOf } from '../../../ledger/evidence/evidence-line.ts';
import { EvidenceWriter } from '../../../ledger/evidence/evidence-writer.ts';
import { MAX_LINE_BYTES } from '../../../ledger/evidence/limits.ts';
import { parseBytes32 } from '../../../ledger/ids.ts';
import { refusalOf } from '../refusal-of.ts';

const HASH = parseBytes32(`0x${'5a'.repeat(32)}`);
const log = (data: string): EvidenceLineOf<'log'> => {
  return { type: 'log', block: 1, contract: 'CaseBook', topics: [HASH], data };
};
/** As many bytes as a line may have, its line feed not counted. */
const LONGEST = MAX_LINE_BYTES - Buffer.byteLength(JSON.stringify(log('0x')));

describe('EvidenceWriter', () => {
  it('writes a line in its canonical form, and signs for all of them at the end', async () => {
    const writer = new EvidenceWriter();
    const lines = [writer.line(log('0x')), writer.line(log('0x01'))].map((bytes) => Buffer.from(bytes).toString());
    expect(lines[0]).toBe(`{"block":1,"contract":"CaseBook","data":"0x","topics":["${HASH}"],"type":"log"}\n`);
    const sha256 = `0x${createHash('sha256').update(lines.join('')).digest('hex')}`;
    const signed: Uint8Array[] = [];
    const sign = (statement: Uint8Array): Uint8Array => {
      signed.push(statement);
      return new Uint8Array(64);
    };
    const end = JSON.parse(Buffer.from(await writer.end({ gateway: HASH, sign })).toString()) as unknown;
    expect(end).toEqual({ type: 'end', lines: 2, sha256, exporter: HASH, signature: `0x${'00'.repeat(64)}` });
    expect(signed).toEqual([Buffer.from(endStatement(2, sha256))]);
  });

  it('writes the longest line, and none that is longer or is no line', () => {
    const writer = new EvidenceWriter();
    const whole = LONGEST - (LONGEST % 2);
    expect(writer.line(log(`0x${'00'.repeat(whole / 2)}`)).length).toBeLessThanOrEqual(MAX_LINE_BYTES + 1);
    for (const wrong of [log(`0x${'00'.repeat(whole / 2 + 1)}`), log('0x0'), { ...log('0x'), more: 1 }]) {
      expect(refusalOf(() => writer.line(wrong))?.code).toBe('EVIDENCE_INVALID');
    }
  });
});

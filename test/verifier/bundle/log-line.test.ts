import { describe, expect, it } from 'vitest';

import { evidenceLineSchema } from '../../../ledger/evidence/evidence-line.ts';
import type { JsonObject, JsonValue } from '../../../ledger/json/strict-json.ts';
import { isLogLine } from '../../../verifier/bundle/log-line.ts';

const WORD = `0x${'ab'.repeat(32)}`;
const LOG: JsonObject = { block: 7, contract: 'CaseBook', data: '0x00ff', topics: [WORD], type: 'log' };

describe('a log line', () => {
  it.each([
    ['with one topic', LOG],
    ['with four topics and no data', { ...LOG, data: '0x', topics: [WORD, WORD, WORD, WORD] }],
    ['of block 0', { ...LOG, block: 0 }],
  ])('%s is taken without the schema, which takes it too', (_, line: JsonObject) => {
    expect(isLogLine(line)).toBe(true);
    expect(evidenceLineSchema.parse(line)).toEqual(line);
  });

  it.each<[string, JsonValue]>([
    ['of another type', { ...LOG, type: 'logs' }],
    ['that is a list', [LOG]],
    ['that is nothing', null],
    ['that is a text', 'log'],
    ['without topics', { ...LOG, topics: [] }],
    ['with five topics', { ...LOG, topics: [WORD, WORD, WORD, WORD, WORD] }],
    ['with a short topic', { ...LOG, topics: [WORD.slice(0, -2)] }],
    ['with a topic and a line feed', { ...LOG, topics: [`${WORD}\n`] }],
    ['with a number as topic', { ...LOG, topics: [1] }],
    ['with topics that are none', { ...LOG, topics: { 0: WORD, length: 1 } }],
    ['with half a byte', { ...LOG, data: '0x0' }],
    ['with capitals', { ...LOG, data: '0xFF' }],
    ['with data that is no text', { ...LOG, data: 0 }],
    ['of a negative block', { ...LOG, block: -1 }],
    ['of a broken block', { ...LOG, block: 0.5 }],
    ['of a block in words', { ...LOG, block: '7' }],
    ['of a contract that there is not', { ...LOG, contract: 'Treasury' }],
    ['with a member more', { ...LOG, note: '' }],
    ['with a member less', { block: 7, contract: 'CaseBook', data: '0x', type: 'log' }],
    ['with another member', { block: 7, contract: 'CaseBook', data: '0x', title: [WORD], type: 'log' }],
  ])('%s is left to the schema, which refuses it', (_, line) => {
    expect(isLogLine(line)).toBe(false);
    expect(evidenceLineSchema.safeParse(line).success).toBe(false);
  });
});

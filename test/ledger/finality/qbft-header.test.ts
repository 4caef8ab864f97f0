import { concat, encodeRlp, getBytes, id, type RlpStructuredData } from 'ethers';
import { describe, expect, it } from 'vitest';

import { MAX_HEADER_BYTES, parseQbftHeader } from '../../../ledger/finality/qbft-header.ts';
import {
  addressesOf,
  buildChain,
  decodeHeader,
  encodeHeader,
  EXTRA_DATA,
  fourValidators,
  validatorKey,
} from '../../support/qbft-chain.ts';
import { refusal, refusedBy } from './refused.ts';

const plan = { ...fourValidators(9), votes: new Map() };
const chain = buildChain({ ...plan, sets: plan.sets.slice(0, 1) });
const BYTES = chain.blocks[6]!.bytes;
const PARTS = decodeHeader(BYTES);

function parseFields(fields: readonly RlpStructuredData[]): unknown {
  return parseQbftHeader(getBytes(encodeRlp([...fields])));
}

function parseExtra(index: number, value: RlpStructuredData): unknown {
  return parseQbftHeader(encodeHeader({ fields: PARTS.fields, extra: PARTS.extra.with(index, value) }));
}

function refusedField(act: () => unknown): unknown {
  const refused = refusedBy(act);
  return refused?.code === 'HEADER_MALFORMED' ? refused.details['field'] : refused?.code;
}

describe('parseQbftHeader', () => {
  it('reads what a header says', () => {
    expect(parseQbftHeader(BYTES)).toMatchObject({
      number: 6,
      timestamp: 1_790_000_006,
      parentHash: chain.blocks[5]!.hash,
      stateRoot: id('state 6'),
      extra: { validators: addressesOf('ABCD'), vote: null, round: 0 },
    });
  });

  it('takes the list of block 0 as a person wrote it, and of no other block', () => {
    const listed = chain
      .setAt(0)
      .split('')
      .map((name) => validatorKey(name).address);
    expect(listed).not.toEqual(listed.toSorted());
    expect(parseQbftHeader(chain.blocks[0]!.bytes).extra.validators).toEqual(listed);
    expect(refusedField(() => parseExtra(1, listed))).toBe('validators');
    const sorted = addressesOf('ABCD');
    expect(refusedField(() => parseExtra(1, [sorted[0]!, ...sorted]))).toBe('validators');
  });

  it('refuses a chain that keeps its validators in a contract', () => {
    expect(refusal(() => parseExtra(1, []))).toBe('CONTRACT_MODE');
  });

  it.each<[name: string, bytes: Uint8Array]>([
    ['nothing', new Uint8Array()],
    ['a byte after it', getBytes(concat([BYTES, '0x00']))],
    ['a byte less', BYTES.slice(0, -1)],
    ['a string', getBytes(encodeRlp(BYTES))],
    ['a length with a leading zero', getBytes(concat(['0xfa00', BYTES.slice(1)]))],
    ['a small byte with a length before it', longNumber()],
    ['deep nesting', getBytes(`0x${'c1'.repeat(20)}c0`)],
    ['nesting that exhausts a stack', deepNesting()],
    ['more bytes than a header has', new Uint8Array(MAX_HEADER_BYTES + 1).fill(0xc0)],
  ])('refuses %s', (_name, bytes) => {
    expect(refusedField(() => parseQbftHeader(bytes))).toBe('header');
  });

  it('refuses a number of fields that no fork has', () => {
    const fields = decodeHeader(chain.blocks[9]!.bytes).fields;
    expect(fields).toHaveLength(23);
    for (const count of [0, 14, 18, 24]) {
      expect(refusedField(() => parseFields([...fields, '0x01'].slice(0, count)))).toBe('header');
    }
    expect(refusedField(() => parseFields(fields.with(3, [])))).toBe('header');
  });

  it('refuses each field in another length or form', () => {
    const { fields } = decodeHeader(chain.blocks[9]!.bytes);
    const names = fields.map((value, index) => {
      if (index === EXTRA_DATA) return null;
      const tooLong = `${String(value)}${'00'.repeat(33)}`;
      return [
        refusedField(() => parseFields(fields.with(index, tooLong))),
        refusedField(() => parseFields(fields.with(index, '0x00'))),
      ];
    });
    expect(names.filter((name) => name !== null).every(([long, short]) => long === short && long !== 'header')).toBe(
      true,
    );
    expect(new Set(names.map((name) => name?.[0])).size).toBe(23);
    expect(refusedField(() => parseFields(fields.with(8, `0x20${'00'.repeat(6)}`)))).toBe('number');
  });

  it.each<[part: string, index: number, values: RlpStructuredData[]]>([
    ['vanity', 0, ['0x', `0x${'00'.repeat(31)}`, `0x${'00'.repeat(33)}`, []]],
    ['validators', 1, ['0x', [`0x${'11'.repeat(19)}`], [`0x${'11'.repeat(21)}`], [[]]]],
    ['vote', 2, ['0x', ['0x'], [validatorKey('E').address], [validatorKey('E').address, '0x01'], ['0x11', '0xff']]],
    [
      'vote',
      2,
      [
        [validatorKey('E').address, []],
        [validatorKey('E').address, '0xff', '0x'],
      ],
    ],
    // Four bytes: IBFT 2.0.
    ['round', 3, ['0x00', '0x00000000', '0x0001', '0x0100000000', []]],
    ['seals', 4, ['0x', [`0x${'11'.repeat(64)}`], [`0x${'11'.repeat(66)}`], [[]]]],
  ])('refuses extra data with another form of %s', (part, index, values) => {
    for (const value of values) expect(refusedField(() => parseExtra(index, value))).toBe(part);
  });

  it('refuses extra data that is not a list of five, or not canonical', () => {
    const { fields, extra } = PARTS;
    const others = [
      '0x',
      encodeRlp('0x1234'),
      encodeRlp(extra.slice(0, 4)),
      encodeRlp([...extra, '0x']),
      concat([encodeRlp(extra), '0x00']),
      encodeRlp(extra).replace('0xf9', '0xfa00'),
    ];
    for (const other of others) {
      expect(refusedField(() => parseFields(fields.with(EXTRA_DATA, other)))).toBe('extraData');
    }
  });

  it('refuses the header of another engine', () => {
    expect(refusedBy(() => parseFields(PARTS.fields.with(13, id('randomness'))))).toMatchObject({
      code: 'NOT_QBFT',
      details: { block: 6, field: 'mixHash', actual: id('randomness') },
    });
    expect(refusal(() => parseFields(PARTS.fields.with(7, '0x')))).toBe('NOT_QBFT');
  });
});

/** The difficulty as 0x8101, which decodes to 1 too. */
function longNumber(): Uint8Array {
  const text = encodeRlp(PARTS.fields).slice(8);
  const fields = text.replace(`${'00'.repeat(256)}01`, `${'00'.repeat(256)}8101`);
  return getBytes(concat(['0xf9', Uint8Array.of(fields.length / 512, (fields.length / 2) % 256), `0x${fields}`]));
}

function deepNesting(): Uint8Array {
  let bytes = new Uint8Array([0xc0]);
  while (bytes.length < MAX_HEADER_BYTES - 8) {
    const { length } = bytes;
    const head = length < 56 ? [0xc0 + length] : length < 256 ? [0xf8, length] : [0xf9, length >> 8, length & 0xff];
    bytes = new Uint8Array([...head, ...bytes]);
  }
  return bytes;
}

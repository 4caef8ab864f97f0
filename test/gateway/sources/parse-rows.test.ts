import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { parseJsonArray } from '../../../gateway/sources/parse-json-array.ts';
import { parseNdjson } from '../../../gateway/sources/parse-ndjson.ts';
import { collect } from '../../support/upstream-server.ts';

/** The bytes in pieces of the given sizes, over and over: a boundary may fall inside a character or an escape. */
async function* inPieces(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer, void> {
  for (let start = 0, turn = 0; start < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield await Promise.resolve(bytes.subarray(start, start + size));
    start += size;
  }
}

const scalar = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);
const rows = fc.array(
  fc.dictionary(fc.string({ maxLength: 8 }), fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }))),
  { maxLength: 20 },
);
const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });

describe.each([
  ['NDJSON', parseNdjson, (values: unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('')],
  ['a JSON array', parseJsonArray, (values: unknown[]) => JSON.stringify(values)],
])('%s', (_, parse, encode) => {
  it('gives the same rows however its bytes arrive', async () => {
    await fc.assert(
      fc.asyncProperty(rows, sizes, async (values, pieces) => {
        const parsed = (await collect(parse(inPieces(Buffer.from(encode(values)), pieces), 1_000_000))).flat();
        expect(JSON.stringify(parsed)).toBe(JSON.stringify(values));
      }),
      { numRuns: 1_000 },
    );
  });

  it('fails with SOURCE_FAILED, or gives rows, for any bytes', async () => {
    const damaged = fc.tuple(rows, fc.nat(), fc.nat({ max: 255 }));
    await fc.assert(
      fc.asyncProperty(damaged, sizes, async ([values, position, byte], pieces) => {
        const bytes = Buffer.from(encode(values));
        if (bytes.length > 0) bytes[position % bytes.length] = byte;
        const outcome: unknown = await collect(parse(inPieces(bytes, pieces), 1_000_000)).catch(
          (error: unknown) => error,
        );
        expect(Array.isArray(outcome) || (outcome as { code?: string }).code === 'SOURCE_FAILED').toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('keeps no prototype from its members', async () => {
    const text = encode([{ a: 1 }]).replace('"a":1', '"__proto__":{"polluted":1},"a":1');
    const [row] = (await collect(parse(inPieces(Buffer.from(text), [7]), 1_000))).flat();
    expect((row as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('refuses a row beyond its limit while it arrives', async () => {
    let sent = 0;
    async function* endless(): AsyncGenerator<Buffer, void> {
      yield Buffer.from(encode([{ a: 'x' }]).split('x')[0] ?? '');
      for (sent = 0; sent < 10_000; sent += 1) yield await Promise.resolve(Buffer.alloc(100, 'x'));
    }
    await expect(collect(parse(endless(), 10_000))).rejects.toMatchObject({ code: 'SOURCE_FAILED' });
    expect(sent).toBeLessThan(110);
  });
});

describe('bytes that come one by one', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('are copied a few times, not once for each piece that follows', async () => {
    let copied = 0;
    const concat = Buffer.concat.bind(Buffer);
    vi.spyOn(Buffer, 'concat').mockImplementation((list, length) => {
      copied += list.reduce((sum, { byteLength }) => sum + byteLength, 0);
      return concat(list, length);
    });
    const copy: unknown = Reflect.get(Buffer.prototype, 'copy');
    vi.spyOn(Buffer.prototype, 'copy').mockImplementation(function (this: Buffer, ...to: unknown[]) {
      const count = Number(Reflect.apply(copy as () => number, this, to));
      copied += count;
      return count;
    });
    const row = { name: 'x'.repeat(1_000) };
    const body = Buffer.from(`${JSON.stringify(row)}\n`.repeat(4));
    expect((await collect(parseNdjson(inPieces(body, [1]), 10_000))).flat()).toEqual([row, row, row, row]);
    expect(copied).toBeLessThanOrEqual(4 * body.length);
  });
});

import fc from 'fast-check';

const STRING_PIECES = [
  'a',
  'id_no',
  '中',
  '\u{20000}',
  'é',
  'e\u0301',
  '\u0316\u0300',
  '\uf900',
  '\uffff',
  '\u{50000}',
  ' ',
  '\\n',
  '\\"',
  '\\\\',
  '\\/',
  '\\u0061',
  '\\u00e9',
  '\\u0301',
  '\\ud83d\\ude00',
  '\\ud800',
  '\\udc00',
  '\\ufdd0',
  '\\u0000',
  '\u2028',
];
const KEYS = ['a', 'b', 'a', '\\u0061', 'é', 'e\u0301', '1', '10', '__proto__', 'constructor', 'toString', 'prototype'];
const NUMBERS = [
  '0',
  '-0',
  '0.0',
  '-0e5',
  '1e2',
  '1E+2',
  '1.50',
  '0.1',
  '0.30000000000000004',
  '0.1000000000000000055',
  '9007199254740991',
  '-9007199254740991',
  '9007199254740992',
  '9007199254740993',
  '90071992547409.91e2',
  '123456789012345678901234567890',
  '1e21',
  '1e400',
  '-1e400',
  '1e-400',
  '5e-324',
  '4.9e-324',
  '1.7976931348623157e308',
  '2.2250738585072011e-308',
];
const SNIPPETS = [
  ',',
  ':',
  '"',
  '\\',
  '{',
  '}',
  '[',
  ']',
  '-',
  '.',
  'e',
  '0',
  '1',
  'null',
  '\u00a0',
  '\u0001',
  '//',
  'u',
];

const spaceText = fc.constantFrom('', '', '', ' ', '\n', '\t', '\r', '  ');
const stringText = fc
  .array(fc.oneof({ weight: 3, arbitrary: fc.constantFrom('a', '中', '\\n') }, fc.constantFrom(...STRING_PIECES)), {
    maxLength: 4,
  })
  .map((pieces) => `"${pieces.join('')}"`);
const numberText = fc.oneof(
  fc.constantFrom(...NUMBERS),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.integer().map(String),
  fc
    .tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.integer({ min: -30, max: 30 }))
    .map(([m, e]) => `${m}e${e}`),
  fc.tuple(fc.nat(), fc.stringMatching(/^[0-9]{1,24}$/)).map(([whole, fraction]) => `${whole}.${fraction}`),
);
const keyText = fc.oneof(
  { weight: 4, arbitrary: fc.nat({ max: 40 }).map((n) => `"k${n}"`) },
  { weight: 1, arbitrary: fc.constantFrom(...KEYS).map((key) => `"${key}"`) },
);

const { value: valueText } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom('true', 'false', 'null'),
    numberText,
    stringText,
    fc
      .array(fc.tuple(spaceText, tie('value'), spaceText), { maxLength: 4 })
      .map((items) => `[${items.map((item) => item.join('')).join(',')}]`),
    fc
      .array(fc.tuple(spaceText, keyText, spaceText, tie('value')), { maxLength: 4 })
      .map((members) => `{${members.map(([a, key, b, value]) => `${a}${key}${b}:${value}`).join(',')}}`),
  ),
}));

const wrapping = fc.oneof({ weight: 20, arbitrary: fc.constant(0) }, fc.integer({ min: 27, max: 34 }));

/** JSON texts with everything that the strict rules look at, sometimes deep. */
export const jsonText: fc.Arbitrary<string> = fc
  .tuple(valueText, wrapping, spaceText)
  .map(([text, depth, space]) => `${space}${'['.repeat(depth)}${text}${']'.repeat(depth)}${space}`);

const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  remove: fc.nat({ max: 2 }),
  insert: fc.oneof(fc.constantFrom('', ...SNIPPETS), fc.constantFrom(...NUMBERS), stringText),
});

function applyEdit(text: string, { at, remove, insert }: { at: number; remove: number; insert: string }): string {
  const index = Math.floor(at * text.length);
  return text.slice(0, index) + insert + text.slice(index + remove);
}

const editedText = fc
  .tuple(jsonText, fc.oneof(fc.constant([]), fc.array(edit, { minLength: 1, maxLength: 2 })))
  .map(([text, edits]) => new TextEncoder().encode(edits.reduce(applyEdit, text)));

const flippedBytes = fc
  .tuple(
    editedText.filter((bytes) => bytes.length > 0),
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.nat({ max: 255 }),
  )
  .map(([bytes, at, byte]) => bytes.with(Math.min(Math.floor(at * bytes.length), bytes.length - 1), byte));

/** Bytes of a JSON text, half of them with one or two edits, every eighth with one byte replaced. */
export const mutatedJson: fc.Arbitrary<Uint8Array> = fc.oneof(
  { weight: 7, arbitrary: editedText },
  { weight: 1, arbitrary: flippedBytes },
);

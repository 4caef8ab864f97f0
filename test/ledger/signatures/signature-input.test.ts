import { describe, expect, it } from 'vitest';

import {
  assertSameComponents,
  hasTag,
  parseSignatureInput,
  readAlgorithm,
  readInteger,
  readKeyId,
  readNonce,
  splitMembers,
} from '../../../ledger/signatures/signature-input.ts';

const ALLOWED = ['created', 'keyid', 'tag'];
const KEY_ID = `0x${'a'.repeat(64)}`;

function refusal(reason: string, name: string): Error {
  const details = { reason, name };
  return expect.objectContaining({ code: 'SIGNATURE_MALFORMED', details }) as Error;
}

describe('splitMembers', () => {
  it('cuts at commas outside strings only', () => {
    const members = splitMembers('a=("x" "y");n="1,\\",2",  b-2=:AA==: ,*c=?1', 'signature');
    expect([...members]).toEqual([
      ['a', '("x" "y");n="1,\\",2"'],
      ['b-2', ':AA==:'],
      ['*c', '?1'],
    ]);
  });

  it.each([
    ['a=1,b=2,c=3,d=4', 'TOO_MANY_SIGNATURES'],
    ['a=1,a=2', 'LABEL_INVALID'],
    ['a=1,', 'FIELD_INVALID'],
    ['a', 'FIELD_INVALID'],
    ['A=1', 'FIELD_INVALID'],
    ['', 'FIELD_INVALID'],
    ['a="1,2', 'none'],
  ])('answers %s with %s', (field, reason) => {
    if (reason === 'none') expect(splitMembers(field, 'signature').size).toBe(1);
    else expect(() => splitMembers(field, 'signature')).toThrow(refusal(reason, 'signature'));
  });
});

describe('hasTag', () => {
  it.each([
    ['("@path");tag="t"', true],
    ['("@path");tag="t";created=1', true],
    ['("@path"); tag="t"', true],
    ['("@path");tag="tt"', false],
    ['("@path");tag=t', false],
    ['("@path");note=";tag=\\"t\\""', false],
    ['("@path");no-tag="t"', false],
    ['("@path")', false],
  ])('%s: %s', (member, expected) => {
    expect(hasTag(member, 't')).toBe(expected);
  });
});

describe('parseSignatureInput', () => {
  it('reads the canonical form', () => {
    const text = `("@path" "@path";req "signature";req;key="dxl");created=12;keyid="${KEY_ID}";tag=""`;
    const { components, parameters } = parseSignatureInput(text, ALLOWED);
    expect(components).toEqual(['"@path"', '"@path";req', '"signature";req;key="dxl"']);
    expect([...parameters]).toEqual([
      ['created', '12'],
      ['keyid', KEY_ID],
      ['tag', ''],
    ]);
  });

  it.each([
    ['"@path";created=1;keyid="k";tag="t"', 'NOT_CANONICAL', 'signature-input'],
    ['("@path"', 'NOT_CANONICAL', 'signature-input'],
    ['();created=1;keyid="k";tag="t"', 'COMPONENTS_INVALID', 'signature-input'],
    ['("@path"  "x");created=1;keyid="k";tag="t"', 'COMPONENTS_INVALID', 'signature-input'],
    ['("@Path");created=1;keyid="k";tag="t"', 'COMPONENTS_INVALID', 'signature-input'],
    ['(@path);created=1;keyid="k";tag="t"', 'COMPONENTS_INVALID', 'signature-input'],
    ['("@path");created=1; keyid="k";tag="t"', 'NOT_CANONICAL', 'parameters'],
    ['("@path");created=01;keyid="k";tag="t"', 'NOT_CANONICAL', 'parameters'],
    ['("@path");created=1.0;keyid="k";tag="t"', 'NOT_CANONICAL', 'parameters'],
    ['("@path");created=-1;keyid="k";tag="t"', 'NOT_CANONICAL', 'parameters'],
    ['("@path");created;keyid="k";tag="t"', 'NOT_CANONICAL', 'parameters'],
    ['("@path");created=1;keyid="\\"";tag="t"', 'NOT_CANONICAL', 'parameters'],
    ['("@path");created=1;keyid="\u00e9";tag="t"', 'NOT_CANONICAL', 'parameters'],
    ['("@path");created=1;created=1;keyid="k";tag="t"', 'PARAMETER_INVALID', 'created'],
    ['("@path");created="1";keyid="k";tag="t"', 'PARAMETER_INVALID', 'created'],
    ['("@path");created=1;keyid=2;tag="t"', 'PARAMETER_INVALID', 'keyid'],
    ['("@path");created=1;keyid="k"', 'PARAMETER_INVALID', 'tag'],
    ['("@path");created=1;keyid="k";tag="t";nonce="n"', 'PARAMETER_INVALID', 'nonce'],
  ])('refuses %s', (member, reason, name) => {
    expect(() => parseSignatureInput(member, ALLOWED)).toThrow(refusal(reason, name));
  });
});

describe('assertSameComponents', () => {
  const check = (components: string[], required: string[]) => () => {
    assertSameComponents(components, required);
  };

  it('accepts any order', () => {
    expect(check(['"b"', '"a"'], ['"a"', '"b"'])).not.toThrow();
  });

  it('names what is missing, and refuses what is more or twice', () => {
    expect(check(['"a"', '"c"'], ['"a"', '"b"'])).toThrow(refusal('COMPONENTS_INVALID', '"b"'));
    expect(check(['"a"', '"a"'], ['"a"', '"b"'])).toThrow(refusal('COMPONENTS_INVALID', '"b"'));
    expect(check(['"a"', '"b"', '"c"'], ['"a"', '"b"'])).toThrow(refusal('COMPONENTS_INVALID', 'signature-input'));
    expect(check(['"a"', '"b"', '"b"'], ['"a"', '"b"'])).toThrow(refusal('COMPONENTS_INVALID', 'signature-input'));
    expect(check(['"a";req'], ['"a"'])).toThrow(refusal('COMPONENTS_INVALID', '"a"'));
  });
});

describe('the readers of parameters', () => {
  const input = (name: string, value: string) => ({ components: [], parameters: new Map([[name, value]]) });

  it('read what is within its bounds', () => {
    expect(readInteger(input('created', '12'), 'created')).toBe(12);
    expect(readNonce(input('nonce', 'a'.repeat(22)))).toHaveLength(22);
    expect(readNonce(input('nonce', '-_Z9'.repeat(21)))).toHaveLength(84);
    expect(readAlgorithm(input('alg', 'ed25519'))).toBe('ed25519');
    expect(readKeyId(input('keyid', KEY_ID))).toBe(KEY_ID);
  });

  it.each(['', 'a'.repeat(21), 'a'.repeat(87), `${'a'.repeat(22)}=`, `${'a'.repeat(22)} `])(
    'refuse the nonce "%s"',
    (nonce) => {
      expect(() => readNonce(input('nonce', nonce))).toThrow(refusal('PARAMETER_INVALID', 'nonce'));
    },
  );

  it.each(['', 'ES256', 'Ed25519', 'toString', '__proto__', 'hmac-sha256'])('refuse the algorithm "%s"', (alg) => {
    expect(() => readAlgorithm(input('alg', alg))).toThrow(refusal('PARAMETER_INVALID', 'alg'));
  });

  it.each(['', '0x', KEY_ID.toUpperCase(), `${KEY_ID}0`])('refuse the key id "%s"', (keyId) => {
    expect(() => readKeyId(input('keyid', keyId))).toThrow(refusal('PARAMETER_INVALID', 'keyid'));
  });
});

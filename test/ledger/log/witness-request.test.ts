import { describe, expect, it } from 'vitest';

import { formatWitnessRequest, parseWitnessRequest } from '../../../ledger/log/witness-request.ts';
import { refusalOf } from '../refusal-of.ts';
import { makeTree } from './tree.factory.ts';

/** The example of C2SP tlog-witness, byte for byte. */
const EXAMPLE = `old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=
`;
const hash = makeTree(1).leafHash(0).toString('base64');
const malformed = (reason: string): object => ({ code: 'NOTE_MALFORMED', details: { reason } });

describe('formatWitnessRequest and parseWitnessRequest', () => {
  it('are inverse over the example of the specification', () => {
    const request = parseWitnessRequest(Buffer.from(EXAMPLE));
    expect(request.oldSize).toBe(20_852_014);
    expect(request.proof.map((each) => Buffer.from(each).toString('base64').slice(0, 4))).toEqual([
      'PlRN',
      'jrJZ',
      '5+pK',
      '/6WV',
    ]);
    expect(Buffer.from(request.note).toString()).toBe(EXAMPLE.slice(EXAMPLE.indexOf('example.com')));
    expect(Buffer.from(formatWitnessRequest(request)).toString()).toBe(EXAMPLE);
  });

  it('carry no proof, and the most that a proof may have', () => {
    for (const lines of [0, 63]) {
      const request = { oldSize: 0, proof: Array.from({ length: lines }, () => Buffer.from(hash, 'base64')) };
      const note = Buffer.from('a\n\nb\n');
      expect(parseWitnessRequest(formatWitnessRequest({ ...request, note }))).toEqual({ ...request, note });
    }
  });

  it.each([
    ['nothing', '', 'BLANK_LINE'],
    ['no blank line', `old 0\n${hash}\n`, 'BLANK_LINE'],
    ['no size', `${hash}\n\nnote`, 'SIZE'],
    ['only a blank line', '\n\nnote', 'SIZE'],
    ['a leading zero', 'old 01\n\nnote', 'SIZE'],
    ['a sign', 'old +1\n\nnote', 'SIZE'],
    ['two spaces', 'old  1\n\nnote', 'SIZE'],
    ['a space behind', 'old 1 \n\nnote', 'SIZE'],
    ['a size of 2^53', 'old 9007199254740992\n\nnote', 'SIZE'],
    ['a line feed of another kind', 'old 1\r\n\n\nnote', 'CHARACTERS'],
    [
      'bytes that are no text',
      Buffer.concat([Buffer.from('old 1\n'), Buffer.of(0xff), Buffer.from('\n\n')]),
      'CHARACTERS',
    ],
    ['a hash that is too short', `old 1\n${hash.slice(4)}\n\nnote`, 'PROOF'],
    ['another spelling of a hash', `old 1\n${hash.replace(/=$/, '')}\n\nnote`, 'PROOF'],
    ['64 hashes', `old 1\n${`${hash}\n`.repeat(64)}\nnote`, 'PROOF'],
  ])('refuse %s', (_what, text, reason) => {
    expect(refusalOf(() => parseWitnessRequest(Buffer.from(text)))).toMatchObject(malformed(reason));
  });

  it('refuse to write what they would not read', () => {
    const note = Buffer.from('note');
    const short = Buffer.alloc(31);
    expect(refusalOf(() => formatWitnessRequest({ oldSize: -1, proof: [], note }))).toMatchObject(malformed('SIZE'));
    expect(refusalOf(() => formatWitnessRequest({ oldSize: 1, proof: [short], note }))).toMatchObject(
      malformed('PROOF'),
    );
    const long = Array.from({ length: 64 }, () => Buffer.alloc(32));
    expect(refusalOf(() => formatWitnessRequest({ oldSize: 1, proof: long, note }))).toMatchObject(malformed('PROOF'));
  });
});

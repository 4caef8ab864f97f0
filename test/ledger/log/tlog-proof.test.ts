import { describe, expect, it } from 'vitest';

import { parseCheckpoint } from '../../../ledger/log/checkpoint.ts';
import { verifyInclusion } from '../../../ledger/log/inclusion.ts';
import { noteKeyOf, openNote, signNote } from '../../../ledger/log/signed-note.ts';
import { formatTlogProof, parseTlogProof, type TlogProof } from '../../../ledger/log/tlog-proof.ts';
import { formatCheckpoint } from '../../../ledger/log/checkpoint.ts';
import { refusalOf } from '../refusal-of.ts';
import { gatewaySigner } from './note.factory.ts';
import { headOf, makeTree } from './tree.factory.ts';

const SIZE = 21;
const INDEX = 13;
const tree = makeTree(SIZE);
const note = Buffer.from(
  signNote(formatCheckpoint({ origin: gatewaySigner.name, ...headOf(tree, SIZE) }), [gatewaySigner]),
);
const proof: TlogProof = { index: INDEX, proof: tree.path(INDEX, 0, SIZE), extra: null, note };
const text = Buffer.from(formatTlogProof(proof)).toString();
const hash = tree.leafHash(0).toString('base64');
const malformed = (reason: string): object => ({ code: 'NOTE_MALFORMED', details: { reason } });

describe('formatTlogProof and parseTlogProof', () => {
  it('are inverse, with and without extra data', () => {
    expect(parseTlogProof(Buffer.from(text))).toEqual(proof);
    const extra = Buffer.from('anything');
    expect(parseTlogProof(formatTlogProof({ ...proof, extra }))).toEqual({ ...proof, extra });
    expect(parseTlogProof(formatTlogProof({ ...proof, proof: [] }))).toEqual({ ...proof, proof: [] });
  });

  it('take as many hashes as the largest tree has levels', () => {
    const most = { ...proof, proof: Array.from({ length: 53 }, () => tree.leafHash(0)) };
    expect(parseTlogProof(formatTlogProof(most))).toEqual(most);
  });

  it('carry all that is needed to verify a leaf offline', () => {
    const parsed = parseTlogProof(Buffer.from(text));
    const head = parseCheckpoint(openNote(parsed.note, [noteKeyOf(gatewaySigner)]).text);
    const claim = { index: parsed.index, proof: parsed.proof, head };
    expect(verifyInclusion({ ...claim, leafHash: tree.leafHash(INDEX) })).toBe(true);
    expect(verifyInclusion({ ...claim, leafHash: tree.leafHash(INDEX - 1) })).toBe(false);
  });

  it.each([
    ['nothing', '', 'BLANK_LINE'],
    ['a blank line first', `\n\n${text}`, 'HEADER'],
    ['no checkpoint', `c2sp.org/tlog-proof@v1\nindex 0\n`, 'BLANK_LINE'],
    ['another version', text.replace('@v1', '@v2'), 'HEADER'],
    ['a space before the header', ` ${text}`, 'HEADER'],
    ['no header', text.slice(text.indexOf('\n') + 1), 'HEADER'],
    ['no index', text.replace('index 13\n', ''), 'INDEX'],
    ['a leading zero', text.replace('index 13', 'index 013'), 'INDEX'],
    ['a sign', text.replace('index 13', 'index +13'), 'INDEX'],
    ['two spaces', text.replace('index 13', 'index  13'), 'INDEX'],
    ['an index of 2^53', text.replace('index 13', 'index 9007199254740992'), 'INDEX'],
    ['the header alone', 'c2sp.org/tlog-proof@v1\n\n', 'INDEX'],
    ['empty extra data', text.replace('index', 'extra \nindex'), 'BASE64'],
    ['extra data that is no base64', text.replace('index', 'extra ?\nindex'), 'BASE64'],
    ['extra data twice', text.replace('index', 'extra AA==\nextra AA==\nindex'), 'INDEX'],
    ['extra data after the index', text.replace('index 13\n', 'index 13\nextra AA==\n'), 'PROOF'],
    ['a hash of 31 bytes', text.replace('index 13\n', `index 13\n${Buffer.alloc(31).toString('base64')}\n`), 'PROOF'],
    ['a hash with spare bits', text.replace('index 13\n', `index 13\n${'A'.repeat(42)}B=\n`), 'PROOF'],
    [
      'more hashes than any tree has levels',
      text.replace('index 13\n', `index 13\n${`${hash}\n`.repeat(54)}`),
      'PROOF',
    ],
    ['a carriage return', text.replace('\n', '\r\n'), 'CHARACTERS'],
    ['more than 256 KiB', text + 'a'.repeat(262_144), 'LENGTH'],
  ])('refuse %s', (_, altered, reason) => {
    expect(refusalOf(() => parseTlogProof(Buffer.from(altered)))).toEqual(malformed(reason));
  });

  it.each([
    ['no index', { ...proof, index: -1 }, 'INDEX'],
    ['too many hashes', { ...proof, proof: Array.from({ length: 54 }, () => tree.leafHash(0)) }, 'PROOF'],
    ['a hash of another length', { ...proof, proof: [Buffer.alloc(31)] }, 'PROOF'],
    ['empty extra data', { ...proof, extra: Buffer.alloc(0) }, 'BASE64'],
    ['a note of other bytes', { ...proof, note: Buffer.from([0xff]) }, 'CHARACTERS'],
  ])('do not write %s', (_, altered, reason) => {
    expect(refusalOf(() => formatTlogProof(altered))).toEqual(malformed(reason));
  });
});

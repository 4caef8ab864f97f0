import { AbiCoder, computeAddress, concat, keccak256, toUtf8Bytes } from 'ethers';
import { describe, expect, it } from 'vitest';

import { parseBytes32, type GatewayId } from '../../../ledger/ids.ts';
import { formatCheckpoint } from '../../../ledger/log/checkpoint.ts';
import {
  recoverTreeHeadSigner,
  signTreeHead,
  treeHeadDigest,
  treeHeadSignature,
  treeHeadVerifier,
  type GatewayTreeHead,
} from '../../../ledger/log/head-signature.ts';
import { noteKeyOf, openNote, parseNote, signNote, verifiedSignatures } from '../../../ledger/log/signed-note.ts';
import { codeOf } from '../refusal-of.ts';
import { ACCOUNT_KEY, CHECKPOINT, GATEWAY, gatewaySigner, HEAD, PLACE } from './note.factory.ts';
import { withBitFlipped } from './tree.factory.ts';

const ACCOUNT = computeAddress(ACCOUNT_KEY.publicKey);
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const signature = Buffer.from(signTreeHead(PLACE, HEAD, ACCOUNT_KEY));

/** The twin that everybody can make: s becomes n - s, and v the other one. */
function highTwin(): Buffer {
  const twin = Buffer.from(signature);
  const s = ORDER - BigInt(`0x${signature.toString('hex', 32, 64)}`);
  twin.write(s.toString(16).padStart(64, '0'), 32, 'hex');
  twin[64] = 55 - signature[64]!;
  return twin;
}

function withV(v: number): Buffer {
  const altered = Buffer.from(signature);
  altered[64] = v;
  return altered;
}

describe('treeHeadDigest', () => {
  it('is that of EIP-712, computed by hand', () => {
    const text = (value: string): string => keccak256(toUtf8Bytes(value));
    const encode = (types: string[], values: unknown[]): string =>
      keccak256(AbiCoder.defaultAbiCoder().encode(types, values));
    const domain = encode(
      ['bytes32', 'bytes32', 'bytes32', 'uint256', 'address'],
      [
        text('EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)'),
        text('ReceiptLog'),
        text('1'),
        PLACE.chainId,
        PLACE.verifyingContract,
      ],
    );
    const head = encode(
      ['bytes32', 'bytes32', 'uint64', 'bytes32'],
      [text('TreeHead(bytes32 gateway,uint64 size,bytes32 root)'), HEAD.gateway, HEAD.size, HEAD.root],
    );
    expect(treeHeadDigest(PLACE, HEAD)).toBe(keccak256(concat(['0x1901', domain, head])));
  });
});

describe('recoverTreeHeadSigner', () => {
  it('is the account of the key', () => {
    expect(signature).toHaveLength(65);
    expect(recoverTreeHeadSigner(PLACE, HEAD, signature)).toBe(ACCOUNT.toLowerCase());
  });

  it.each<[string, GatewayTreeHead]>([
    ['size', { ...HEAD, size: HEAD.size + 1 }],
    ['root', { ...HEAD, root: withBitFlipped(HEAD.root, 9) }],
    ['gateway', { ...HEAD, gateway: parseBytes32<GatewayId>(`0x${'a2'.repeat(32)}`) }],
  ])('is another one for another %s', (_, head) => {
    expect(recoverTreeHeadSigner(PLACE, head, signature)).not.toBe(ACCOUNT.toLowerCase());
  });

  it.each([
    ['chain', { ...PLACE, chainId: 1 }],
    ['contract', { ...PLACE, verifyingContract: `0x${'13'.repeat(20)}` }],
  ])('is another one on another %s', (_, place) => {
    expect(recoverTreeHeadSigner(place, HEAD, signature)).not.toBe(ACCOUNT.toLowerCase());
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['64 bytes', signature.subarray(0, 64)],
    ['66 bytes', Buffer.concat([signature, Buffer.alloc(1)])],
    ['the high twin', highTwin()],
    ['v of 0 or 1', withV(signature[64]! - 27)],
    ['v of a transaction', withV(signature[64]! + 10)],
    ['zeros', Buffer.concat([Buffer.alloc(64), Buffer.from([27])])],
    ['an r that is no point', Buffer.concat([Buffer.alloc(32, 0xff), signature.subarray(32)])],
  ])('refuses %s', (_, altered) => {
    expect(codeOf(() => recoverTreeHeadSigner(PLACE, HEAD, altered))).toBe('SIGNATURE_INVALID');
  });

  it('takes an s of half the order, which is the largest low one', () => {
    const half = Buffer.from(signature);
    half.write((ORDER / 2n).toString(16), 32, 'hex');
    expect(recoverTreeHeadSigner(PLACE, HEAD, half)).toMatch(/^0x[0-9a-f]{40}$/);
  });

  it('refuses a root that is none', () => {
    const head = { ...HEAD, root: HEAD.root.subarray(1) };
    expect(codeOf(() => recoverTreeHeadSigner(PLACE, head, signature))).toBe('SIGNATURE_INVALID');
  });
});

describe('tree-head lines', () => {
  const line = treeHeadSignature(GATEWAY, ACCOUNT, signature);
  const verifier = treeHeadVerifier(PLACE, GATEWAY, ACCOUNT);
  const note = signNote(CHECKPOINT, [gatewaySigner], [line]);

  it('stand beneath a checkpoint beside the signature of the log, under the same name', () => {
    expect(verifiedSignatures(parseNote(note), [verifier]).map(({ payload }) => Buffer.from(payload))).toEqual([
      signature,
    ]);
    expect(openNote(note, [noteKeyOf(gatewaySigner)]).signatures).toHaveLength(1);
  });

  it('have the same key id however the account is written', () => {
    expect(treeHeadSignature(GATEWAY, ACCOUNT.toLowerCase(), signature)).toEqual(line);
  });

  it('of another account are passed over', () => {
    const other = treeHeadVerifier(PLACE, GATEWAY, `0x${'99'.repeat(20)}`);
    expect(verifiedSignatures(parseNote(note), [other])).toEqual([]);
  });

  it.each([
    ['another checkpoint', CHECKPOINT.replace('1234', '1235'), line],
    ['the log of another gateway', formatCheckpoint({ ...HEAD, origin: `dxl/receipts/0x${'a2'.repeat(32)}` }), line],
    ['another log', formatCheckpoint({ ...HEAD, origin: 'example.com/log' }), line],
    ['no checkpoint', 'a text\n', line],
    ['a signature cut short', CHECKPOINT, { ...line, payload: signature.subarray(1) }],
    ['the high twin', CHECKPOINT, { ...line, payload: highTwin() }],
  ])('are refused beneath %s', (_, text, altered) => {
    expect(codeOf(() => verifiedSignatures({ text, signatures: [altered] }, [verifier]))).toBe('SIGNATURE_INVALID');
  });

  it('of another gateway with the same account are refused', () => {
    const gateway = parseBytes32<GatewayId>(`0x${'a2'.repeat(32)}`);
    const payload = Buffer.from(signTreeHead(PLACE, { ...HEAD, gateway }, ACCOUNT_KEY));
    const text = formatCheckpoint({ ...HEAD, origin: `dxl/receipts/${gateway}` });
    const other = treeHeadVerifier(PLACE, gateway, ACCOUNT);
    const own = treeHeadSignature(gateway, ACCOUNT, payload);
    expect(verifiedSignatures({ text, signatures: [own] }, [other])).toHaveLength(1);
    expect(codeOf(() => verifiedSignatures({ text, signatures: [{ ...line, payload }] }, [verifier]))).toBe(
      'SIGNATURE_INVALID',
    );
  });

  it('of another ledger are refused', () => {
    const elsewhere = treeHeadVerifier({ ...PLACE, chainId: 1 }, GATEWAY, ACCOUNT);
    expect(codeOf(() => verifiedSignatures(parseNote(note), [elsewhere]))).toBe('SIGNATURE_INVALID');
  });

  it.each(['', '0x12', ACCOUNT.slice(2), `${ACCOUNT}00`, `0${ACCOUNT}`])('want an address, not "%s"', (account) => {
    expect(codeOf(() => treeHeadVerifier(PLACE, GATEWAY, account))).toBe('KEY_INVALID');
  });
});

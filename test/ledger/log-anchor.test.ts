import { hexlify, Signature, Wallet } from 'ethers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { deriveGatewayId, type GatewayId, parseBytes32 } from '../../ledger/ids.ts';
import { consistencyPath, proveConsistency } from '../../ledger/log/consistency.ts';
import {
  type AnchoredHead,
  decodeHeadOf,
  encodeAnchorCall,
  encodeHeadOfCall,
  encodeProveEquivocationCall,
  anchoredHeadDigest,
  treeHeadTypedData,
} from '../../ledger/log-anchor.ts';
import { gatewayRegistration, someHash } from '../support/act-factory.ts';
import { walletSigner } from '../support/actors.ts';
import { LedgerChain, RevertError } from '../support/ledger-chain.ts';
import { headOf, makeTree, readerOf } from './log/tree.factory.ts';

let chain: LedgerChain;
const account = walletSigner();
const stranger = Wallet.createRandom();
let byte = 0x10;

beforeAll(async () => {
  chain = await LedgerChain.start();
});

afterAll(async () => {
  await chain.stop();
});

async function newGateway(): Promise<GatewayId> {
  const publicKey = someHash((byte += 1));
  const act = gatewayRegistration(chain.authority, { publicKey, account: account.account });
  await chain.record('registerGateway', act, chain.authority);
  return deriveGatewayId('ed25519', Buffer.from(publicKey.slice(2), 'hex'));
}

const sign = (head: AnchoredHead): string => account.sign(anchoredHeadDigest(chain.deployment, head));

async function readHead(gateway: GatewayId) {
  return decodeHeadOf(await chain.simulate(stranger.address, encodeHeadOfCall(chain.deployment, gateway)));
}

async function refusal(call: { to: string; data: string }): Promise<string> {
  return await chain.simulate(stranger.address, call).then(
    () => 'accepted',
    (error: unknown) => (error instanceof RevertError ? error.errorName : String(error)),
  );
}

describe('encodeAnchorCall', () => {
  it('anchors a head that the account of the gateway signed, in 65 bytes or in 64', async () => {
    const gateway = await newGateway();
    expect(await readHead(gateway)).toEqual({ size: 0, rootPrefix: new Uint8Array(27) });
    const head = { gateway, size: 5, root: someHash(5) };
    await chain.send(encodeAnchorCall(chain.deployment, head, [], Signature.from(sign(head)).compactSerialized));
    expect(await readHead(gateway)).toEqual({ size: 5, rootPrefix: new Uint8Array(27).fill(5) });
    const other = { ...head, gateway: await newGateway() };
    await chain.send(encodeAnchorCall(chain.deployment, other, [], sign(other)));
    expect(await readHead(other.gateway)).toEqual({ size: 5, rootPrefix: new Uint8Array(27).fill(5) });
  });

  it('anchors head after head of a log, with the first node of the path also where a size is a power of two', async () => {
    const gateway = await newGateway();
    const tree = makeTree(9);
    let from = headOf(tree, 0);
    for (let size = 1; size <= 9; size += 1) {
      const proof = await proveConsistency(readerOf(tree), from.size, size);
      const path = consistencyPath(from, proof).map((hash) => parseBytes32(hexlify(hash)));
      const next = headOf(tree, size);
      const head = { gateway, size, root: parseBytes32(hexlify(next.root)) };
      await chain.send(encodeAnchorCall(chain.deployment, head, path, sign(head)));
      expect(await readHead(gateway)).toEqual({ size, rootPrefix: Uint8Array.from(next.root.subarray(0, 27)) });
      from = next;
    }
  });

  it('is refused without a proof from the head on the chain, and with the signature of another head', async () => {
    const gateway = await newGateway();
    const head = { gateway, size: 5, root: someHash(5) };
    await chain.send(encodeAnchorCall(chain.deployment, head, [], sign(head)));
    const next = { gateway, size: 6, root: someHash(6) };
    expect(await refusal(encodeAnchorCall(chain.deployment, next, [], sign(next)))).toBe('ReceiptLogInconsistent');
    expect(await refusal(encodeAnchorCall(chain.deployment, next, [], sign(head)))).toBe('ReceiptLogInvalidSignature');
  });

  it('has typed data that any wallet can sign', async () => {
    const wallet = Wallet.createRandom();
    const head = { gateway: await newGateway(), size: 1, root: someHash(1) };
    const { domain, types, value } = treeHeadTypedData(chain.deployment, head);
    const signature = await wallet.signTypedData(domain, types, value);
    expect(signature).toBe(walletSigner(wallet.privateKey).sign(anchoredHeadDigest(chain.deployment, head)));
  });
});

describe('encodeProveEquivocationCall', () => {
  it('ends a gateway that signed two heads of one size', async () => {
    const gateway = await newGateway();
    const head = { gateway, size: 5, root: someHash(5) };
    const otherRoot = someHash(6);
    const proof = { head, signature: sign(head), otherRoot, otherSignature: sign({ ...head, root: otherRoot }) };
    const forged = { ...proof, otherSignature: sign(head) };
    expect(await refusal(encodeProveEquivocationCall(chain.deployment, forged))).toBe('ReceiptLogInvalidSignature');
    await chain.send(encodeProveEquivocationCall(chain.deployment, proof));
    expect(await refusal(encodeAnchorCall(chain.deployment, head, [], sign(head)))).toBe('ReceiptLogUnexpectedStatus');
  });
});

describe('decodeHeadOf', () => {
  it('gives null for what is no head', () => {
    expect(decodeHeadOf('0x')).toBeNull();
    expect(decodeHeadOf('no hex')).toBeNull();
  });
});

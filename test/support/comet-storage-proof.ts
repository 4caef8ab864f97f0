import { numberField, partField, sha, sized, varint } from './comet-chain.ts';

/** Proofs of a store as IAVL and the tree over all stores write them. */

export interface InnerOp {
  readonly prefix: Uint8Array;
  readonly suffix: Uint8Array;
}

const zigzag = (value: number): Buffer => varint(BigInt(value) * 2n);

export const LEAF_OP = { hash: 1, prehashKey: 0, prehashValue: 1, length: 1 };
export const IAVL_LEAF = Buffer.concat([zigzag(0), zigzag(1), zigzag(96)]);
export const SIMPLE_LEAF = Buffer.of(0);

/** A node above, whose other child is the hash of `name`: to the right, or to the left. */
export function iavlNode(height: number, size: number, name: string, side: 'left' | 'right'): InnerOp {
  const prefix = Buffer.concat([zigzag(height), zigzag(size), zigzag(96), Buffer.of(32)]);
  const other = sha(Buffer.from(name));
  return side === 'right'
    ? { prefix, suffix: Buffer.concat([Buffer.of(32), other]) }
    : { prefix: Buffer.concat([prefix, other, Buffer.of(32)]), suffix: Buffer.alloc(0) };
}

export function simpleNode(name: string, side: 'left' | 'right'): InnerOp {
  const other = sha(Buffer.from(name));
  return side === 'right'
    ? { prefix: Buffer.of(1), suffix: other }
    : { prefix: Buffer.concat([Buffer.of(1), other]), suffix: Buffer.alloc(0) };
}

export interface Existence {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly leafPrefix: Uint8Array;
  readonly leafOp?: typeof LEAF_OP;
  readonly path: readonly InnerOp[];
  readonly innerHash?: number;
}

export function encodeExistence({ key, value, leafPrefix, leafOp = LEAF_OP, path, innerHash = 1 }: Existence): Buffer {
  const leaf = [
    numberField(1, leafOp.hash),
    numberField(2, leafOp.prehashKey),
    numberField(3, leafOp.prehashValue),
    numberField(4, leafOp.length),
    partField(5, leafPrefix),
  ];
  const inner = path.map(({ prefix, suffix }) => {
    return partField(
      4,
      numberField(1, innerHash),
      partField(2, prefix),
      suffix.length > 0 ? partField(3, suffix) : suffix,
    );
  });
  return partField(1, partField(1, key), partField(2, value), partField(3, ...leaf), ...inner);
}

export function rootOf({ key, value, leafPrefix, path }: Existence): Buffer {
  const leaf = sha(leafPrefix, sized(key), sized(sha(value)));
  return path.reduce((hash, { prefix, suffix }) => sha(prefix, hash, suffix), leaf);
}

export interface StorageJson {
  contract: string;
  slot: string;
  query: {
    key: string;
    value: string;
    height: string;
    proofOps: { ops: { type: string; key: string; data: string }[] };
  };
}

/** A slot with this word, and the app hash that has it. */
export function buildStorage(
  contract: string,
  slot: string,
  word: string,
  height = 96,
): { appHash: string; storage: StorageJson } {
  const key = Buffer.from(`02${contract.slice(2)}${slot.slice(2)}`, 'hex');
  const value = Buffer.from(word.slice(2), 'hex');
  const store: Existence = {
    key,
    value,
    leafPrefix: IAVL_LEAF,
    path: [iavlNode(1, 2, 'a', 'right'), iavlNode(2, 4, 'b', 'left'), iavlNode(4, 9, 'c', 'right')],
  };
  const stores: Existence = {
    key: Buffer.from('evm'),
    value: rootOf(store),
    leafPrefix: SIMPLE_LEAF,
    path: [simpleNode('d', 'left'), simpleNode('e', 'right')],
  };
  const ops = [
    { type: 'ics23:iavl', key: key.toString('base64'), data: encodeExistence(store).toString('base64') },
    {
      type: 'ics23:simple',
      key: Buffer.from(stores.key).toString('base64'),
      data: encodeExistence(stores).toString('base64'),
    },
  ];
  const query = {
    key: key.toString('base64'),
    value: value.toString('base64'),
    height: String(height),
    proofOps: { ops },
  };
  return { appHash: rootOf(stores).toString('hex').toUpperCase(), storage: { contract, slot, query } };
}

import { AbiCoder, keccak256, type ParamType, TypedDataEncoder } from 'ethers';

import { ACTS, type Act, type ActName } from '../../../ledger/acts/act-definitions.ts';
import { actTypedData } from '../../../ledger/acts/act-digest.ts';
import { CONTRACT_INTERFACES } from '../../../ledger/acts/contract-interfaces.ts';
import type { Deployment } from '../../../ledger/deployment.ts';
import { type Bytes32, parseBytes32 } from '../../../ledger/ids.ts';
import { BenchError } from '../bench-error.ts';

/** Stand in the encoded forms for what differs from act to act; each is found again by its digits. */
export const MARKS = {
  nonce: markOf('a1', 32),
  key: markOf('a2', 32),
  keyHash: keccak256(markOf('a2', 32)),
  id: markOf('a3', 32),
  digest: markOf('a4', 32),
  head: markOf('a5', 32),
  signature: markOf('a6', 65),
  seq: markOf('a7', 8),
} as const;
export type Mark = keyof typeof MARKS;
export type Filling = Readonly<Partial<Record<Mark, string>>>;

interface EncodedLog {
  readonly topics: readonly string[];
  readonly data: string;
}

export interface TemplateFacts<Name extends ActName> {
  readonly deployment: Deployment;
  readonly name: Name;
  /** With the marks in it. */
  readonly act: Act<Name>;
  readonly event: string;
  /** Everything in front of `seq`, with the marks in it. */
  readonly args: readonly unknown[];
  /** Who signs, in order. */
  readonly accounts: readonly string[];
}

const abi = AbiCoder.defaultAbiCoder();

/**
 * One kind of act, encoded once by ethers. Each of the acts is this text with other digits in a few places: encoding a
 * hundred thousand of them one by one takes longer than all that is measured.
 */
export class ActTemplate<Name extends ActName> {
  readonly entry: EncodedLog;
  readonly signed: readonly EncodedLog[];
  readonly #struct: string;
  readonly #domain: string;
  readonly #arguments: string;

  constructor({ deployment, name, act, event, args, accounts }: TemplateFacts<Name>) {
    const { contract, primaryType } = ACTS[name];
    const iface = CONTRACT_INTERFACES[contract];
    const fragment = iface.getEvent(event);
    if (fragment === null) throw new BenchError('SETUP_FAILED', event);
    const { domain, types, value } = actTypedData(deployment, name, act);
    this.entry = iface.encodeEventLog(fragment, [...args, MARKS.seq, MARKS.head]);
    this.signed = accounts.map((account) =>
      iface.encodeEventLog('ActSigned', [MARKS.seq, MARKS.digest, account, MARKS.signature]),
    );
    this.#struct = TypedDataEncoder.from(types).encodeData(primaryType, { ...value });
    this.#domain = TypedDataEncoder.hashDomain(domain);
    const inputs: readonly ParamType[] = fragment.inputs.slice(0, args.length);
    this.#arguments = abi.encode(['bytes32', ...inputs], [fragment.topicHash, ...args]);
  }

  digest(filling: Filling): Bytes32 {
    const struct = keccak256(fill(this.#struct, filling));
    return parseBytes32(keccak256(`0x1901${this.#domain.slice(2)}${struct.slice(2)}`));
  }

  actHash(filling: Filling): Bytes32 {
    return parseBytes32(keccak256(fill(this.#arguments, filling)));
  }
}

export function fill(text: string, filling: Filling): string {
  let filled = text;
  for (const [mark, value] of Object.entries(filling)) {
    if (isMark(mark)) filled = filled.replaceAll(MARKS[mark].slice(2), value.slice(2));
  }
  return filled;
}

function isMark(name: string): name is Mark {
  return Object.hasOwn(MARKS, name);
}

function markOf(byte: string, size: number): string {
  return `0x${byte.repeat(size)}`;
}

import { keccak256, toUtf8Bytes } from 'ethers';

import { leftWord, wordOf, keccakOf } from './abi.ts';
import type { Contract } from './events.ts';
import { membersOf, type StructName, STRUCTS } from './structs.ts';
import type { Value, Values } from './values.ts';

/** Which chain and which contracts signatures are for. */
export interface Domain {
  readonly chainId: number;
  readonly contracts: Readonly<Record<Contract, string>>;
}

const DOMAIN_TYPE = textHash('EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)');
const VERSION = textHash('1');
export const TREE_HEAD = 'bytes32 gateway,uint64 size,bytes32 root';

function textHash(text: string): string {
  return keccak256(toUtf8Bytes(text)).slice(2);
}

/** Computes EIP-712 digests; the hashes that never change are computed once. */
export class Digests {
  readonly #separators: ReadonlyMap<string, string>;
  readonly #types = new Map<string, string>();

  constructor({ chainId, contracts }: Domain) {
    const entries = Object.entries(contracts).map(([name, address]): [string, string] => {
      const words = `${DOMAIN_TYPE}${textHash(name)}${VERSION}${wordOf(chainId)}${address.slice(2).padStart(64, '0')}`;
      return [name, keccakOf(words).slice(2)];
    });
    this.#separators = new Map<string, string>(entries);
  }

  /** What the accounts sign for an act of the EIP-712 type `name` with the members of `struct`. */
  ofAct(contract: Contract, name: string, struct: StructName, act: Values): string {
    return this.#digest(contract, name, STRUCTS[struct], (member) => act.get(member));
  }

  /** What a gateway's account signs for a tree head. */
  ofTreeHead(gateway: string, size: bigint, root: string): string {
    const values: Readonly<Record<string, Value>> = { gateway, size, root };
    return this.#digest('ReceiptLog', 'TreeHead', TREE_HEAD, (member) => values[member]);
  }

  #digest(contract: Contract, name: string, list: string, valueOf: (member: string) => Value | undefined): string {
    const words = membersOf(list).map((member) => encode(member.type, valueOf(member.name)));
    const struct = keccakOf(`${this.#typeHash(name, list)}${words.join('')}`).slice(2);
    return keccakOf(`1901${this.#separators.get(contract) ?? ''}${struct}`);
  }

  #typeHash(name: string, list: string): string {
    const known = this.#types.get(name);
    if (known !== undefined) return known;
    const hash = textHash(`${name}(${list})`);
    this.#types.set(name, hash);
    return hash;
  }
}

function encode(type: string, value: Value | undefined): string {
  if (value === undefined) throw new TypeError('A member is missing');
  if (typeof value !== 'string') return wordOf(value);
  if (type === 'bytes') return keccakOf(value.slice(2)).slice(2);
  return type === 'address' ? value.slice(2).padStart(64, '0') : leftWord(value);
}

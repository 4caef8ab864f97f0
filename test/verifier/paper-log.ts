import { Interface, TypedDataEncoder } from 'ethers';

import type { Deployment } from '../../ledger/deployment.ts';
import { departmentIdToHex, parseBytes32 } from '../../ledger/ids.ts';
import { EMPTY_HEAD, nextHead } from '../../ledger/history.ts';
import { newNonce } from '../../ledger/acts/new-nonce.ts';
import { AbiCoder, keccak256 } from 'ethers';
import type { Actor } from '../support/actors.ts';

const REGISTRATION = '(bytes18 operator,bytes32 publicKey,address account,uint256 nonce,uint64 expiresAt)';
const RETIREMENT = '(bytes18 operator,bytes32 gateway,uint256 nonce,uint64 expiresAt)';
const RECORD = 'uint64 recordedAt,uint64 seq,bytes32 head';
const NEVER = 3_976_214_400;

/** What `contracts/interfaces/IReceiptLog.sol` declares. */
const receiptLog = new Interface([
  `event GatewayRegistered(bytes32 indexed gateway,bytes18 indexed operator,${REGISTRATION} act,${RECORD})`,
  `event GatewayRetired(bytes32 indexed gateway,bytes18 indexed operator,${RETIREMENT} act,${RECORD})`,
  `event GatewayEquivocated(bytes32 indexed gateway,uint64 size,bytes32 root,bytes32 otherRoot,${RECORD})`,
  'event HeadAnchored(bytes32 indexed gateway,uint64 size,bytes32 root,uint64 anchoredAt)',
  'event ActSigned(uint64 indexed seq,bytes32 indexed actDigest,bytes signer,bytes signature)',
]);
export const RECEIPT_LOG_ADDRESS = `0x${'17'.repeat(20)}`;

export interface LogLine {
  readonly type: 'log';
  readonly block: number;
  readonly contract: 'ReceiptLog';
  readonly topics: string[];
  readonly data: string;
}

/** The logs of a `ReceiptLog`, with real signatures and a real history, for as long as the test needs no chain for it. */
export class PaperLog {
  readonly lines: LogLine[] = [];
  seq = 0;
  head: string = EMPTY_HEAD;
  readonly #deployment: Deployment;
  readonly #operator: Actor;

  constructor(deployment: Deployment, operator: Actor) {
    this.#deployment = deployment;
    this.#operator = operator;
  }

  register(gateway: { readonly id: string; readonly publicKey: string; readonly account: string }, at: Moment): void {
    const act = {
      operator: departmentIdToHex(this.#operator.id),
      publicKey: gateway.publicKey,
      account: gateway.account,
      nonce: newNonce(),
      expiresAt: NEVER,
    };
    const types = { GatewayRegistration: fieldsOf(REGISTRATION) };
    this.#record('GatewayRegistered', [gateway.id, act.operator, Object.values(act)], at);
    this.#sign(TypedDataEncoder.hash(this.#domain(), types, act), at);
  }

  retire(gateway: string, at: Moment): void {
    const act = { operator: departmentIdToHex(this.#operator.id), gateway, nonce: newNonce(), expiresAt: NEVER };
    this.#record('GatewayRetired', [gateway, act.operator, Object.values(act)], at);
    this.#sign(TypedDataEncoder.hash(this.#domain(), { GatewayRetirement: fieldsOf(RETIREMENT) }, act), at);
  }

  anchor(gateway: string, size: number, root: string, at: Moment): void {
    this.#push('HeadAnchored', [gateway, size, root, at.time], at);
  }

  #record(name: string, args: readonly unknown[], at: Moment): void {
    const fragment = receiptLog.getEvent(name)!;
    const before = fragment.inputs.slice(0, -2);
    const types = ['bytes32', ...before.map((input) => input.format('sighash'))];
    const encoded = AbiCoder.defaultAbiCoder().encode(types, [fragment.topicHash, ...args, at.time]);
    this.seq += 1;
    this.head = nextHead(parseBytes32(this.head), this.seq, parseBytes32(keccak256(encoded)));
    this.#push(name, [...args, at.time, this.seq, this.head], at);
  }

  #sign(digest: string, at: Moment): void {
    const { account, sign } = this.#operator.office;
    this.#push('ActSigned', [this.seq, digest, account, sign(parseBytes32(digest))], at);
  }

  #push(name: string, args: readonly unknown[], { block }: Moment): void {
    const { topics, data } = receiptLog.encodeEventLog(name, args);
    this.lines.push({ type: 'log', block, contract: 'ReceiptLog', topics, data });
  }

  #domain() {
    const { chainId } = this.#deployment;
    return { name: 'ReceiptLog', version: '1', chainId, verifyingContract: RECEIPT_LOG_ADDRESS };
  }
}

export interface Moment {
  readonly block: number;
  readonly time: number;
}

function fieldsOf(struct: string) {
  const members = struct.slice(1, -1).split(',');
  return members.map((member) => ({ type: member.split(' ')[0]!, name: member.split(' ')[1]! }));
}

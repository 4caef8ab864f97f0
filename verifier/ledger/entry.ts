import {
  type AbiType,
  type AbiValue,
  AbiError,
  decodeAbi,
  decodeWord,
  headWords,
  isDynamic,
  WORD,
  wordOf,
  keccakOf,
} from './abi.ts';
import {
  BESIDE,
  besideSignatureOf,
  type Contract,
  CONTRACTS,
  type EventName,
  EVENTS,
  type EventRow,
  signatureOf,
  topicOf,
} from './events.ts';
import { type Member, membersOf, STRUCTS } from './structs.ts';
import { type Value, Values } from './values.ts';

/** A log as a bundle has it. Attacker-controlled. */
export interface Log {
  readonly block: number;
  readonly contract: Contract;
  readonly topics: readonly string[];
  readonly data: string;
}

/** One entry of a history. */
export interface Entry {
  readonly kind: 'entry';
  readonly name: EventName;
  readonly row: EventRow;
  readonly contract: Contract;
  readonly block: number;
  /** Members of the act; none where the event has no act. */
  readonly act: Values;
  /** The topics and what stands beside the act. */
  readonly args: Values;
  readonly now: bigint;
  readonly seq: bigint;
  readonly head: string;
  readonly actHash: string;
}

export interface SignedMark {
  readonly kind: 'signed';
  readonly contract: Contract;
  readonly block: number;
  readonly seq: bigint;
  readonly digest: string;
  readonly signer: string;
  readonly signature: string;
}

export interface Anchor {
  readonly kind: 'anchor';
  readonly block: number;
  readonly gateway: string;
  readonly size: bigint;
  readonly root: string;
  readonly now: bigint;
}

interface Shape {
  readonly name: EventName;
  readonly row: EventRow;
  readonly topics: readonly Member[];
  readonly before: readonly Member[];
  readonly act: readonly Member[] | null;
  readonly after: readonly Member[];
  readonly types: readonly AbiType[];
}

const RECORD: readonly Member[] = membersOf('uint64 recordedAt,uint64 seq,bytes32 head');
const SIGNED_TOPIC = topicOf(besideSignatureOf('ActSigned'));
const ANCHOR_TOPIC = topicOf(besideSignatureOf('HeadAnchored'));
const SHAPES = new Map(CONTRACTS.map((contract) => [contract, shapesOf(contract)]));

function shapesOf(contract: Contract): ReadonlyMap<string, Shape> {
  const rows = Object.entries(EVENTS).filter(([, row]) => row.contract === contract);
  return new Map(rows.map(([name, row]) => [topicOf(signatureOf(name, row)), shapeOf(eventName(name), row)]));
}

function eventName(name: string): EventName {
  if (!isEventName(name)) throw new TypeError(name);
  return name;
}

function isEventName(name: string): name is EventName {
  return Object.hasOwn(EVENTS, name);
}

function shapeOf(name: EventName, row: EventRow): Shape {
  const [topics, before, after] = [members(row.topics), members(row.before), members(row.after)];
  const act = row.struct === null ? null : membersOf(STRUCTS[row.struct]);
  const inData = act === null ? [] : [act.map(({ type }) => type)];
  const types = [...typesOf(before), ...inData, ...typesOf(after), ...typesOf(RECORD)];
  return { name, row, topics, before, act, after, types };
}

function members(list: string): readonly Member[] {
  return list === '' ? [] : membersOf(list);
}

function typesOf(list: readonly Member[]): readonly string[] {
  return list.map(({ type }) => type);
}

/**
 * What a log says; null for an event that the ledger does not have.
 * @throws AbiError when it is not, byte for byte, what the contract would have emitted
 */
export function decodeLog(log: Log): Entry | SignedMark | Anchor | null {
  const [topic = ''] = log.topics;
  if (topic === SIGNED_TOPIC && log.contract !== 'Directory') return decodeSigned(log);
  if (topic === ANCHOR_TOPIC && log.contract === 'ReceiptLog') return decodeAnchor(log);
  const shape = SHAPES.get(log.contract)?.get(topic);
  return shape === undefined ? null : decodeEntry(shape, log);
}

function decodeEntry(shape: Shape, log: Log): Entry {
  const args = new Map(decodeTopics(shape.topics, log.topics));
  const digits = log.data.slice(2);
  const values = decodeAbi(shape.types, digits);
  let next = 0;
  const take = (list: readonly Member[]): void => {
    for (const { name } of list) args.set(name, single(values[next++]));
  };
  take(shape.before);
  const act = shape.act === null ? [] : named(shape.act, values[next++]);
  take(shape.after);
  take(RECORD);
  const record = new Values(args);
  return {
    kind: 'entry',
    name: shape.name,
    row: shape.row,
    contract: log.contract,
    block: log.block,
    act: new Values(new Map(act)),
    args: record,
    now: record.big('recordedAt'),
    seq: record.big('seq'),
    head: record.hex('head'),
    actHash: hashOf(shape, log.topics, digits),
  };
}

/** keccak256(abi.encode(topic 0, every argument before seq)): the words that are there, but for a moved tail. */
function hashOf({ types }: Shape, topics: readonly string[], digits: string): string {
  const before = types.slice(0, -2);
  const heads = before.reduce<number>((sum, type) => sum + headWords(type), 0);
  const words = topics.map((topic) => topic.slice(2)).join('');
  let encoded = '';
  let at = 0;
  for (const type of before) {
    const size = headWords(type) * WORD;
    encoded += isDynamic(type) ? wordOf((topics.length + heads) * 32) : digits.slice(at, at + size);
    at += size;
  }
  return keccakOf(`${words}${encoded}${digits.slice(at + 2 * WORD)}`);
}

function decodeSigned(log: Log): SignedMark {
  const topics = new Values(new Map(decodeTopics(membersOf(BESIDE.ActSigned.topics), log.topics)));
  const [signer, signature] = decodeAbi(['bytes', 'bytes'], log.data.slice(2));
  return {
    kind: 'signed',
    contract: log.contract,
    block: log.block,
    seq: topics.big('seq'),
    digest: topics.hex('actDigest'),
    signer: String(single(signer)),
    signature: String(single(signature)),
  };
}

function decodeAnchor(log: Log): Anchor {
  const topics = new Values(new Map(decodeTopics(membersOf(BESIDE.HeadAnchored.topics), log.topics)));
  const data = membersOf(BESIDE.HeadAnchored.data);
  const values = decodeAbi(typesOf(data), log.data.slice(2));
  const args = new Values(new Map(named(data, values)));
  return {
    kind: 'anchor',
    block: log.block,
    gateway: topics.hex('gateway'),
    size: args.big('size'),
    root: args.hex('root'),
    now: args.big('anchoredAt'),
  };
}

function decodeTopics(list: readonly Member[], topics: readonly string[]): [string, Value][] {
  if (topics.length !== list.length + 1) throw new AbiError('Another number of topics');
  return list.map(({ name, type }, index) => [name, decodeWord(type, (topics[index + 1] ?? '').slice(2))]);
}

function named(list: readonly Member[], values: AbiValue | undefined): [string, Value][] {
  const items = isList(values) ? values : [];
  return list.map(({ name }, index) => [name, single(items[index])]);
}

function isList(value: AbiValue | undefined): value is readonly AbiValue[] {
  return Array.isArray(value);
}

function single(value: AbiValue | undefined): Value {
  if (value === undefined || isList(value)) throw new AbiError('A value is missing');
  return value;
}

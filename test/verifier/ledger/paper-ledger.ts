import { AbiError } from '../../../verifier/ledger/abi.ts';
import type { Entry } from '../../../verifier/ledger/entry.ts';
import { type EventName, EVENTS, type EventRow } from '../../../verifier/ledger/events.ts';
import { apply } from '../../../verifier/ledger/machine.ts';
import { RuleBroken } from '../../../verifier/ledger/rules.ts';
import { type Member, membersOf, STRUCTS } from '../../../verifier/ledger/structs.ts';
import { Timeline } from '../../../verifier/ledger/timeline.ts';
import { type Value, Values } from '../../../verifier/ledger/values.ts';
import { ACTIVE, KIND, NOBODY, World } from '../../../verifier/ledger/world.ts';

export type Members = Readonly<Record<string, Value>>;

const DAY = 86_400;
const SHANGHAI = 28_800;
/** Noon in Shanghai. */
export const NOON = Date.UTC(2026, 5, 15, 4) / 1_000;

/** 32 bytes that nothing else has. */
export function hash(byte: number): string {
  return `0x${byte.toString(16).padStart(2, '0').repeat(32)}`;
}

export function reason(text: string): string {
  return `0x${Buffer.from(text, 'latin1').toString('hex').padEnd(64, '0')}`;
}

/** The end of the day that many days behind that of `from`: every day of a paper ledger is a working day. */
export function daysBehind(from: number, days: number): number {
  return (Math.floor((from + SHANGHAI) / DAY) + days + 1) * DAY - SHANGHAI;
}

const id = (byte: number): string => `0x${byte.toString(16).padStart(2, '0').repeat(18)}`;
const region = (digits: string): string => `0x${Buffer.from(digits, 'latin1').toString('hex')}`;

/** A country with its authority and departments, a province below it, and some that no government is above. */
export const WHO = {
  country: id(0x01),
  authority: id(0x02),
  secondAuthority: id(0x03),
  provider: id(0x04),
  requester: id(0x05),
  other: id(0x06),
  regulator: id(0x07),
  operator: id(0x08),
  province: id(0x11),
  provincial: id(0x12),
  county: id(0x13),
  stateless: id(0x21),
  statelessAuthority: id(0x22),
  secondProvince: id(0x31),
  secondProvincial: id(0x32),
  secondCounty: id(0x33),
} as const;

const PLACES: readonly (readonly [keyof typeof WHO, keyof typeof KIND, string, string])[] = [
  ['country', 'government', NOBODY, '000000'],
  ['authority', 'authority', WHO.country, '000000'],
  ['secondAuthority', 'authority', WHO.authority, '000000'],
  ['provider', 'department', WHO.country, '000000'],
  ['requester', 'department', WHO.country, '000000'],
  ['other', 'department', WHO.country, '000000'],
  ['regulator', 'regulator', WHO.country, '000000'],
  ['operator', 'operator', WHO.country, '000000'],
  ['province', 'government', WHO.country, '440000'],
  ['provincial', 'authority', WHO.province, '440000'],
  ['county', 'department', WHO.province, '440300'],
  ['stateless', 'department', NOBODY, '000000'],
  ['statelessAuthority', 'authority', NOBODY, '000000'],
  ['secondProvince', 'government', WHO.country, '450000'],
  ['secondProvincial', 'authority', WHO.secondProvince, '450000'],
  ['secondCounty', 'department', WHO.secondProvince, '450300'],
];

/** The rules of the ledger on entries that are written down here, without chain, signatures and hashes. */
export class PaperLedger {
  readonly world = new World();
  now = NOON;
  block = 10;

  constructor() {
    for (const [name, kind, superior, digits] of PLACES) {
      this.world.departments.set(WHO[name], {
        kind: KIND[kind],
        superior,
        region: region(digits),
        status: new Timeline(1, ACTIVE),
        office: '0xa1',
        head: '0xa2',
        maker: '0xa3',
      });
    }
    for (const year of [2026, 2027, 2028]) {
      this.world.years.set(year, { early: 2n ** 256n - 1n, late: 2n ** 110n - 1n });
    }
  }

  /** Null if the rules take the entry, else the rule that it breaks; ABI where it contradicts itself. */
  enter(name: EventName, act: Members = {}, args: Members = {}): string | null {
    try {
      apply(this.world, this.entry(name, act, args));
      return null;
    } catch (error) {
      if (error instanceof RuleBroken) return error.rule;
      if (error instanceof AbiError) return 'ABI';
      throw error;
    }
  }

  /** Members that are not given are zero, but for a reason, a document and what the event repeats of the act. */
  entry(name: EventName, act: Members = {}, args: Members = {}): Entry {
    const row: EventRow = EVENTS[name];
    const given: Members = { reasonCode: hash(0xee), documentHash: hash(0xdd), hashAlgorithm: 1, ...act };
    const members = row.struct === null ? [] : membersOf(STRUCTS[row.struct]);
    const beside = [row.topics, row.before, row.after].flatMap((list) => (list === '' ? [] : membersOf(list)));
    const acts = valuesOf(members, given);
    return {
      kind: 'entry',
      name,
      row,
      contract: row.contract,
      block: this.block,
      act: acts,
      args: valuesOf(beside, { ...(row.struct === null ? {} : given), dueAt: 0, ...args }),
      now: BigInt(this.now),
      seq: 1n,
      head: hash(0),
      actHash: hash(0),
    };
  }
}

function valuesOf(members: readonly Member[], given: Members): Values {
  return new Values(new Map(members.map(({ name, type }) => [name, valueOf(type, given[name])])));
}

function valueOf(type: string, value: Value | undefined): Value {
  if (type === 'address') return value ?? `0x${'00'.repeat(20)}`;
  if (type.startsWith('bytes')) return value ?? `0x${'00'.repeat(Number(type.slice(5)))}`;
  return Number(type.slice(4)) <= 32 ? Number(value ?? 0) : BigInt(value ?? 0);
}

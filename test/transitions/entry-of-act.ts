import { AbiCoder, concat, keccak256, toBeHex, ZeroHash, zeroPadBytes } from 'ethers';

import type { Log } from '../../verifier/ledger/entry.ts';
import {
  BESIDE,
  besideSignatureOf,
  type EventName,
  EVENTS,
  type EventRow,
  signatureOf,
  topicOf,
} from '../../verifier/ledger/events.ts';
import { membersOf as listOf, STRUCTS } from '../../verifier/ledger/structs.ts';
import { after } from '../../verifier/ledger/working-days.ts';
import { CLASS, type World } from '../../verifier/ledger/world.ts';
import { type Act, ACTS, reason, type Signatory } from './acts.ts';
import { membersOf } from './chain.ts';
import { accountOf, idOf, keyOf } from './departments.ts';

const coder = AbiCoder.defaultAbiCoder();
const DAY = 86_400n;
const SIGNED_TOPIC = topicOf(besideSignatureOf('ActSigned'));
const WORDS = { topics: ['uint64', 'bytes32'], data: listOf(BESIDE.ActSigned.data).map(({ type }) => type) };

/** Where an entry would stand. */
interface Place {
  readonly world: World;
  readonly block: number;
  readonly now: number;
  readonly seq: number;
  readonly digest: string;
}

/**
 * The logs that a contract would leave behind if it recorded the act, which it may not do: the entry with every id and
 * deadline as it has to be, and the signatures of those who did sign.
 */
export function logsOfAct(act: Act, signatories: readonly Signatory[], place: Place): readonly Log[] {
  const [name, row] = eventOf(act);
  const { block, digest, seq } = place;
  const members = membersOf(act);
  const ids = idsOf(name, act, place);
  const valueOf = (member: string): unknown => ids[member] ?? members[member];
  const topics = listOf(row.topics).map(({ name: topic, type }) => wordOf(type, valueOf(topic)));
  const struct = listOf(STRUCTS[row.struct!]);
  const before = row.before === '' ? [] : listOf(row.before);
  const behind = row.after === '' ? [] : listOf(row.after);
  const types = [
    ...before.map(({ type }) => type),
    `tuple(${struct.map(({ type }) => type).join(',')})`,
    ...behind.map(({ type }) => type),
    ...['uint64', 'uint64', 'bytes32'],
  ];
  const values = [
    ...before.map((member) => valueOf(member.name)),
    struct.map((member) => members[member.name]),
    ...behind.map(() => deadlineOf(name, act, place)),
    ...[place.now, seq, ZeroHash],
  ];
  const { contract } = row;
  const entry = {
    block,
    contract,
    topics: [topicOf(signatureOf(name, row)), ...topics],
    data: coder.encode(types, values),
  };
  const marks = signatories.map(({ department, role }): Log => {
    const signature = keyOf(department, role).sign(digest).serialized;
    const data = coder.encode(WORDS.data, [accountOf(department, role), signature]);
    return { block, contract, topics: [SIGNED_TOPIC, toBeHex(seq, 32), digest], data };
  });
  return [entry, ...marks];
}

/** The event that stands for what was signed: no two have one type. */
function eventOf({ name }: Act): readonly [EventName, EventRow] {
  const { type } = ACTS[name];
  const signed = type.slice(0, type.indexOf('('));
  const found = Object.entries(EVENTS).find(([, row]) => row.signed === signed);
  if (found === undefined) throw new TypeError(signed);
  return found as [EventName, EventRow];
}

function wordOf(type: string, value: unknown): string {
  return coder.encode([type], [value]);
}

/** Topics and arguments that are no members of the act. */
function idsOf(name: EventName, act: Act, { world, digest }: Place): Readonly<Record<string, unknown>> {
  switch (name) {
    case 'ResourceSubmitted':
      return { resourceId: keccak256(concat([zeroPadBytes(idOf(act.department), 32), act.codeHash])) };
    case 'ShareRequested':
      return { requestId: digest };
    case 'CorrectionFiled':
    case 'DisputeOpened':
      return { caseId: digest };
    case 'GrantIssued': {
      const request = world.requests.get(act.subject);
      const { requester, resourceId, resourceVersion } = request ?? {};
      return {
        grantId: grantIdOf(act, act.subject),
        requester: requester ?? idOf('unknown'),
        resourceId: resourceId ?? ZeroHash,
        resourceVersion: resourceVersion ?? 0,
      };
    }
    case 'GrantChanged': {
      const requestId = world.grants.get(act.subject)?.requestId ?? ZeroHash;
      return { requestId, newGrantId: grantIdOf(act, requestId) };
    }
    default:
      return EVENTS[name].struct === 'Step' || EVENTS[name].struct === 'JointStep' ? { caseId: act.subject } : {};
  }
}

function grantIdOf({ fields, notBefore, notAfter, documentHash, hashAlgorithm }: Act, requestId: string): string {
  const words = [fields, notBefore, notAfter].map((number) => toBeHex(number, 32));
  return keccak256(concat([requestId, ...words, documentHash, toBeHex(hashAlgorithm, 32)]));
}

/** The deadline that the contract would reckon; 0 where there is none to reckon. */
function deadlineOf(name: EventName, act: Act, { world, now }: Place): bigint {
  const behind = (days: number): bigint => after(world.years, BigInt(now), days) ?? 0n;
  const answerOf = (resourceId: string, version: number): bigint => {
    const { shareClass } = world.resources.get(resourceId)?.versions.get(version) ?? {};
    return behind(shareClass === CLASS.unconditional ? 1 : 10);
  };
  switch (name) {
    case 'ResourceSubmitted':
      return act.version === 1 ? 0n : behind(2);
    case 'UpdateRequired':
    case 'CorrectionFiled':
      return behind(10);
    case 'UpdateExtended':
    case 'AnswerExtended':
      return BigInt(act.dueAt);
    case 'ShareRequested':
      return answerOf(act.subject, act.resourceVersion);
    case 'RequestResubmitted':
    case 'RequestReopened': {
      const request = world.requests.get(act.subject);
      return request === undefined ? 0n : answerOf(request.resourceId, request.resourceVersion);
    }
    case 'GrantIssued':
      return behind(20);
    case 'GrantSuspended':
      return act.reasonCode === reason('MISUSE') ? BigInt(act.dueAt) : BigInt(now) + 10n * DAY;
    case 'GrantTerminated':
    case 'GrantForfeited':
    case 'GrantReleased':
      return BigInt(now) + BigInt(world.grants.get(act.subject)?.disposalDays ?? 0) * DAY;
    default:
      return 0n;
  }
}

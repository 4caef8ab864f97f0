import { AbiError, leftWord, wordOf, keccakOf } from './abi.ts';
import type { Entry } from './entry.ts';
import type { Value, Values } from './values.ts';
import type { World } from './world.ts';

/** Deriving ids and comparing topics: what an event says twice it must say alike. */

const ED25519 = 1;

/** @throws AbiError for a topic that contradicts the act; `digest` is that of the act, empty without one */
export function checkIds(entry: Entry, digest: string, world: World): void {
  const { act, args, name, row } = entry;
  for (const topic of row.topics.split(',')) {
    const member = topic.slice(topic.indexOf(' ') + 1);
    if (act.has(member) && act.get(member) !== args.get(member)) throw new AbiError(`${member} contradicts the act`);
  }
  const [expected, given] = derivedId(entry, digest);
  if (expected !== given) throw new AbiError(`The id of ${name} does not follow from the act`);
  if (!isOfRequest(entry, world)) throw new AbiError('The grant is not about the request');
}

/** The id that follows from the entry, and the one that it gives. */
function derivedId(entry: Entry, digest: string): readonly [Value | undefined, Value | undefined] {
  const { act, args, name, row } = entry;
  if (row.struct === 'Step' || row.struct === 'JointStep') {
    const [first = ''] = row.topics.split(',');
    return [act.hex('subject'), args.get(first.slice(first.indexOf(' ') + 1))];
  }
  switch (name) {
    case 'AccessKeyRegistered':
      return [accessKeyId(act), args.get('keyId')];
    case 'ResourceSubmitted':
      return [keccakOf(`${leftWord(act.hex('provider'))}${leftWord(act.hex('codeHash'))}`), args.get('resourceId')];
    case 'ShareRequested':
      return [digest, args.get('requestId')];
    case 'CorrectionFiled':
    case 'DisputeOpened':
      return [digest, args.get('caseId')];
    case 'GrantIssued':
      return [grantId(act, act.hex('requestId')), args.get('grantId')];
    case 'GrantChanged':
      return [grantId(act, args.hex('requestId')), args.get('newGrantId')];
    case 'GatewayRegistered':
      return [gatewayId(act.hex('publicKey')), args.get('gateway')];
    default:
      return [undefined, undefined];
  }
}

/** What an event repeats of the request that a grant is about, as far as there is one. */
function isOfRequest({ act, args, name }: Entry, world: World): boolean {
  if (name === 'GrantChanged') {
    const prior = world.grants.get(act.hex('grantId'));
    return prior === undefined || prior.requestId === args.hex('requestId');
  }
  const request = name === 'GrantIssued' ? world.requests.get(act.hex('requestId')) : undefined;
  if (request === undefined) return true;
  const { requester, resourceId, resourceVersion } = request;
  return (
    args.hex('requester') === requester &&
    args.hex('resourceId') === resourceId &&
    args.small('resourceVersion') === resourceVersion
  );
}

function grantId(act: Values, requestId: string): string {
  const numbers = [act.big('fields'), act.big('notBefore'), act.big('notAfter')].map(wordOf).join('');
  return keccakOf(
    `${requestId.slice(2)}${numbers}${act.hex('documentHash').slice(2)}${wordOf(act.small('hashAlgorithm'))}`,
  );
}

function accessKeyId(act: Values): string {
  const key = act.hex('publicKey');
  const size = (key.length - 2) / 2;
  const padded = key.slice(2).padEnd(Math.ceil(size / 32) * 64, '0');
  const head = `${leftWord(act.hex('department'))}${wordOf(act.small('algorithm'))}${wordOf(96)}`;
  return keccakOf(`${head}${wordOf(size)}${padded}`);
}

function gatewayId(publicKey: string): string {
  return keccakOf(`${wordOf(ED25519)}${wordOf(64)}${wordOf(32)}${publicKey.slice(2)}`);
}

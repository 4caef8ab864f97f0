import { readFileSync } from 'node:fs';

import { keccak256 } from 'ethers';
import { describe, expect, it } from 'vitest';

import type { EvidenceLine, EvidenceLineOf } from '../../../ledger/evidence/evidence-line.ts';
import { Findings } from '../../../verifier/findings.ts';
import { Digests } from '../../../verifier/ledger/digest.ts';
import type { Log } from '../../../verifier/ledger/entry.ts';
import {
  besideSignatureOf,
  type Contract,
  CONTRACTS,
  type EventName,
  EVENTS,
  signatureOf,
  topicOf,
} from '../../../verifier/ledger/events.ts';
import type { Head } from '../../../verifier/ledger/history.ts';
import { LedgerReplay } from '../../../verifier/ledger/replay.ts';
import { isMutationRun } from '../../support/property-runs.ts';
import { recoverOnce } from '../recover-once.ts';

/** A real history of every act: `test/vectors/evidence/write-kept-world.ts`. */
const lines = readFileSync('test/vectors/evidence/every-act.ndjson', 'utf8')
  .trimEnd()
  .split('\n')
  .map((text) => JSON.parse(text) as EvidenceLine);
const ofType = <Type extends EvidenceLine['type']>(type: Type): EvidenceLineOf<Type>[] =>
  lines.filter((line): line is EvidenceLineOf<Type> => line.type === type);

const [header] = ofType('header') as [EvidenceLineOf<'header'>];
const [block] = ofType('block') as [EvidenceLineOf<'block'>];
const everyLog: readonly Log[] = ofType('log');
const SIGNED = topicOf(besideSignatureOf('ActSigned'));
const ANCHORED = topicOf(besideSignatureOf('HeadAnchored'));
const WORD = 64;

const topicOfEvent = (name: EventName): string => topicOf(signatureOf(name, EVENTS[name]));
const placesOf = (name: EventName): number[] =>
  [...everyLog.keys()].filter((at) => everyLog[at]!.topics[0] === topicOfEvent(name));
/** Where the n-th entry of this kind is. */
const placeOf = (name: EventName, nth = 0): number => placesOf(name).at(nth)!;

/** The beginning of the history, which is enough for most. */
const logs = everyLog.slice(0, placeOf('UpdateRequired'));

/** The heads that a history comes to. */
function headsOf(list: readonly Log[]): Record<Contract, Head> {
  const none = { seq: 0, head: `0x${'00'.repeat(32)}` };
  const found = Object.fromEntries(CONTRACTS.map((contract) => [contract, none])) as Record<Contract, Head>;
  for (const { contract, topics, data } of list) {
    if (topics[0] === SIGNED || topics[0] === ANCHORED) continue;
    const [seq, head] = [data.slice(-2 * WORD, -WORD), data.slice(-WORD)];
    found[contract] = { seq: Number(BigInt(`0x${seq}`)), head: `0x${head}` };
  }
  return found;
}

interface Seen {
  readonly replay: LedgerReplay;
  /** Code and place of each finding. */
  readonly found: readonly string[];
  readonly findings: Findings;
  /** Entries that changed the world. */
  readonly taken: readonly number[];
}

interface Bounds {
  readonly startBlock?: number;
  readonly number?: number;
  readonly timestamp?: number;
}

/** @param origin the history that the chain has, whose heads the bundle tells */
function replayed(changed: readonly Log[], changes: Bounds = {}, origin: readonly Log[] = logs): Seen {
  const findings = new Findings();
  const taken: number[] = [];
  const { deployment } = header;
  const replay = new LedgerReplay({
    digests: new Digests(deployment),
    signers: {
      accounts: new Map(
        ofType('account').map(({ account, officers, threshold }) => [
          account,
          { officers: new Set(officers), threshold },
        ]),
      ),
      verifiers: deployment.verifiers,
      recover: recoverOnce,
    },
    findings,
    startBlock: changes.startBlock ?? deployment.startBlock,
    block: { number: changes.number ?? block.number, timestamp: changes.timestamp ?? block.timestamp },
    onEntry: (line) => taken.push(line),
  });
  for (const [at, log] of changed.entries()) replay.take(at, log);
  replay.finish(-1, headsOf(origin));
  return { replay, findings, taken, found: findings.listed.map(({ code, line }) => `${code} ${String(line)}`) };
}

/** `word` counts from the end of the data, 1 being the last: head, seq, recordedAt. */
function withWord(log: Log, word: number, change: (value: bigint) => bigint): Log {
  const from = log.data.length - word * WORD;
  const value = change(BigInt(`0x${log.data.slice(from, from + WORD)}`));
  const data = log.data.slice(0, from) + value.toString(16).padStart(WORD, '0') + log.data.slice(from + WORD);
  return { ...log, data };
}

function wordsOf({ data }: Log): readonly string[] {
  return data.slice(2).match(/.{64}/g) ?? [];
}

function changedAt(at: number, change: (log: Log) => Log, origin: readonly Log[] = logs): readonly Log[] {
  return origin.with(at, change(origin[at]!));
}

/** With one log of the whole history changed. */
function replayedWhole(at: number, change: (log: Log) => Log): Seen {
  return replayed(changedAt(at, change, everyLog), {}, everyLog);
}

describe('LedgerReplay', () => {
  it('finds nothing in a history of every act', () => {
    const { found, replay, taken } = replayed(everyLog, {}, everyLog);

    expect(found).toEqual([]);
    expect(headsOf(everyLog)).toEqual(ofType('heads')[0]?.contracts);
    const marks = everyLog.filter(({ topics }) => topics[0] === SIGNED);
    const anchors = everyLog.filter(({ topics }) => topics[0] === ANCHORED);
    expect(replay.signatures).toBe(marks.length);
    expect(replay.entries).toBe(everyLog.length - marks.length - anchors.length);
    expect(taken).toHaveLength(replay.entries);
    const names = Object.keys(EVENTS) as EventName[];
    expect(names.filter((name) => placesOf(name).length === 0)).toEqual([]);
  });

  it('misses a signature that is left out, wherever it is', () => {
    const marks = [...logs.keys()].filter((at) => logs[at]!.topics[0] === SIGNED);
    for (const at of marks.filter((_, nth) => nth % (isMutationRun ? 40 : 4) === 0)) {
      const { findings } = replayed(logs.toSpliced(at, 1));
      const [first] = findings.listed;
      expect(['SIGNATURE_MISSING', 'DIGEST_MISMATCH', 'SIGNER_MISMATCH']).toContain(first?.code);
      expect(findings.listed.map(({ code }) => code)).toContain('SIGNATURE_MISSING');
    }
  });

  it('says how many signatures are missing', () => {
    const at = placeOf('ResourceSubmitted');
    const { findings } = replayed(logs.toSpliced(at + 1, 2));

    expect(findings.listed).toEqual([
      {
        code: 'SIGNATURE_MISSING',
        line: at,
        id: null,
        facts: { contract: 'ResourceCatalog', event: 'ResourceSubmitted', seq: '1', expected: 2, actual: 0 },
      },
    ]);
  });

  it('misses the signature of the last entry', () => {
    const last = logs.length - 1;
    expect(logs[last]!.topics[0]).toBe(SIGNED);
    expect(replayed(logs.slice(0, last)).found).toEqual([`SIGNATURE_MISSING ${String(last - 1)}`]);
  });

  it('finds a signature that stands twice, or before any entry', () => {
    const at = placeOf('GatewayRegistered') + 1;
    expect(replayed(logs.toSpliced(at, 0, logs[at]!)).found).toEqual([`SIGNATURE_UNEXPECTED ${String(at + 1)}`]);
    expect(replayed([logs[at]!, ...logs]).found).toEqual(['SIGNATURE_UNEXPECTED 0']);
  });

  it.each<[string, (log: Log) => Log]>([
    ['another block', (log) => ({ ...log, block: log.block + 1 })],
    ['another entry', (log) => ({ ...log, topics: log.topics.with(1, `0x${'0'.repeat(63)}9`) })],
    ['another contract', (log) => ({ ...log, contract: 'CaseBook' })],
  ])('finds a signature of %s', (_, change) => {
    const at = placeOf('GatewayRegistered') + 1;
    expect(replayed(changedAt(at, change)).found).toEqual([
      `SIGNATURE_UNEXPECTED ${String(at)}`,
      `SIGNATURE_MISSING ${String(at - 1)}`,
    ]);
  });

  it('finds a digest that is not that of the act', () => {
    const at = placeOf('GatewayRegistered') + 1;
    const other = changedAt(at, (log) => ({ ...log, topics: log.topics.with(2, `0x${'11'.repeat(32)}`) }));
    expect(replayed(other).found).toEqual([`DIGEST_MISMATCH ${String(at)}`]);
  });

  it('finds signatures that were exchanged', () => {
    const at = placeOf('ResourceSubmitted') + 1;
    const exchanged = logs.with(at, logs[at + 1]!).with(at + 1, logs[at]!);
    expect(replayed(exchanged).found).toEqual([`SIGNER_MISMATCH ${String(at)}`, `SIGNER_MISMATCH ${String(at + 1)}`]);
  });

  it.each<[string, EventName]>([
    ['an account', 'GatewayRegistered'],
    ['officers', 'ShareRefused'],
    ['a gateway', 'GatewayEquivocated'],
  ])('finds a signature by %s that was changed', (_, name) => {
    for (const at of [placeOf(name) + 1]) {
      // A digit in the first word of the signature itself, behind the padded signer.
      const { data } = everyLog[at]!;
      // 65 bytes end in three words, the 64 of a gateway in two; those of officers are in words further in front.
      const words = { GatewayRegistered: 3, GatewayEquivocated: 2, ShareRefused: 3 }[name as 'ShareRefused'];
      const place = data.length - words * WORD + (name === 'ShareRefused' ? -5 : 10);
      const digit = data[place] === '0' ? '1' : '0';
      const changed = { data: data.slice(0, place) + digit + data.slice(place + 1) };
      expect(replayedWhole(at, (log) => ({ ...log, ...changed })).found).toEqual([`SIGNATURE_INVALID ${String(at)}`]);
    }
  });

  it('finds both heads of an equivocation to be signed by the gateway', () => {
    const at = placeOf('GatewayEquivocated');
    expect(replayed(logs.toSpliced(at + 2, 1)).found).toEqual([`SIGNATURE_MISSING ${String(at)}`]);
    const exchanged = logs.with(at + 1, logs[at + 2]!).with(at + 2, logs[at + 1]!);
    expect(replayed(exchanged).found).toEqual([
      `DIGEST_MISMATCH ${String(at + 1)}`,
      `DIGEST_MISMATCH ${String(at + 2)}`,
    ]);
  });

  it('tells each fault of a history once', () => {
    const at = placeOf('ResourceFrozen');
    const head = changedAt(at, (log) => withWord(log, 1, (value) => value ^ 1n));
    // The next entry continues what was there, which is not what is said now.
    expect(replayed(head).found).toEqual([
      `HISTORY_HEAD_MISMATCH ${String(at)}`,
      `HISTORY_HEAD_MISMATCH ${String(placeOf('ResourceUnfrozen'))}`,
    ]);
    const { found, findings } = replayed(changedAt(at, (log) => withWord(log, 2, (value) => value + 1n)));
    expect(found).toEqual([
      `HISTORY_GAP ${String(at)}`,
      `SIGNATURE_UNEXPECTED ${String(at + 1)}`,
      `SIGNATURE_MISSING ${String(at)}`,
      `HISTORY_GAP ${String(placeOf('ResourceUnfrozen'))}`,
    ]);
    expect(findings.listed[0]?.facts).toEqual({
      contract: 'ResourceCatalog',
      event: 'ResourceFrozen',
      seq: '7',
      expected: '6',
    });
  });

  it('finds a history that does not come to its head, or to another', () => {
    const at = placeOf('ResourceUnfrozen');
    const { seq, head } = headsOf(logs).ResourceCatalog;
    expect(replayed(logs.slice(0, at)).findings.listed).toEqual([
      {
        code: 'HISTORY_INCOMPLETE',
        line: -1,
        id: null,
        facts: { contract: 'ResourceCatalog', expected: seq, actual: String(seq - 1) },
      },
    ]);
    expect(head).not.toBe(headsOf(logs.slice(0, at)).ResourceCatalog.head);
    const last = changedAt(at, (log) => withWord(log, 1, (value) => value ^ 1n));
    expect(replayed(last).found).toEqual([`HISTORY_HEAD_MISMATCH ${String(at)}`, 'HISTORY_INCOMPLETE -1']);
    expect(replayed(logs, {}, []).found.filter((code) => code === 'HISTORY_INCOMPLETE -1')).toHaveLength(5);
  });

  it('finds logs that it does not know, and logs that are not encoded as contracts do', () => {
    const at = placeOf('GatewayRegistered');
    expect(replayed([{ ...logs[at]!, topics: [`0x${'11'.repeat(32)}`] }, ...logs]).found).toEqual(['LOG_UNKNOWN 0']);
    expect(replayed([{ ...logs[at]!, contract: 'CaseBook' }, ...logs]).found).toEqual(['LOG_UNKNOWN 0']);
    expect(replayed([{ ...logs[at]!, data: `${logs[at]!.data}00` }, ...logs]).found).toEqual(['LOG_MALFORMED 0']);
    expect(replayed([{ ...logs[at]!, topics: logs[at]!.topics.slice(0, 2) }, ...logs]).found).toEqual([
      'LOG_MALFORMED 0',
    ]);
    expect(replayed([{ ...logs[at]!, topics: [SIGNED], contract: 'Directory' }, ...logs]).found).toEqual([
      'LOG_UNKNOWN 0',
    ]);
    expect(replayed([{ ...logs[at]!, topics: [ANCHORED], contract: 'CaseBook' }, ...logs]).found).toEqual([
      'LOG_UNKNOWN 0',
    ]);
  });

  it.each<[string, Parameters<typeof replayed>[1]]>([
    ['before the deployment', { startBlock: block.number + 1 }],
    ['behind the block', { number: 0 }],
    ['later than the block', { timestamp: 1 }],
  ])('finds logs %s', (_, changes) => {
    const { found, replay } = replayed(logs, changes);
    expect(found.filter((code) => code.startsWith('LOG_ORDER')).length).toBeGreaterThanOrEqual(replay.entries);
  });

  it('takes logs of the first block and of the last one', () => {
    const entries = logs.filter(({ topics }) => topics[0] !== SIGNED);
    const time = (log: Log): number => Number(BigInt(`0x${log.data.slice(-3 * WORD, -2 * WORD)}`));
    const last = entries.at(-1)!;
    const bounds = { startBlock: entries[0]!.block, number: last.block, timestamp: time(last) };
    expect(replayed(logs, bounds).found).toEqual([]);
    expect(replayed(logs, { ...bounds, startBlock: bounds.startBlock + 1 }).found).not.toEqual([]);
    expect(replayed(logs, { ...bounds, number: bounds.number - 1 }).found).not.toEqual([]);
    expect(replayed(logs, { ...bounds, timestamp: bounds.timestamp - 1 }).found).not.toEqual([]);
  });

  it('finds an entry in a block before the one before it, and goes on', () => {
    const at = placeOf('ResourceFrozen');
    const moved = logs.map((log, place) => (place === at || place === at + 1 ? { ...log, block: log.block - 5 } : log));
    expect(replayed(moved).found).toEqual([`LOG_ORDER ${String(at)}`]);
  });

  it('finds times that fall, or differ within a block', () => {
    const at = placeOf('ResourceFrozen');
    const orderOf = (changed: readonly Log[]) => replayed(changed).found.filter((code) => code.startsWith('LOG_ORDER'));
    expect(orderOf(changedAt(at, (log) => withWord(log, 3, (time) => time - 1_000_000n)))).toEqual([
      `LOG_ORDER ${String(at)}`,
    ]);
    const before = logs.findLastIndex(({ topics }, place) => place < at && topics[0] !== SIGNED);
    const joined = logs.map((log, place) =>
      place === at || place === at + 1 ? { ...log, block: logs[before]!.block } : log,
    );
    const timed = (offset: bigint) =>
      joined.with(
        at,
        withWord(joined[at]!, 3, () => BigInt(`0x${logs[before]!.data.slice(-3 * WORD, -2 * WORD)}`) + offset),
      );
    expect(orderOf(timed(0n))).toEqual([]);
    expect(orderOf(timed(1n))).toContain(`LOG_ORDER ${String(at)}`);
  });

  it('finds an act that was recorded after its end, and not at its end', () => {
    const at = placeOf('ResourceFrozen');
    const time = BigInt(`0x${logs[at]!.data.slice(-3 * WORD, -2 * WORD)}`);
    // Words from the end: head, seq, recordedAt, dueAt, then the act, whose last member is its end.
    const expired = (ends: bigint) => replayed(changedAt(at, (log) => withWord(log, 5, () => ends))).found;
    expect(expired(time - 1n)).toContain(`ACT_EXPIRED ${String(at)}`);
    expect(expired(time)).not.toContain(`ACT_EXPIRED ${String(at)}`);
    expect(expired(time)).toContain(`DIGEST_MISMATCH ${String(at + 1)}`);
  });

  it('finds a nonce that was used, or is not the next one', () => {
    const at = placeOf('ResourceFrozen');
    const nonce = (change: (value: bigint) => bigint) =>
      replayed(changedAt(at, (log) => withWord(log, 6, change))).found.includes(`NONCE_USED ${String(at)}`);
    expect(nonce((value) => value)).toBe(false);
    expect(nonce((value) => value + 1n)).toBe(true);
    const [first, second] = [placeOf('ResourceFrozen'), placeOf('ResourceUnfrozen')];
    const value = BigInt(`0x${logs[first]!.data.slice(-6 * WORD, -5 * WORD)}`);
    const again = replayed(changedAt(second, (log) => withWord(log, 6, () => value))).found;
    expect(again).toContain(`NONCE_USED ${String(second)}`);
  });

  it('finds an id that does not follow, and takes no such entry', () => {
    for (const name of [
      'AccessKeyRegistered',
      'ResourceSubmitted',
      'ShareRequested',
      'CorrectionFiled',
      'DisputeOpened',
      'GrantIssued',
      'GrantChanged',
      'GatewayRegistered',
      'GrantSuspended',
    ] as const) {
      const at = placeOf(name);
      const change = (log: Log): Log => ({ ...log, topics: log.topics.with(1, `0x${'11'.repeat(32)}`) });
      const { found, taken, findings } = replayedWhole(at, change);
      expect(found).toContain(`ID_MISMATCH ${String(at)}`);
      expect(taken).not.toContain(at);
      expect(findings.listed.find(({ code }) => code === 'ID_MISMATCH')?.facts).toMatchObject({ event: name });
    }
  });

  it.each<[string, (log: Log) => Log]>([
    ['requester', (log) => ({ ...log, topics: log.topics.with(2, `0x${'11'.repeat(18)}${'00'.repeat(14)}`) })],
    ['resource', (log) => ({ ...log, topics: log.topics.with(3, `0x${'11'.repeat(32)}`) })],
    ['version of the resource', (log) => withWord(log, 17, (version) => version + 1n)],
  ])('finds a grant with another %s than that of its request', (_, change) => {
    const at = placeOf('GrantIssued');
    const { found, taken } = replayedWhole(at, change);

    expect(found).toContain(`ID_MISMATCH ${String(at)}`);
    expect(taken).not.toContain(at);
  });

  it('finds a grant that was changed for another request, though its id follows from that', () => {
    const at = placeOf('GrantChanged');
    const [, , , , fields, notBefore, notAfter, , documentHash, algorithm] = wordsOf(everyLog[at]!);
    const request = '11'.repeat(32);
    const id = keccak256(`0x${[request, fields, notBefore, notAfter, documentHash, algorithm].join('')}`);
    const { found, taken } = replayedWhole(at, (log) => {
      const data = `0x${request}${log.data.slice(2 + WORD)}`;
      return { ...log, data, topics: log.topics.with(1, id) };
    });

    expect(found).toContain(`ID_MISMATCH ${String(at)}`);
    expect(taken).not.toContain(at);
  });

  it('finds a topic that contradicts the act', () => {
    for (const name of ['DepartmentRegistered', 'ShareRefused', 'GatewayRetired', 'ResourceFrozen'] as const) {
      const at = placeOf(name);
      const topic = `0x${'11'.repeat(18)}${'00'.repeat(14)}`;
      const { found } = replayedWhole(at, (log) => ({ ...log, topics: log.topics.with(2, topic) }));
      expect(found).toContain(`ID_MISMATCH ${String(at)}`);
    }
  });

  it('finds a step that the rules do not allow, by its rule', () => {
    const at = placeOf('ResourceUnfrozen');
    const frozen = placeOf('ResourceFrozen');
    const { findings, taken } = replayed(logs.toSpliced(frozen, 2));
    const illegal = findings.listed.filter(({ code }) => code === 'TRANSITION_ILLEGAL');
    expect(illegal).toEqual([
      {
        code: 'TRANSITION_ILLEGAL',
        line: at - 2,
        id: null,
        facts: { contract: 'ResourceCatalog', event: 'ResourceUnfrozen', seq: '7', rule: 'STATUS' },
      },
    ]);
    expect(taken).not.toContain(at - 2);
  });

  it('finds a head that no contract would have anchored', () => {
    const at = logs.findIndex(({ topics }) => topics[0] === ANCHORED);
    const { findings } = replayed(logs.toSpliced(at, 0, logs[at]!));
    const [, gateway] = logs[at]!.topics;
    expect(findings.listed).toEqual([{ code: 'ANCHOR_ILLEGAL', line: at + 1, id: gateway, facts: { size: '7' } }]);
  });

  it('finds that somebody acted who was suspended', () => {
    // Without the last of three changes of its status the bystander is active again, and without the second suspended.
    const [, second] = placesOf('DepartmentStatusChanged') as [number, number, number];
    const codes = replayed(logs.toSpliced(second, 2)).findings.listed;
    expect(codes.filter(({ code }) => code === 'TRANSITION_ILLEGAL').map(({ facts }) => facts['rule'])).toContain(
      'STATUS',
    );
  });
});

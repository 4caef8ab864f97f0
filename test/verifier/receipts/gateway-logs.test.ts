import { beforeEach, describe, expect, it } from 'vitest';

import type { EvidenceLineOf } from '../../../ledger/evidence/evidence-line.ts';
import { formatCheckpoint, logOrigin } from '../../../ledger/log/checkpoint.ts';
import { hashLeaf, type TreeHash } from '../../../ledger/log/merkle-tree.ts';
import { signNote } from '../../../ledger/log/signed-note.ts';
import { parseBytes32, parseGatewayId } from '../../../ledger/ids.ts';
import { receiptLeaf } from '../../../ledger/receipts/receipt.ts';
import { Findings } from '../../../verifier/findings.ts';
import { Timeline } from '../../../verifier/ledger/timeline.ts';
import { World } from '../../../verifier/ledger/world.ts';
import { GatewayLogs } from '../../../verifier/receipts/gateway-logs.ts';
import { PaperGateway } from '../paper-gateway.ts';
import { CALLER, GRANT, KEY, OPENED } from './shown.ts';

const BLOCK = { number: 20, hash: `0x${'b1'.repeat(32)}` };

let gateway: PaperGateway;
let world: World;
let findings: Findings;
let logs: GatewayLogs;

beforeEach(() => {
  gateway = new PaperGateway();
  for (let count = 0; count < 7; count += 1) {
    gateway.deliver({ grantId: GRANT, caller: CALLER, keyId: KEY, block: BLOCK, at: OPENED });
  }
  world = new World();
  register(gateway);
  findings = new Findings();
  logs = new GatewayLogs(findings);
});

function register({ id, publicKey }: PaperGateway): void {
  const status = new Timeline<'active' | 'retired' | 'equivocated'>(1, 'active');
  world.gateways.set(id, { operator: '0x', publicKey, account: '0x', status, anchored: null });
}

async function anchor(size: number): Promise<void> {
  const root = `0x${Buffer.from(await gateway.root(size)).toString('hex')}`;
  world.gateways.get(gateway.id)!.anchored = { size: BigInt(size), root };
}

async function take(changes: Partial<EvidenceLineOf<'checkpoint'>> = {}, by = gateway): Promise<void> {
  const line = {
    type: 'checkpoint' as const,
    gateway: parseBytes32(by.id),
    note: await by.checkpoint(),
    consistency: [],
    complete: false,
    ...changes,
  } satisfies EvidenceLineOf<'checkpoint'>;
  logs.take(5, line, world);
}

const codes = (): readonly string[] => findings.listed.map(({ code }) => code);
const leafHash = (index: number): TreeHash => hashLeaf(receiptLeaf(gateway.receipts[index]!.receipt));
const hashes = (list: readonly string[]) => list.map((hash) => parseBytes32(hash));

describe('a checkpoint', () => {
  it('is signed by the gateway, and says how far its log goes', async () => {
    await take();
    expect(codes()).toEqual([]);
    expect(logs.logs.get(gateway.id)).toMatchObject({
      line: 5,
      head: { size: 7, root: await gateway.root() },
      lastIndex: -1,
      frontier: null,
    });
  });

  it('is of a gateway on the ledger', async () => {
    world.gateways.clear();
    await take();
    expect(findings.listed).toEqual([{ code: 'GATEWAY_UNKNOWN', line: 5, id: gateway.id, facts: {} }]);
    expect(logs.logs.size).toBe(0);
  });

  it('stands in the order of the gateways, once for each', async () => {
    const [first, second] = [gateway, new PaperGateway()].toSorted((one, other) => (one.id < other.id ? -1 : 1)) as [
      PaperGateway,
      PaperGateway,
    ];
    register(second);
    register(first);
    await take({}, first);
    await take({}, second);
    expect(codes()).toEqual([]);
    await take({}, second);
    await take({}, first);
    expect(codes()).toEqual(['LINE_ORDER', 'LINE_ORDER']);
  });

  it.each<[string, () => Promise<string> | string]>([
    ['of another gateway', () => new PaperGateway().checkpoint(0)],
    ['that is no note', () => 'a text\n'],
    ['that is empty', () => ''],
    ['with another size', async () => (await gateway.checkpoint()).replace('\n7\n', '\n8\n')],
    ['of another log', () => note('example.com/log', logOrigin(parseGatewayId(gateway.id)))],
    ['that is no checkpoint', () => sign('a text\n', logOrigin(parseGatewayId(gateway.id)))],
    ['under another name', () => note(logOrigin(parseGatewayId(gateway.id)), 'example.com/log')],
  ])('is none %s', async (_, make) => {
    await take({ note: await make() });
    expect(codes()).toEqual(['CHECKPOINT_INVALID']);
    expect(logs.logs.get(gateway.id)?.head).toBeNull();
    expect(logs.placeOf(logs.logs.get(gateway.id)!, 0, leafHash(0), null)).toBeNull();
    logs.finish();
    expect(codes()).toEqual(['CHECKPOINT_INVALID']);
  });

  it('says why it is none', async () => {
    await take({ note: await note('example.com/log', logOrigin(parseGatewayId(gateway.id))) });
    expect(findings.listed[0]?.facts).toEqual({ origin: 'example.com/log' });
    logs.take(
      6,
      { type: 'checkpoint', gateway: parseBytes32(`0x${'ff'.repeat(32)}`), note: '', consistency: [], complete: false },
      world,
    );
    expect(codes()).toEqual(['CHECKPOINT_INVALID', 'GATEWAY_UNKNOWN']);
    findings = new Findings();
    logs = new GatewayLogs(findings);
    await take({ note: 'x' });
    expect(findings.listed[0]?.facts).toMatchObject({ why: 'NOTE_MALFORMED' });
  });

  async function note(origin: string, name: string): Promise<string> {
    return sign(formatCheckpoint({ origin, size: 7, root: await gateway.root() }), name);
  }

  function sign(text: string, name: string): string {
    return Buffer.from(signNote(text, [{ name, privateKey: gateway.privateKey }])).toString();
  }
});

describe('an anchored head', () => {
  it('is continued by the checkpoint', async () => {
    await anchor(3);
    await take({ consistency: hashes(await gateway.consistency(3)) });
    expect(codes()).toEqual([]);
  });

  it.each<[string, number, () => Promise<readonly string[]>]>([
    ['without a proof', 3, () => Promise.resolve([])],
    ['with the proof of another size', 3, () => gateway.consistency(4)],
  ])('is not continued %s', async (_, size, proof) => {
    await anchor(size);
    await take({ consistency: hashes(await proof()) });
    expect(findings.listed).toEqual([
      { code: 'ANCHOR_INCONSISTENT', line: 5, id: gateway.id, facts: { anchored: String(size), size: 7 } },
    ]);
    expect(logs.logs.has(gateway.id)).toBe(true);
  });

  it('of another history is not continued', async () => {
    await anchor(3);
    gateway.replace(1, { ...gateway.receipts[1]!.receipt, rows: 2 });
    await take({ consistency: hashes(await gateway.consistency(3)) });
    expect(codes()).toEqual(['ANCHOR_INCONSISTENT']);
  });

  it('that is not there needs no proof, and takes none', async () => {
    await take({ consistency: hashes(await gateway.consistency(3)) });
    expect(codes()).toEqual(['ANCHOR_INCONSISTENT']);
    expect(findings.listed[0]?.facts).toEqual({ anchored: '0', size: 7 });
  });

  it('needs its log in a bundle of the ledger', async () => {
    await anchor(3);
    const other = new PaperGateway();
    register(other);
    logs.requireAll(1, world);
    expect(findings.listed).toEqual([{ code: 'SCOPE_INCOMPLETE', line: 1, id: gateway.id, facts: {} }]);
    await take({ consistency: hashes(await gateway.consistency(3)) });
    logs.requireAll(1, world);
    expect(findings.count).toBe(1);
  });
});

describe('a leaf', () => {
  it('is in the log by its proof', async () => {
    await take();
    const log = logs.logs.get(gateway.id)!;
    for (let index = 0; index < 7; index += 1) {
      const proof = await gateway.inclusion(index);
      expect(logs.placeOf(log, index, leafHash(index), proof)).toBeNull();
      expect(logs.placeOf(log, (index + 1) % 7, leafHash(index), proof)).not.toBeNull();
      expect(logs.placeOf(log, index, leafHash((index + 1) % 7), proof)).not.toBeNull();
      expect(logs.placeOf(log, index, leafHash(index), null)).not.toBeNull();
    }
    logs.finish();
    expect(codes()).toEqual([]);
  });

  it('is missed in a complete log', async () => {
    await take({ complete: true });
    const log = logs.logs.get(gateway.id)!;
    for (let index = 0; index < 6; index += 1) logs.placeOf(log, index, leafHash(index), null);
    logs.finish();
    expect(findings.listed).toEqual([
      { code: 'SCOPE_INCOMPLETE', line: 5, id: gateway.id, facts: { expected: 7, actual: 6 } },
    ]);
  });

  it('is not another one in a complete log', async () => {
    await take({ complete: true });
    const log = logs.logs.get(gateway.id)!;
    for (let index = 0; index < 7; index += 1) logs.placeOf(log, index, leafHash(index === 4 ? 5 : index), null);
    logs.finish();
    expect(findings.listed).toEqual([
      { code: 'RECEIPT_NOT_INCLUDED', line: 5, id: gateway.id, facts: { expected: 7, actual: 7 } },
    ]);
  });
});

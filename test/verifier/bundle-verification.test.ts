import { id } from 'ethers';
import { beforeEach, describe, expect, it } from 'vitest';

import type { EvidenceLine, EvidenceLineOf } from '../../ledger/evidence/evidence-line.ts';
import { parseBytes32 } from '../../ledger/ids.ts';
import { receiptHash } from '../../ledger/receipts/receipt.ts';
import { EndCheck } from '../../verifier/bundle/end-check.ts';
import { CopyCheck, type CopyFacts } from '../../verifier/copies/copy-check.ts';
import { Findings } from '../../verifier/findings.ts';
import { Timeline } from '../../verifier/ledger/timeline.ts';
import { World } from '../../verifier/ledger/world.ts';
import { ScopeCheck } from '../../verifier/receipts/scope-check.ts';
import type { BundleReport } from '../../verifier/report.ts';
import { verifyBundle } from '../../verifier/verify-bundle.ts';
import { bundleLines, encodeLines, endLine, exporterOf, verifyBytes, writeBundle } from './evidence-bundle.ts';
import { KeptWorld } from './kept-world.ts';
import { PaperGateway } from './paper-gateway.ts';
import { GATEWAY, GRANT, shownReceipt } from './receipts/shown.ts';

const ACT_SIGNED = id('ActSigned(uint64,bytes32,bytes,bytes)');
const world = new KeptWorld();

beforeEach(() => {
  world.enterGateway();
  world.gateway.deliver(world.read());
});

async function lines(): Promise<EvidenceLine[]> {
  return await bundleLines(world);
}

async function reportOf(
  list: readonly EvidenceLine[],
  options: Parameters<typeof verifyBytes>[1] = {},
): Promise<BundleReport> {
  return await verifyBytes(await writeBundle(list, exporterOf(world.gateway)), options);
}

const found = ({ findings }: BundleReport): readonly string[] =>
  findings.map(({ code, line }) => `${code} ${String(line)}`);

describe('a report', () => {
  it('counts what was looked at', async () => {
    const list = await lines();
    const report = await reportOf(list);
    expect(report).toMatchObject({ verdict: 'sound', findings: [], findingCount: 0, obstacles: [] });
    const isSignature = (line: EvidenceLine): boolean => line.type === 'log' && line.topics[0] === ACT_SIGNED;
    const signatures = list.filter(isSignature).length;
    expect(report.checked).toEqual({
      lines: list.length,
      entries: list.filter(({ type }) => type === 'log').length - signatures,
      signatures,
      opaqueSignatures: 0,
      documents: world.documents.length,
      withheldDocuments: 0,
      receipts: 1,
      withheldContexts: 0,
      delivered: 1,
      confirmed: 0,
      unconfirmed: 1,
      judged: 1,
      notReplayable: 0,
      copies: 0,
    });
    expect(report.checked.signatures).toBeGreaterThan(15);
    expect(signatures).toBeGreaterThan(0);
  });

  it('says what is not proved', async () => {
    const list = await lines();
    expect((await reportOf(list)).notProved).toEqual([
      'TRUSTED_NODE',
      'ANCHORS',
      'OFFICERS',
      'LATER_RECEIPTS',
      'RECEIPT_TIMES',
    ]);
    const withheld = await bundleLines(world, { withholdContexts: true });
    expect((await reportOf(withheld)).notProved).toContain('WITHHELD');
    const bare = list.filter(({ type }) => type !== 'checkpoint' && type !== 'receipt');
    expect((await reportOf(bare)).notProved).toEqual(['TRUSTED_NODE', 'ANCHORS', 'OFFICERS', 'LATER_RECEIPTS']);
    expect(found(await reportOf(bare))).toEqual([]);
    const early = list.filter(({ type }) => ['header', 'block', 'heads'].includes(type));
    expect((await reportOf(early)).notProved).toEqual(['TRUSTED_NODE', 'LATER_RECEIPTS']);
  });

  it('of nothing says nothing', async () => {
    const report = await verifyBytes(Buffer.alloc(0));
    expect(report).toMatchObject({
      verdict: 'cannot-check',
      obstacles: ['NOT_A_BUNDLE'],
      notProved: [],
      findingCount: 0,
    });
    expect(Object.values(report.checked).every((count) => count === 0)).toBe(true);
  });

  it.each([1, 2])('of %i lines only is no sound one', async (count) => {
    const body = encodeLines((await lines()).slice(0, count));
    expect(await verifyBytes(body)).toMatchObject({
      verdict: 'findings',
      findings: [{ code: 'BUNDLE_TRUNCATED', line: count + 1 }],
      notProved: [],
    });
  });

  it('lists a thousand findings and counts the others', () => {
    const findings = new Findings();
    for (let count = 0; count < 1_003; count += 1) findings.add('LINE_ORDER', count);
    expect([findings.count, findings.listed.length, findings.listed[999]]).toEqual([
      1_003,
      1_000,
      { code: 'LINE_ORDER', line: 999, id: null, facts: {} },
    ]);
  });

  it('tells how far it is', async () => {
    const bytes = await writeBundle(await lines(), exporterOf(world.gateway));
    const read: number[] = [];
    await verifyBundle(chunks(bytes), { deployment: null, validators: null, copies: [] }, (line) => read.push(line));
    expect(read).toEqual(Array.from({ length: bytes.filter((byte) => byte === 0x0a).length }, (_, index) => index + 1));
  });

  async function* chunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(bytes);
  }
});

describe('the lines of a bundle', () => {
  it.each<[string, readonly string[], (list: EvidenceLine[]) => readonly unknown[]]>([
    ['a header twice', ['LINE_ORDER 2'], ([header, ...rest]) => [header, header, ...rest]],
    ['no block', ['LINE_ORDER 2'], ([header, , ...rest]) => [header, ...rest]],
    ['a receipt before the logs', ['LINE_ORDER 4'], (list) => [...list.slice(0, 3), list.at(-1), ...list.slice(3)]],
    ['a header that is none', ['LINE_INVALID 1'], ([header, ...rest]) => [{ ...header, more: 1 }, ...rest]],
  ])('are not read behind %s', async (_, expected, change) => {
    const body = encodeLines(change(await lines()));
    const bytes = Buffer.concat([body, endLine(body, world.gateway)]);
    expect(found(await verifyBytes(bytes))).toEqual(expected);
  });

  it.each<[string, object]>([
    ['another type', { type: 'block' }],
    ['another format', { format: 'dxl/evidence/2' }],
  ])('are none of a bundle that begins with %s', async (_, changes) => {
    const [header, ...rest] = await lines();
    const body = encodeLines([{ ...header, ...changes }, ...rest]);
    expect(await verifyBytes(body)).toMatchObject({
      verdict: 'cannot-check',
      obstacles: ['NOT_A_BUNDLE'],
      findings: [],
    });
  });

  it.each(['null', '7', '"header"', '[]', '{}'])('are none of a bundle that begins with %s', async (text) => {
    expect(await verifyBytes(Buffer.from(`${text}\n`))).toMatchObject({ obstacles: ['NOT_A_BUNDLE'], findings: [] });
  });

  it('end with the end', async () => {
    const bytes = await writeBundle(await lines(), exporterOf(world.gateway));
    const more = Buffer.concat([bytes, bytes.subarray(0, bytes.indexOf(0x0a) + 1)]);
    const count = bytes.filter((byte) => byte === 0x0a).length;
    expect(found(await verifyBytes(more))).toEqual([`LINE_ORDER ${String(count + 1)}`]);
    expect(found(await verifyBytes(Buffer.concat([bytes, Buffer.from('x')])))).toEqual([
      `LINE_ORDER ${String(count + 1)}`,
    ]);
  });

  it('name contract accounts in order, each once', async () => {
    const list = await lines();
    const at = list.findIndex(({ type }) => type === 'account');
    expect(found(await reportOf(list.toSpliced(at, 0, list[at]!)))).toEqual([`LINE_ORDER ${String(at + 2)}`]);
    const lower = { ...(list[at] as EvidenceLineOf<'account'>), account: `0x${'00'.repeat(19)}01` };
    expect(found(await reportOf(list.toSpliced(at, 0, lower)))).toEqual([]);
    expect(found(await reportOf(list.toSpliced(at + 1, 0, lower)))).toEqual([`LINE_ORDER ${String(at + 2)}`]);
  });

  it('need the officers of accounts that sign', async () => {
    const list = (await lines()).filter(({ type }) => type !== 'account');
    const codes = (await reportOf(list)).findings.map(({ code }) => code);
    expect(new Set(codes)).toEqual(new Set(['SIGNATURE_INVALID']));
  });

  it('have every document in a bundle of the whole ledger', async () => {
    const list = await lines();
    const at = list.findLastIndex(({ type }) => type === 'document');
    const report = await reportOf(list.toSpliced(at, 1));
    expect(report.findings).toMatchObject([{ code: 'SCOPE_INCOMPLETE', line: 1 }]);
    const scope = { kind: 'grant', grantId: parseBytes32(world.grantId) } as const;
    const ofGrant = await bundleLines(world, { scope, indexes: [0] });
    expect(found(await reportOf(ofGrant.toSpliced(at, 1)))).toEqual([]);
  });

  it('have every log that was anchored in a bundle of the whole ledger', async () => {
    await world.anchor();
    const list = (await lines()).filter(({ type }) => type !== 'checkpoint' && type !== 'receipt');
    expect((await reportOf(list)).findings).toMatchObject([
      { code: 'SCOPE_INCOMPLETE', line: 1, id: world.gateway.id },
    ]);
    const [header, ...rest] = list;
    const scope = { kind: 'receipt', receiptId: 'receipt-000000000000' } as const;
    const codes = found(await reportOf([{ ...header, scope } as EvidenceLine, ...rest]));
    expect(codes).toEqual(['SCOPE_INCOMPLETE 1']);
  });

  it('are held to the scope of the header', async () => {
    const scope = { kind: 'grant', grantId: parseBytes32(GRANT) } as const;
    expect(found(await reportOf(await bundleLines(world, { scope, indexes: [] })))).toEqual(['SCOPE_UNKNOWN 1']);
  });

  it('of a development ledger have no seal and no proofs', async () => {
    const [header, block, heads, ...rest] = (await lines()) as [
      EvidenceLine,
      EvidenceLineOf<'block'>,
      EvidenceLineOf<'heads'>,
      ...EvidenceLine[],
    ];
    const sealed = await reportOf([header, { ...block, seal: {} }, heads, ...rest]);
    expect(sealed.findings).toMatchObject([{ code: 'FINALITY_NOT_PROVED', line: 2, facts: { profile: 'dev' } }]);
    const proofs = Object.fromEntries(Object.keys(heads.contracts).map((name) => [name, {}])) as never;
    const proved = await reportOf([header, block, { ...heads, proofs }, ...rest]);
    expect(proved.findings).toMatchObject([{ code: 'HEADS_NOT_PROVED', line: 3, facts: { profile: 'dev' } }]);
  });

  it.each(['qbft', 'comet'] as const)('of a %s ledger need validators', async (profile) => {
    const [header, ...rest] = (await lines()) as [EvidenceLineOf<'header'>, ...EvidenceLine[]];
    const list = [{ ...header, deployment: { ...header.deployment, profile } }, ...rest] as EvidenceLine[];
    const report = await reportOf(list);
    expect(report).toMatchObject({ verdict: 'cannot-check', obstacles: ['VALIDATORS_MISSING'], findings: [] });
    expect(report.notProved[0]).toBe('BLOCK_NUMBERS');
    const { chainId } = header.deployment;
    const validators = { profile: 'qbft', chainId: chainId + 1, epochLength: 1, block: null, validators: [] } as never;
    const other = await reportOf(list, { validators });
    expect(other.findings).toMatchObject([{ code: 'FINALITY_NOT_PROVED', line: 2, facts: { profile: 'qbft' } }]);
  });
});

describe('EndCheck', () => {
  const gateway = new PaperGateway();
  const body = Buffer.from('one\ntwo\n');
  const known = (status: 'active' | 'retired' | 'equivocated'): World => {
    const made = new World();
    const facts = { operator: '0x', publicKey: gateway.publicKey, account: '0x', anchored: null };
    made.gateways.set(gateway.id, { ...facts, status: new Timeline(1, status) });
    return made;
  };

  function codes(changes: object = {}, on: World = known('active')): readonly string[] {
    const end = new EndCheck();
    const findings = new Findings();
    for (const text of ['one', 'two']) end.count(Buffer.from(text));
    const line = JSON.parse(endLine(body, gateway).toString()) as EvidenceLineOf<'end'>;
    end.take(3, { ...line, ...changes }, on, findings);
    expect(end.lines).toBe(2);
    return findings.listed.map(({ code, line: at }) => `${code} ${String(at)}`);
  }

  it('takes count, hash and signature of an exporter on the ledger', () => {
    expect(codes()).toEqual([]);
    expect(codes({}, known('retired'))).toEqual([]);
  });

  it.each<[string, object, World, readonly string[]]>([
    ['another count', { lines: 3 }, known('active'), ['BUNDLE_ALTERED 3', 'EXPORT_SIGNATURE 3']],
    ['another hash', { sha256: `0x${'11'.repeat(32)}` }, known('active'), ['BUNDLE_ALTERED 3', 'EXPORT_SIGNATURE 3']],
    ['another signature', { signature: `0x${'11'.repeat(64)}` }, known('active'), ['EXPORT_SIGNATURE 3']],
    ['an exporter that is not there', {}, new World(), ['EXPORTER_UNKNOWN 3']],
    ['an exporter that signed two histories', {}, known('equivocated'), ['EXPORTER_UNKNOWN 3']],
  ])('finds %s', (_, changes, on, expected) => {
    expect(codes(changes, on)).toEqual(expected);
  });
});

const OTHER_GATEWAY = `0x${'99'.repeat(32)}`;

describe('CopyCheck', () => {
  const shown = shownReceipt();
  const scope = new ScopeCheck({ kind: 'ledger' }, new Findings());
  const gateways = new Map([[GATEWAY, {} as never]]);

  function check(
    receipts: readonly (typeof shown.receipt)[],
    taken: readonly (typeof shown)[],
    options: Partial<CopyFacts> = {},
  ) {
    const findings = new Findings();
    const copies = new CopyCheck(
      receipts.map((receipt) => ({ source: 'copy.json', receipt })),
      findings,
    );
    for (const receipt of taken) copies.take(receipt);
    copies.finish({ gateways, logs: new Map(), scope, exporter: OTHER_GATEWAY, ...options });
    return [copies.compared, findings.listed] as const;
  }

  it('compares what a counterparty kept', () => {
    expect(shown.leaf).toBe(receiptHash(shown.receipt));
    expect(check([], [shown])).toEqual([0, []]);
    expect(check([shown.receipt], [shown])).toEqual([1, []]);
    const { receiptId } = shown.receipt;
    expect(check([{ ...shown.receipt, rows: 2 }], [shown])).toEqual([
      1,
      [{ code: 'COPY_DIFFERS', line: 7, id: receiptId, facts: { copy: 'copy.json' } }],
    ]);
    expect(check([shown.receipt], [])).toEqual([
      0,
      [{ code: 'COPY_MISSING', line: null, id: receiptId, facts: { copy: 'copy.json', gateway: GATEWAY } }],
    ]);
    expect(check([shown.receipt], [shown, shown])[0]).toBe(1);
  });

  it('misses only what the scope promises, of a gateway that is known', () => {
    const grant = new ScopeCheck({ kind: 'grant', grantId: GATEWAY as never }, new Findings());
    expect(check([shown.receipt], [], { scope: grant })).toEqual([0, []]);
    expect(check([shown.receipt], [], { gateways: new Map<never, never>() })).toEqual([0, []]);
  });

  it('misses in evidence of a grant what its exporter has, or shows a log of', () => {
    const grant = new ScopeCheck({ kind: 'grant', grantId: parseBytes32(shown.receipt.grantId!) }, new Findings());
    grant.begin(1, new World());
    const isMissed = (facts: Partial<CopyFacts>): boolean =>
      check([shown.receipt], [], { scope: grant, ...facts })[1].some(({ code }) => code === 'COPY_MISSING');
    expect(isMissed({})).toBe(false);
    expect(isMissed({ exporter: GATEWAY })).toBe(true);
    expect(isMissed({ logs: new Map([[GATEWAY, null]]) })).toBe(true);
    expect(isMissed({ exporter: GATEWAY, gateways: new Map<never, never>() })).toBe(false);
  });

  it('tells receipts of two gateways with one id apart', () => {
    const other = shownReceipt({ gateway: GRANT });
    expect(check([shown.receipt, other.receipt], [shown, other])).toEqual([2, []]);
    expect(check([other.receipt], [shown])).toEqual([0, []]);
  });
});

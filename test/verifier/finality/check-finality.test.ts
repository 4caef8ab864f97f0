import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import type { EvidenceLine, EvidenceLineOf } from '../../../ledger/evidence/evidence-line.ts';
import { parseTrustedValidators, type TrustedValidators } from '../../../ledger/finality/trusted-validators.ts';
import { parseBytes32 } from '../../../ledger/ids.ts';
import type { JsonValue } from '../../../ledger/json/strict-json.ts';
import { checkFinality, type FinalityFacts } from '../../../verifier/finality/check-finality.ts';
import { Findings } from '../../../verifier/findings.ts';
import { CONTRACTS, type Contract } from '../../../verifier/ledger/events.ts';
import { buildCommit, buildHeader, cometKey, type HeaderJson, type Voting } from '../../support/comet-chain.ts';
import { buildStorage } from '../../support/comet-storage-proof.ts';

const ZERO = parseBytes32(`0x${'00'.repeat(32)}`);
const OTHER = parseBytes32(`0x${'11'.repeat(32)}`);
const LINES = { block: 2, heads: 3 };

type Block = EvidenceLineOf<'block'>;
type Heads = EvidenceLineOf<'heads'>;
type Header = EvidenceLineOf<'header'>;
type Given = Pick<FinalityFacts, 'deployment' | 'block' | 'heads' | 'validators'>;

/** A sealed block of four validators over the state of a real node. */
const [header, block, heads] = readFileSync('test/vectors/evidence/valid/sealed.ndjson', 'utf8')
  .split('\n', 3)
  .map((text) => JSON.parse(text) as EvidenceLine) as unknown as [Header, Block, Heads];
const trust = parseTrustedValidators(readFileSync('test/vectors/evidence/given/validators.json'));
const sealed: Given = { deployment: header.deployment, block, heads, validators: trust };

type Found = readonly [code: string, line: number | null, id: string | null, facts: object];

/** The result, and each finding as its code, line and what it says. */
function checked(given: Given): { readonly result: string; readonly found: readonly Found[] } {
  const findings = new Findings();
  const result = checkFinality({ ...given, lines: LINES, findings });
  return { result, found: findings.listed.map(({ code, line, id, facts }) => [code, line, id, facts]) };
}

function withProofs(given: Given, change: (proof: JsonValue, contract: Contract) => JsonValue): Given {
  const proofs = Object.fromEntries(CONTRACTS.map((name) => [name, change(given.heads.proofs![name], name)]));
  return { ...given, heads: { ...given.heads, proofs } as Heads };
}

function withDeployment(given: Given, changes: Partial<Header['deployment']>): Given {
  return { ...given, deployment: { ...given.deployment, ...changes } };
}

describe('checkFinality by qbft', () => {
  it('finds nothing where all is proved', () => {
    expect(checked(sealed)).toEqual({ result: 'checked', found: [] });
  });

  it.each<[string, object, string]>([
    ['of the block itself', { number: block.number, hash: block.hash }, 'checked'],
    ['of another block', { number: block.number - 1, hash: OTHER }, 'missing'],
    ['of another hash', { number: block.number, hash: OTHER }, 'missing'],
    ['of another number', { number: block.number - 1, hash: block.hash }, 'missing'],
  ])('takes validators %s', (_name, at, result) => {
    const validators = { ...trust, block: at } as TrustedValidators;
    expect(checked({ ...sealed, validators })).toEqual({ result, found: [] });
  });

  it('refuses validators of another chain or profile', () => {
    const foreign = { ...trust, chainId: 1 } as TrustedValidators;
    const comet: TrustedValidators = { profile: 'comet', chainId: 'x', validators: [] };
    expect(checked({ ...sealed, validators: foreign }).found).toEqual([
      ['FINALITY_NOT_PROVED', 2, null, { profile: 'qbft' }],
    ]);
    expect(checked({ ...sealed, validators: comet }).found).toEqual([
      ['FINALITY_NOT_PROVED', 2, null, { profile: 'comet' }],
    ]);
  });

  it.each<[string, JsonValue]>([
    ['nothing', null],
    ['a text', 'header'],
    ['a list', [(block.seal as { header: string }).header]],
    ['a member too many', { ...(block.seal as object), more: 1 }],
    ['another member', { commit: 1 }],
    ['a number', { header: 7 }],
  ])('refuses a seal that is %s', (_name, seal) => {
    const { found } = checked({ ...sealed, block: { ...block, seal } });
    expect(found).toEqual([['FINALITY_NOT_PROVED', 2, null, { why: 'HEADER_MALFORMED', field: 'header' }]]);
  });

  it.each<[string, Partial<Block>]>([
    ['number', { number: block.number + 1 }],
    ['hash', { hash: OTHER }],
    ['time', { timestamp: block.timestamp + 1 }],
  ])('finds another %s than that of the header', (_name, changes) => {
    const { hash, number, timestamp: time } = block;
    expect(checked({ ...sealed, block: { ...block, ...changes } }).found).toEqual([
      ['BLOCK_MISMATCH', 2, changes.hash ?? hash, { hash, number, time }],
    ]);
  });

  it('finds code and addresses of another deployment', () => {
    const { codeHashes, contracts } = header.deployment;
    const { head } = heads.contracts.ShareLedger;
    const found = [['HEADS_NOT_PROVED', 3, null, { contract: 'ShareLedger', head: null }]];
    expect(head).toBe(ZERO);
    expect(checked(withDeployment(sealed, { codeHashes: { ...codeHashes, ShareLedger: OTHER } })).found).toEqual(found);
    const moved = { ...contracts, ShareLedger: `0x${'22'.repeat(20)}` };
    expect(checked(withDeployment(sealed, { contracts: moved })).found).toEqual(found);
  });

  it('finds a head that the state does not have', () => {
    const { head } = heads.contracts.Directory;
    const other = { ...heads.contracts, Directory: { seq: 6, head: OTHER } };
    expect(checked({ ...sealed, heads: { ...heads, contracts: other } }).found).toEqual([
      ['HEADS_NOT_PROVED', 3, null, { contract: 'Directory', head }],
    ]);
  });

  it('finds proofs that are missing or about another slot', () => {
    const { found } = checked({ ...sealed, heads: { ...heads, proofs: null } });
    expect(found.map(([code, line, id]) => [code, line, id])).toEqual(
      CONTRACTS.map((name) => ['HEADS_NOT_PROVED', 3, name]),
    );
    const without = withProofs(sealed, (proof, name) =>
      name === 'Directory' ? { ...(proof as object), storageProof: [] } : proof,
    );
    expect(checked(without).found).toEqual([['HEADS_NOT_PROVED', 3, null, { contract: 'Directory', head: null }]]);
  });

  it('says of profile dev that nothing is proved there', () => {
    const dev = withDeployment({ ...sealed, validators: null }, { profile: 'dev' });
    expect(checked(dev).found).toEqual([
      ['FINALITY_NOT_PROVED', 2, null, { profile: 'dev' }],
      ['HEADS_NOT_PROVED', 3, null, { profile: 'dev' }],
    ]);
    const bare = { ...dev, block: { ...block, seal: null }, heads: { ...heads, proofs: null } };
    expect(checked(bare)).toEqual({ result: 'checked', found: [] });
    expect(checked({ ...bare, validators: trust }).found).toEqual([
      ['FINALITY_NOT_PROVED', 2, null, { profile: 'dev' }],
    ]);
  });

  it('cannot be done without validators', () => {
    expect(checked({ ...sealed, validators: null })).toEqual({ result: 'missing', found: [] });
  });
});

describe('checkFinality by comet', () => {
  const keys = ['a', 'b', 'c', 'd'].map((name) => cometKey(name));
  const word = `0x${'00'.repeat(31)}0f`;
  const slot = `0x${'00'.repeat(32)}`;
  const { contracts } = header.deployment;
  const SECONDS = Date.parse('2026-11-23T04:05:13Z') / 1000;

  interface Plan {
    readonly contract?: string;
    readonly slot?: string;
    readonly votes?: readonly Voting[];
    readonly change?: (made: HeaderJson) => HeaderJson;
  }

  /** Directory has a head, and the others have none. */
  function given(plan: Plan = {}, changes: Partial<Block> = {}): Given {
    const { appHash, storage } = buildStorage(plan.contract ?? contracts.Directory, plan.slot ?? slot, word);
    const made = (plan.change ?? ((json) => json))(buildHeader(keys, appHash));
    const seal = { header: made, commit: buildCommit(made, keys, plan.votes ?? []) } as unknown as JsonValue;
    const hash = parseBytes32(`0x${made.last_block_id.hash.toLowerCase()}`);
    const known = keys.map(({ publicKey, power }) => ({ publicKey, power: String(power) }));
    const file = { profile: 'comet', chainId: 'test-net-1', validators: known };
    return {
      deployment: { ...header.deployment, profile: 'comet' },
      block: { type: 'block', number: 96, hash, timestamp: SECONDS, seal, ...changes },
      heads: {
        type: 'heads',
        contracts: byContract((name) => (name === 'Directory' ? { seq: 1, head: word } : { seq: 0, head: ZERO })),
        proofs: byContract((name) => (name === 'Directory' ? storage : null)),
      } as unknown as Heads,
      validators: parseTrustedValidators(Buffer.from(JSON.stringify(file))),
    };
  }

  function byContract<Value>(value: (name: Contract) => Value): Record<string, Value> {
    return Object.fromEntries(CONTRACTS.map((name) => [name, value(name)]));
  }

  it('proves the block, and the heads that there are', () => {
    expect(checked(given())).toEqual({ result: 'empty', found: [] });
    expect(checked(given({ votes: ['block', 'absent', 'block', 'block'] }))).toEqual({ result: 'empty', found: [] });
  });

  it('proves all where each contract has a head', () => {
    const made = given();
    const { Directory: proof } = made.heads.proofs!;
    const { Directory: head } = made.heads.contracts;
    const all = { ...made.heads, contracts: byContract(() => head), proofs: byContract(() => proof) } as Heads;
    const { deployment } = withDeployment(made, {
      contracts: byContract(() => contracts.Directory),
    });
    expect(checked({ ...made, deployment, heads: all })).toEqual({ result: 'checked', found: [] });
  });

  it('needs more than two thirds of the power', () => {
    const { result, found } = checked(given({ votes: ['block', 'absent', 'nil', 'block'] }));
    expect({ result, found }).toMatchObject({
      result: 'checked',
      found: [['FINALITY_NOT_PROVED', 2, null, { why: 'POWER_MISSED' }]],
    });
  });

  it('needs a commit of this header', () => {
    const made = given();
    const { header: own } = made.block.seal as { header: JsonValue };
    const other = (given({ contract: contracts.CaseBook }).block.seal as { commit: JsonValue }).commit;
    for (const seal of [{ header: own, commit: other }, { header: own }, { header: own, commit: null }, null]) {
      const { found } = checked({ ...made, block: { ...made.block, seal } });
      expect(found).toMatchObject([['FINALITY_NOT_PROVED', 2, null, {}]]);
    }
  });

  it('finds another block than the one before the header', () => {
    const { hash } = given().block;
    for (const changes of [{ hash: OTHER }, { number: 95 }, { number: 97 }, { timestamp: SECONDS + 1 }]) {
      expect(checked(given({}, changes)).found).toEqual([
        ['BLOCK_MISMATCH', 2, (changes as { hash?: string }).hash ?? hash, { hash, number: 96 }],
      ]);
    }
    expect(checked(given({}, { timestamp: SECONDS - 5 })).found).toEqual([]);
  });

  it('needs a head in the slot of its own contract', () => {
    const found = [['HEADS_NOT_PROVED', 3, null, { contract: 'Directory', head: null }]];
    expect(checked(given({ contract: contracts.CaseBook })).found).toEqual(found);
    expect(checked(given({ slot: `0x${'00'.repeat(31)}01` })).found).toEqual(found);
  });

  it('finds a head that the state does not have, and one without a proof', () => {
    const made = given();
    const changed = (head: string): Given['heads'] =>
      ({ ...made.heads, contracts: { ...made.heads.contracts, Directory: { seq: 1, head } } }) as Heads;
    expect(checked({ ...made, heads: changed(OTHER) }).found).toEqual([
      ['HEADS_NOT_PROVED', 3, null, { contract: 'Directory', head: word }],
    ]);
    // Nothing shows that a slot is empty: so a head of zero is only taken where no proof is given for it.
    expect(checked({ ...made, heads: changed(ZERO) })).toEqual({
      result: 'empty',
      found: [['HEADS_NOT_PROVED', 3, null, { contract: 'Directory', head: word }]],
    });
    const { found } = checked(withProofs(made, () => null));
    expect(found).toMatchObject([['HEADS_NOT_PROVED', 3, 'Directory', { why: 'PROOF_MALFORMED' }]]);
  });
});

import {
  concat,
  decodeRlp,
  encodeRlp,
  getBytes,
  id,
  keccak256,
  type RlpStructuredData,
  SigningKey,
  toBeArray,
  toBeHex,
  hexlify,
} from 'ethers';

// cspell:ignoreRegExp /'[A-Z]{3,}'/g

/**
 * A chain as Besu would seal it, by keys of our own; validators are named by a letter each. Nothing here is taken from
 * the code that it tests.
 */

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const MIX_HASH = '0x63746963616c2062797a616e74696e65206661756c7420746f6c6572616e6365';
const GENESIS_TIME = 1_790_000_000;
export const EXTRA_DATA = 12;

export interface ValidatorKey {
  readonly name: string;
  readonly address: string;
  readonly key: SigningKey;
}

const keys = new Map<string, ValidatorKey>();

/** The same key for the same name, always. */
export function validatorKey(name: string): ValidatorKey {
  const known = keys.get(name) ?? deriveKey(name);
  keys.set(name, known);
  return known;
}

function deriveKey(name: string): ValidatorKey {
  const key = new SigningKey(id(`dxl test validator ${name}`));
  const hash = keccak256(`0x${key.publicKey.slice(4)}`);
  return { name, address: `0x${hash.slice(-40)}`, key };
}

export function addressesOf(names: string): string[] {
  return names
    .split('')
    .map((name) => validatorKey(name).address)
    .sort();
}

export interface Vote {
  readonly proposer: string;
  readonly recipient: string;
  readonly adds: boolean;
}

/** What one block of a chain is to be. */
export interface BlockPlan {
  readonly number: number;
  readonly parentHash: string;
  readonly validators: string;
  readonly proposer: string;
  readonly signers: string;
  readonly vote: Vote | null;
  readonly round: number;
  readonly stateRoot: string;
  /** How many fields beyond the first 15. */
  readonly laterFields: number;
}

/** Values of the fields of later forks: London, Shanghai, Cancun (3), Prague, and two to come. */
const LATER_FIELDS = ['0x07', id('withdrawals'), '0x', '0x', id('beacon'), id('requests'), id('access lists'), '0x05'];

export interface BuiltBlock {
  readonly bytes: Uint8Array;
  readonly hash: string;
}

/** Seals with each signer's key; the first seal of every fifth block in the form with the high s. */
export function buildBlock(plan: BlockPlan): BuiltBlock {
  const fields = [
    plan.parentHash,
    id('ommers'),
    plan.number === 0 ? `0x${'00'.repeat(20)}` : validatorKey(plan.proposer).address,
    plan.stateRoot,
    id('transactions'),
    id('receipts'),
    `0x${'00'.repeat(256)}`,
    '0x01',
    integer(plan.number),
    '0x01c9c380',
    integer(plan.number % 3),
    integer(GENESIS_TIME + plan.number),
    '0x',
    MIX_HASH,
    `0x${'00'.repeat(8)}`,
    ...LATER_FIELDS.slice(0, plan.laterFields),
  ];
  const vote = plan.vote === null ? [] : [validatorKey(plan.vote.recipient).address, plan.vote.adds ? '0xff' : '0x'];
  const list =
    plan.number === 0
      ? plan.validators.split('').map((name) => validatorKey(name).address)
      : addressesOf(plan.validators);
  const extra: RlpStructuredData[] = [`0x${'00'.repeat(32)}`, list, vote, integer(plan.round), []];
  const sealed = sealHeader({ fields, extra }, plan.signers, plan.number % 5 === 0);
  return { bytes: encodeHeader(sealed), hash: hashWithRound({ fields, extra }, '0x') };
}

/** The parts of a header, to be changed. */
export interface HeaderParts {
  readonly fields: RlpStructuredData[];
  readonly extra: RlpStructuredData[];
}

export function decodeHeader(bytes: Uint8Array): HeaderParts {
  const fields = decodeRlp(bytes) as RlpStructuredData[];
  return { fields, extra: decodeRlp(String(fields[EXTRA_DATA])) as RlpStructuredData[] };
}

export function encodeHeader({ fields, extra }: HeaderParts): Uint8Array {
  return getBytes(encodeRlp(fields.map((value, index) => (index === EXTRA_DATA ? encodeRlp(extra) : value))));
}

/** The header with these seals and no others. */
export function sealHeader(parts: HeaderParts, signers: string, hasHighSeal = false): HeaderParts {
  const digest = hashWithRound(parts, String(parts.extra[3]));
  const seals = signers.split('').map((name, index) => {
    const seal = sealDigest(digest, name);
    return hasHighSeal && index === 0 ? twinSeal(seal) : seal;
  });
  return { fields: parts.fields, extra: [...parts.extra.slice(0, 4), seals] };
}

function sealDigest(digest: string, name: string): string {
  const { r, s, yParity } = validatorKey(name).key.sign(digest);
  return concat([r, s, Uint8Array.of(yParity)]);
}

/** The other form of the same signature: n - s and the other parity. */
export function twinSeal(seal: string): string {
  const [r, s, v] = [seal.slice(0, 66), BigInt(`0x${seal.slice(66, 130)}`), Number(`0x${seal.slice(130)}`)];
  return concat([r, toBeHex(ORDER - s, 32), Uint8Array.of(1 - v)]);
}

function hashWithRound({ fields, extra }: HeaderParts, round: string): string {
  return keccak256(encodeHeader({ fields, extra: [...extra.slice(0, 3), round, []] }));
}

function integer(value: number): string {
  return hexlify(toBeArray(value));
}

/** When the set of validators changes, and the votes that make it so. */
export interface ChainPlan {
  readonly length: number;
  readonly epochLength: number;
  /** From which block on a set is in force, ascending. */
  readonly sets: readonly (readonly [fromBlock: number, validators: string])[];
  readonly votes: ReadonlyMap<number, Vote>;
}

export interface QbftChain {
  readonly plan: ChainPlan;
  readonly blocks: readonly BuiltBlock[];
  /** The set that block `number` lists. */
  setAt: (number: number) => string;
}

export function setAt({ sets }: ChainPlan, number: number): string {
  return sets.findLast(([fromBlock]) => fromBlock <= number)?.[1] ?? '';
}

/** Blocks 0 to `length`; forks come one after the other, every 13th block needed a second or a later round. */
export function buildChain(plan: ChainPlan): QbftChain {
  const blocks: BuiltBlock[] = [];
  for (let number = 0; number <= plan.length; number += 1) blocks.push(buildBlock(planBlock(plan, number, blocks)));
  return { plan, blocks, setAt: (number) => setAt(plan, number) };
}

const ROUNDS = [1, 2, 127, 128, 300, 70_000];

function planBlock(plan: ChainPlan, number: number, blocks: readonly BuiltBlock[]): BlockPlan {
  const validators = setAt(plan, number);
  const turned = validators.slice(number % validators.length) + validators.slice(0, number % validators.length);
  const vote = plan.votes.get(number) ?? null;
  const quorum = Math.ceil((2 * validators.length) / 3);
  // Sometimes all seal, mostly just enough.
  const signers = number === 0 ? '' : turned.slice(0, number % 4 === 0 ? validators.length : quorum);
  return {
    number,
    parentHash: blocks[number - 1]?.hash ?? `0x${'00'.repeat(32)}`,
    validators,
    proposer: vote?.proposer ?? turned.charAt(0),
    signers,
    vote,
    round: number % 13 === 12 ? (ROUNDS[number % ROUNDS.length] ?? 1) : 0,
    stateRoot: id(`state ${String(number)}`),
    laterFields: [0, 1, 2, 5, 6, 7, 8][Math.floor((7 * number) / (plan.length + 1))] ?? 0,
  };
}

/** `'10 A+E'`: in block 10, A votes to add E; `-` to drop. */
export function parseVotes(lines: readonly string[]): ReadonlyMap<number, Vote> {
  return new Map(
    lines.map((line) => {
      const [number = '', text = ''] = line.split(' ');
      return [Number(number), { proposer: text.charAt(0), recipient: text.charAt(2), adds: text.charAt(1) === '+' }];
    }),
  );
}

/** Every 7th block from `first` on, one validator changes his mind about others: nobody follows him. */
function lonelyVotes(first: number, length: number, recipients: string): [number, Vote][] {
  const votes: [number, Vote][] = [];
  for (let number = first; number <= length; number += 7) {
    const recipient = recipients.charAt(number % recipients.length);
    votes.push([number, { proposer: 'A', recipient, adds: number % 2 === 0 }]);
  }
  return votes;
}

/** Four validators at first; what each vote does stands in `sets`, counted by hand by the rules of Besu. */
export function fourValidators(length: number): ChainPlan {
  const votes = parseVotes([
    // Three of four, and a vote that is repeated counts once.
    ...['10 A+E', '12 B+E', '14 A+E', '15 C+E'],
    // A takes his vote back, so three of five are together only with E's.
    ...['30 A-D', '31 A+D', '32 B-D', '33 C-D', '34 E-D'],
    // Two of three votes before the end of an epoch are lost with it.
    ...['50 A+F', '51 B+F', '101 C+F', '102 A+F', '103 B+F'],
    // A vote in the last block of an epoch is not counted.
    ...['198 A-F', '199 B-F', '200 C-F', '201 A-F', '202 B-F', '203 C-F'],
    // What E wanted goes with him: then two of three are needed, and A is alone until B.
    ...['210 E+D', '211 A-E', '212 B-E', '213 C-E', '215 A+D', '216 B+D'],
  ]);
  return {
    length,
    epochLength: 100,
    sets: [
      [0, 'DBAC'],
      [16, 'ABCDE'],
      [35, 'ABCE'],
      [104, 'ABCEF'],
      [204, 'ABCE'],
      [214, 'ABC'],
      [217, 'ABCD'],
    ],
    votes: new Map([...votes, ...lonelyVotes(225, length, 'BEDF')]),
  };
}

/** Seven at first, eight for a while. */
export function sevenValidators(length: number): ChainPlan {
  const votes = parseVotes([
    ...['5 A+H', '6 B+H', '7 C+H', '8 D+H'],
    ...['20 A-H', '21 B-H', '22 C-H', '23 D-H', '24 E-H'],
    ...[
      '60 A-G',
      '61 B-G',
      '62 C-G',
      '63 D+G',
      '64 D-G',
      '248 A+G',
      '249 B+G',
      '250 C+G',
      '251 D+G',
      '252 A+G',
      '253 B+G',
      '254 C+G',
    ],
  ]);
  return {
    length,
    epochLength: 250,
    sets: [
      [0, 'GFEDCBA'],
      [9, 'ABCDEFGH'],
      [25, 'ABCDEFG'],
      [65, 'ABCDEF'],
      [255, 'ABCDEFG'],
    ],
    votes: new Map([...votes, ...lonelyVotes(300, length, 'BH')]),
  };
}

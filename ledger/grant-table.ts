import type { DepartmentId, GrantId, ResourceId } from './ids.ts';
import { Interner } from './interner.ts';

/** Where a grant stands; expired is computed. Only an active one is read under. */
export const GRANT_STATUSES = [
  'issued',
  'delivered',
  'active',
  'suspended',
  'terminated',
  'changed',
  'released',
  'disposal-certified',
  'closed',
] as const;
export type GrantStatus = (typeof GRANT_STATUSES)[number];

/** One grant as the ledger knows it. Times are Unix seconds, both ends included. */
export interface GrantState {
  readonly grantId: GrantId;
  readonly resourceId: ResourceId;
  readonly resourceVersion: number;
  readonly requester: DepartmentId;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly status: GrantStatus;
}

/** Random odd multipliers of the slot hash. */
export type HashSeed = readonly [number, number];

const ID_WORDS = 8;
const ROW_WORDS = 12;
const RESOURCE_AND_STATUS = 8;
const REQUESTER = 9;
const NOT_BEFORE = 10;
const NOT_AFTER = 11;
const STATUS_BITS = 4;
const STATUS_MASK = 2 ** STATUS_BITS - 1;

const CHUNK_ROWS = 16_384;
const FIRST_CAPACITY = 1_024;
const NEVER_BEGINS = 0xffffffff;
const LATEST_END = 0xfffffffe;

/**
 * All grants of the ledger in 48 bytes each plus a slot table: 1,000,000 take less than 64 MB.
 *
 * Rows lie in chunks of typed arrays, found by open addressing on the whole 32-byte id. Nothing is ever removed.
 *
 * The window is kept as 32-bit seconds and saturates so that it only shrinks: an end after February 2106 is taken as
 * 2106, a beginning after it as one that is later than any end. Either way a grant ends early, never late.
 */
export class GrantTable {
  readonly #seed: HashSeed;
  readonly #chunks: Uint32Array[] = [];
  readonly #resources = new Interner<ResourceId, number>();
  readonly #requesters = new Interner<DepartmentId, null>();
  /** The id that is looked for, as words and as bytes; words are in the order of this machine everywhere. */
  readonly #sought = new Uint32Array(ID_WORDS);
  readonly #soughtBytes = Buffer.from(this.#sought.buffer);
  /** Row number plus one; zero is an empty slot. Never more than half full. */
  #slots = new Uint32Array(FIRST_CAPACITY);
  #size = 0;

  /** The seed keeps providers, who choose what an id hashes, from aiming many grants at one slot. */
  constructor(seed: HashSeed = randomSeed()) {
    this.#seed = seed;
  }

  get size(): number {
    return this.#size;
  }

  /** Bytes of the typed arrays; the interned resources and departments come on top. */
  get byteLength(): number {
    return this.#chunks.reduce((sum, chunk) => sum + chunk.byteLength, this.#slots.byteLength);
  }

  get(grantId: GrantId): GrantState | null {
    const row = this.#find(grantId);
    return row === null ? null : this.#read(grantId, row);
  }

  /** Adds a grant. False, with nothing changed, if the id is there already. */
  insert(grant: GrantState): boolean {
    if (this.#find(grant.grantId) !== null) return false;
    if ((this.#size + 1) * 2 > this.#slots.length) this.#grow();
    const row = this.#size;
    const chunk = this.#chunkForNewRow(row);
    const at = offsetOf(row);
    const resource = this.#resources.intern(grant.resourceId, grant.resourceVersion);
    chunk.set(this.#sought, at);
    chunk[at + RESOURCE_AND_STATUS] = resource * 2 ** STATUS_BITS + GRANT_STATUSES.indexOf(grant.status);
    chunk[at + REQUESTER] = this.#requesters.intern(grant.requester, null);
    chunk[at + NOT_BEFORE] = Math.min(grant.notBefore, NEVER_BEGINS);
    chunk[at + NOT_AFTER] = Math.min(grant.notAfter, LATEST_END);
    this.#size += 1;
    this.#slots[this.#freeSlot(chunk, at)] = row + 1;
    return true;
  }

  /** Moves a grant to another status. False if it is unknown. */
  setStatus(grantId: GrantId, status: GrantStatus): boolean {
    const row = this.#find(grantId);
    if (row === null) return false;
    const chunk = this.#chunkOf(row);
    const at = offsetOf(row) + RESOURCE_AND_STATUS;
    chunk[at] = (wordAt(chunk, at) & ~STATUS_MASK) + GRANT_STATUSES.indexOf(status);
    return true;
  }

  #read(grantId: GrantId, row: number): GrantState {
    const chunk = this.#chunkOf(row);
    const at = offsetOf(row);
    const word = wordAt(chunk, at + RESOURCE_AND_STATUS);
    const resource = this.#resources.valueOf(word >>> STATUS_BITS);
    return {
      grantId,
      resourceId: resource.text,
      resourceVersion: resource.qualifier,
      requester: this.#requesters.valueOf(wordAt(chunk, at + REQUESTER)).text,
      notBefore: wordAt(chunk, at + NOT_BEFORE),
      notAfter: wordAt(chunk, at + NOT_AFTER),
      status: statusOf(word),
    };
  }

  /** The row of `grantId`, whose words are left in `#sought`. Ends because half of the slots are empty. */
  #find(grantId: GrantId): number | null {
    const sought = this.#sought;
    this.#soughtBytes.write(grantId.slice(2), 'hex');
    const mask = this.#slots.length - 1;
    let slot = this.#firstSlot(wordAt(sought, 0), wordAt(sought, 1));
    for (;;) {
      const entry = wordAt(this.#slots, slot);
      if (entry === 0) return null;
      if (this.#holds(entry - 1, sought)) return entry - 1;
      slot = (slot + 1) & mask;
    }
  }

  #holds(row: number, sought: Uint32Array): boolean {
    const chunk = this.#chunkOf(row);
    const at = offsetOf(row);
    for (let word = 0; word < ID_WORDS; word += 1) {
      if (chunk[at + word] !== sought[word]) return false;
    }
    return true;
  }

  #freeSlot(chunk: Uint32Array, at: number): number {
    const mask = this.#slots.length - 1;
    let slot = this.#firstSlot(wordAt(chunk, at), wordAt(chunk, at + 1));
    while (wordAt(this.#slots, slot) !== 0) slot = (slot + 1) & mask;
    return slot;
  }

  /** Multiply-shift hashing (Dietzfelbinger): the high bits of a product with a secret odd number. */
  #firstSlot(first: number, second: number): number {
    const product = Math.imul(first, this.#seed[0]) + Math.imul(second, this.#seed[1]);
    return product >>> (Math.clz32(this.#slots.length) + 1);
  }

  /** Doubles the slot table; the rows stay where they are. */
  #grow(): void {
    this.#slots = new Uint32Array(this.#slots.length * 2);
    for (let row = 0; row < this.#size; row += 1) {
      this.#slots[this.#freeSlot(this.#chunkOf(row), offsetOf(row))] = row + 1;
    }
  }

  #chunkForNewRow(row: number): Uint32Array {
    if (row % CHUNK_ROWS === 0) this.#chunks.push(new Uint32Array(CHUNK_ROWS * ROW_WORDS));
    return this.#chunkOf(row);
  }

  #chunkOf(row: number): Uint32Array {
    const chunk = this.#chunks[Math.floor(row / CHUNK_ROWS)];
    if (chunk === undefined) throw new RangeError('No such row');
    return chunk;
  }
}

function statusOf(word: number): GrantStatus {
  const status = GRANT_STATUSES[word & STATUS_MASK];
  if (status === undefined) throw new RangeError('No such status');
  return status;
}

function offsetOf(row: number): number {
  return (row % CHUNK_ROWS) * ROW_WORDS;
}

function wordAt(words: Uint32Array, index: number): number {
  const word = words[index];
  if (word === undefined) throw new RangeError('No such word');
  return word;
}

function randomSeed(): HashSeed {
  const [first = 0, second = 0] = crypto.getRandomValues(new Uint32Array(2));
  return [first | 1, second | 1];
}

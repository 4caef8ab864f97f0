import { randomBytes } from 'node:crypto';

import { keccak256, toBeHex } from 'ethers';

import { ACTS, type ActName } from '../../../ledger/acts/act-definitions.ts';
import { chainTuple } from '../../../ledger/acts/chain-form.ts';
import type { Deployment } from '../../../ledger/deployment.ts';
import type { EvidenceLineOf } from '../../../ledger/evidence/evidence-line.ts';
import { nextHead } from '../../../ledger/history.ts';
import { deriveAccessKeyId, departmentIdToHex, parseBytes32, type ResourceId } from '../../../ledger/ids.ts';
import { addWorkingDays, yearDaysOf } from '../../../ledger/working-days.ts';
import { keyRegistration, shareRequest } from '../../../test/support/act-factory.ts';
import type { Actor } from '../../../test/support/actors.ts';
import { testYearDays } from '../../../test/support/test-years.ts';
import { ActTemplate, fill, type Filling, MARKS } from './act-template.ts';

type LogLine = EvidenceLineOf<'log'>;
type Heads = EvidenceLineOf<'heads'>['contracts'];

export interface PaperActsFacts {
  readonly deployment: Deployment;
  readonly requester: Actor;
  readonly resourceId: ResourceId;
  /** Of the history so far. */
  readonly heads: Heads;
  readonly block: number;
  /** Unix seconds of all acts: their blocks are of one second. */
  readonly now: number;
}

/** Working days in which a request for a conditional resource is to be answered. */
const DAYS_TO_ANSWER = 10;
const ACTS_PER_BLOCK = 20;
const KEY_BYTES = 32;
/** ERC-4337: a key of 24 bytes, and its sequence number 0. */
const NONCE_KEY_BYTES = 24;
const SEQUENCE = '0'.repeat(16);

/**
 * Continues a history as the contracts would, without a chain: digests, logs and heads are computed, the signatures
 * are made by the department's accounts. A hundred thousand transactions would say nothing about the verifier.
 */
export class PaperActs {
  readonly heads: Heads;
  readonly #facts: PaperActsFacts;
  readonly #registration: ActTemplate<'registerAccessKey'>;
  readonly #request: ActTemplate<'submitRequest'>;
  #count = 0;

  constructor(facts: PaperActsFacts) {
    const { deployment, requester, resourceId, now } = facts;
    this.#facts = facts;
    this.heads = structuredClone(facts.heads);
    const department = departmentIdToHex(requester.id);
    const nonce = BigInt(MARKS.nonce);
    const key = keyRegistration(requester, { publicKey: MARKS.key, nonce });
    this.#registration = new ActTemplate({
      deployment,
      name: 'registerAccessKey',
      act: key,
      event: 'AccessKeyRegistered',
      args: [MARKS.id, department, chainTuple(ACTS.registerAccessKey.schema, key), now],
      accounts: accountsOf('registerAccessKey', requester),
    });
    const request = shareRequest(requester, resourceId, { fields: 1n, nonce });
    const dueAt = addWorkingDays((year) => yearDaysOf(year, testYearDays(year)), now, DAYS_TO_ANSWER);
    this.#request = new ActTemplate({
      deployment,
      name: 'submitRequest',
      act: request,
      event: 'ShareRequested',
      args: [MARKS.id, department, resourceId, chainTuple(ACTS.submitRequest.schema, request), dueAt, now],
      accounts: accountsOf('submitRequest', requester),
    });
  }

  get block(): number {
    return this.#facts.block + Math.ceil(this.#count / ACTS_PER_BLOCK);
  }

  /** The logs of the next act: a key registration, with one signature, and a share request, with two, in turn. */
  next(): readonly LogLine[] {
    this.#count += 1;
    const nonce = `0x${randomBytes(NONCE_KEY_BYTES).toString('hex')}${SEQUENCE}`;
    if (this.#count % 2 === 0) {
      const digest = this.#request.digest({ nonce });
      return this.#logs('submitRequest', this.#request, { nonce, digest, id: digest });
    }
    const bytes = randomBytes(KEY_BYTES);
    const key = `0x${bytes.toString('hex')}`;
    const filling = { nonce, key, keyHash: keccak256(bytes) };
    const id = deriveAccessKeyId(this.#facts.requester.id, 'ed25519', bytes);
    const digest = this.#registration.digest(filling);
    return this.#logs('registerAccessKey', this.#registration, { ...filling, digest, id });
  }

  #logs<Name extends ActName>(name: Name, template: ActTemplate<Name>, filling: Filling & { digest: string }) {
    const { contract, signers } = ACTS[name];
    const last = this.heads[contract];
    const seq = last.seq + 1;
    const head = nextHead(parseBytes32(last.head), seq, template.actHash(filling));
    Object.assign(this.heads, { [contract]: { seq, head } });
    const place = { type: 'log', block: this.block, contract } as const;
    const line = ({ topics, data }: ActTemplate<Name>['entry'], values: Filling): LogLine => ({
      ...place,
      topics: topics.map((topic) => parseBytes32(fill(topic, values))),
      data: fill(data, values),
    });
    const all: Filling = { ...filling, head, seq: toBeHex(seq, 8) };
    const digest = parseBytes32(filling.digest);
    const marks = template.signed.map((log, index) => {
      const signature = this.#facts.requester[signers[index]?.role ?? 'office'].sign(digest);
      return line(log, { ...all, signature });
    });
    return [line(template.entry, all), ...marks];
  }
}

function accountsOf(name: ActName, by: Actor): readonly string[] {
  return ACTS[name].signers.map(({ role }) => by[role].account);
}

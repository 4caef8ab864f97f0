import { getBytes } from 'ethers';

import { LedgerError } from '../../ledger/errors.ts';
import type { GatewayId } from '../../ledger/ids.ts';
import { parseDecimal } from '../../ledger/log/checkpoint.ts';
import { cosignatureTime, cosignatureVerifier, witnessName } from '../../ledger/log/cosignature.ts';
import { parseNote, verifiedSignatures } from '../../ledger/log/signed-note.ts';
import type { NoteKey, NoteSignature } from '../../ledger/log/signed-note.ts';
import { formatWitnessRequest } from '../../ledger/log/witness-request.ts';
import type { Follower } from '../chain/follower.ts';
import type { ReceiptLog } from '../log/receipt-log.ts';
import { GuardedPost } from '../sources/guarded-post.ts';
import type { PostAnswer } from '../sources/guarded-post.ts';
import { WitnessError } from './witness-error.ts';
import type { WitnessAddress } from './witnesses-config.ts';

/** The first learns what the witness has; the others are for heads that somebody else brings it meanwhile. */
const MAX_ATTEMPTS = 3;
/** How far the clocks of two gateways may be apart. */
const MAX_CLOCK_SECONDS = 300;
const TEXT_TYPE = 'text/plain; charset=utf-8';

export interface WitnessPeerParts {
  readonly log: ReceiptLog;
  readonly follower: Pick<Follower, 'ledger'>;
  /** Unix seconds. */
  readonly now: () => number;
}

/** A head to be cosigned: its note as it was published, and the text of that. */
export interface HeadToCosign {
  readonly size: number;
  readonly text: string;
  readonly note: Uint8Array;
}

/** One witness, as the log that asks it sees it. */
export class WitnessPeer {
  readonly gateway: GatewayId;
  readonly name: string;
  readonly #parts: WitnessPeerParts;
  readonly #post: GuardedPost;
  /** How much of this log the witness had cosigned when it was last heard of. */
  #knownSize = 0;

  constructor(address: WitnessAddress, parts: WitnessPeerParts) {
    this.gateway = address.gateway;
    this.name = witnessName(address.gateway);
    this.#parts = parts;
    this.#post = new GuardedPost(address, '/add-checkpoint');
  }

  /** It is known to have cosigned so much. */
  knows(size: number): void {
    this.#knownSize = size;
  }

  /**
   * Gets its cosignature over `head`.
   * @throws WitnessError; GatewayError of the connection
   */
  async cosign(head: HeadToCosign, signal: AbortSignal): Promise<NoteSignature> {
    const key = this.#key();
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      const oldSize = Math.min(this.#knownSize, head.size);
      const proof = await this.#parts.log.proveConsistency(oldSize, head.size);
      const body = formatWitnessRequest({ oldSize, proof, note: head.note });
      const answer = await this.#post.send(TEXT_TYPE, body, signal);
      if (answer.status === 200) {
        const cosignature = readCosignature(answer.body, head.text, key, this.#parts.now());
        this.#knownSize = head.size;
        return cosignature;
      }
      this.#learn(answer, oldSize, head.size);
    }
    throw new WitnessError('WITNESS_MOVED', 'The witness is asked by others too');
  }

  async close(): Promise<void> {
    await this.#post.close();
  }

  #key(): NoteKey {
    const gateway = this.#parts.follower.ledger.gateway(this.gateway);
    if (gateway?.status === 'active') return { name: this.name, publicKey: getBytes(gateway.publicKey) };
    throw new WitnessError('WITNESS_NOT_REGISTERED', 'No active gateway of the ledger');
  }

  /** From where the next attempt goes on. */
  #learn({ status, headers, body }: PostAnswer, oldSize: number, newSize: number): void {
    const facts = { status, oldSize, newSize };
    if (status === 422) throw new WitnessError('WITNESS_FORKED', 'The witness has another history of this log', facts);
    const size = headers['content-type'] === 'text/x.tlog.size' && status === 409 ? readSize(body) : null;
    if (size === null) throw new WitnessError('WITNESS_REFUSED', 'The witness did not cosign', facts);
    if (size > this.#parts.log.head.size) {
      throw new WitnessError('WITNESS_AHEAD', 'The witness has more of this log than there is here', {
        ...facts,
        size,
      });
    }
    if (size === newSize && oldSize === newSize) {
      throw new WitnessError('WITNESS_FORKED', 'The witness has another head of this size', { ...facts, size });
    }
    if (size === oldSize) throw new WitnessError('WITNESS_REFUSED', 'The witness contradicts itself', facts);
    this.#knownSize = size;
    if (size > newSize) throw new WitnessError('WITNESS_MOVED', 'The witness has a newer head', { ...facts, size });
  }
}

/** Attacker-controlled. Lines of other keys are passed over, as the specification wants. */
function readCosignature(body: Uint8Array, text: string, key: NoteKey, now: number): NoteSignature {
  try {
    const { signatures } = parseNote(Buffer.concat([Buffer.from(`${text}\n`), body]));
    // Over our own text: a blank line in the answer would make it another one.
    const [cosignature] = verifiedSignatures({ text, signatures }, [cosignatureVerifier(key)]);
    if (cosignature === undefined) throw new WitnessError('COSIGNATURE_INVALID', 'The witness answered with no line');
    const time = cosignatureTime(cosignature);
    if (Math.abs(time - now) <= MAX_CLOCK_SECONDS) return cosignature;
    throw new WitnessError('COSIGNATURE_INVALID', 'The cosignature is not of now', { time });
  } catch (cause) {
    if (!(cause instanceof LedgerError)) throw cause;
    throw new WitnessError('COSIGNATURE_INVALID', 'The answer holds no cosignature', { reason: cause.code }, cause);
  }
}

function readSize(body: Uint8Array): number | null {
  const text = Buffer.from(body).toString('latin1');
  return text.endsWith('\n') ? parseDecimal(text.slice(0, -1)) : null;
}

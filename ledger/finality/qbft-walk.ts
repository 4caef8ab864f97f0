import type { Bytes32 } from '../ids.ts';
import { FinalityError } from './finality-error.ts';
import { blockHash, type QbftHeader } from './qbft-header.ts';
import { assertSameValidators, type QbftFinality, verifyQbftSeals } from './qbft-seals.ts';
import { ValidatorTally } from './qbft-votes.ts';
import type { QbftStart } from './trusted-validators.ts';

interface BlockPoint {
  readonly number: number;
  readonly hash: Bytes32;
}

/**
 * Follows a chain header by header from what is trusted, and with it the votes on its validators. Takes no more memory
 * for a longer chain.
 *
 * With an anchor block the first header is the anchor itself or the next one; `validators` is the set that the anchor
 * lists. Votes of the anchor's epoch before it are not known, so an anchor is a block whose number is a multiple of the epoch's length, or one
 * at which no vote was open; from any other, a change of validators in that epoch ends in VOTES_UNSEEN. Without an anchor
 * the first header is any that the set sealed.
 */
export class QbftWalk {
  readonly #tally: ValidatorTally;
  readonly #epochLength: number;
  readonly #anchor: BlockPoint | null;
  #last: BlockPoint | null;
  #hasBegun = false;
  /** Whether votes may count that stand in headers before the first one here. */
  #hasUnseenVotes: boolean;

  constructor({ validators, epochLength, block }: QbftStart) {
    this.#tally = new ValidatorTally(validators);
    this.#epochLength = epochLength;
    this.#anchor = block;
    this.#last = block;
    this.#hasUnseenVotes = block === null || block.number % epochLength !== 0;
  }

  /**
   * Proves the next header. After a refusal the walk stands where it stood.
   *
   * @throws FinalityError HEADER_GAP, ANCHOR_DIFFERS, PARENT_DIFFERS, BLOCK_UNSEALED, VOTES_UNSEEN and those of
   * {@link verifyQbftSeals}
   */
  advance(header: QbftHeader): QbftFinality {
    const finality = this.#isAnchor(header) ? this.#verifyAnchor(header) : this.#verifyNext(header);
    this.#hasBegun = true;
    this.#last = { number: header.number, hash: finality.hash };
    this.#countVote(header);
    return finality;
  }

  #isAnchor({ number }: QbftHeader): boolean {
    return !this.#hasBegun && number === this.#anchor?.number;
  }

  #verifyAnchor(header: QbftHeader): QbftFinality {
    const { number, stateRoot, extra } = header;
    const hash = blockHash(header);
    if (hash !== this.#anchor?.hash) {
      throw new FinalityError('ANCHOR_DIFFERS', 'The header is not the trusted block', {
        block: number,
        expected: this.#anchor?.hash ?? null,
        actual: hash,
      });
    }
    if (number > 0) return verifyQbftSeals(header, this.#tally.validators);
    // Nobody seals block 0: it is trusted by its hash.
    assertSameValidators(header, this.#tally.validators);
    return { number, hash, stateRoot, round: extra.round, signers: [], validators: this.#tally.validators };
  }

  #verifyNext(header: QbftHeader): QbftFinality {
    if (this.#last === null) return this.#verifyFirst(header);
    assertFollows(header, this.#last);
    return this.#hasUnseenVotes
      ? this.#verifyAfterUnseenVotes(header)
      : verifyQbftSeals(header, this.#tally.validators);
  }

  /** Of the set that is known for it. */
  #verifyFirst(header: QbftHeader): QbftFinality {
    if (header.number > 0) return verifyQbftSeals(header, this.#tally.validators);
    throw new FinalityError('BLOCK_UNSEALED', 'Nobody seals block 0: it is trusted by its hash', { block: 0 });
  }

  #verifyAfterUnseenVotes(header: QbftHeader): QbftFinality {
    try {
      return verifyQbftSeals(header, this.#tally.validators);
    } catch (cause) {
      if (!(cause instanceof FinalityError) || cause.code !== 'VALIDATORS_DIFFER') throw cause;
      const text = 'The validators were changed, and not all votes of the epoch were seen';
      throw new FinalityError('VOTES_UNSEEN', text, cause.details, cause);
    }
  }

  #countVote({ number, coinbase, extra }: QbftHeader): void {
    if (number % this.#epochLength === 0) {
      this.#tally.forgetOpenVotes();
      this.#hasUnseenVotes = false;
    } else if (extra.vote !== null) {
      this.#tally.count(coinbase, extra.vote);
    }
  }
}

function assertFollows({ number, parentHash }: QbftHeader, last: BlockPoint): void {
  if (number !== last.number + 1) {
    throw new FinalityError('HEADER_GAP', 'The headers are not consecutive', {
      block: number,
      expected: last.number + 1,
    });
  }
  if (parentHash !== last.hash) {
    throw new FinalityError('PARENT_DIFFERS', 'The header follows another block', {
      block: number,
      expected: last.hash,
      actual: parentHash,
    });
  }
}

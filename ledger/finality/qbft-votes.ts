import type { QbftVote } from './qbft-header.ts';

interface OpenVotes {
  readonly add: Set<string>;
  readonly drop: Set<string>;
}

/** Which validators the next block has, by the votes that proposers put into their headers (Besu's `VoteTally`). */
export class ValidatorTally {
  readonly #validators: Set<string>;
  readonly #openVotes = new Map<string, OpenVotes>();

  /** @param validators addresses in lower case */
  constructor(validators: readonly string[]) {
    this.#validators = new Set(validators);
  }

  /** Ascending, as headers list them. */
  get validators(): readonly string[] {
    return [...this.#validators].sort();
  }

  /**
   * More than half of the validators must agree. A later vote on the same recipient replaces the proposer's earlier.
   *
   * Both sides are looked at, whichever was voted for: where validators were dropped since, what did not suffice may do so
   * now, and it is the next vote on the recipient that brings it about.
   */
  count(proposer: string, { recipient, adds }: QbftVote): void {
    const { add, drop } = this.#openVotes.get(recipient) ?? { add: new Set(), drop: new Set() };
    this.#openVotes.set(recipient, { add, drop });
    (adds ? drop : add).delete(proposer);
    (adds ? add : drop).add(proposer);
    const enough = Math.floor(this.#validators.size / 2) + 1;
    if (add.size < enough && drop.size < enough) return;
    this.#openVotes.delete(recipient);
    if (add.size >= enough) this.#validators.add(recipient);
    else this.#drop(recipient);
  }

  /** What a validator wanted goes with him. */
  #drop(validator: string): void {
    this.#validators.delete(validator);
    for (const { add, drop } of this.#openVotes.values()) {
      add.delete(validator);
      drop.delete(validator);
    }
  }

  /** At the end of an epoch nothing that was not agreed on is kept. */
  forgetOpenVotes(): void {
    this.#openVotes.clear();
  }
}

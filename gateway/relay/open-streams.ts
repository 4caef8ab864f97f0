import { GatewayError, type GatewayErrorCode } from '../errors.ts';

/** One running delivery. `signal` aborts with a GatewayError when the delivery must end; call `done` in any case. */
export interface OpenStream {
  readonly signal: AbortSignal;
  /** Ends this delivery alone: the client left, or its time is over. */
  readonly cut: (code: GatewayErrorCode) => void;
  readonly done: () => void;
}

interface Entry<Facts> {
  readonly grantId: string;
  readonly facts: Facts;
  readonly controller: AbortController;
}

function ending(code: GatewayErrorCode): GatewayError {
  return new GatewayError(code, 'The delivery was ended before its last byte');
}

/** The deliveries now running, so that a revocation ends the ones that began before it. `Facts` is what to recheck. */
export class OpenStreams<Facts> {
  readonly #entries = new Map<string, Set<Entry<Facts>>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  open(grantId: string, facts: Facts): OpenStream {
    const entry: Entry<Facts> = { grantId, facts, controller: new AbortController() };
    const siblings = this.#entries.get(grantId) ?? new Set();
    this.#entries.set(grantId, siblings.add(entry));
    this.#size += 1;
    return {
      signal: entry.controller.signal,
      cut: (code) => entry.controller.abort(ending(code)),
      done: () => this.#remove(entry),
    };
  }

  /** Ends every delivery of a grant. Returns how many were running. */
  cut(grantId: string, code: GatewayErrorCode): number {
    const entries = [...(this.#entries.get(grantId) ?? [])];
    for (const entry of entries) this.#end(entry, ending(code));
    return entries.length;
  }

  /**
   * Asks `verdict` about each delivery: null lets it run, an error ends it. A verdict that throws ends it too, with
   * STALE_CHAIN, since nobody can then say that it may go on. Returns how many ended.
   */
  recheck(verdict: (facts: Facts) => GatewayError | null): number {
    let ended = 0;
    for (const entry of [...this.#entries.values()].flatMap((entries) => [...entries])) {
      const reason = askClosed(verdict, entry.facts);
      if (reason === null) continue;
      this.#end(entry, reason);
      ended += 1;
    }
    return ended;
  }

  /** Ends everything, as when the gateway stops or the ledger is no longer proved current. */
  cutAll(code: GatewayErrorCode): number {
    return this.recheck(() => ending(code));
  }

  #end(entry: Entry<Facts>, reason: GatewayError): void {
    this.#remove(entry);
    entry.controller.abort(reason);
  }

  #remove(entry: Entry<Facts>): void {
    const siblings = this.#entries.get(entry.grantId);
    if (siblings?.delete(entry) !== true) return;
    this.#size -= 1;
    if (siblings.size === 0) this.#entries.delete(entry.grantId);
  }
}

function askClosed<Facts>(verdict: (facts: Facts) => GatewayError | null, facts: Facts): GatewayError | null {
  try {
    return verdict(facts);
  } catch {
    return ending('STALE_CHAIN');
  }
}

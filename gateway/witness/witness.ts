import { getBytes } from 'ethers';

import { LedgerError } from '../../ledger/errors.ts';
import type { GatewayId } from '../../ledger/ids.ts';
import { gatewayOfOrigin, logOrigin, parseCheckpoint } from '../../ledger/log/checkpoint.ts';
import { verifyConsistency } from '../../ledger/log/consistency.ts';
import { cosign, witnessName } from '../../ledger/log/cosignature.ts';
import { treeHeadVerifier } from '../../ledger/log/head-signature.ts';
import { EMPTY_ROOT, isSameHash } from '../../ledger/log/merkle-tree.ts';
import { ed25519Verifier, formatNote, formatSignatureLine } from '../../ledger/log/signed-note.ts';
import { parseNote, verifiedSignatures } from '../../ledger/log/signed-note.ts';
import type { SignedNote } from '../../ledger/log/signed-note.ts';
import { parseWitnessRequest } from '../../ledger/log/witness-request.ts';
import type { WitnessRequest } from '../../ledger/log/witness-request.ts';
import type { Follower } from '../chain/follower.ts';
import { requireFresh } from '../chain/require-fresh.ts';
import { GatewayError } from '../errors.ts';
import type { LogKeys } from '../log/receipt-log.ts';
import type { WitnessedHead, WitnessStore } from '../stores/witness-store.ts';

/** `cosigned`: signature lines. `conflict`: the log is at `size` here, or has another head of that size. */
export type WitnessAnswer =
  { readonly result: 'cosigned'; readonly lines: string } | { readonly result: 'conflict'; readonly size: number };

/** Two notes of one log that are signed by it and have one size and two roots. */
export interface SeenFork {
  readonly origin: string;
  readonly known: Uint8Array;
  readonly shown: Uint8Array;
}

export interface WitnessOptions {
  readonly keys: LogKeys;
  readonly follower: Follower;
  readonly store: WitnessStore;
  /** Unix seconds. */
  readonly now: () => number;
  /** Told of what `ReceiptLog.proveEquivocation` takes. Must not throw. */
  readonly onForked: (fork: SeenFork) => void;
}

/** The two of the log, and as many of others as every verifier must take (C2SP signed-note). */
const MAX_SIGNATURE_LINES = 18;

/** Cosigns the logs of other gateways of this ledger, once each is shown to begin with what was cosigned before. */
export class Witness {
  readonly #options: WitnessOptions;

  constructor(options: WitnessOptions) {
    this.#options = options;
  }

  /**
   * `add-checkpoint` of C2SP tlog-witness. Attacker-controlled: whoever has seen a checkpoint may show it.
   * @throws GatewayError STALE_CHAIN, NOT_FOUND for a log that is not known, CHECKPOINT_UNSIGNED,
   * CHECKPOINT_INCONSISTENT, STORE_FAILED; LedgerError NOTE_MALFORMED
   */
  async addCheckpoint(body: Uint8Array): Promise<WitnessAnswer> {
    const request = parseWitnessRequest(body);
    const note = parseNote(request.note, MAX_SIGNATURE_LINES);
    const { origin, size, root } = parseCheckpoint(note.text);
    await requireFresh(this.#options.follower);
    const signatures = this.#requireSigned(origin, note);
    if (request.oldSize > size) throw new GatewayError('REQUEST_INVALID', 'The old size is more than the new one');
    const next = { size, root, note: formatNote({ text: note.text, signatures }) };
    // The time is that of what is known now: by the time of the answer a larger head may have been cosigned.
    const time = this.#options.now();
    const known = await this.#options.store.get(origin);
    const conflict = this.#conflict(origin, known, request, next) ?? (await this.#goOn(origin, known, request, next));
    return conflict ?? { result: 'cosigned', lines: this.#cosign(note.text, time) };
  }

  /** The two signatures of the log, without which nobody could show a fork to the contract. */
  #requireSigned(origin: string, note: SignedNote): SignedNote['signatures'] {
    const { keys, follower } = this.#options;
    const id = knownGateway(origin);
    const gateway = id === null || id === keys.gateway ? undefined : follower.ledger.gateway(id);
    if (gateway?.status !== 'active') throw new GatewayError('NOT_FOUND', 'No other gateway has this log');
    const noteKey = { name: logOrigin(gateway.id), publicKey: getBytes(gateway.publicKey) };
    const verifiers = [ed25519Verifier(noteKey), treeHeadVerifier(keys.place, gateway.id, gateway.account)];
    const signatures = verifiedOrNone(note, verifiers);
    if (signatures.length === verifiers.length) return signatures;
    throw new GatewayError('CHECKPOINT_UNSIGNED', 'The gateway of this log has not signed the checkpoint');
  }

  /** What is known and does not lead to `next`. */
  #conflict(
    origin: string,
    known: WitnessedHead | null,
    { oldSize }: WitnessRequest,
    next: WitnessedHead,
  ): WitnessAnswer | null {
    const size = known?.size ?? 0;
    const isForked = known !== null && known.size === next.size && !isSameHash(known.root, next.root);
    if (isForked) this.#options.onForked({ origin, known: known.note, shown: next.note });
    return oldSize !== size || isForked ? { result: 'conflict', size } : null;
  }

  async #goOn(
    origin: string,
    known: WitnessedHead | null,
    { proof }: WitnessRequest,
    next: WitnessedHead,
  ): Promise<WitnessAnswer | null> {
    const { store } = this.#options;
    if (!verifyConsistency({ from: known ?? { size: 0, root: EMPTY_ROOT }, to: next, proof })) {
      throw new GatewayError('CHECKPOINT_INCONSISTENT', 'The log does not begin with the one that was cosigned before');
    }
    // What is known already needs no write, whoever asks for it and how often.
    if (known?.size === next.size || (await store.advance(origin, known, next))) return null;
    return { result: 'conflict', size: (await store.get(origin))?.size ?? 0 };
  }

  #cosign(text: string, time: number): string {
    const { gateway, signer } = this.#options.keys;
    return formatSignatureLine(cosign(text, { name: witnessName(gateway), privateKey: signer }, time));
  }
}

function knownGateway(origin: string): GatewayId | null {
  try {
    return gatewayOfOrigin(origin);
  } catch (error) {
    if (error instanceof LedgerError) return null;
    throw error;
  }
}

/** A signature that is wrong is as good as none here. */
function verifiedOrNone(...[note, verifiers]: Parameters<typeof verifiedSignatures>): SignedNote['signatures'] {
  try {
    return verifiedSignatures(note, verifiers);
  } catch (error) {
    if (error instanceof LedgerError && error.code === 'SIGNATURE_INVALID') return [];
    throw error;
  }
}

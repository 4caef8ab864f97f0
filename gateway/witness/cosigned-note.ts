import { join } from 'node:path';

import { LedgerError } from '../../ledger/errors.ts';
import { logOrigin, parseCheckpoint } from '../../ledger/log/checkpoint.ts';
import { cosignatureTime } from '../../ledger/log/cosignature.ts';
import { formatNote, noteKeyOf, openNote, parseNote } from '../../ledger/log/signed-note.ts';
import type { NoteKey, NoteSignature } from '../../ledger/log/signed-note.ts';
import type { LogKeys } from '../log/receipt-log.ts';
import { readIfPresent, writeAtomically } from '../stores/durable-file.ts';
import type { HeadToCosign } from './witness-peer.ts';

/** The newest head that a witness cosigned. `cosignatures`: those that this gateway has checked, by name of the witness. */
export interface CosignedHead {
  readonly size: number;
  readonly text: string;
  readonly note: Uint8Array;
  readonly cosignatures: ReadonlyMap<string, NoteSignature>;
}

/** The file `cosigned` beside the checkpoint: the same note with the lines of witnesses beneath it. */
export class CosignedNote {
  readonly #path: string;
  readonly #own: NoteKey;
  #head: CosignedHead | null = null;

  private constructor(folder: string, own: NoteKey) {
    this.#path = join(folder, 'cosigned');
    this.#own = own;
  }

  /** A file that this gateway did not write counts as none: the witnesses are asked again. */
  static async open(folder: string, { gateway, signer: privateKey }: LogKeys): Promise<CosignedNote> {
    const cosigned = new CosignedNote(folder, noteKeyOf({ name: logOrigin(gateway), privateKey }));
    const note = await readIfPresent(cosigned.#path);
    if (note !== null) cosigned.#head = cosigned.#read(note);
    return cosigned;
  }

  get head(): CosignedHead | null {
    return this.#head;
  }

  /** Keeps what was signed for `head`, beside what witnesses signed for it before; durable when it resolves. */
  async put(head: HeadToCosign, fresh: ReadonlyMap<string, NoteSignature>): Promise<void> {
    const before = this.#head?.text === head.text ? this.#head.cosignatures : [];
    const cosignatures = new Map([...before, ...fresh]);
    const signatures = [...parseNote(head.note).signatures, ...cosignatures.values()];
    const note = formatNote({ text: head.text, signatures });
    await writeAtomically(this.#path, note);
    this.#head = { size: head.size, text: head.text, note, cosignatures };
  }

  /** What was checked before it was written is not checked again. */
  #read(note: Uint8Array): CosignedHead | null {
    try {
      const { text } = openNote(note, [this.#own]);
      const witnesses = parseNote(note).signatures.filter(({ name }) => name !== this.#own.name);
      const cosignatures = new Map(witnesses.map((signature) => [signature.name, signature]));
      return { size: parseCheckpoint(text).size, text, note, cosignatures };
    } catch (error) {
      if (error instanceof LedgerError) return null;
      throw error;
    }
  }
}

/** When the newest of them was made, in Unix seconds; null for none. */
export function newestCosignature({ cosignatures }: CosignedHead): number | null {
  return cosignatures.size === 0 ? null : Math.max(...[...cosignatures.values()].map(cosignatureTime));
}

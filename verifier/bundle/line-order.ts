import type { EvidenceLineType } from '../../ledger/evidence/evidence-line.ts';

/** Which types may follow which; `start` is before the first line. */
const FOLLOWERS: Readonly<Record<EvidenceLineType | 'start', readonly EvidenceLineType[]>> = {
  start: ['header'],
  header: ['block'],
  block: ['heads'],
  heads: ['account', 'log', 'document', 'checkpoint', 'end'],
  account: ['account', 'log', 'document', 'checkpoint', 'end'],
  log: ['log', 'document', 'checkpoint', 'end'],
  document: ['document', 'checkpoint', 'end'],
  checkpoint: ['checkpoint', 'receipt', 'end'],
  receipt: ['receipt', 'confirmation', 'end'],
  confirmation: ['receipt', 'end'],
  end: [],
};

/** Holds lines to the order of the format. */
export class LineOrder {
  #last: EvidenceLineType | 'start' = 'start';

  /** False if a line of this type may not stand here. */
  take(type: EvidenceLineType): boolean {
    const isAllowed = FOLLOWERS[this.#last].includes(type);
    this.#last = type;
    return isAllowed;
  }

  get isEnded(): boolean {
    return this.#last === 'end';
  }
}

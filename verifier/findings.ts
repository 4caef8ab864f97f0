import type { FindingCode } from './finding-codes.ts';

/** Values that say what is wrong; never data of a document. */
export type Facts = Readonly<Record<string, string | number | boolean | null>>;

/** `line`: place in the bundle, null for what is about the whole of it. `id`: of the thing, null for none. */
export interface Finding {
  readonly code: FindingCode;
  readonly line: number | null;
  readonly id: string | null;
  readonly facts: Facts;
}

/** As many as anybody reads; the others are counted. */
const MOST_FINDINGS = 1000;

/** What was found so far, bounded so that a bundle of nothing but faults takes no memory. */
export class Findings {
  readonly #listed: Finding[] = [];
  #count = 0;
  #isStopped = false;

  add(code: FindingCode, line: number | null, id: string | null = null, facts: Facts = {}): void {
    this.#count += 1;
    if (this.#listed.length < MOST_FINDINGS) this.#listed.push({ code, line, id, facts });
  }

  /** A finding behind which no line can be believed to mean what it says. */
  stop(code: FindingCode, line: number, id: string | null = null, facts: Facts = {}): void {
    this.add(code, line, id, facts);
    this.#isStopped = true;
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  get listed(): readonly Finding[] {
    return this.#listed;
  }

  get count(): number {
    return this.#count;
  }
}

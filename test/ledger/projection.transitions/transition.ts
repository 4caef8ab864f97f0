import { expect } from 'vitest';

import type { EventName } from '../../../ledger/events/ledger-event.ts';
import type { VerifiedProjection } from '../../../ledger/projection.ts';
import { aHistory, type ForgedHistory } from '../projection.factory.ts';
import { refusalOf } from '../refusal-of.ts';

export type Step = (history: ForgedHistory) => ForgedHistory;

/** What happens after `aHistory`, and what comes of it: the state in lower case, or the reason of the refusal. */
export type Row = readonly [what: string, outcome: string, step: Step];

/** The rules of one machine. */
export interface Table {
  readonly machine: string;
  /** Of the one thing that the rows move. */
  readonly stateOf: (projection: VerifiedProjection) => string;
  readonly rows: readonly Row[];
}

/** What a row came to; `from` and `to` are the states before and after its last entry. */
export interface Played {
  readonly outcome: string;
  readonly event: EventName | null;
  readonly from: string;
}

/** All of the steps, one after the other. */
export function after(...steps: readonly Step[]): Step {
  return (history) => steps.reduce((so, step) => step(so), history);
}

export function play({ stateOf }: Table, step: Step): Played {
  const history = aHistory();
  let last: Omit<Played, 'outcome'> = { event: null, from: '' };
  history.watch = (event) => {
    last = { event, from: stateOf(history.projection) };
  };
  const refusal = refusalOf(() => step(history));
  if (refusal === null) return { ...last, outcome: stateOf(history.projection) };
  expect(refusal.code).toBe('HISTORY_ILLEGAL');
  expect(refusalOf(() => history.projection.block)?.code).toBe('HISTORY_ILLEGAL');
  return { ...last, outcome: String(refusal.details['reason']) };
}

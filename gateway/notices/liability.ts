import type { SubjectKind } from '../stores/schema.ts';

/** What a clock that ran out points at in the liability lists (条例 art. 39 to 41). Evidence, never a finding. */
export type Liability =
  | 'ART39_1_LATE_UPDATE'
  | 'ART39_4_LATE_ANSWER'
  | 'ART39_4_LATE_DELIVERY'
  | 'ART39_6_LATE_CORRECTION'
  | 'ART40_LATE_DISPOSAL'
  | 'ART40_LATE_RECTIFICATION'
  | 'ART41_LATE_REVIEW';

/** Whose step a clock waits for, and what its end points at. */
export interface Clock {
  readonly awaited: 'provider' | 'requester' | 'suspender' | null;
  readonly liability: Liability | null;
}

const UNKNOWN: Clock = { awaited: null, liability: null };

/** The clock that runs while a thing has this status; `reasonCode` is that of the step that started it. */
export function clockOf(kind: SubjectKind, status: string, reasonCode: string | null): Clock {
  switch (kind) {
    case 'request':
      return { awaited: 'provider', liability: 'ART39_4_LATE_ANSWER' };
    case 'case':
      return { awaited: 'provider', liability: 'ART39_6_LATE_CORRECTION' };
    case 'resource':
      // Any authority on the level of the provider may review.
      return { awaited: null, liability: 'ART41_LATE_REVIEW' };
    case 'grant':
      return grantClock(status, reasonCode);
  }
}

function grantClock(status: string, reasonCode: string | null): Clock {
  switch (status) {
    case 'issued':
      return { awaited: 'provider', liability: 'ART39_4_LATE_DELIVERY' };
    case 'suspended':
      if (reasonCode === 'MISUSE') return { awaited: 'requester', liability: 'ART40_LATE_RECTIFICATION' };
      return { awaited: 'suspender', liability: null };
    case 'terminated':
    case 'released':
      return { awaited: 'requester', liability: 'ART40_LATE_DISPOSAL' };
    default:
      return UNKNOWN;
  }
}

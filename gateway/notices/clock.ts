import type { TaskName } from '../inbox/tasks.ts';
import type { SubjectKind } from '../stores/schema.ts';

/** What a clock waits for, and from which side; null where it is not one certain department. */
export interface Clock {
  readonly task: TaskName | null;
  readonly awaited: 'provider' | 'requester' | 'suspender' | null;
}

export const UPDATE_CLOCK: Clock = { task: 'UPDATE_ENTRY', awaited: 'provider' };
export const DISPOSAL_CLOCK: Clock = { task: 'DISPOSE', awaited: 'requester' };

/** The clock that runs while a thing has this status; `reasonCode` is that of the step that started it. */
export function clockOf(kind: SubjectKind, status: string, reasonCode: string | null): Clock {
  switch (kind) {
    case 'request':
      return { task: 'ANSWER_REQUEST', awaited: 'provider' };
    case 'case':
      return { task: 'FEED_BACK_CORRECTION', awaited: 'provider' };
    case 'resource':
      // Any authority on the level of the provider may review.
      return { task: 'REVIEW_ENTRY', awaited: null };
    case 'grant':
      return grantClock(status, reasonCode);
  }
}

function grantClock(status: string, reasonCode: string | null): Clock {
  switch (status) {
    case 'issued':
      return { task: 'DELIVER', awaited: 'provider' };
    case 'suspended':
      if (reasonCode === 'MISUSE') return { task: 'RECTIFY', awaited: 'requester' };
      return { task: 'FOLLOW_UP_SUSPENSION', awaited: 'suspender' };
    case 'terminated':
    case 'released':
      return DISPOSAL_CLOCK;
    default:
      return { task: null, awaited: null };
  }
}

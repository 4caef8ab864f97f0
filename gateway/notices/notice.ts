import { createHash } from 'node:crypto';

import { canonicalBytes } from '../../ledger/canonical-json.ts';
import type { DepartmentId } from '../../ledger/ids.ts';
import type { LiabilityItem } from '../../ledger/liability.ts';
import type { SubjectKind } from '../stores/schema.ts';

export const NOTICE_TYPE = 'dxl/notice/1';

/** What one department is told about one thing: public facts of an entry, never what a document holds. */
export interface NoticeFacts {
  /** The event of the entry, or `Overdue`. */
  readonly event: string;
  readonly kind: SubjectKind;
  readonly subject: string;
  /** Who acted; of `Overdue`, whose step is awaited, or null where several may take it. */
  readonly department: string | null;
  readonly recipient: DepartmentId;
  readonly reasonCode: string | null;
  readonly status: string;
  /** Unix seconds; 0: nothing is awaited. */
  readonly dueAt: number;
  readonly block: { readonly number: number };
  /** With `contract`, names the entry; of `Overdue`, the one that started the clock. */
  readonly seq: number;
  readonly contract: string;
  readonly recordedAt: number;
  readonly resourceId?: string;
  readonly resourceVersion?: number;
  /** Only of `Overdue`; null for a clock behind which no liability stands. */
  readonly liability?: LiabilityItem | null;
}

/** A notice as it is queued: the same text is sent at every attempt. */
export interface Notice {
  readonly id: string;
  readonly recipient: DepartmentId;
  /** Canonical text (RFC 8785). */
  readonly body: string;
}

/**
 * @param origin what makes the notice the one that it is. The id follows from it and from the recipient alone, so that
 * the same notice has the same id after a crash, and from another gateway.
 */
export function makeNotice(facts: NoticeFacts, origin: readonly (string | number)[]): Notice {
  const id = `ntc_${createHash('sha256')
    .update(canonicalBytes([NOTICE_TYPE, ...origin, facts.recipient]))
    .digest('hex')}`;
  const body = Buffer.from(canonicalBytes({ type: NOTICE_TYPE, id, ...facts })).toString('utf8');
  return { id, recipient: facts.recipient, body };
}

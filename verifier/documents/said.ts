import { createHash } from 'node:crypto';

/**
 * What an act and its document both say, member by member, as one short text. Acts are read long before documents, and
 * keeping every act until then would cost more memory than anything else.
 */
export function digestOfSaid(said: Said): string {
  return createHash('sha256').update(JSON.stringify(said)).digest('base64').slice(0, 24);
}

/** Each value as it is on chain; null where one of the two does not say it. */
export type Said = readonly (string | null)[];

export function numberSaid(value: bigint | number): string {
  return value.toString();
}
